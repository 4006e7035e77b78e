#include "run/optim.h"

#include "num/vmath.h"

#include <math.h>

/* ---- adam ----------------------------------------------------------------- */

VEC_CLONES
static void adam_range(size_t n, real lr, real b1, real b2, real eps, const real *restrict g,
                       real *restrict m, real *restrict v, real *restrict w)
{
    for (size_t i = 0; i < n; i++) {
        m[i] = b1 * m[i] + (1 - b1) * g[i];
        v[i] = b2 * v[i] + (1 - b2) * g[i] * g[i];
        w[i] -= lr * m[i] * vm_recip(vm_sqrt(v[i]) + eps);
    }
}

/* Kingma & Ba 2015 with Keras' epsilon, outside the bias correction:
 *   lr_t = lr sqrt(1 - b2^t) / (1 - b1^t),  w -= lr_t m / (sqrt(v) + eps) */
static void adam_update(const struct settings *s, size_t n, double lr, int64_t t,
                        const real *g, real *const *moment, real *w)
{
    double rate = lr * sqrt(1 - pow(s->beta2, (double)t)) / (1 - pow(s->beta1, (double)t));
    adam_range(n, (real)rate, (real)s->beta1, (real)s->beta2, (real)s->epsilon, g,
               moment[0], moment[1], w);
}

const struct optim optim_adam = {
    .name = "adam",
    .summary = "adaptive moments: each weight has its own rate (Kingma & Ba 2015)",
    .moments = 2,
    .update = adam_update,
};

/* ---- rmsprop --------------------------------------------------------------- */

VEC_CLONES
static void rmsprop_range(size_t n, real lr, real rho, real eps, const real *restrict g,
                          real *restrict a, real *restrict w)
{
    for (size_t i = 0; i < n; i++) {
        a[i] = rho * a[i] + (1 - rho) * g[i] * g[i];
        w[i] -= lr * g[i] * vm_recip(vm_sqrt(a[i]) + eps);
    }
}

/* Tieleman & Hinton 2012, as Keras has it: w -= lr g / (sqrt(a) + eps) */
static void rmsprop_update(const struct settings *s, size_t n, double lr, int64_t t,
                           const real *g, real *const *moment, real *w)
{
    (void)t;
    rmsprop_range(n, (real)lr, (real)s->rho, (real)s->epsilon, g, moment[0], w);
}

const struct optim optim_rmsprop = {
    .name = "rmsprop",
    .summary = "gradients over their running root mean square",
    .moments = 1,
    .update = rmsprop_update,
};

/* ---- sgd -------------------------------------------------------------------- */

VEC_CLONES
static void sgd_range(size_t n, real lr, real momentum, const real *restrict g,
                      real *restrict v, real *restrict w)
{
    for (size_t i = 0; i < n; i++) {
        v[i] = momentum * v[i] - lr * g[i];
        w[i] += v[i];
    }
}

/* v = momentum v - lr g,  w += v */
static void sgd_update(const struct settings *s, size_t n, double lr, int64_t t,
                       const real *g, real *const *moment, real *w)
{
    (void)t;
    sgd_range(n, (real)lr, (real)s->momentum, g, moment[0], w);
}

const struct optim optim_sgd = {
    .name = "sgd",
    .summary = "plain steps down the gradient, with momentum if set",
    .moments = 1,
    .update = sgd_update,
};

const struct optim *const optim_table[] = { &optim_adam, &optim_rmsprop, &optim_sgd, NULL };

const struct optim *optim_find(const char *name)
{
    for (int i = 0; optim_table[i]; i++)
        if (!strcmp(optim_table[i]->name, name))
            return optim_table[i];
    return NULL;
}

/* ---- the rate over time ------------------------------------------------------ */

double learning_rate(const struct settings *s, int64_t t, int64_t steps)
{
    if (t <= s->warmup)
        return s->lr * (double)t / s->warmup;
    double done = steps > s->warmup ? (double)(t - s->warmup) / (double)(steps - s->warmup) : 1;
    double end = s->lr_end;
    done = MIN(done, 1);
    if (!strcmp(s->schedule, "cosine"))
        return s->lr * (end + (1 - end) * 0.5 * (1 + cos(3.141592653589793 * done)));
    if (!strcmp(s->schedule, "linear"))
        return s->lr * (end + (1 - end) * (1 - done));
    return s->lr;
}
