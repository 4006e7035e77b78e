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

/* A row of logits x: counts it, and makes exp(x - top) of it. Returns the normaliser,
 * log p(j) = x[j] - normaliser; *share: 1 / the sum of what x is now. */
static real count_row(int n, real *x, int want, struct loss_sums *sums, real *share)
{
    real score = x[want], top = vec_max(n, x);
    sums->correct += score == top && vec_argmax(want + 1, x) == want;
    sums->tokens++;
    real sum = vec_exps(n, top, x, x), all = top + (real)log((double)sum);
    sums->loss += (double)all - score;
    *share = 1 / sum;
    return all;
}

void loss_xent(struct tape *t, struct node *logits, const int *target, double scale,
               double smoothing, struct loss_sums *sums)
{
    int V = logits->cols;
    for (int r = 0; r < logits->rows; r++) {
        real *x = logits->x + (size_t)r * V, share;
        int want = target[r];
        if (want < 0) {
            if (t->grad)
                vec_zero(V, x);
            continue;
        }
        count_row(V, x, want, sums, &share);
        if (t->grad) {
            real spread = (real)(smoothing / V), p = x[want] * share;
            slopes(V, share, spread, (real)scale, x);
            x[want] = (p - (real)(1 - smoothing) - spread) * (real)scale;
        }
    }
    if (t->grad)
        logits->g = logits->x;
}

/* Two answers p, q become both gradients; d = log p - log q. */
VEC_CLONES
static void slopes_twice(int n, const real *restrict d, real kl_p, real kl_q, real spread,
                         real pull, real scale, real *restrict p, real *restrict q)
{
    for (int i = 0; i < n; i++) {
        real a = p[i], b = q[i];
        p[i] = (a - spread + pull * (a - b + a * (d[i] - kl_p))) * scale;
        q[i] = (b - spread + pull * (b - a - b * (d[i] + kl_q))) * scale;
    }
}

void loss_xent_twice(struct tape *t, struct node *logits, const int *target, double scale,
                     double smoothing, double consistency, struct loss_sums *sums)
{
    int V = logits->cols;
    size_t bytes = (size_t)V * sizeof(real);
    real *d = arena_alloc(t->arena, bytes);
    struct loss_sums first = { 0 }, second = { 0 };
    if (logits->rows % 2)
        BUG("%d answers are not pairs", logits->rows);
    for (int r = 0; r < logits->rows; r += 2) {
        real *p = logits->x + (size_t)r * V, *q = p + V, share_p, share_q;
        int want = target[r];
        if (want != target[r + 1])
            BUG("rows %d and %d are not of one token", r, r + 1);
        if (want < 0) {
            if (t->grad)
                vec_zero(2 * (size_t)V, p);
            continue;
        }
        for (int i = 0; i < V; i++)
            d[i] = p[i] - q[i];
        real apart = count_row(V, p, want, &first, &share_p) -
                     count_row(V, q, want, &second, &share_q);
        if (!t->grad)
            continue;
        for (int i = 0; i < V; i++)
            d[i] -= apart;
        vec_scale(V, share_p, p);
        vec_scale(V, share_q, q);
        real half = (real)(scale / 2), truth = (real)(1 - smoothing) * half;
        slopes_twice(V, d, vec_dot(V, p, d), -vec_dot(V, q, d), (real)(smoothing / V),
                     (real)(consistency / 2), half, p, q);
        p[want] -= truth;
        q[want] -= truth;
    }
    sums->loss += (first.loss + second.loss) / 2;
    sums->correct += first.correct;
    sums->tokens += first.tokens;
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
