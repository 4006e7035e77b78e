#include "nn/recurrent.h"

#include "num/vec.h"

/*
 * State slots: step k of the walk (k = 0 is done first) reads slot k and writes
 * slot k + 1 going forwards; in reverse, step t reads slot t + 1 and writes slot
 * t. Either way the outputs of all steps, and the states before them, are one
 * contiguous [steps * rows, H] matrix each.
 */
struct layer {
    struct recurrent r;
    real *state;              /* [states][steps + 1][rows, H] */
    size_t state_stride;
    real *z;                  /* [steps][rows, gates * H] */
    real *keep;               /* [slots][steps][rows, H] */
    size_t keep_stride;
    real *scratch;            /* [rows + 2, H] */
    real *dlast[CELL_STATES]; /* from the nodes of final states, NULL: none */
};

static real *state_before(const struct layer *l, int t)
{
    size_t block = (size_t)l->r.rows * l->r.hidden;
    return l->state + block * (l->r.reverse ? t + 1 : t);
}

static real *state_after(const struct layer *l, int t)
{
    size_t block = (size_t)l->r.rows * l->r.hidden;
    return l->state + block * (l->r.reverse ? t : t + 1);
}

/* Is the state before step t zero and left out of all products? */
static bool from_nothing(const struct layer *l, int t)
{
    return t == (l->r.reverse ? l->r.steps - 1 : 0) && !l->r.init[0] &&
           !l->r.cell->state_bias;
}

static struct cell_step step_of(const struct layer *l, int t)
{
    size_t block = (size_t)l->r.rows * l->r.hidden;
    return (struct cell_step){
        .rows = l->r.rows,
        .hidden = l->r.hidden,
        .hard = l->r.hard,
        .u = l->r.u,
        .z = l->z + block * l->r.cell->gates * t,
        .s0 = from_nothing(l, t) ? NULL : state_before(l, t),
        .s1 = state_after(l, t),
        .state_stride = l->state_stride,
        .keep = l->keep + block * t,
        .keep_stride = l->keep_stride,
        .scratch = l->scratch,
    };
}

/* Rows that are over at step t keep their state. */
static void carry_through(const struct layer *l, int t)
{
    int H = l->r.hidden;
    for (int b = 0; l->r.len && b < l->r.rows; b++)
        for (int v = 0; t >= l->r.len[b] && v < l->r.cell->states; v++) {
            size_t at = v * l->state_stride + (size_t)b * H;
            real *after = state_after(l, t) + at;
            if (from_nothing(l, t))
                vec_zero(H, after);
            else
                memcpy(after, state_before(l, t) + at, H * sizeof *after);
        }
}

/* ... and pass the gradient of the state straight on. */
static void carry_back(const struct layer *l, int t, const struct cell_step *s)
{
    int H = l->r.hidden, G = l->r.cell->gates * H;
    for (int b = 0; l->r.len && b < l->r.rows; b++) {
        if (t < l->r.len[b])
            continue;
        vec_zero(G, s->dz + (size_t)b * G);
        for (int v = 0; v < l->r.cell->slots; v++) /* may hold gradients by now */
            vec_zero(H, s->keep + v * s->keep_stride + (size_t)b * H);
        for (int v = 0; s->ds0 && v < l->r.cell->states; v++) {
            size_t at = v * s->dstate_stride + (size_t)b * H;
            memcpy(s->ds0 + at, s->ds1 + at, H * sizeof *s->ds0);
        }
    }
}

static void hand_over_init(struct tape *t, struct layer *l, const real *ds, size_t block)
{
    for (int v = 0; v < l->r.cell->states; v++) {
        real beta, *d;
        if (!l->r.init[v]->op)
            continue;
        d = node_grad(t, l->r.init[v], &beta);
        if (beta == 0)
            memcpy(d, ds + v * block, block * sizeof *d);
        else
            vec_add(block, ds + v * block, d);
    }
}

/* A repeated z is one input of every step: its gradient is their sum. */
static void sum_steps(struct tape *t, struct node *z, int steps, const real *dz)
{
    size_t block = (size_t)z->rows * z->cols;
    real beta, *g = node_grad(t, z, &beta);
    if (beta == 0)
        vec_zero(block, g);
    for (int k = 0; k < steps; k++)
        vec_add(block, dz + k * block, g);
}

static void recurrent_back(struct tape *t, struct node *n)
{
    struct layer *l = n->own;
    const struct recurrent *r = &l->r;
    int H = r->hidden, G = r->cell->gates * H, states = r->cell->states;
    size_t block = (size_t)r->rows * H;
    bool repeated = r->z->rows != r->rows * r->steps;
    bool to_init = r->init[0] && (r->init[0]->op || r->init[states - 1]->op);
    real beta, *dz = repeated
        ? arena_alloc(t->arena, (size_t)r->steps * r->rows * G * sizeof *dz)
        : node_grad(t, r->z, &beta);
    real *ds1 = arena_zalloc(t->arena, states * block * sizeof *ds1);
    real *ds0 = arena_alloc(t->arena, states * block * sizeof *ds0);

    for (int v = 0; v < states; v++)
        if (l->dlast[v])
            vec_add(block, l->dlast[v], ds1 + v * block);
    for (int k = r->steps - 1; k >= 0; k--) {
        int at = r->reverse ? r->steps - 1 - k : k;
        struct cell_step s = step_of(l, at);
        if (n->g)
            vec_add(block, n->g + at * block, ds1); /* the output is state 0 */
        s.ds1 = ds1;
        s.ds0 = k > 0 || to_init ? ds0 : NULL;
        s.dstate_stride = block;
        s.dz = dz + (size_t)at * r->rows * G;
        r->cell->back(&s);
        carry_back(l, at, &s);
        real *swap = ds1;
        ds1 = ds0;
        ds0 = swap;
    }
    if (to_init)
        hand_over_init(t, l, ds1, block);
    if (repeated)
        sum_steps(t, r->z, r->steps, dz);

    /* steps whose state before is zero add nothing to dU: leave them out */
    bool left_out = !r->init[0] && !r->cell->state_bias;
    int first = left_out && !r->reverse ? 1 : 0, count = r->steps - left_out;
    if (count > 0)
        r->cell->grad_u(t, r->u, count * r->rows, H, state_before(l, first),
                        l->keep + first * block, l->keep_stride,
                        dz + (size_t)first * r->rows * G);
}

static const struct op recurrent_op = { "recurrent", recurrent_back };

/* ---- the final states as nodes of their own ----------------------------- */

struct last {
    struct node *layer;
    int state;
};

static void last_back(struct tape *t, struct node *n)
{
    const struct last *o = n->own;
    struct layer *l = o->layer->own;
    (void)t;
    l->dlast[o->state] = n->g;
    o->layer->live = true; /* also when nobody used its outputs */
}

static const struct op last_op = { "last state", last_back };

static struct node *last_state(struct tape *t, struct node *layer, int v, real *x)
{
    struct layer *l = layer->own;
    struct node *n = tape_node(t, &last_op, l->r.rows, l->r.hidden, x, layer, NULL);
    struct last *o = n->own = arena_alloc(t->arena, sizeof *o);
    *o = (struct last){ layer, v };
    return n;
}

struct node *op_recurrent(struct tape *t, const struct recurrent *r, struct node **last)
{
    const struct cell *c = r->cell;
    int G = c->gates * r->hidden;
    size_t block = (size_t)r->rows * r->hidden, zblock = (size_t)r->rows * G;
    bool repeated = r->z->rows != r->rows * r->steps;
    if (r->z->cols != G || (repeated && r->z->rows != r->rows))
        BUG("z is [%d,%d], not [%d,%d]", r->z->rows, r->z->cols, r->rows * r->steps, G);

    struct layer *l = arena_zalloc(t->arena, sizeof *l);
    l->r = *r;
    l->state_stride = block * (r->steps + 1);
    l->state = arena_alloc(t->arena, c->states * l->state_stride * sizeof *l->state);
    l->keep_stride = block * r->steps;
    l->keep = arena_alloc(t->arena, c->slots * l->keep_stride * sizeof *l->keep);
    l->scratch = arena_alloc(t->arena, (block + 2 * r->hidden) * sizeof *l->scratch);
    l->z = r->z->x;
    if (repeated)
        l->z = arena_alloc(t->arena, r->steps * zblock * sizeof *l->z);
    for (int v = 0; v < c->states; v++) {
        real *first = state_before(l, r->reverse ? r->steps - 1 : 0) + v * l->state_stride;
        if (r->init[0])
            memcpy(first, r->init[v]->x, block * sizeof *first);
        else
            vec_zero(block, first);
    }
    for (int k = 0; k < r->steps; k++) {
        int at = r->reverse ? r->steps - 1 - k : k;
        struct cell_step s = step_of(l, at);
        if (repeated)
            memcpy(s.z, r->z->x, zblock * sizeof *s.z);
        c->step(&s);
        carry_through(l, at);
    }

    /* state 0 after every step, in the order of the steps, is the output */
    struct node *n = tape_node(t, &recurrent_op, r->steps * r->rows, r->hidden,
                               state_after(l, 0), r->z, NULL);
    n->own = l;
    for (int v = 0; last && v < c->states; v++)
        last[v] = last_state(t, n, v, state_after(l, r->reverse ? 0 : r->steps - 1) +
                                          v * l->state_stride);
    return n;
}

const real *recurrent_gates(const struct node *n, int step, const struct cell **cell)
{
    if (n->op != &recurrent_op)
        return NULL;
    const struct layer *l = n->own;
    *cell = l->r.cell;
    return step_of(l, step).z;
}
