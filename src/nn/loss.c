#include "nn/loss.h"

#include "num/vec.h"

void loss_xent(struct tape *t, struct node *logits, const int *target, double scale,
               struct loss_sums *sums)
{
    int V = logits->cols;
    for (int r = 0; r < logits->rows; r++) {
        real *x = logits->x + (size_t)r * V;
        int want = target[r];
        if (want < 0) {
            if (t->grad)
                vec_zero(V, x);
            continue;
        }
        real score = x[want];
        sums->correct += vec_argmax(V, x) == want;
        sums->tokens++;
        sums->loss += (double)vec_softmax(V, x, x) - score;
        if (t->grad) {
            x[want] -= 1;
            vec_scale(V, (real)scale, x);
        }
    }
    if (t->grad)
        logits->g = logits->x;
}
