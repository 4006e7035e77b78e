#include "ui/beamdump.h"

#include "base/file.h"
#include "base/mem.h"
#include "ui/reply.h"

#include <jansson.h>

struct beamdump {
    char *path;
    json_t *tokens, *parents, *scores; /* of all questions */
};

struct beamdump *beamdump_new(const char *path)
{
    struct beamdump *d = xcalloc(1, sizeof *d);
    d->path = xstrdup(path);
    d->tokens = json_array();
    d->parents = json_array();
    d->scores = json_array();
    return d;
}

/* The links of step `step`; place[link] becomes their place among these, and holds the
 * places of the step before. */
static void add_step(struct beamdump *d, const struct model *m, const struct search *s, int step,
                    int *place)
{
    json_t *tokens = json_array(), *parents = json_array(), *scores = json_array();
    int n = 0;
    for (int i = 0; i < search_links(s); i++) {
        const struct link *link = search_link(s, i);
        if (link->len != step)
            continue;
        json_array_append_new(tokens, reply_json_text(codec_piece(&m->tgt, link->token)));
        json_array_append_new(parents,
                              json_integer(link->before < 0 ? 0 : place[link->before]));
        json_array_append_new(scores, json_real(link->logp));
        place[i] = n++;
    }
    size_t last = json_array_size(d->tokens) - 1;
    json_array_append_new(json_array_get(d->tokens, last), tokens);
    json_array_append_new(json_array_get(d->parents, last), parents);
    json_array_append_new(json_array_get(d->scores, last), scores);
}

void beamdump_add(struct beamdump *d, const struct model *m, const struct decode *decode)
{
    const struct search *s = decode_search(decode);
    int *place = xcalloc((size_t)search_links(s) + 1, sizeof *place), steps = 0;
    json_array_append_new(d->tokens, json_array());
    json_array_append_new(d->parents, json_array());
    json_array_append_new(d->scores, json_array());
    for (int i = 0; i < search_links(s); i++)
        steps = MAX(steps, search_link(s, i)->len);
    for (int step = 1; step <= steps; step++)
        add_step(d, m, s, step, place);
    free(place);
}

int beamdump_end(struct beamdump *d, struct err *err)
{
    if (!d)
        return 0;
    json_t *all = json_pack("{s:o, s:o, s:o}", "predicted_ids", d->tokens, "beam_parent_ids",
                            d->parents, "scores", d->scores);
    char *text = json_dumps(all, JSON_ENSURE_ASCII | JSON_REAL_PRECISION(6));
    int bad = file_write(d->path, text, strlen(text), err);
    free(text);
    json_decref(all);
    free(d->path);
    free(d);
    return bad;
}
