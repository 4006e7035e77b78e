#include "nn/loss.h"

#include "num/vec.h"

#include <math.h>

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

void loss_mse(struct tape *t, struct node *y, const real *target, double scale,
              struct loss_sums *sums)
{
    size_t all = (size_t)y->rows * y->cols;
    real beta, *g = t->grad ? node_grad(t, y, &beta) : NULL;
    for (size_t i = 0; i < all; i++) {
        double d = (double)y->x[i] - (double)target[i];
        sums->loss += d * d;
        sums->correct += fabs(d) <= LOSS_CLOSE;
        if (g)
            g[i] = (real)(2 * d * scale);
    }
    sums->tokens += (int64_t)all;
}
