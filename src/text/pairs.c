#include "text/pairs.h"

void pairs_init(struct pairs *p)
{
    *p = (struct pairs){ 0 };
}

void pairs_release(struct pairs *p)
{
    free(p->id);
    free(p->x);
    free(p->at);
    free(p->src_n);
    free(p->tgt_n);
    free(p->opens);
    pairs_init(p);
}

/* For so many more ids, or numbers. */
static void make_room(struct pairs *p, size_t more)
{
    if (p->used + more > p->cap) {
        p->cap = MAX(p->used + more, p->cap + p->cap / 2 + 1024);
        if (p->src_dim)
            p->x = xrealloc(p->x, p->cap * sizeof *p->x);
        else
            p->id = xrealloc(p->id, p->cap * sizeof *p->id);
    }
    if (p->n == p->room) {
        p->room += p->room / 2 + 64;
        p->at = xrealloc(p->at, (size_t)p->room * sizeof *p->at);
        p->src_n = xrealloc(p->src_n, (size_t)p->room * sizeof *p->src_n);
        p->tgt_n = xrealloc(p->tgt_n, (size_t)p->room * sizeof *p->tgt_n);
        p->opens = xrealloc(p->opens, (size_t)p->room * sizeof *p->opens);
    }
}

/* Ids that do not fit were refused with the vocabulary or the text they came from. */
static void put_row(struct pairs *p, const int *row, int n)
{
    for (int i = 0; i < n; i++) {
        if (row[i] < -1 || row[i] >= CODEC_VOCAB_MAX)
            BUG("id %d in a pair", row[i]);
        p->id[p->used++] = row[i] < 0 ? PAIRS_NOTHING : (uint16_t)row[i];
    }
}

/* The pair's book-keeping, with room for its rows. */
static void add_pair(struct pairs *p, int src_n, int tgt_n, size_t size)
{
    if (src_n < 1 || tgt_n < 1 || src_n > CODEC_ROW_MAX || tgt_n > CODEC_ROW_MAX)
        BUG("a pair of %d and %d steps", src_n, tgt_n);
    make_room(p, size);
    p->at[p->n] = p->used;
    p->src_n[p->n] = (uint16_t)src_n;
    p->tgt_n[p->n] = (uint16_t)tgt_n;
    p->opens[p->n] = false;
    p->n++;
}

void pairs_add(struct pairs *p, const int *src, int src_n, const int *tgt, int tgt_n)
{
    if (p->src_dim)
        BUG("ids among vectors");
    add_pair(p, src_n, tgt_n, (size_t)src_n + (size_t)tgt_n);
    put_row(p, src, src_n);
    put_row(p, tgt, tgt_n);
}

static void put_vectors(struct pairs *p, const struct vectors *v)
{
    size_t numbers = (size_t)v->n * (size_t)v->dim;
    memcpy(p->x + p->used, v->x, numbers * sizeof *p->x);
    p->used += numbers;
}

void pairs_add_vectors(struct pairs *p, const struct vectors *src,
                       const struct vectors *tgt)
{
    if (p->n == 0) {
        p->src_dim = src->dim;
        p->tgt_dim = tgt->dim;
    }
    if (p->src_dim != src->dim || p->tgt_dim != tgt->dim)
        BUG("vectors of %d and %d numbers among others", src->dim, tgt->dim);
    add_pair(p, src->n, tgt->n,
             (size_t)src->n * (size_t)src->dim + (size_t)tgt->n * (size_t)tgt->dim);
    put_vectors(p, src);
    put_vectors(p, tgt);
}

void pairs_open(struct pairs *p)
{
    if (p->n == 0)
        BUG("no pair opens a conversation");
    p->opens[p->n - 1] = true;
}

bool pairs_opens(const struct pairs *p, int i)
{
    return i == 0 || p->opens[i];
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
    bool opens = from->opens[i];
    size_t size = (size_t)src_n + tgt_n;
    if (from->src_dim)
        size = (size_t)src_n * (size_t)from->src_dim +
               (size_t)tgt_n * (size_t)from->tgt_dim;
    to->src_dim = from->src_dim;
    to->tgt_dim = from->tgt_dim;
    make_room(to, size);
    if (from->src_dim)
        memmove(to->x + to->used, from->x + from->at[i], size * sizeof *to->x);
    else
        memmove(to->id + to->used, from->id + from->at[i], size * sizeof *to->id);
    to->at[to->n] = to->used;
    to->src_n[to->n] = src_n;
    to->tgt_n[to->n] = tgt_n;
    to->opens[to->n] = opens;
    to->used += size;
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

const real *pairs_src_x(const struct pairs *p, int i)
{
    return p->x + p->at[i];
}

const real *pairs_tgt_x(const struct pairs *p, int i)
{
    return p->x + p->at[i] + (size_t)p->src_n[i] * (size_t)p->src_dim;
}

/* ---- batches --------------------------------------------------------------------- */

int pairs_id(uint16_t kept)
{
    return kept == PAIRS_NOTHING ? -1 : kept;
}

/* [steps * rows] of -1 */
static int *nothing(struct arena *a, int steps, int rows)
{
    size_t n = (size_t)steps * (size_t)rows;
    int *v = arena_alloc(a, n * sizeof *v);
    for (size_t i = 0; i < n; i++)
        v[i] = -1;
    return v;
}

static void fill_ids(struct batch *b, struct arena *a, const struct pairs *p,
                     const int *row, int sos)
{
    int rows = b->rows;
    b->src = nothing(a, b->src_steps, rows);
    b->in = nothing(a, b->tgt_steps, rows);
    b->out = nothing(a, b->tgt_steps, rows);
    for (int r = 0; r < rows; r++) {
        const uint16_t *src = pairs_src(p, row[r]), *tgt = pairs_tgt(p, row[r]);
        for (int t = 0; t < b->src_len[r]; t++)
            b->src[t * rows + r] = pairs_id(src[t]);
        for (int t = 0; t < p->tgt_n[row[r]]; t++) {
            b->in[t * rows + r] = t ? pairs_id(tgt[t - 1]) : sos;
            b->out[t * rows + r] = pairs_id(tgt[t]);
        }
    }
}

/* [steps * rows, dim] of zeros */
static real *zeros(struct arena *a, int steps, int rows, int dim)
{
    size_t bytes = (size_t)steps * (size_t)rows * (size_t)dim * sizeof(real);
    return memset(arena_alloc(a, bytes), 0, bytes);
}

/* n vectors of one row into steps first, first + 1 ... of row r */
static void fill_row(real *to, int rows, int r, int first, const real *from, int n,
                     int dim)
{
    for (int t = 0; t < n; t++)
        memcpy(to + ((size_t)(first + t) * (size_t)rows + (size_t)r) * (size_t)dim,
               from + (size_t)t * (size_t)dim, (size_t)dim * sizeof *to);
}

static void fill_vectors(struct batch *b, struct arena *a, const struct pairs *p,
                         const int *row)
{
    int rows = b->rows;
    b->src_dim = p->src_dim;
    b->tgt_dim = p->tgt_dim;
    b->src_x = zeros(a, b->src_steps, rows, p->src_dim);
    b->in_x = zeros(a, b->tgt_steps, rows, p->tgt_dim);
    b->out_x = zeros(a, b->tgt_steps, rows, p->tgt_dim);
    for (int r = 0; r < rows; r++) {
        int n = p->tgt_n[row[r]];
        const real *tgt = pairs_tgt_x(p, row[r]);
        fill_row(b->src_x, rows, r, 0, pairs_src_x(p, row[r]), b->src_len[r], p->src_dim);
        fill_row(b->in_x, rows, r, 1, tgt, n - 1, p->tgt_dim);
        fill_row(b->out_x, rows, r, 0, tgt, n, p->tgt_dim);
    }
}

void batch_make(struct batch *b, struct arena *a, const struct pairs *p, const int *row,
                int rows, int sos)
{
    *b = (struct batch){ .rows = rows };
    b->src_len = arena_alloc(a, (size_t)rows * sizeof *b->src_len);
    b->tgt_len = arena_alloc(a, (size_t)rows * sizeof *b->tgt_len);
    for (int r = 0; r < rows; r++) {
        b->src_len[r] = p->src_n[row[r]];
        b->tgt_len[r] = p->tgt_n[row[r]];
        b->src_steps = MAX(b->src_steps, p->src_n[row[r]]);
        b->tgt_steps = MAX(b->tgt_steps, p->tgt_n[row[r]]);
        b->targets += p->tgt_n[row[r]];
    }
    if (p->src_dim)
        fill_vectors(b, a, p, row);
    else
        fill_ids(b, a, p, row, sos);
}

void batch_drop_padding(struct batch *b, struct arena *a)
{
    int all = b->tgt_steps * b->rows, n = 0;
    b->kept = arena_alloc(a, (size_t)all * sizeof *b->kept);
    for (int i = 0; i < all; i++)
        if (b->out[i] >= 0) {
            b->kept[n] = i;
            b->out[n++] = b->out[i];
        }
    b->targets = n;
    if (n == all)
        b->kept = NULL;
}

static void drop_words(int *id, int n, double p, struct rng *r)
{
    for (int i = 0; i < n; i++)
        if (rng_unit(r) < p)
            id[i] = -1;
}

void batch_drop_words(struct batch *b, double p, bool target, struct rng *r)
{
    drop_words(b->src, b->src_steps * b->rows, p, r);
    if (target)
        drop_words(b->in + b->rows, (b->tgt_steps - 1) * b->rows, p, r);
}

void batch_drop_sources(struct batch *b, double p, struct rng *r)
{
    for (int row = 0; row < b->rows; row++) {
        int last = (b->src_len[row] - 1) * b->rows + row;
        if (rng_unit(r) >= p)
            continue;
        b->src[row] = b->src[last];
        for (int t = 1; t < b->src_len[row]; t++)
            b->src[t * b->rows + row] = -1;
        b->src_len[row] = 1;
    }
}

void batch_of_sources(struct batch *b, struct arena *a, const struct ids *src, int rows)
{
    *b = (struct batch){ .rows = rows };
    b->src_len = arena_alloc(a, (size_t)rows * sizeof *b->src_len);
    for (int r = 0; r < rows; r++) {
        b->src_len[r] = src[r].n;
        b->src_steps = MAX(b->src_steps, src[r].n);
    }
    b->src = nothing(a, b->src_steps, rows);
    for (int r = 0; r < rows; r++)
        for (int t = 0; t < src[r].n; t++)
            b->src[t * rows + r] = src[r].id[t];
}

void batch_of_source(struct batch *b, struct arena *a, const int *src, int n)
{
    struct ids row = { .id = (int *)src, .n = n };
    batch_of_sources(b, a, &row, 1);
}

void batch_of_vectors(struct batch *b, struct arena *a, const struct vectors *src)
{
    *b = (struct batch){ .rows = 1, .src_steps = src->n, .src_dim = src->dim };
    b->src_x = zeros(a, src->n, 1, src->dim);
    fill_row(b->src_x, 1, 0, 0, src->x, src->n, src->dim);
    b->src_len = arena_alloc(a, sizeof *b->src_len);
    b->src_len[0] = src->n;
}
