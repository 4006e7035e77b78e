/*
 * tape - a coarse record of a forward pass, walked backwards for gradients.
 *
 * A node is a whole layer over a whole sequence (a lookup, a product, a
 * recurrent layer ...); a model has about ten. Calling a constructor computes
 * the forward result at once; tape_back() then walks the nodes from the newest
 * to the oldest. The same constructors with one step decode a token.
 *
 * Rows are time-major: row t * batch + b. All memory is the tape's arena and
 * lives until tape_reset. One thread uses a tape at a time.
 *
 * Gradients of weights are not multiplied out where they arise: each use of a
 * weight leaves its input and its dz, and one product per weight is formed when
 * the walk is over. A loop of T single steps then costs the same one tall
 * product as a layer that saw the whole sequence.
 *
 *     struct tape t;
 *     tape_init(&t, &params);
 *     tape_start(&t, grad, &rng);                 // or tape_start(&t, NULL, NULL)
 *     struct node *y = op_linear(&t, x, w, b);
 *     loss_xent(&t, y, target, scale, &sums);     // sets y->g
 *     tape_back(&t);                              // fills grad
 */
#ifndef NN_TAPE_H
#define NN_TAPE_H

#include "base/mem.h"
#include "base/rng.h"
#include "nn/params.h"

struct tape;
struct node;
struct touched; /* rows */

struct op {
    const char *name;
    void (*back)(struct tape *, struct node *); /* n->g -> gradients of n->in and weights */
};

struct node {
    const struct op *op;
    int rows, cols;
    real *x;            /* [rows, cols] */
    real *g;            /* d loss / d x; NULL until something flowed back */
    struct node *in[2];
    bool live;          /* to be walked back even though g is NULL */
    void *own;          /* the op's private block, in the arena */
    struct node *before;
};

struct tape {
    struct arena *arena;
    const struct params *params;
    real *grad;         /* flat, laid out as params->x; NULL: forward only */
    const struct rng *rng; /* dropout; NULL: no dropout */
    uint64_t draws;     /* dropout nodes so far: each has its own stream */
    int lock;           /* dropout: rows of a step, whose masks hold for all steps; 0: none do */
    struct node *newest;
    struct use **uses;  /* [params->n] pending weight gradients */
    bool *written;      /* [params->n] gradients that this pass has begun */
    struct touched *touched; /* [params->n] rows of sparse gradients that may not be zero */
};

void tape_init(struct tape *, const struct params *);
void tape_release(struct tape *);

/* Forgets the last pass. grad NULL: forward only, nothing is kept for a way
 * back. rng NULL: dropout does nothing. Masks are not locked, until t->lock is set. */
void tape_start(struct tape *, real *grad, const struct rng *);

/*
 * Of large tables that are only looked up (TENSOR_LOOKUP alone) a pass touches few rows: the
 * tape remembers which, and clears those before the next pass over the same grad, not
 * all. Who adds to other rows says so.
 */
bool tape_is_sparse(const struct tensor *);
const int *tape_touched(const struct tape *, const struct tensor *, int *n);
void tape_touch(struct tape *, const struct tensor *, const int *row, int n); /* < 0: none */
void tape_touch_all(struct tape *); /* grad may hold anything */

/* After tape_start: grad keeps what it holds, and this pass adds to it. */
void tape_add(struct tape *);

/* Walks back through every node that has a g or is live, and fills grad: what was in
 * it before does not matter, but after tape_add. */
void tape_back(struct tape *);

/* For ops: a new node over x, or over new memory (undefined) if x is NULL. */
struct node *tape_node(struct tape *, const struct op *, int rows, int cols, real *x,
                       struct node *in0, struct node *in1);

/* A node around values that are there already and need no gradient (the initial
 * state of a decoder step, input vectors). x is borrowed until tape_start. */
struct node *tape_constant(struct tape *, int rows, int cols, real *x);

/* For ops going back: n->g, allocated at the first call. *beta becomes 0 then
 * (contents undefined: overwrite), 1 later (add). */
real *node_grad(struct tape *, struct node *n, real *beta);

/* The same for ops that add to parts of it: zero at first. NULL: n is a constant. */
real *node_grad_zeroed(struct tape *, struct node *n);

/*
 * For ops going back: weight += x^T dz over `rows` rows, bias += sum of dz; either
 * may be NULL. Both arrays must stay as they are until the walk is over.
 */
void tape_use(struct tape *, const struct tensor *weight, const struct tensor *bias,
              int rows, const real *x, int ldx, const real *dz, int lddz);

/* This pass's gradient of a weight, to add to: zero at first. */
real *tape_grad_of(struct tape *, const struct tensor *);

#endif
