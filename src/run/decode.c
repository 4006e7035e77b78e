#include "run/decode.h"

#include "base/mem.h"
#include "run/remember.h"

#include <math.h>

struct decode {
    const struct model *model;
    struct tape tape;
    struct ids src;         /* the source */
    struct search *search;  /* NULL: of a model of vectors */
    struct dstate state;    /* of a model of vectors, as the rest: */
    struct vectors src_x;   /* the source */
    struct vectors x;       /* the answer */
    int t;                  /* steps made */
    struct str text, settled;
};

static struct decode *decode_new(const struct model *m)
{
    struct decode *d = xcalloc(1, sizeof *d);
    d->model = m;
    tape_init(&d->tape, &m->params);
    tape_start(&d->tape, NULL, NULL);
    dstate_init(&d->state);
    return d;
}

/* What is known before, to be written over. */
static real *known(const struct model *m, struct tape *t, const real *memory, int rows)
{
    size_t bytes = (size_t)rows * model_memory(m) * sizeof *memory;
    return memory && bytes ? memcpy(arena_alloc(t->arena, bytes), memory, bytes) : NULL;
}

static struct decode *start_vectors(const struct model *m, const struct vectors *x,
                                    const struct decode_options *opt)
{
    struct decode *d = decode_new(m);
    struct batch b;
    batch_of_vectors(&b, d->tape.arena, x);
    b.memory = known(m, &d->tape, opt->memory, 1);
    d->src_x = *x;
    d->src_x.x = xmemdup(x->x, (size_t)x->n * x->dim * sizeof *x->x);
    arch_start(m, &d->tape, &b, &d->state);
    return d;
}

struct decode *decode_start_ids(const struct model *m, const int *src, int n,
                                const struct decode_options *opt)
{
    struct decode *d = decode_new(m);
    struct decode_options o = *opt;
    struct batch b;
    o.entropy = o.attention = true;
    for (int i = 0; i < n; i++)
        ids_add(&d->src, src[i]);
    batch_of_source(&b, d->tape.arena, src, n);
    b.memory = known(m, &d->tape, opt->memory, 1);
    d->search = search_start(m, &d->tape, &b, &o, NULL);
    return d;
}

struct decode *decode_start(const struct model *m, const char *text,
                            const struct decode_options *opt, struct err *err)
{
    struct decode *d = NULL;
    struct ids ids = { 0 };
    struct vectors x = { 0 };
    if (m->src.dim && codec_encode_vectors(&m->src, text, &x, err) == 0)
        d = start_vectors(m, &x, opt);
    else if (!m->src.dim && codec_encode(&m->src, text, &ids, err) == 0)
        d = decode_start_ids(m, ids.id, ids.n, opt);
    ids_release(&ids);
    vectors_release(&x);
    return d;
}

void decode_free(struct decode *d)
{
    if (!d)
        return;
    ids_release(&d->src);
    search_free(d->search);
    dstate_release(&d->state);
    tape_release(&d->tape);
    vectors_release(&d->src_x);
    vectors_release(&d->x);
    str_release(&d->text);
    str_release(&d->settled);
    free(d);
}

/* ---- vectors --------------------------------------------------------------------- */

static void add_vector(struct vectors *v, const real *x, int dim)
{
    size_t used = (size_t)v->n++ * dim;
    v->dim = dim;
    v->cap = used + dim;
    v->x = xrealloc(v->x, v->cap * sizeof *v->x);
    memcpy(v->x + used, x, dim * sizeof *x);
}

static int next_vector(struct decode *d, struct decode_step *s)
{
    const struct model *m = d->model;
    if (d->t >= m->tgt.len)
        return 0;
    tape_start(&d->tape, NULL, NULL);
    struct node *y = arch_step(m, &d->tape, &d->state, NULL, NULL);
    add_vector(&d->x, y->x, m->tgt.dim);
    str_clear(&d->text);
    codec_decode_vectors(&m->tgt, d->x.x, d->x.n, &d->text);
    *s = (struct decode_step){ .t = d->t++, .token = -1, .piece = "", .p = 1,
                               .text = str_cstr(&d->text),
                               .settled = str_cstr(&d->text) };
    s->done = d->t >= m->tgt.len;
    return 1;
}

/* ---- tokens ---------------------------------------------------------------------- */

void decode_text(const struct model *m, const struct search *s, int last,
                 struct str *text)
{
    int n = last < 0 ? 0 : search_link(s, last)->len;
    int *path = xcalloc((size_t)n + 1, sizeof *path);
    search_path(s, last, path);
    for (int i = 0; i < n; i++)
        path[i] = search_link(s, path[i])->token;
    codec_decode(&m->tgt, path, n, text);
    free(path);
}

/* The link up to which two hypotheses are one; -1: they never were. */
static int common(const struct search *s, int a, int b)
{
    while (a != b) /* a link is younger than those before it */
        if (a > b)
            a = search_link(s, a)->before;
        else
            b = search_link(s, b)->before;
    return a;
}

static int settled(const struct search *s)
{
    const int *live;
    int n = search_live(s, 0, &live), known = search_answers(s, 0);
    int at = known ? search_answer(s, 0, 0)->last : live[0];
    for (int i = 0; i < n; i++)
        at = common(s, at, live[i]);
    return at;
}

int decode_best(const struct decode *d)
{
    const struct search *s = d->search;
    const int *live;
    if (!s)
        return -1;
    int n = search_live(s, 0, &live), best = -1;
    if (n == 0)
        return search_answers(s, 0) ? search_answer(s, 0, 0)->last : -1;
    for (int i = 0; i < n; i++)
        if (i == 0 || (live[i] >= 0 &&
                       search_link(s, live[i])->score > search_link(s, best)->score))
            best = live[i];
    return best;
}

/* What the link brought. */
static void show(struct decode *d, int last, struct decode_step *s)
{
    const struct link *link = search_link(d->search, last);
    str_clear(&d->text);
    decode_text(d->model, d->search, last, &d->text);
    *s = (struct decode_step){
        .token = link->token,
        .piece = codec_piece(&d->model->tgt, link->token),
        .text = str_cstr(&d->text),
        .settled = str_cstr(&d->text),
        .cand = link->cand,
        .cands = link->cands,
        .src = d->src.id,
        .src_steps = d->src.n,
        .alpha = link->alpha,
        .p = (real)exp((double)link->own),
        .entropy = link->entropy,
    };
}

int decode_next(struct decode *d, struct decode_step *s)
{
    const struct model *m = d->model;
    const int *live;
    if (m->tgt.dim)
        return next_vector(d, s);
    if (!search_next(d->search))
        return 0;
    if (decode_best(d) < 0) { /* weights that are no numbers make no tokens */
        *s = (struct decode_step){ .t = d->t++, .token = -1, .piece = "", .text = "",
                                   .settled = "", .done = true };
        return 1;
    }
    int last = decode_best(d);
    show(d, last, s);
    s->t = d->t++;
    s->done = search_live(d->search, 0, &live) == 0;
    s->cand = search_cands(d->search, &s->cands);
    str_clear(&d->settled);
    decode_text(m, d->search, s->done ? last : settled(d->search), &d->settled);
    s->settled = str_cstr(&d->settled);
    return 1;
}

void decode_again(struct decode *d, int t, struct decode_step *s)
{
    int at = decode_best(d), length = decode_length(d);
    for (int k = length - 1; k > t; k--)
        at = search_link(d->search, at)->before;
    show(d, at, s);
    s->t = t;
    s->done = t == length - 1;
}

double decode_score(const struct decode *d)
{
    int last = decode_best(d);
    return last < 0 ? 0 : search_link(d->search, last)->logp;
}

double decode_bits(const struct decode *d)
{
    int last = decode_best(d);
    return last < 0 ? 0 : search_link(d->search, last)->bits;
}

int decode_length(const struct decode *d)
{
    int last = decode_best(d);
    return last < 0 ? d->t : search_link(d->search, last)->len;
}

const struct search *decode_search(const struct decode *d)
{
    return d->search;
}

/* ---- many rows ------------------------------------------------------------------- */

/* The tokens up to a link. */
static void copy_tokens(const struct search *s, int last, struct ids *out)
{
    int n = search_link(s, last)->len;
    out->n = 0;
    for (int i = 0; i < n; i++)
        ids_add(out, -1);
    for (; last >= 0; last = search_link(s, last)->before)
        out->id[--n] = search_link(s, last)->token;
}

/* The same without </s>. */
static void copy_answer(const struct search *s, int last, int eos, struct ids *out)
{
    copy_tokens(s, last, out);
    if (out->n && out->id[out->n - 1] == eos)
        out->n--;
}

void decode_line(const struct decode *d, struct pairs *to)
{
    struct ids said = { 0 };
    if (d->model->tgt.dim) {
        pairs_add_vectors(to, &d->src_x, &d->x);
    } else if (decode_best(d) >= 0) {
        copy_tokens(d->search, decode_best(d), &said);
        remember_pair(d->model, to, d->src.id, d->src.n, &said, false);
    }
    ids_release(&said);
}

void decode_rows(const struct model *m, struct tape *tape, const struct pairs *pairs,
                 const int *row, int rows, struct ids *out)
{
    struct decode_options o = decode_defaults();
    decode_rows_by(m, tape, pairs, row, rows, &o, out);
}

void decode_rows_by(const struct model *m, struct tape *tape, const struct pairs *pairs,
                    const int *row, int rows, const struct decode_options *o,
                    struct ids *out)
{
    struct batch b;
    int eos = vocab_special(m->tgt.vocab, VOCAB_EOS);
    tape_start(tape, NULL, NULL);
    batch_make(&b, tape->arena, pairs, row, rows, -1);
    b.memory = known(m, tape, o->memory, rows);
    struct search *s = search_start(m, tape, &b, o, NULL);
    while (search_next(s))
        ;
    for (int r = 0; r < rows; r++) {
        out[r].n = 0;
        if (search_answers(s, r))
            copy_answer(s, search_answer(s, r, 0)->last, eos, &out[r]);
    }
    search_free(s);
}

void decode_vectors(const struct model *m, struct tape *tape, const struct pairs *pairs,
                    const int *row, int rows, const real *memory, struct vectors *out)
{
    struct batch b;
    struct dstate state;

    dstate_init(&state);
    tape_start(tape, NULL, NULL);
    batch_make(&b, tape->arena, pairs, row, rows, -1);
    b.memory = known(m, tape, memory, rows);
    arch_start(m, tape, &b, &state);
    for (int r = 0; r < rows; r++)
        out[r].n = 0;
    for (int t = 0; t < m->tgt.len; t++) {
        tape_start(tape, NULL, NULL);
        struct node *y = arch_step(m, tape, &state, NULL, NULL);
        for (int r = 0; r < rows; r++)
            add_vector(&out[r], y->x + (size_t)r * y->cols, y->cols);
    }
    dstate_release(&state);
}
