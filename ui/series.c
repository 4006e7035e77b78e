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

/* The place of the newest bucket up to a step that is not empty; used: none. */
static size_t find_before(const struct series *s, double step)
{
    double place = floor(step / (double)s->length);
    size_t i = place < 0 ? 0 : (size_t)fmin(place + 1, (double)s->used);
    while (i > 0 && (!s->bucket[i - 1].n || series_x(&s->bucket[i - 1]) > step))
        i--;
    return i > 0 ? i - 1 : s->used;
}

const struct bucket *series_before(const struct series *s, double step)
{
    size_t i = find_before(s, step);
    return i < s->used ? &s->bucket[i] : NULL;
}

double series_at(const struct series *s, double step)
{
    size_t i = find_before(s, step), next = i < s->used ? i + 1 : 0;
    double x0 = 0, y0 = 0, x1, y1;
    if (i < s->used) {
        x0 = series_x(&s->bucket[i]);
        y0 = series_mean(&s->bucket[i]);
    }
    while (next < s->used && !s->bucket[next].n)
        next++;
    if (next < s->used) {
        x1 = series_x(&s->bucket[next]);
        y1 = series_mean(&s->bucket[next]);
        return y0 + (y1 - y0) * (step - x0) / (x1 - x0);
    }
    return x0 > 0 ? y0 * step / x0 : 0; /* on as it was on the whole */
}

double series_mean_in(const struct series *s, double from, double to)
{
    double sum = 0, n = 0;
    for (size_t i = (size_t)fmax(from / (double)s->length, 0); i < s->used; i++) {
        const struct bucket *b = &s->bucket[i];
        if ((double)i * (double)s->length >= to)
            break;
        if (b->n && series_x(b) >= from && series_x(b) < to) {
            sum += b->sum;
            n += b->n;
        }
    }
    return n > 0 ? sum / n : NAN;
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
