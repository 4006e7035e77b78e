#include "run/budget.h"

#include "base/mem.h"
#include "run/eval.h"
#include "run/train_own.h"

/* Events, checkpoints, code that has not run yet: too little to be counted one by one. */
enum { SMALL_THINGS = 1 << 20 };

void budget_pick(const struct pairs *p, const int *row, int all, int n, int *pick)
{
    int src = row[0], tgt = row[0];
    for (int i = 0; i < all; i++) {
        src = p->src_n[row[i]] > p->src_n[src] ? row[i] : src;
        tgt = p->tgt_n[row[i]] > p->tgt_n[tgt] ? row[i] : tgt;
    }
    for (int i = 0; i < n; i++)
        pick[i] = row[(int64_t)i * all / n];
    pick[0] = src;
    pick[n - 1] = n > 1 || p->tgt_n[tgt] > p->tgt_n[src] ? tgt : src;
}

size_t budget_line(int n, size_t little, size_t more, int all)
{
    double row = more > little ? (double)(more - little) / n : 0;
    return (size_t)((double)little + row * (all - n));
}

/* The epoch's batch with the most steps, of sources and of targets. */
static int largest_batch(const struct trainer *t)
{
    int64_t most = -1;
    int found = 0;
    for (int k = 0; k < t->order.batches; k++) {
        int rows, src = 0, tgt = 0;
        const int *row = order_rows(&t->order, k, &rows);
        for (int i = 0; i < rows; i++) {
            src = MAX(src, t->train->src_n[row[i]]);
            tgt = MAX(tgt, t->train->tgt_n[row[i]]);
        }
        if ((int64_t)rows * (src + tgt) > most) {
            most = (int64_t)rows * (src + tgt);
            found = k;
        }
    }
    return found;
}

/* Reserves what the shards of a batch are going to take; returns how much. */
static size_t reserve(struct trainer *t, int batch)
{
    int shards = t->model->set.shards, rows = train_probe(t, batch, 0);
    size_t *little = xcalloc(t->shards, sizeof *little), sum = 0;
    bool few = rows / shards <= 2 * BUDGET_ROWS;
    train_probe(t, batch, few ? rows : BUDGET_ROWS);
    for (int k = 0; k < t->shards; k++)
        little[k] = arena_used(t->shard[k].tape.arena);
    if (!few)
        train_probe(t, batch, 2 * BUDGET_ROWS);
    for (int k = 0; k < t->shards; k++) {
        struct arena *a = t->shard[k].tape.arena;
        size_t more = arena_used(a);
        int part = t->shard_first + k;
        int all = rows * (part + 1) / shards - rows * part / shards;
        if (!few)
            more = budget_line(BUDGET_ROWS, little[k], more, all);
        sum += arena_reserve(a, more);
    }
    free(little);
    return sum;
}

void budget_make(struct trainer *t, struct budget *b)
{
    train_ready_order(t);
    b->step = reserve(t, largest_batch(t));
    b->valid = t->valid->n ? eval_memory(t->model, t->valid) : 0;
    b->held = mem_resident() + SMALL_THINGS;
}

size_t budget_peak(const struct budget *b)
{
    return b->held + MAX(b->step, b->valid);
}
