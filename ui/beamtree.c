#include "ui/beamtree.h"

#include "ui/piece.h"
#include "ui/sgr.h"
#include "ui/width.h"

enum { NOTE = 20 }; /* columns of what is said of a leaf, as a rule */

/* What is drawn where hypotheses part: for the first, the others, and beneath. */
static const struct lines {
    const char *fork, *more, *last, *bar;
} drawn[] = { { " -+- ", "  +- ", "  +- ", "  |  " }, { " ─┬─ ", "  ├─ ", "  └─ ", "  │  " } };

struct tree {
    const struct search *search;
    const struct model *model;
    const struct lines *lines;     /* NULL: a list */
    int steps;                     /* of the longest hypothesis */
    int answers, pruned, open;     /* leaves, counted as they are drawn */
    int widest;                    /* columns up to a leaf */
};

/* The next link behind `before` after number `i`; -1: no more. */
static int child(const struct tree *t, int before, int i)
{
    int n = search_links(t->search);
    for (i++; i < n; i++)
        if (search_link(t->search, i)->before == before)
            return i;
    return -1;
}

/* Which answer the link ends; -1: none. */
static int answer(const struct tree *t, int link)
{
    for (int i = 0; i < search_answers(t->search, 0); i++)
        if (search_answer(t->search, 0, i)->last == link)
            return i;
    return -1;
}

static void add_leaf(struct tree *t, int at, struct str *out)
{
    const struct link *link = search_link(t->search, at);
    struct str note = STR_INIT;
    int rank = answer(t, at), eos = vocab_special(t->model->tgt.vocab, VOCAB_EOS);
    if (rank >= 0 || (eos >= 0 && link->token == eos)) {
        str_addf(&note, "  %.3f%s", link->logp, rank == 0 ? " *" : "");
        t->answers++;
    } else if (link->len == t->steps) {
        str_add(&note, "  open when the search ended");
        t->open++;
    } else {
        str_addf(&note, "  pruned at step %d", link->len + 1);
        t->pruned++;
    }
    sgr_add(out, rank == 0 ? INK_STRONG : INK_DIM, note.s);
    str_addc(out, '\n');
    str_release(&note);
}

static void draw(struct tree *, int at, const char *before, struct str *out);

/* Link `at`, one of several that follow one, or the only one. */
static void draw_child(struct tree *t, int at, bool first, bool forks, bool last,
                       const char *before, struct str *out)
{
    const struct lines *l = t->lines;
    const struct link *link = search_link(t->search, at);
    struct str deeper = STR_INIT;
    if (first)
        str_add(out, forks && l ? l->fork : " ");
    else if (l)
        str_addf(out, "%s%s", before, last ? l->last : l->more);
    else
        str_addf(out, "  %3d ", link->len);
    int width = piece_add(out, codec_piece(&t->model->tgt, link->token));
    if (l)
        str_addf(&deeper, "%s%s%*s", before, !forks ? " " : last ? "     " : l->bar, width,
                 "");
    t->widest = MAX(t->widest, width_text(str_cstr(&deeper), deeper.n));
    draw(t, at, str_cstr(&deeper), out);
    str_release(&deeper);
}

/* What follows link `at` (-1: the beginning), on a line that is begun; `before` is what
 * further lines begin with. */
static void draw(struct tree *t, int at, const char *before, struct str *out)
{
    int next = child(t, at, -1);
    bool first = true, forks = next >= 0 && child(t, at, next) >= 0;
    if (next < 0 && at >= 0)
        add_leaf(t, at, out);
    while (next >= 0) {
        int after = child(t, at, next);
        draw_child(t, next, first, forks, after < 0, before, out);
        first = false;
        next = after;
    }
}

static struct tree draw_all(const struct decode *d, const struct model *m,
                            const struct lines *lines, struct str *out)
{
    struct tree t = { .search = decode_search(d), .model = m, .lines = lines };
    for (int i = 0; i < search_links(t.search); i++)
        t.steps = MAX(t.steps, search_link(t.search, i)->len);
    str_add(out, lines ? "  <s>" : "    1");
    draw(&t, -1, "     ", out);
    return t;
}

void beamtree_add(const struct decode *d, const struct model *m, int columns,
                  struct str *out)
{
    size_t from = out->n;
    struct str note = STR_INIT;
    struct tree t = draw_all(d, m, &drawn[theme()->utf8], out);
    if (t.widest + NOTE > columns) {
        str_cut(out, from);
        t = draw_all(d, m, NULL, out);
    }
    str_addf(&note, "  %d finished, %d pruned", t.answers, t.pruned);
    if (t.open)
        str_addf(&note, ", %d open", t.open);
    str_add(&note, "; numbers: log-probability; *: the answer");
    sgr_add(out, INK_DIM, note.s);
    str_addc(out, '\n');
    str_release(&note);
}
