#include "nn/loss.h"

#include "num/vec.h"
#include "num/vmath.h"

#include <math.h>

/* x = (x - spread) * scale */
VEC_CLONES
static void shift_and_scale(int n, real spread, real scale, real *x)
{
    for (int i = 0; i < n; i++)
        x[i] = (x[i] - spread) * scale;
}

void loss_xent(struct tape *t, struct node *logits, const int *target, double scale,
               double smoothing, struct loss_sums *sums)
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
            x[want] -= (real)(1 - smoothing);
            shift_and_scale(V, (real)(smoothing / V), (real)scale, x);
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
