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

/*
 * The same of answers that were made twice, each with its own dropout: rows 2k and 2k + 1
 * are of one token, which counts once. What is made small is the mean loss of both, and how
 * far they are from each other (R-Drop: Liang et al. 2021):
 *
 *   (xent(p) + xent(q)) / 2 + consistency / 4 (KL(p||q) + KL(q||p))
 *
 * half of the paper's sum, so that its weights for KL hold. *sums has the mean loss, and
 * what p is right in.
 */
void loss_xent_twice(struct tape *, struct node *logits, const int *target, double scale,
                     double smoothing, double consistency, struct loss_sums *sums);

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
