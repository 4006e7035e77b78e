/*
 * feed - what the decoder eats at each step; one row per kind.
 *
 * A feed gives z = x W + b of the decoder's bottom layer. What is the same at
 * every step is made once per answer (`once`), what depends on the token before
 * is made for any number of tokens at a time (`each`): all steps when training,
 * one when decoding.
 */
#ifndef MODEL_FEED_H
#define MODEL_FEED_H

#include "nn/op.h"

struct feed_weights {
    const struct tensor *embed; /* [symbols, width]; NULL: one-hot */
    const struct tensor *w, *b;
};

struct feed {
    const char *name, *summary;
    /* One of the two is there, the other NULL. */
    struct node *(*once)(const struct feed_weights *, struct tape *, struct node *context);
    struct node *(*each)(const struct feed_weights *, struct tape *, const int *id, int n);
};

extern const struct feed *const feed_table[]; /* NULL at the end */

extern const struct feed feed_context; /* the context vector at every step (RepeatVector) */
extern const struct feed feed_token;   /* the token before */

/* z of `n` tokens: through the embedding, or a row of W each when one-hot. */
struct node *feed_symbols(const struct feed_weights *, struct tape *, const int *id, int n);

#endif
