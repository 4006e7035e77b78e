/*
 * feed - symbols into a recurrent layer: through an embedding, or one-hot.
 */
#ifndef MODEL_FEED_H
#define MODEL_FEED_H

#include "nn/op.h"

struct feed_weights {
    const struct tensor *embed; /* [symbols, width]; NULL: one-hot */
    const struct tensor *w, *b;
};

/* NAME [symbols, width], or NULL for width 0: one-hot. */
const struct tensor *feed_declare_embedding(struct params *, const char *name, int symbols,
                                            int width);

/* z = x W + b of n symbols: through the embedding (with dropout), or one row of W
 * each when one-hot: a one-hot product is a lookup. */
struct node *feed_symbols(const struct feed_weights *, struct tape *, const int *id, int n,
                          double dropout);

#endif
