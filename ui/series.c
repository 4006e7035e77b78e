#include "ui/series.h"

#include "base/mem.h"

#include <float.h>
#include <math.h>

void series_init(struct series *s)
{
    *s = (struct series){ .bucket = NULL };
    series_clear(s);
}

void series_release(struct series *s)
{
    free(s->bucket);
    *s = (struct series){ 0 };
}

void series_clear(struct series *s)
{
    struct bucket *kept = s->bucket;
    if (kept)
        memset(kept, 0, SERIES_BUCKETS * sizeof *kept);
    *s = (struct series){ .bucket = kept, .length = 1, .last = NAN, .last_step = -1 };
}

static void merge(struct bucket *into, const struct bucket *b)
{
    if (!into->n) {
        into->min = b->min;
        into->max = b->max;
    } else if (b->n) {
        into->min = MIN(into->min, b->min);
        into->max = MAX(into->max, b->max);
    }
    into->sum += b->sum;
    into->x += b->x;
    into->n += b->n;
    into->holes += b->holes;
}

static void halve(struct series *s)
{
    for (size_t i = 0; i < SERIES_BUCKETS; i++) {
        struct bucket b = s->bucket[i];
        if (i % 2 == 0)
            s->bucket[i / 2] = b;
        else
            merge(&s->bucket[i / 2], &b);
    }
    memset(s->bucket + SERIES_BUCKETS / 2, 0,
           SERIES_BUCKETS / 2 * sizeof *s->bucket);
    s->used = (s->used + 1) / 2;
    s->length *= 2;
}

void series_add(struct series *s, int64_t step, double v)
{
    step = MIN(MAX(step, 0), INT64_MAX / 4); /* so that the length cannot overflow */
    if (!s->bucket)
        s->bucket = xcalloc(SERIES_BUCKETS, sizeof *s->bucket);
    while (step / s->length >= SERIES_BUCKETS)
        halve(s);
    size_t at = (size_t)(step / s->length);
    struct bucket one = { .holes = 1 };
    if (!(fabs(v) <= FLT_MAX)) /* so that sums stay finite */
        v = NAN;
    else
        one = (struct bucket){ .sum = v, .x = (double)step, .min = (float)v,
                               .max = (float)v, .n = 1 };
    merge(&s->bucket[at], &one);
    s->used = MAX(s->used, at + 1);
    s->n += one.n;
    s->holes += one.holes;
    s->last = v;
    s->last_step = step;
}

bool series_bounds(const struct series *s, double floor, double *lo, double *hi)
{
    *lo = INFINITY;
    *hi = -INFINITY;
    for (size_t i = 0; i < s->used; i++) {
        const struct bucket *b = &s->bucket[i];
        double v = b->n ? series_mean(b) : NAN;
        if (!(v > floor))
            continue;
        *lo = fmin(*lo, v);
        *hi = fmax(*hi, v);
    }
    return *lo <= *hi;
}

void series_smooth(const struct series *s, double beta, double *y)
{
    double sum = 0, weight = 0;
    for (size_t i = 0; i < s->used; i++) {
        const struct bucket *b = &s->bucket[i];
        y[i] = NAN;
        if (!b->n)
            continue;
        sum = beta * sum + (1 - beta) * series_mean(b);
        weight = beta * weight + (1 - beta);
        y[i] = sum / weight;
    }
}
