#include "run/order.h"

#include "base/rng.h"
#include "run/streams.h"

enum { WINDOW = 64 }; /* batches sorted together */

struct keyed {
    int src, tgt, place, row;
};

static int by_length(const void *a, const void *b)
{
    const struct keyed *x = a, *y = b;
    if (x->src != y->src)
        return x->src - y->src;
    return x->tgt != y->tgt ? x->tgt - y->tgt : x->place - y->place;
}

static bool one_length(const struct pairs *p)
{
    for (int i = 1; i < p->n; i++)
        if (p->src_n[i] != p->src_n[0] || p->tgt_n[i] != p->tgt_n[0])
            return false;
    return true;
}

/* By how much a target counts as longer than it is. Sorted strictly, the targets of a batch
 * would all end at the same step, and its gradient say little of when to end. */
static int blur(struct rng *r, int length)
{
    return r ? (int)rng_below(r, (uint64_t)(2 + length / 4)) : 0;
}

/* Pairs alike in length go by their numbers, or stay in the order they have: where all
 * are sorted together, nothing else would mix them. With r, nearly alike. */
static void sort_windows(struct order *o, const struct pairs *p, struct rng *r)
{
    struct keyed *k = xcalloc(MIN(o->pairs, o->window), sizeof *k);
    for (int at = 0; at < o->pairs; at += o->window) {
        int n = MIN(o->window, o->pairs - at);
        for (int i = 0; i < n; i++) {
            int row = o->row[at + i];
            int tgt = p->tgt_n[row] + blur(r, p->tgt_n[row]);
            k[i] = (struct keyed){ p->src_n[row], tgt, o->by_tokens ? i : row, row };
        }
        qsort(k, n, sizeof *k, by_length);
        for (int i = 0; i < n; i++)
            o->row[at + i] = k[i].row;
    }
    free(k);
}

static void cut_by_examples(struct order *o, int size)
{
    o->batches = (o->pairs + size - 1) / size;
    o->start = xcalloc(o->batches + 1, sizeof *o->start);
    for (int k = 0; k < o->batches; k++)
        o->start[k] = k * size;
}

/* The rows are sorted. */
static void cut_by_tokens(struct order *o, const struct pairs *p, int most)
{
    int tokens = 0;
    o->start = xcalloc(o->pairs + 1, sizeof *o->start);
    for (int i = 0; i < o->pairs; i++) {
        int n = p->tgt_n[o->row[i]];
        if (i == 0 || tokens + n > most) {
            o->start[o->batches++] = i;
            tokens = 0;
        }
        tokens += n;
    }
}

static void follow_streams(struct order *o, const struct pairs *p, int rows)
{
    struct streams st;
    streams_init(&st, p, p->n, rows);
    *o = (struct order){ .pairs = p->n, .row = st.row, .start = st.start,
                         .batches = st.steps, .fixed = true };
    o->batch = xcalloc(o->batches, sizeof *o->batch);
    for (int k = 0; k < o->batches; k++)
        o->batch[k] = k;
}

void order_init(struct order *o, const struct settings *s, const struct pairs *p)
{
    if (s->stateful) {
        follow_streams(o, p, s->batch);
        return;
    }
    *o = (struct order){ .pairs = p->n, .row = xcalloc(p->n, sizeof *o->row) };
    for (int i = 0; i < o->pairs; i++)
        o->row[i] = i;
    o->by_tokens = s->batch_tokens > 0;
    if (o->by_tokens) {
        o->window = MAX(o->pairs, 1);
        sort_windows(o, p, NULL);
        cut_by_tokens(o, p, s->batch_tokens);
    } else {
        o->window = WINDOW * s->batch;
        cut_by_examples(o, s->batch);
    }
    o->start[o->batches] = o->pairs;
    o->batch = xcalloc(o->batches, sizeof *o->batch);
}

void order_release(struct order *o)
{
    free(o->row);
    free(o->batch);
    free(o->start);
    *o = (struct order){ 0 };
}

void order_epoch(struct order *o, const struct pairs *p, uint64_t seed, int64_t epoch)
{
    struct rng r;
    if (o->fixed)
        return;
    rng_init(&r, seed, RNG_ORDER, (uint64_t)epoch);
    for (int i = 0; i < o->pairs; i++)
        o->row[i] = i;
    for (int k = 0; k < o->batches; k++)
        o->batch[k] = k;
    rng_shuffle(&r, o->row, o->pairs);
    if (one_length(p))
        return;
    sort_windows(o, p, o->by_tokens ? &r : NULL);
    rng_shuffle(&r, o->batch, o->batches);
}

const int *order_rows(const struct order *o, int k, int *n)
{
    const int *start = o->start + o->batch[k];
    *n = start[1] - start[0];
    return o->row + start[0];
}

void order_padding(const struct order *o, const struct pairs *p, double *src, double *tgt,
                   double *length)
{
    int64_t real_src = 0, real_tgt = 0, all_src = 0, all_tgt = 0, longest = 0;
    for (int k = 0; k < o->batches; k++) {
        int n, most_src = 0, most_tgt = 0;
        const int *row = order_rows(o, k, &n);
        for (int i = 0; i < n; i++) {
            real_src += p->src_n[row[i]];
            real_tgt += p->tgt_n[row[i]];
            most_src = MAX(most_src, p->src_n[row[i]]);
            most_tgt = MAX(most_tgt, p->tgt_n[row[i]]);
        }
        longest += most_tgt;
        all_src += (int64_t)n * most_src;
        all_tgt += (int64_t)n * most_tgt;
    }
    *src = 1 - (double)real_src / (double)MAX(all_src, 1);
    *tgt = 1 - (double)real_tgt / (double)MAX(all_tgt, 1);
    *length = (double)longest / MAX(o->batches, 1);
}
