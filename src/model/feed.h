/*
 * feed - symbols into a recurrent layer: through an embedding, or one-hot; or vectors
 * of real numbers as they are.
 */
#ifndef MODEL_FEED_H
#define MODEL_FEED_H

#include "nn/op.h"
#include "text/pairs.h"

struct feed_weights {
    const struct tensor *embed; /* [symbols, width]; NULL: one-hot, or vectors */
    const struct tensor *w, *b;
};

/* n symbols, or, where x is not NULL, n vectors [n, numbers]. */
struct feed {
    const int *id;
    struct node *x;
    int n;
};

/* All that a batch's encoder, or its decoder when fed the truth, is fed. */
struct feed feed_source(struct tape *, const struct batch *);
struct feed feed_truth(struct tape *, const struct batch *);

/* The vectors that the decoder is fed at one step, if it is fed the truth. */
struct node *feed_truth_at(struct tape *, const struct batch *, int step);

/* Symbols, or numbers of a vector, on one side of a model. */
int feed_width(const struct codec *);

/* How the weight that multiplies them is used; embed: width of the embedding, or 0. */
unsigned feed_use(const struct codec *, int embed);

/* NAME [symbols, width], or NULL for width 0: one-hot. */
const struct tensor *feed_declare_embedding(struct params *, const char *name, int symbols,
                                            int width);

/* z = x W + b: through the embedding (with dropout), or one row of W for each symbol
 * when one-hot: a one-hot product is a lookup. */
struct node *feed_run(const struct feed_weights *, struct tape *, struct feed,
                      double dropout);

#endif
