/*
 * loss - what training makes small.
 */
#ifndef NN_LOSS_H
#define NN_LOSS_H

#include "nn/tape.h"

/* Symbols are counted by the token, in nats; vectors by the number, in squares. */
struct loss_sums {
    double loss;     /* sum over the tokens that count */
    int64_t correct; /* of them, the most probable one is right; numbers: close enough */
    int64_t tokens;
};

/*
 * Softmax cross-entropy over rows: loss = -log p(target[r]); rows with target -1
 * cost nothing. Adds to *sums. In a training pass logits->x becomes the gradient
 * (p - truth) * scale and is logits->g: the logits are used up.
 *
 * The truth is one-hot, or, with label smoothing (Szegedy et al. 2016), 1 - smoothing of
 * it, and smoothing / symbols everywhere. What is measured stays the loss without.
 */
void loss_xent(struct tape *, struct node *logits, const int *target, double scale,
               double smoothing, struct loss_sums *sums);

/* How far from the truth a number may be to count as right. */
#define LOSS_CLOSE 0.1

/*
 * Squared error over all numbers: loss = (y - target)^2, target [rows, cols] of y. The
 * caller's scale 1 / numbers makes it their mean, as in Keras. In a training pass y->g
 * becomes 2 (y - target) * scale.
 */
void loss_mse(struct tape *, struct node *y, const real *target, double scale,
              struct loss_sums *sums);

#endif
