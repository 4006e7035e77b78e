/*
 * loss - what training makes small.
 */
#ifndef NN_LOSS_H
#define NN_LOSS_H

#include "nn/tape.h"

struct loss_sums {
    double loss;     /* sum over the tokens that count, in nats */
    int64_t correct; /* of them, the most probable one is right */
    int64_t tokens;
};

/*
 * Softmax cross-entropy over rows: loss = -log p(target[r]); rows with target -1
 * cost nothing. Adds to *sums. In a training pass logits->x becomes the gradient
 * (p - onehot) * scale and is logits->g: the logits are used up.
 */
void loss_xent(struct tape *, struct node *logits, const int *target, double scale,
               struct loss_sums *sums);

#endif
