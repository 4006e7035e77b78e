#include "text/pairs.h"

void pairs_init(struct pairs *p)
{
    *p = (struct pairs){ 0 };
}

void pairs_release(struct pairs *p)
{
    free(p->id);
    free(p->at);
    free(p->src_n);
    free(p->tgt_n);
    pairs_init(p);
}

static void make_room(struct pairs *p, size_t ids)
{
    if (p->used + ids > p->cap) {
        p->cap = MAX(p->used + ids, p->cap + p->cap / 2 + 1024);
        p->id = xrealloc(p->id, p->cap * sizeof *p->id);
    }
    if (p->n == p->room) {
        p->room += p->room / 2 + 64;
        p->at = xrealloc(p->at, (size_t)p->room * sizeof *p->at);
        p->src_n = xrealloc(p->src_n, (size_t)p->room * sizeof *p->src_n);
        p->tgt_n = xrealloc(p->tgt_n, (size_t)p->room * sizeof *p->tgt_n);
    }
}

/* Ids that do not fit were refused with the vocabulary or the text they came from. */
static void put_row(struct pairs *p, const int *row, int n)
{
    for (int i = 0; i < n; i++) {
        if (row[i] < 0 || row[i] >= CODEC_VOCAB_MAX)
            BUG("id %d in a pair", row[i]);
        p->id[p->used++] = (uint16_t)row[i];
    }
}

void pairs_add(struct pairs *p, const int *src, int src_n, const int *tgt, int tgt_n)
{
    if (src_n < 1 || tgt_n < 1 || src_n > CODEC_ROW_MAX || tgt_n > CODEC_ROW_MAX)
        BUG("a pair of %d and %d ids", src_n, tgt_n);
    make_room(p, (size_t)src_n + (size_t)tgt_n);
    p->at[p->n] = p->used;
    p->src_n[p->n] = (uint16_t)src_n;
    p->tgt_n[p->n] = (uint16_t)tgt_n;
    p->n++;
    put_row(p, src, src_n);
    put_row(p, tgt, tgt_n);
}

void pairs_drop_last(struct pairs *p, int n)
{
    if (n < 0 || n >= p->n)
        return;
    p->used = p->at[n];
    p->n = n;
}

/* Pair i of `from` to the end of `to`, which may be the same memory as long as its
 * end is not behind the pair: then there is room, and nothing is reallocated. */
static void copy_pair(struct pairs *to, const struct pairs *from, int i)
{
    uint16_t src_n = from->src_n[i], tgt_n = from->tgt_n[i];
    size_t ids = (size_t)src_n + tgt_n;
    make_room(to, ids);
    memmove(to->id + to->used, from->id + from->at[i], ids * sizeof *to->id);
    to->at[to->n] = to->used;
    to->src_n[to->n] = src_n;
    to->tgt_n[to->n] = tgt_n;
    to->used += ids;
    to->n++;
}

void pairs_part(struct pairs *p, const bool *out, struct pairs *to)
{
    struct pairs all = *p;
    p->n = 0;
    p->used = 0;
    for (int i = 0; i < all.n; i++)
        copy_pair(out[i] ? to : p, &all, i);
}

const uint16_t *pairs_src(const struct pairs *p, int i)
{
    return p->id + p->at[i];
}

const uint16_t *pairs_tgt(const struct pairs *p, int i)
{
    return p->id + p->at[i] + p->src_n[i];
}

/* ---- batches --------------------------------------------------------------------- */

/* [steps * rows] of -1 */
static int *nothing(struct arena *a, int steps, int rows)
{
    size_t n = (size_t)steps * (size_t)rows;
    int *v = arena_alloc(a, n * sizeof *v);
    for (size_t i = 0; i < n; i++)
        v[i] = -1;
    return v;
}

void batch_make(struct batch *b, struct arena *a, const struct pairs *p, const int *row,
                int rows, int sos)
{
    *b = (struct batch){ .rows = rows };
    for (int r = 0; r < rows; r++) {
        b->src_steps = MAX(b->src_steps, p->src_n[row[r]]);
        b->tgt_steps = MAX(b->tgt_steps, p->tgt_n[row[r]]);
        b->targets += p->tgt_n[row[r]];
    }
    b->src = nothing(a, b->src_steps, rows);
    b->in = nothing(a, b->tgt_steps, rows);
    b->out = nothing(a, b->tgt_steps, rows);
    b->src_len = arena_alloc(a, (size_t)rows * sizeof *b->src_len);
    for (int r = 0; r < rows; r++) {
        const uint16_t *src = pairs_src(p, row[r]), *tgt = pairs_tgt(p, row[r]);
        b->src_len[r] = p->src_n[row[r]];
        for (int t = 0; t < b->src_len[r]; t++)
            b->src[t * rows + r] = src[t];
        for (int t = 0; t < p->tgt_n[row[r]]; t++) {
            b->in[t * rows + r] = t ? tgt[t - 1] : sos;
            b->out[t * rows + r] = tgt[t];
        }
    }
}

void batch_of_source(struct batch *b, struct arena *a, const int *src, int n)
{
    *b = (struct batch){ .rows = 1, .src_steps = n };
    b->src = arena_alloc(a, (size_t)n * sizeof *b->src);
    memcpy(b->src, src, (size_t)n * sizeof *b->src);
    b->src_len = arena_alloc(a, sizeof *b->src_len);
    b->src_len[0] = n;
}
