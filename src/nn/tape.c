#include "nn/tape.h"

#include "num/vec.h"

/* One use of a weight in the pass: x [rows, in], dz [rows, out]. */
struct use {
    struct use *older;
    int rows, ldx, lddz;
    const real *x, *dz;
};

struct touched {
    const real *grad; /* that this is known of; NULL: none */
    int *row, n;      /* [rows of the table], n of them are known */
    bool *is;         /* [rows of the table] is it one of them? */
};

void tape_init(struct tape *t, const struct params *p)
{
    *t = (struct tape){ .arena = arena_new(), .params = p };
    t->touched = xcalloc((size_t)p->n, sizeof *t->touched);
}

void tape_release(struct tape *t)
{
    arena_free(t->arena);
    for (int i = 0; t->touched && i < t->params->n; i++) {
        free(t->touched[i].row);
        free(t->touched[i].is);
    }
    free(t->touched);
    *t = (struct tape){ 0 };
}

/* ---- sparse gradients --------------------------------------------------------------- */

/* A table of so few numbers is sooner cleared than kept books of. */
enum { DENSE = 16 * 1024 };

bool tape_is_sparse(const struct tensor *w)
{
    return w->use == TENSOR_LOOKUP && (size_t)w->rows * w->cols > DENSE;
}

const int *tape_touched(const struct tape *t, const struct tensor *w, int *n)
{
    *n = t->touched[w->index].n;
    return t->touched[w->index].row;
}

void tape_touch(struct tape *t, const struct tensor *w, const int *row, int n)
{
    struct touched *o = &t->touched[w->index];
    if (!tape_is_sparse(w))
        return;
    if (!o->row) {
        o->row = xcalloc((size_t)w->rows, sizeof *o->row);
        o->is = xcalloc((size_t)w->rows, sizeof *o->is);
    }
    for (int i = 0; i < n; i++)
        if (row[i] >= 0 && !o->is[row[i]]) {
            o->is[row[i]] = true;
            o->row[o->n++] = row[i];
        }
}

void tape_touch_all(struct tape *t)
{
    for (int i = 0; i < t->params->n; i++)
        t->touched[i].grad = NULL;
}

static void clear(struct tape *t, const struct tensor *w, real *g)
{
    struct touched *o = &t->touched[w->index];
    bool all = !tape_is_sparse(w) || o->grad != g;
    if (all)
        vec_zero((size_t)w->rows * w->cols, g);
    for (int i = 0; i < o->n; i++) {
        if (!all)
            vec_zero((size_t)w->cols, g + (size_t)o->row[i] * w->cols);
        o->is[o->row[i]] = false;
    }
    o->grad = g;
    o->n = 0;
}

/* ---- a pass ------------------------------------------------------------------------- */

void tape_start(struct tape *t, real *grad, const struct rng *rng)
{
    arena_reset(t->arena);
    t->grad = grad;
    t->rng = rng;
    t->draws = 0;
    t->lock = 0;
    t->newest = NULL;
    t->uses = grad ? arena_zalloc(t->arena, t->params->n * sizeof *t->uses) : NULL;
    t->written = grad ? arena_zalloc(t->arena, t->params->n * sizeof *t->written) : NULL;
}

void tape_add(struct tape *t)
{
    for (int i = 0; i < t->params->n; i++)
        t->written[i] = true;
}

struct node *tape_node(struct tape *t, const struct op *op, int rows, int cols, real *x,
                       struct node *in0, struct node *in1)
{
    struct node *n = arena_alloc(t->arena, sizeof *n);
    *n = (struct node){ .op = op, .rows = rows, .cols = cols, .in = { in0, in1 } };
    n->x = x ? x : arena_alloc(t->arena, (size_t)rows * cols * sizeof *n->x);
    n->before = t->newest;
    t->newest = n;
    return n;
}

struct node *tape_constant(struct tape *t, int rows, int cols, real *x)
{
    struct node *n = arena_alloc(t->arena, sizeof *n);
    *n = (struct node){ .rows = rows, .cols = cols, .x = x };
    return n;
}

real *node_grad(struct tape *t, struct node *n, real *beta)
{
    *beta = n->g ? 1 : 0;
    if (!n->g)
        n->g = arena_alloc(t->arena, (size_t)n->rows * n->cols * sizeof *n->g);
    return n->g;
}

real *node_grad_zeroed(struct tape *t, struct node *n)
{
    real beta, *g;
    if (!n->op)
        return NULL;
    g = node_grad(t, n, &beta);
    if (beta == 0)
        vec_zero((size_t)n->rows * n->cols, g);
    return g;
}

real *tape_grad_of(struct tape *t, const struct tensor *w)
{
    real *g = t->grad + w->at;
    if (!t->written[w->index])
        clear(t, w, g);
    t->written[w->index] = true;
    return g;
}

void tape_use(struct tape *t, const struct tensor *weight, const struct tensor *bias,
              int rows, const real *x, int ldx, const real *dz, int lddz)
{
    if (bias)
        add_rows(rows, bias->cols, dz, lddz, tape_grad_of(t, bias));
    if (!weight)
        return;
    struct use *u = arena_alloc(t->arena, sizeof *u);
    *u = (struct use){ t->uses[weight->index], rows, ldx, lddz, x, dz };
    t->uses[weight->index] = u;
}

/* Brings the uses of one weight together and multiplies once. A single use, the
 * common case, is multiplied where it lies. */
static void multiply_uses(struct tape *t, const struct tensor *w, const struct use *u)
{
    real *g = t->grad + w->at, beta = t->written[w->index] ? 1 : 0;
    int rows = 0, at = 0;
    t->written[w->index] = true;
    if (!u->older) {
        gemm_outer(t->params->precision, w->rows, w->cols, u->rows, u->x, u->ldx, u->dz,
                   u->lddz, beta, g, w->cols);
        return;
    }
    for (const struct use *v = u; v; v = v->older)
        rows += v->rows;
    real *x = arena_alloc(t->arena, (size_t)rows * w->rows * sizeof *x);
    real *dz = arena_alloc(t->arena, (size_t)rows * w->cols * sizeof *dz);
    for (const struct use *v = u; v; v = v->older)
        for (int r = 0; r < v->rows; r++, at++) {
            memcpy(x + (size_t)at * w->rows, v->x + (size_t)r * v->ldx,
                   w->rows * sizeof *x);
            memcpy(dz + (size_t)at * w->cols, v->dz + (size_t)r * v->lddz,
                   w->cols * sizeof *dz);
        }
    gemm_outer(t->params->precision, w->rows, w->cols, rows, x, w->rows, dz, w->cols, beta,
               g, w->cols);
}

void tape_back(struct tape *t)
{
    for (struct node *n = t->newest; n; n = n->before)
        if (n->g || n->live)
            n->op->back(t, n);
    for (int i = 0; i < t->params->n; i++)
        if (t->uses[i])
            multiply_uses(t, t->params->tensor[i], t->uses[i]);
        else
            tape_grad_of(t, t->params->tensor[i]); /* zero, if nothing reached it */
}
