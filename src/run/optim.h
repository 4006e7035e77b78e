/*
 * optim - how weights follow gradients; one row per rule. And the learning rate
 * over time, one row per schedule.
 *
 * Rules see flat ranges: any cut into ranges gives the same result.
 */
#ifndef RUN_OPTIM_H
#define RUN_OPTIM_H

#include "base/settings.h"

enum { OPTIM_MOMENTS = 2 };

struct optim {
    const char *name, *summary;
    int moments; /* flat buffers as long as the weights, zero at first */
    /* g is the gradient of the mean loss, clipped. t counts from 1. */
    void (*update)(const struct settings *, size_t n, double lr, int64_t t, const real *g,
                   real *const *moment, real *w);
};

extern const struct optim *const optim_table[]; /* NULL at the end */
const struct optim *optim_find(const char *name); /* NULL: unknown */

extern const struct optim optim_adam, optim_rmsprop, optim_sgd;

/* The rate of step t (from 1) of `steps`: linear warm-up over settings.warmup steps,
 * then constant, or down to lr * lr_end by a cosine or a straight line. */
double learning_rate(const struct settings *, int64_t t, int64_t steps);

#endif
