#include "model/feed.h"

const struct tensor *feed_declare_embedding(struct params *p, const char *name, int symbols,
                                            int width)
{
    if (!width)
        return NULL;
    return params_add(p, name, symbols, width, ROLE_EMBED, symbols, TENSOR_LOOKUP);
}

struct node *feed_symbols(const struct feed_weights *f, struct tape *t, const int *id, int n,
                          double dropout)
{
    if (!f->embed)
        return op_lookup(t, f->w, f->b, id, n);
    struct node *e = op_dropout(t, op_lookup(t, f->embed, NULL, id, n), dropout);
    return op_linear(t, e, f->w, f->b);
}
