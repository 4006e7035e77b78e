/*
 * series - one measured quantity over the steps of a run, in constant memory.
 *
 * Steps fall into buckets of equal length; a bucket keeps count, mean, least and
 * greatest. When a step lies beyond the last bucket, neighbours are merged and
 * the length doubles: until then every point stays where it is, so a chart that
 * follows a run redraws only its end.
 *
 *     struct series s;
 *     series_init(&s);
 *     series_add(&s, step, loss);
 *     for (size_t i = 0; i < s.used; i++)
 *         if (s.bucket[i].n) ... series_x(), series_mean()
 *     series_release(&s);
 */
#ifndef UI_SERIES_H
#define UI_SERIES_H

#include "base/base.h"

enum { SERIES_BUCKETS = 1024 };

struct bucket {
    double sum;     /* of the values */
    double x;       /* sum of their steps */
    float min, max;
    uint32_t n;     /* numbers in it */
    uint32_t holes; /* values that were no numbers */
};

struct series {
    struct bucket *bucket; /* [SERIES_BUCKETS]; NULL before the first value */
    size_t used;           /* buckets up to the last one with anything in it */
    int64_t length;        /* steps in a bucket, a power of two */
    uint64_t n;            /* numbers seen */
    uint64_t holes;        /* NaN, infinite, null */
    double last;           /* the newest value; NaN when it was a hole or there is none */
    int64_t last_step;     /* -1: none */
};

void series_init(struct series *);
void series_release(struct series *);
void series_clear(struct series *);

/* Steps may come in any order; a negative one counts as 0. A value that is not a
 * finite float makes a hole. */
void series_add(struct series *, int64_t step, double v);

static inline double series_mean(const struct bucket *b)
{
    return b->sum / b->n;
}

static inline double series_x(const struct bucket *b)
{
    return b->x / b->n;
}

/* Least and greatest mean of the buckets, above `floor` only (pass -INFINITY for
 * all; 0 for a log axis). false: nothing there. */
bool series_bounds(const struct series *, double floor, double *lo, double *hi);

/* Of a series that only grows, such as time: its value at any step, a straight line
 * between buckets, from 0 at step 0, and onwards past the last. */
double series_at(const struct series *, double step);

/* The mean of what lies from one step to before another; NaN: nothing does. */
double series_mean_in(const struct series *, double from, double to);

/* The newest bucket up to a step, NULL: none. */
const struct bucket *series_before(const struct series *, double step);

/* Exponential average over the buckets: y[i] for i < used, NaN where a bucket is
 * empty. beta 0 gives the means themselves. The start is not pulled towards
 * zero: each value is divided by the weight gathered so far (Kingma & Ba 2015,
 * section 3). */
void series_smooth(const struct series *, double beta, double *y);

#endif
