#include "nn/op.h"

#include "num/vec.h"
#include "num/vmath.h"

/* ---- y[r] = W[id[r]] + b ------------------------------------------------ */

struct lookup {
    const struct tensor *w, *b;
    const int *id;
};

static void lookup_back(struct tape *t, struct node *n)
{
    const struct lookup *o = n->own;
    real *dw = tape_grad_of(t, o->w);
    for (int r = 0; r < n->rows; r++)
        if (o->id[r] >= 0)
            vec_add(n->cols, n->g + (size_t)r * n->cols, dw + (size_t)o->id[r] * n->cols);
    tape_touch(t, o->w, o->id, n->rows);
    tape_use(t, NULL, o->b, n->rows, NULL, 0, n->g, n->cols);
}

static const struct op lookup_op = { "lookup", lookup_back };

struct node *op_lookup(struct tape *t, const struct tensor *w, const struct tensor *b,
                       const int *id, int rows)
{
    struct node *n = tape_node(t, &lookup_op, rows, w->cols, NULL, NULL, NULL);
    size_t row = w->cols * sizeof *n->x;
    for (int r = 0; r < rows; r++) {
        real *y = n->x + (size_t)r * w->cols;
        if (id[r] >= w->rows)
            BUG("id %d in a table of %d rows", id[r], w->rows);
        const real *from = id[r] < 0 ? NULL : w->x + (size_t)id[r] * w->cols;
        if (from && b)
            vec_sum(w->cols, from, b->x, y);
        else if (from || b)
            memcpy(y, from ? from : b->x, row);
        else
            memset(y, 0, row);
    }
    struct lookup *o = n->own = arena_alloc(t->arena, sizeof *o);
    *o = (struct lookup){ w, b, id };
    return n;
}

/* ---- y = x W + b, y = x W^T + b ------------------------------------------- */

struct linear {
    const struct tensor *w, *b;
    bool transposed;
};

static void linear_back(struct tape *t, struct node *n)
{
    const struct linear *o = n->own;
    struct node *x = n->in[0];
    real beta, *dx;
    if (o->transposed) { /* dW = dy^T x: the two change places */
        tape_use(t, o->w, NULL, n->rows, n->g, n->cols, x->x, x->cols);
        tape_use(t, NULL, o->b, n->rows, NULL, 0, n->g, n->cols);
    } else {
        tape_use(t, o->w, o->b, n->rows, x->x, x->cols, n->g, n->cols);
    }
    if (!x->op)
        return; /* a constant */
    dx = node_grad(t, x, &beta);
    gemm_pack(n->rows, n->g, n->cols, o->transposed ? &o->w->mul : &o->w->mul_t, beta, dx,
              x->cols);
}

static const struct op linear_op = { "linear", linear_back };

static struct node *linear(struct tape *t, struct node *x, const struct tensor *w,
                           const struct tensor *b, bool transposed)
{
    int in = transposed ? w->cols : w->rows, out = transposed ? w->rows : w->cols;
    if (x->cols != in)
        BUG("'%s' takes %d columns, not %d", w->name, in, x->cols);
    struct node *n = tape_node(t, &linear_op, x->rows, out, NULL, x, NULL);
    gemm_pack_bias(n->rows, x->x, in, transposed ? &w->mul_t : &w->mul, b ? b->x : NULL, n->x,
                   out);
    struct linear *o = n->own = arena_alloc(t->arena, sizeof *o);
    *o = (struct linear){ w, b, transposed };
    return n;
}

struct node *op_linear(struct tape *t, struct node *x, const struct tensor *w,
                       const struct tensor *b)
{
    return linear(t, x, w, b, false);
}

struct node *op_linear_t(struct tape *t, struct node *x, const struct tensor *w,
                         const struct tensor *b)
{
    return linear(t, x, w, b, true);
}

/* ---- y = a + b ---------------------------------------------------------- */

static void add_back(struct tape *t, struct node *n)
{
    size_t all = (size_t)n->rows * n->cols;
    for (int i = 0; i < 2; i++) {
        real beta, *d;
        if (!n->in[i]->op)
            continue;
        d = node_grad(t, n->in[i], &beta);
        if (beta == 0)
            memcpy(d, n->g, all * sizeof *d);
        else
            vec_add(all, n->g, d);
    }
}

static const struct op add_op = { "add", add_back };

struct node *op_add(struct tape *t, struct node *a, struct node *b)
{
    struct node *n = tape_node(t, &add_op, a->rows, a->cols, NULL, a, b);
    size_t all = (size_t)n->rows * n->cols;
    if (a->rows != b->rows || a->cols != b->cols)
        BUG("sum of [%d,%d] and [%d,%d]", a->rows, a->cols, b->rows, b->cols);
    memcpy(n->x, a->x, all * sizeof *n->x);
    vec_add(all, b->x, n->x);
    return n;
}

/* ---- y = tanh(x) ---------------------------------------------------------- */

VEC_CLONES
static void tanh_slopes(size_t n, real beta, const real *restrict y, const real *restrict dy,
                        real *restrict dx)
{
    for (size_t i = 0; i < n; i++)
        dx[i] = (beta == 0 ? 0 : dx[i]) + dy[i] * (1 - y[i] * y[i]);
}

static void tanh_back(struct tape *t, struct node *n)
{
    real beta, *dx = node_grad(t, n->in[0], &beta);
    tanh_slopes((size_t)n->rows * n->cols, beta, n->x, n->g, dx);
}

static const struct op tanh_op = { "tanh", tanh_back };

struct node *op_tanh(struct tape *t, struct node *x)
{
    struct node *n = tape_node(t, &tanh_op, x->rows, x->cols, NULL, x, NULL);
    vec_tanh((size_t)n->rows * n->cols, x->x, n->x);
    return n;
}

/* ---- y = (x - mean) / deviation * gain + bias ------------------------------ */

struct norm {
    const struct tensor *gain, *bias;
    real *hat, *scale; /* [rows, cols] normalised x; [rows] 1 / deviation */
};

static void norm_back(struct tape *t, struct node *n)
{
    const struct norm *o = n->own;
    real beta, *dx = node_grad(t, n->in[0], &beta);
    real *dgain = tape_grad_of(t, o->gain), *dbias = tape_grad_of(t, o->bias);
    for (int r = 0; r < n->rows; r++) {
        const real *dy = n->g + (size_t)r * n->cols, *hat = o->hat + (size_t)r * n->cols;
        real *d = dx + (size_t)r * n->cols, mean = 0, along = 0;
        for (int j = 0; j < n->cols; j++) {
            real dh = dy[j] * o->gain->x[j];
            mean += dh;
            along += dh * hat[j];
            dgain[j] += dy[j] * hat[j];
            dbias[j] += dy[j];
        }
        mean /= n->cols;
        along /= n->cols;
        for (int j = 0; j < n->cols; j++)
            d[j] = (beta == 0 ? 0 : d[j]) +
                   o->scale[r] * (dy[j] * o->gain->x[j] - mean - hat[j] * along);
    }
}

static const struct op norm_op = { "norm", norm_back };

struct node *op_norm(struct tape *t, struct node *x, const struct tensor *gain,
                     const struct tensor *bias)
{
    struct node *n = tape_node(t, &norm_op, x->rows, x->cols, NULL, x, NULL);
    struct norm *o = n->own = arena_alloc(t->arena, sizeof *o);
    *o = (struct norm){ .gain = gain, .bias = bias };
    o->hat = arena_alloc(t->arena, (size_t)n->rows * n->cols * sizeof *o->hat);
    o->scale = arena_alloc(t->arena, n->rows * sizeof *o->scale);
    for (int r = 0; r < n->rows; r++) {
        const real *v = x->x + (size_t)r * n->cols;
        real *hat = o->hat + (size_t)r * n->cols, *y = n->x + (size_t)r * n->cols;
        real mean = 0, square = 0;
        for (int j = 0; j < n->cols; j++)
            mean += v[j];
        mean /= n->cols;
        for (int j = 0; j < n->cols; j++)
            square += (v[j] - mean) * (v[j] - mean);
        o->scale[r] = 1 / vm_sqrt(square / n->cols + (real)1e-5);
        for (int j = 0; j < n->cols; j++) {
            hat[j] = (v[j] - mean) * o->scale[r];
            y[j] = hat[j] * gain->x[j] + bias->x[j];
        }
    }
    return n;
}

/* ---- y[j] = sum_k f[k] x[j + k - reach] -------------------------------------- */

/* Where the k-th weight of a filter finds an x of n: y from `at` on, x from `from` on,
 * so many in a row. */
struct overlap {
    int at, from, n;
};

static struct overlap overlap(int k, int reach, int n)
{
    int at = MAX(0, reach - k), end = MIN(n, n + reach - k);
    return (struct overlap){ at, at + k - reach, MAX(0, end - at) };
}

/* df[k] = sum_j dy[j] x[j + k - reach];  dx[j + k - reach] += dy[j] f[k] */
static void convolve_back(struct tape *t, struct node *n)
{
    struct node *x = n->in[0], *f = n->in[1];
    real *df = node_grad_zeroed(t, f), *dx = node_grad_zeroed(t, x);
    for (size_t r = 0; r < (size_t)n->rows; r++)
        for (int k = 0; k < f->cols; k++) {
            struct overlap o = overlap(k, f->cols / 2, n->cols);
            const real *dy = n->g + r * n->cols + o.at, *from = x->x + r * n->cols + o.from;
            for (int j = 0; j < o.n; j++)
                df[r * f->cols + k] += dy[j] * from[j];
            if (dx)
                vec_axpy(o.n, f->x[r * f->cols + k], dy, dx + r * n->cols + o.from);
        }
}

static const struct op convolve_op = { "convolve", convolve_back };

struct node *op_convolve(struct tape *t, struct node *x, struct node *f)
{
    if (x->rows != f->rows || f->cols % 2 == 0)
        BUG("%d filters of %d for %d rows", f->rows, f->cols, x->rows);
    struct node *n = tape_node(t, &convolve_op, x->rows, x->cols, NULL, x, f);
    vec_zero((size_t)n->rows * n->cols, n->x);
    for (size_t r = 0; r < (size_t)n->rows; r++)
        for (int k = 0; k < f->cols; k++) {
            struct overlap o = overlap(k, f->cols / 2, n->cols);
            vec_axpy(o.n, f->x[r * f->cols + k], x->x + r * n->cols + o.from,
                     n->x + r * n->cols + o.at);
        }
    return n;
}

/* ---- y = x mask / (1 - p) ----------------------------------------------- */

struct dropout {
    const real *mask; /* [rows of it, cols], again and again */
    int rows;
};

/* y (+)= x mask */
static void mask_rows(const struct dropout *o, struct node *n, const real *x, real beta, real *y)
{
    size_t block = (size_t)o->rows * n->cols;
    for (int r = 0; r < n->rows; r += o->rows, x += block, y += block)
        (beta == 0 ? vec_mul : vec_mul_add)(block, x, o->mask, y);
}

static void dropout_back(struct tape *t, struct node *n)
{
    real beta, *dx = node_grad(t, n->in[0], &beta);
    mask_rows(n->own, n, n->g, beta, dx);
}

static const struct op dropout_op = { "dropout", dropout_back };

/* A stream of random numbers of its own, for each place that draws. */
static struct rng stream(struct tape *t)
{
    struct rng r = *t->rng;
    r.s[0] ^= 0x9e3779b97f4a7c15u * ++t->draws;
    rng_u64(&r);
    return r;
}

struct node *op_dropout(struct tape *t, struct node *x, double p)
{
    if (p <= 0 || !t->rng)
        return x;
    if (t->lock && x->rows % t->lock)
        BUG("%d rows are no steps of %d", x->rows, t->lock);
    struct node *n = tape_node(t, &dropout_op, x->rows, x->cols, NULL, x, NULL);
    struct dropout *o = n->own = arena_alloc(t->arena, sizeof *o);
    int rows = t->lock ? t->lock : x->rows;
    size_t all = (size_t)rows * n->cols;
    real *mask = arena_alloc(t->arena, all * sizeof *mask);
    struct rng r = stream(t);
    vec_coins(all, rng_u64(&r), p, (real)(1 / (1 - p)), mask);
    *o = (struct dropout){ mask, rows };
    mask_rows(o, n, x->x, 0, n->x);
    return n;
}
