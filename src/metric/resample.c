#include "metric/resample.h"

#include "base/mem.h"

#include <math.h>

/* ---- draws ------------------------------------------------------------------------ */

/* PCG64, that is PCG XSL RR 128/64 (O'Neill 2014): a linear congruence of 128 bits. */
struct pcg {
    unsigned __int128 state, add;
    bool half;      /* rest holds the upper half of the last 64 bits */
    uint32_t rest;
};

static uint64_t pcg_next(struct pcg *g)
{
    const unsigned __int128 factor =
        (unsigned __int128)0x2360ed051fc65da4u << 64 | 0x4385df649fccf645u;
    g->state = g->state * factor + g->add;
    uint64_t x = (uint64_t)(g->state >> 64) ^ (uint64_t)g->state;
    unsigned turn = (unsigned)(g->state >> 122);
    return x >> turn | x << (-turn & 63);
}

static uint32_t pcg_next32(struct pcg *g)
{
    if (g->half) {
        g->half = false;
        return g->rest;
    }
    uint64_t x = pcg_next(g);
    g->half = true;
    g->rest = (uint32_t)(x >> 32);
    return (uint32_t)x;
}

static uint32_t spread(uint32_t x, uint32_t *by, uint32_t factor)
{
    x ^= *by;
    *by *= factor;
    x *= *by;
    return x ^ x >> 16;
}

/* A seed of few bits fills the state by way of a pool of hashes (O'Neill's seed_seq
 * proposal, 2015, in the form that NumPy calls SeedSequence). */
static void pcg_start(struct pcg *g, uint64_t seed)
{
    uint32_t pool[4] = { (uint32_t)seed, (uint32_t)(seed >> 32) };
    uint32_t by = 0x43b0d7e5, word[8];
    for (int i = 0; i < 4; i++)
        pool[i] = spread(pool[i], &by, 0x931e8875);
    for (int from = 0; from < 4; from++)
        for (int to = 0; to < 4; to++) {
            if (from == to)
                continue;
            uint32_t x = spread(pool[from], &by, 0x931e8875);
            x = pool[to] * 0xca01f9ddu - x * 0x4973f715u;
            pool[to] = x ^ x >> 16;
        }
    by = 0x8b51f9dd;
    for (int i = 0; i < 8; i++)
        word[i] = spread(pool[i % 4], &by, 0x58f38ded);
    unsigned __int128 v[2] = { 0 };
    for (int i = 0; i < 8; i += 2) {
        uint64_t x = (uint64_t)word[i + 1] << 32 | word[i];
        v[i / 4] = v[i / 4] << 64 | x;
    }
    *g = (struct pcg){ .add = v[1] << 1 | 1 };
    pcg_next(g);
    g->state += v[0];
    pcg_next(g);
}

/* 0 .. n-1, each as probable (Lemire 2019). */
static uint32_t pcg_below(struct pcg *g, uint32_t n)
{
    if (n == 1)
        return 0; /* draws nothing */
    uint64_t x = (uint64_t)pcg_next32(g) * n;
    if ((uint32_t)x < n)
        for (uint32_t least = -n % n; (uint32_t)x < least;)
            x = (uint64_t)pcg_next32(g) * n;
    return (uint32_t)(x >> 32);
}

/* ---- scores ----------------------------------------------------------------------- */

void resample_scores(const struct measure *m, int times, uint64_t seed, double *out)
{
    struct pcg g;
    double *sum = xcalloc((size_t)m->size, sizeof *sum);
    if (m->metric->whole)
        BUG("%s is not a sum of lines", m->metric->name);
    pcg_start(&g, seed);
    for (int t = 0; t < times; t++) {
        memset(sum, 0, (size_t)m->size * sizeof *sum);
        for (int i = 0; i < m->n; i++) {
            const double *line = m->line + (size_t)pcg_below(&g, (uint32_t)m->n) * m->size;
            for (int k = 0; k < m->size; k++)
                sum[k] += line[k];
        }
        out[t] = measure_score(m, sum);
    }
    free(sum);
}

static int ascending(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

struct interval resample_interval(const double *scores, int times)
{
    double *sorted = xmemdup(scores, (size_t)times * sizeof *scores), sum = 0;
    int cut = times / 40;
    qsort(sorted, (size_t)times, sizeof *sorted, ascending);
    for (int i = 0; i < times; i++)
        sum += sorted[i];
    struct interval v = { sum / times, (sorted[times - cut - 1] - sorted[cut]) / 2 };
    free(sorted);
    return v;
}

double resample_p(const double *a, const double *b, int times, double difference)
{
    double mean = 0;
    int as_large = 0;
    if (difference == 0)
        return 1;
    for (int i = 0; i < times; i++)
        mean += fabs(b[i] - a[i]) / times;
    for (int i = 0; i < times; i++)
        as_large += fabs(b[i] - a[i]) - mean > fabs(difference);
    return (as_large + 1.0) / (times + 1.0);
}
