/*
 * op - the layers without time: lookup, product, sum, dropout.
 *
 * Each constructor computes y and, in a training pass, remembers what its way
 * back needs. Formulas and shapes stand at each function in op.c.
 */
#ifndef NN_OP_H
#define NN_OP_H

#include "nn/tape.h"

/* y[r] = W[id[r]] + b: an embedding, or the product of one-hot rows with W. An
 * id of -1 is a zero row: y[r] = b. b may be NULL. id is borrowed. */
struct node *op_lookup(struct tape *, const struct tensor *w, const struct tensor *b,
                       const int *id, int rows);

/* y = x W + b; b may be NULL */
struct node *op_linear(struct tape *, struct node *x, const struct tensor *w,
                       const struct tensor *b);

/* y = a + b, of one shape */
struct node *op_add(struct tape *, struct node *a, struct node *b);

/* Inverted dropout: y = x / (1 - p) with probability 1 - p, else 0 (Srivastava
 * et al. 2014). Returns x itself when p is 0 or the tape has no rng. */
struct node *op_dropout(struct tape *, struct node *x, double p);

#endif
