/*
 * stack - recurrent layers on top of each other: an encoder or a decoder.
 */
#ifndef MODEL_STACK_H
#define MODEL_STACK_H

#include "base/settings.h"
#include "nn/recurrent.h"

enum { STACK_DEPTH = 16 };

struct stack {
    const struct cell *cell;
    int depth, hidden, top;    /* units of a layer, and of the top layer */
    bool hard, residual;
    double dropout;            /* between layers */
    int beside;                /* width of what the second layer is fed beside the first */
    const struct tensor *w[STACK_DEPTH], *b[STACK_DEPTH];
    const struct tensor *u[STACK_DEPTH][CELL_BLOCKS];
    const struct tensor *gain[STACK_DEPTH], *bias[STACK_DEPTH]; /* layer normalisation */
};

/* What the settings say of both sides: cell, gates, dropout, residual. */
struct stack stack_of(const struct settings *, const struct cell *, int depth, int hidden);

/* Units of a layer. */
int stack_width(const struct stack *, int layer);

/* Names the weights: PREFIX.LAYER.W [in, G H], .b [G H], .U (and .Un). `use` is
 * how the bottom layer's W is used: multiplied, or looked up by one-hot ids. With
 * `norm`, every layer's output is normalised. */
void stack_declare(struct stack *, struct params *, const char *prefix, int in,
                   unsigned use, bool norm);

/* One run over `steps` steps of `rows` rows. */
struct stack_run {
    int rows, steps;
    const int *len;                       /* [rows], or NULL: all steps count */
    bool reverse;
    struct node *(*init)[CELL_STATES];    /* [depth][states], or NULL: zeros */
    struct node *(*last)[CELL_STATES];    /* receives the final states; NULL: unwanted */
    /* What stands beside the bottom layer's output h [steps * rows, hidden] in the second
     * layer's input: [steps * rows, stack.beside]. Needed where that is not 0. */
    struct node *(*beside)(void *own, struct tape *, struct node *h);
    void *own;
};

/* Runs all layers from the bottom layer's z = x W + b. Returns the top layer's
 * outputs [steps * rows, top]. */
struct node *stack_run(const struct stack *, struct tape *, struct node *z,
                       const struct stack_run *);

/* States of all layers: zeros; and as a row of parts, bottom layer first. Flatten
 * returns how many parts that makes. */
struct node *stack_zero(struct tape *, int rows, int cols);
void stack_zeros(const struct stack *, struct tape *, int rows,
                 struct node *(*state)[CELL_STATES]);
int stack_flatten(const struct stack *, struct node *(*state)[CELL_STATES],
                  struct node **part);
void stack_unflatten(const struct stack *, struct node *const *part,
                     struct node *(*state)[CELL_STATES]);
int stack_flatten_count(const struct stack *);

/* Weights of one layer. */
int64_t stack_layer_params(const struct stack *, int layer);

#endif
