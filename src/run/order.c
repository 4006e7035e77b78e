#include "run/order.h"

#include "base/rng.h"

enum { WINDOW = 64 }; /* batches sorted together */

void order_init(struct order *o, const struct pairs *p, int size)
{
    o->pairs = p->n;
    o->size = size;
    o->batches = (p->n + size - 1) / size;
    o->row = xcalloc(p->n, sizeof *o->row);
    o->batch = xcalloc(o->batches, sizeof *o->batch);
}

void order_release(struct order *o)
{
    free(o->row);
    free(o->batch);
    *o = (struct order){ 0 };
}

struct keyed {
    int length, row;
};

static int by_length(const void *a, const void *b)
{
    const struct keyed *x = a, *y = b;
    if (x->length != y->length)
        return x->length < y->length ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

static bool one_length(const struct pairs *p)
{
    for (int i = 1; i < p->n; i++)
        if (p->src_n[i] != p->src_n[0] || p->tgt_n[i] != p->tgt_n[0])
            return false;
    return true;
}

static void sort_windows(struct order *o, const struct pairs *p)
{
    struct keyed *k = xcalloc(MIN(o->pairs, WINDOW * o->size), sizeof *k);
    for (int at = 0; at < o->pairs; at += WINDOW * o->size) {
        int n = MIN(WINDOW * o->size, o->pairs - at);
        for (int i = 0; i < n; i++) {
            int row = o->row[at + i];
            k[i] = (struct keyed){ p->src_n[row] * 1024 + p->tgt_n[row], row };
        }
        qsort(k, n, sizeof *k, by_length);
        for (int i = 0; i < n; i++)
            o->row[at + i] = k[i].row;
    }
    free(k);
}

void order_epoch(struct order *o, const struct pairs *p, uint64_t seed, int64_t epoch)
{
    struct rng r;
    rng_init(&r, seed, RNG_ORDER, (uint64_t)epoch);
    for (int i = 0; i < o->pairs; i++)
        o->row[i] = i;
    for (int k = 0; k < o->batches; k++)
        o->batch[k] = k * o->size;
    rng_shuffle(&r, o->row, o->pairs);
    if (one_length(p))
        return;
    sort_windows(o, p);
    rng_shuffle(&r, o->batch, o->batches);
}

const int *order_rows(const struct order *o, int k, int *n)
{
    *n = MIN(o->size, o->pairs - o->batch[k]);
    return o->row + o->batch[k];
}
