/*
 * op - the layers without time: lookup, product, sum, dropout and their like.
 *
 * Each constructor computes y and, in a training pass, remembers what its way
 * back needs. Formulas and shapes stand at each function: op.c computes, op_shape.c
 * rearranges.
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

/* y = x W^T + b, for a weight [out, in] that is also an embedding */
struct node *op_linear_t(struct tape *, struct node *x, const struct tensor *w,
                         const struct tensor *b);

/* y = a + b, of one shape */
struct node *op_add(struct tape *, struct node *a, struct node *b);

/* y = tanh(x) */
struct node *op_tanh(struct tape *, struct node *x);

/* y = [a ; b], side by side */
struct node *op_concat(struct tape *, struct node *a, struct node *b);

/* Rows first .. first + rows - 1 of x, without copying. */
struct node *op_rows(struct tape *, struct node *x, int first, int rows);

/* y[r] = x[row[r]], n rows of x, each once at most. row is borrowed. */
struct node *op_pick(struct tape *, struct node *x, const int *row, int n);

/* y = x, in memory of its own: for a layer that uses up its input. */
struct node *op_copy(struct tape *, struct node *x);

/* The n nodes of one width below each other: T steps of B rows become T * B rows. */
struct node *op_pile(struct tape *, struct node *const *x, int n);

/* y[r] = W[id[r]] where id[r] >= 0, else x[r]: forced input, or one's own. */
struct node *op_choose(struct tape *, const struct tensor *w, const int *id,
                       struct node *x);

/* y[r] = now[r] where step < len[r], else before[r]: rows that are over stand still.
 * len is borrowed. */
struct node *op_until(struct tape *, struct node *now, struct node *before, const int *len,
                      int step);

/* From time-major [steps * rows, n] to one long row for each sequence,
 * [rows, steps * n]: what attention reads. */
struct node *op_by_sequence(struct tape *, struct node *x, int rows);

/* y[r, j] = sum_k f[r, k] x[r, j + k - reach], k = 0 .. 2 reach, x being 0 outside: every
 * row through a filter f [rows, 2 reach + 1] of its own. */
struct node *op_convolve(struct tape *, struct node *x, struct node *f);

/* Each row to mean 0 and variance 1, times gain plus bias (Ba et al. 2016). */
struct node *op_norm(struct tape *, struct node *x, const struct tensor *gain,
                     const struct tensor *bias);

/* Inverted dropout: y = x / (1 - p) with probability 1 - p, else 0 (Srivastava
 * et al. 2014). Returns x itself when p is 0 or the tape has no rng. Where the tape's masks
 * are locked, x is steps of t->lock rows, and one mask holds for all of them (Gal &
 * Ghahramani 2016). */
struct node *op_dropout(struct tape *, struct node *x, double p);

#endif
