#include "model/feed.h"

static struct feed all_steps(struct tape *t, const int *id, real *x, int n, int dim)
{
    return (struct feed){ .id = id, .x = x ? tape_constant(t, n, dim, x) : NULL, .n = n };
}

struct feed feed_source(struct tape *t, const struct batch *b)
{
    return all_steps(t, b->src, b->src_x, b->rows * b->src_steps, b->src_dim);
}

struct feed feed_truth(struct tape *t, const struct batch *b)
{
    return all_steps(t, b->in, b->in_x, b->rows * b->tgt_steps, b->tgt_dim);
}

struct node *feed_truth_at(struct tape *t, const struct batch *b, int step)
{
    return tape_constant(t, b->rows, b->tgt_dim,
                         b->in_x + (size_t)step * b->rows * b->tgt_dim);
}

int feed_width(const struct codec *c)
{
    return c->dim ? c->dim : vocab_size(c->vocab);
}

unsigned feed_use(const struct codec *c, int embed)
{
    return c->dim || embed ? TENSOR_MUL : TENSOR_LOOKUP;
}

const struct tensor *feed_declare_embedding(struct params *p, const char *name, int symbols,
                                            int width)
{
    if (!width)
        return NULL;
    return params_add(p, name, symbols, width, ROLE_EMBED, symbols, TENSOR_LOOKUP);
}

struct node *feed_run(const struct feed_weights *f, struct tape *t, struct feed in,
                      double dropout)
{
    if (in.x)
        return op_linear(t, in.x, f->w, f->b);
    if (!f->embed)
        return op_lookup(t, f->w, f->b, in.id, in.n);
    struct node *e = op_dropout(t, op_lookup(t, f->embed, NULL, in.id, in.n), dropout);
    return op_linear(t, e, f->w, f->b);
}
