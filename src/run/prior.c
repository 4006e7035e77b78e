#include "run/prior.h"

#include "num/vec.h"

#include <math.h>

struct prior {
    const struct model *model;
    struct tape tape;
    struct dstate state;
};

/* An empty text as it would be read: between <s> and </s> where there are such, filled
 * up with nothing where rows have one length. */
static void empty_source(const struct codec *c, struct ids *src)
{
    int sos = vocab_special(c->vocab, VOCAB_SOS), eos = vocab_special(c->vocab, VOCAB_EOS);
    if (c->start && sos >= 0)
        ids_add(src, sos);
    if (!c->fixed && eos >= 0)
        ids_add(src, eos);
    while (src->n < (c->fixed ? c->len : 1))
        ids_add(src, -1);
}

struct prior *prior_start(const struct model *m, int rows)
{
    struct prior *p = xcalloc(1, sizeof *p);
    struct ids src = { 0 };
    struct batch b;
    int *from = xcalloc((size_t)rows, sizeof *from); /* all of them row 0 */
    p->model = m;
    tape_init(&p->tape, &m->params);
    tape_start(&p->tape, NULL, NULL);
    dstate_init(&p->state);
    empty_source(&m->src, &src);
    batch_of_source(&b, p->tape.arena, src.id, src.n);
    arch_start(m, &p->tape, &b, &p->state);
    dstate_gather(&p->state, from, rows);
    ids_release(&src);
    free(from);
    return p;
}

void prior_free(struct prior *p)
{
    if (!p)
        return;
    dstate_release(&p->state);
    tape_release(&p->tape);
    free(p);
}

void prior_gather(struct prior *p, const int *from, int rows)
{
    dstate_gather(&p->state, from, rows);
}

const real *prior_step(struct prior *p, const int *prev)
{
    tape_start(&p->tape, NULL, NULL);
    struct node *y = arch_step(p->model, &p->tape, &p->state, prev, NULL);
    real *logp = arena_alloc(p->tape.arena, (size_t)y->rows * y->cols * sizeof *logp);
    for (int r = 0; r < y->rows; r++) {
        const real *x = y->x + (size_t)r * y->cols;
        real *to = logp + (size_t)r * y->cols, norm = vec_softmax(y->cols, x, to);
        for (int v = 0; v < y->cols; v++)
            to[v] = x[v] - norm;
    }
    return logp;
}

void prior_apply(double weight, const real *prior, int symbols, real *gain)
{
    real best = gain[vec_argmax(symbols, gain)], least = best + (real)log(PRIOR_PLAUSIBLE);
    for (int v = 0; v < symbols; v++)
        gain[v] = gain[v] < least ? -INFINITY : gain[v] - (real)weight * prior[v];
}
