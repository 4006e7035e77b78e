#include "nn/loss.h"

#include "num/vec.h"
#include "num/vmath.h"

#include <math.h>

/* x = (x share - spread) scale: one pass, for the row of a large vocabulary does not fit
 * the first level cache */
VEC_CLONES
static void slopes(int n, real share, real spread, real scale, real *x)
{
    for (int i = 0; i < n; i++)
        x[i] = (x[i] * share - spread) * scale;
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
        real score = x[want], top = vec_max(V, x);
        sums->correct += score == top && vec_argmax(want + 1, x) == want;
        sums->tokens++;
        real sum = vec_exps(V, top, x, x);
        sums->loss += (double)(top + (real)log((double)sum)) - score;
        if (t->grad) {
            real share = 1 / sum, spread = (real)(smoothing / V), p = x[want] * share;
            slopes(V, share, spread, (real)scale, x);
            x[want] = (p - (real)(1 - smoothing) - spread) * (real)scale;
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
