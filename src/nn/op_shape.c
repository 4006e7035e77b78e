/*
 * The layers that only move numbers: side by side, below each other, a part of,
 * one or the other.
 */
#include "nn/op.h"

#include "num/vec.h"

/* Adds dy to the gradient of a whole node. */
static void add_all(struct tape *t, struct node *to, const real *dy)
{
    size_t all = (size_t)to->rows * to->cols;
    real beta, *d;
    if (!to->op)
        return; /* a constant */
    d = node_grad(t, to, &beta);
    if (beta == 0)
        memcpy(d, dy, all * sizeof *d);
    else
        vec_add(all, dy, d);
}

/* ---- y = [a ; b] ------------------------------------------------------------ */

static void concat_back(struct tape *t, struct node *n)
{
    int at = 0;
    for (int i = 0; i < 2; i++) {
        struct node *x = n->in[i];
        if (x->op) {
            real *d = node_grad_zeroed(t, x);
            for (size_t r = 0; r < (size_t)n->rows; r++)
                vec_add(x->cols, n->g + r * n->cols + at, d + r * x->cols);
        }
        at += x->cols;
    }
}

static const struct op concat_op = { "concat", concat_back };

struct node *op_concat(struct tape *t, struct node *a, struct node *b)
{
    if (a->rows != b->rows)
        BUG("%d rows beside %d", a->rows, b->rows);
    struct node *n = tape_node(t, &concat_op, a->rows, a->cols + b->cols, NULL, a, b);
    for (size_t r = 0; r < (size_t)n->rows; r++) {
        memcpy(n->x + r * n->cols, a->x + r * a->cols, a->cols * sizeof *n->x);
        memcpy(n->x + r * n->cols + a->cols, b->x + r * b->cols, b->cols * sizeof *n->x);
    }
    return n;
}

/* ---- a part of x -------------------------------------------------------------- */

static void rows_back(struct tape *t, struct node *n)
{
    struct node *x = n->in[0];
    if (x->op)
        vec_add((size_t)n->rows * n->cols, n->g, node_grad_zeroed(t, x) + (n->x - x->x));
}

static const struct op rows_op = { "rows", rows_back };

struct node *op_rows(struct tape *t, struct node *x, int first, int rows)
{
    if (first + rows > x->rows)
        BUG("rows %d to %d of %d", first, first + rows, x->rows);
    return tape_node(t, &rows_op, rows, x->cols, x->x + (size_t)first * x->cols, x, NULL);
}

/* ---- some rows of x ------------------------------------------------------------- */

static void pick_back(struct tape *t, struct node *n)
{
    const int *row = n->own;
    real *dx = node_grad_zeroed(t, n->in[0]);
    if (!dx)
        return;
    for (size_t r = 0; r < (size_t)n->rows; r++)
        vec_add(n->cols, n->g + r * n->cols, dx + (size_t)row[r] * n->cols);
}

static const struct op pick_op = { "pick", pick_back };

struct node *op_pick(struct tape *t, struct node *x, const int *row, int rows)
{
    struct node *n = tape_node(t, &pick_op, rows, x->cols, NULL, x, NULL);
    for (size_t r = 0; r < (size_t)rows; r++)
        memcpy(n->x + r * n->cols, x->x + (size_t)row[r] * n->cols, n->cols * sizeof *n->x);
    n->own = (void *)row;
    return n;
}

/* ---- y = x ----------------------------------------------------------------------- */

static void copy_back(struct tape *t, struct node *n)
{
    add_all(t, n->in[0], n->g);
}

static const struct op copy_op = { "copy", copy_back };

struct node *op_copy(struct tape *t, struct node *x)
{
    struct node *n = tape_node(t, &copy_op, x->rows, x->cols, NULL, x, NULL);
    memcpy(n->x, x->x, (size_t)n->rows * n->cols * sizeof *n->x);
    return n;
}

/* ---- below each other ---------------------------------------------------------- */

struct pile {
    struct node **x;
    int n;
};

static void pile_back(struct tape *t, struct node *n)
{
    const struct pile *o = n->own;
    const real *dy = n->g;
    for (int i = 0; i < o->n; i++) {
        add_all(t, o->x[i], dy);
        dy += (size_t)o->x[i]->rows * n->cols;
    }
}

static const struct op pile_op = { "pile", pile_back };

struct node *op_pile(struct tape *t, struct node *const *x, int n)
{
    int rows = 0;
    for (int i = 0; i < n; i++)
        rows += x[i]->rows;
    struct node *y = tape_node(t, &pile_op, rows, x[0]->cols, NULL, NULL, NULL);
    struct pile *o = y->own = arena_alloc(t->arena, sizeof *o);
    real *at = y->x;
    o->n = n;
    o->x = arena_alloc(t->arena, n * sizeof(struct node *));
    for (int i = 0; i < n; i++) {
        size_t all = (size_t)x[i]->rows * y->cols;
        o->x[i] = x[i];
        memcpy(at, x[i]->x, all * sizeof *at);
        at += all;
    }
    return y;
}

/* ---- y[r] = W[id[r]], or x[r] ---------------------------------------------------- */

struct choose {
    const struct tensor *w;
    const int *id;
};

static void choose_back(struct tape *t, struct node *n)
{
    const struct choose *o = n->own;
    struct node *x = n->in[0];
    real *dx = node_grad_zeroed(t, x), *dw = tape_grad_of(t, o->w);
    for (size_t r = 0; r < (size_t)n->rows; r++) {
        const real *dy = n->g + r * n->cols;
        if (o->id[r] >= 0)
            vec_add(n->cols, dy, dw + (size_t)o->id[r] * n->cols);
        else if (dx)
            vec_add(n->cols, dy, dx + r * n->cols);
    }
    tape_touch(t, o->w, o->id, n->rows);
}

static const struct op choose_op = { "choose", choose_back };

struct node *op_choose(struct tape *t, const struct tensor *w, const int *id, struct node *x)
{
    if (w->cols != x->cols)
        BUG("'%s' has %d columns, not %d", w->name, w->cols, x->cols);
    struct node *n = tape_node(t, &choose_op, x->rows, x->cols, NULL, x, NULL);
    struct choose *o = n->own = arena_alloc(t->arena, sizeof *o);
    *o = (struct choose){ w, id };
    for (size_t r = 0; r < (size_t)n->rows; r++)
        memcpy(n->x + r * n->cols,
               id[r] >= 0 ? w->x + (size_t)id[r] * n->cols : x->x + r * n->cols,
               n->cols * sizeof *n->x);
    return n;
}

/* ---- y[r] = now[r], or before[r] ---------------------------------------------------- */

struct until {
    const int *len;
    int step;
};

static void until_back(struct tape *t, struct node *n)
{
    const struct until *o = n->own;
    real *d[2];
    for (int i = 0; i < 2; i++)
        d[i] = node_grad_zeroed(t, n->in[i]);
    for (size_t r = 0; r < (size_t)n->rows; r++) {
        real *to = d[o->step < o->len[r] ? 0 : 1];
        if (to)
            vec_add(n->cols, n->g + r * n->cols, to + r * n->cols);
    }
}

static const struct op until_op = { "until", until_back };

struct node *op_until(struct tape *t, struct node *now, struct node *before, const int *len,
                      int step)
{
    struct node *n = tape_node(t, &until_op, now->rows, now->cols, NULL, now, before);
    struct until *o = n->own = arena_alloc(t->arena, sizeof *o);
    *o = (struct until){ len, step };
    for (size_t r = 0; r < (size_t)n->rows; r++)
        memcpy(n->x + r * n->cols, (step < len[r] ? now : before)->x + r * n->cols,
               n->cols * sizeof *n->x);
    return n;
}

/* ---- one long row for each sequence ------------------------------------------------ */

static void by_sequence_back(struct tape *t, struct node *n)
{
    struct node *x = n->in[0];
    real *dx = node_grad_zeroed(t, x);
    size_t rows = n->rows, width = x->cols, steps = x->rows / rows;
    for (size_t s = 0; s < steps; s++)
        for (size_t b = 0; b < rows; b++)
            vec_add(width, n->g + (b * steps + s) * width, dx + (s * rows + b) * width);
}

static const struct op by_sequence_op = { "by sequence", by_sequence_back };

struct node *op_by_sequence(struct tape *t, struct node *x, int rows)
{
    size_t steps = x->rows / rows, width = x->cols;
    struct node *n = tape_node(t, &by_sequence_op, rows, (int)(steps * width), NULL, x, NULL);
    for (size_t s = 0; s < steps; s++)
        for (size_t b = 0; b < (size_t)rows; b++)
            memcpy(n->x + (b * steps + s) * width, x->x + (s * rows + b) * width,
                   width * sizeof *n->x);
    return n;
}
