#include "ui/neighbours.h"

#include "run/states.h"
#include "ui/data.h"
#include "ui/fmt.h"
#include "ui/line.h"
#include "ui/sgr.h"

enum { PAIRS_MOST = 20000, SPARE = 4 }; /* pairs may be there more than once */

/* The examples that the model was trained on, as it reads them. */
static int load(const struct model *m, struct dataset *ds, struct err *err)
{
    struct settings s = m->set;
    struct names folders = { 0 };
    data_preset_folders(&folders);
    int bad = reader_place(&s, folders.s, folders.n, err);
    names_release(&folders);
    return bad < 0 ? -1 : dataset_load_with(ds, &s, &m->src, &m->tgt, err);
}

static void decode_row(const struct codec *c, const uint16_t *row, int n, struct str *out)
{
    struct ids ids = { 0 };
    struct str text = STR_INIT;
    for (int i = 0; i < n; i++)
        ids_add(&ids, pairs_id(row[i]));
    codec_decode(c, ids.id, ids.n, &text);
    ui_text(out, UI_FIELD, str_cstr(&text), text.n);
    str_release(&text);
    ids_release(&ids);
}

/* ".94  zwei Frauen  ->  two women". */
static void add_pair(const struct model *m, const struct pairs *p,
                     const struct neighbour *near, struct str *out)
{
    char figure[16];
    str_addf(out, "  %s  ", ask_p(figure, MAX(near->cosine, 0)));
    decode_row(&m->src, pairs_src(p, near->pair), p->src_n[near->pair], out);
    str_addf(out, "  %s  ", theme()->arrow);
    decode_row(&m->tgt, pairs_tgt(p, near->pair), p->tgt_n[near->pair], out);
    str_addf(out, "  at %d\n", near->step + 1);
}

/* What stands in two lines after the figures: the pair is the same. */
static bool same_pair(const char *a, const char *b)
{
    a += strspn(a, " ");
    b += strspn(b, " ");
    a += strcspn(a, " ");
    b += strcspn(b, " ");
    return !strcmp(a, b);
}

static void add_found(const struct shell *sh, const struct pairs *p,
                      const struct nearest *n, int k, struct str *out)
{
    const struct neighbour *near;
    struct names shown = { 0 };
    for (int i = 0; shown.n < k && (near = nearest_found(n, i)); i++) {
        struct str line = STR_INIT;
        bool again = false;
        add_pair(sh->model, p, near, &line);
        for (int j = 0; j < shown.n; j++)
            again |= same_pair(shown.s[j], line.s);
        if (!again) {
            names_add(&shown, line.s);
            str_add(out, line.s);
        }
        str_release(&line);
    }
    names_release(&shown);
}

int neighbours_add(const struct shell *sh, const struct reply *r, int step, int k,
                   struct str *out, struct err *err)
{
    const struct model *m = sh->model;
    struct dataset ds;
    struct states states;
    struct ids said = { 0 };
    struct str note = STR_INIT;
    char seen[FMT_MAX], all[FMT_MAX];
    bool stopped = false;
    if (load(m, &ds, err) < 0)
        return -1;
    for (int i = 0; i <= step; i++)
        ids_add(&said, r->step[i].token);
    states_of(m, &r->plan.src, &said, r->plan.memory, &states);
    struct nearest *n = nearest_start(m, &ds.train, states.x + (size_t)(step * states.dim),
                                      k * SPARE, PAIRS_MOST);
    while (!stopped && nearest_next(n))
        stopped = line_wait(0);
    add_found(sh, &ds.train, n, k, out);
    str_addf(&note, "  states most like the one of token %d (cosine) among %s of %s training pairs",
             step + 1, fmt_count(seen, nearest_seen(n)), fmt_count(all, ds.train.n));
    sgr_add(out, INK_DIM, note.s);
    str_addc(out, '\n');
    str_release(&note);
    nearest_free(n);
    states_release(&states);
    ids_release(&said);
    dataset_release(&ds);
    return stopped;
}
