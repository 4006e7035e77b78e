#include "ui/neighbours.h"

#include "base/mem.h"
#include "run/states.h"
#include "ui/data.h"
#include "ui/fmt.h"
#include "ui/line.h"
#include "ui/sgr.h"

enum { PAIRS_MOST = 20000, SPARE = 4 }; /* pairs may be there more than once */

/* Keeps some of the pairs, evenly spread, so that they do not take much memory. */
static void keep(struct shell *sh, struct pairs *all)
{
    int stride = MAX(all->n / PAIRS_MOST, 1);
    bool *out = xcalloc((size_t)MAX(all->n, 1), sizeof *out);
    for (int i = 0; i < all->n; i += stride)
        out[i] = true;
    sh->near_of = all->n;
    pairs_init(&sh->near);
    pairs_part(all, out, &sh->near);
    free(out);
}

/* The examples that the model was trained on, as it reads them. */
static int load(struct shell *sh, struct err *err)
{
    const struct model *m = sh->model;
    struct settings s = m->set;
    struct names folders = { 0 };
    struct dataset ds;
    if (sh->near.n)
        return 0;
    data_preset_folders(&folders);
    int bad = reader_place(&s, folders.s, folders.n, err);
    names_release(&folders);
    if (bad < 0 || dataset_load_with(&ds, &s, &m->src, &m->tgt, err) < 0)
        return -1;
    keep(sh, &ds.train);
    dataset_release(&ds);
    return 0;
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

int neighbours_add(struct shell *sh, const struct reply *r, int step, int k,
                   struct str *out, struct err *err)
{
    const struct model *m = sh->model;
    struct states states;
    struct ids said = { 0 };
    struct str note = STR_INIT;
    char seen[FMT_MAX], all[FMT_MAX];
    bool stopped = false;
    if (load(sh, err) < 0)
        return -1;
    for (int i = 0; i <= step; i++)
        ids_add(&said, r->step[i].token);
    states_of(m, &r->plan.src, &said, r->plan.memory, &states);
    struct nearest *n = nearest_start(m, &sh->near, states.x + (size_t)(step * states.dim),
                                      k * SPARE, sh->near.n);
    while (!stopped && nearest_next(n))
        stopped = line_wait(0);
    add_found(sh, &sh->near, n, k, out);
    str_addf(&note, "  states most like the one of token %d (cosine) among %s of %s training pairs",
             step + 1, fmt_count(seen, nearest_seen(n)), fmt_count(all, sh->near_of));
    sgr_add(out, INK_DIM, note.s);
    str_addc(out, '\n');
    str_release(&note);
    nearest_free(n);
    states_release(&states);
    ids_release(&said);
    return stopped;
}
