/*
 * stack - recurrent layers on top of each other: an encoder or a decoder.
 */
#ifndef MODEL_STACK_H
#define MODEL_STACK_H

#include "nn/recurrent.h"

enum { STACK_DEPTH = 16 };

struct stack {
    const struct cell *cell;
    int depth, hidden;
    bool hard;
    double dropout;            /* between layers */
    const struct tensor *w[STACK_DEPTH], *b[STACK_DEPTH];
    const struct tensor *u[STACK_DEPTH][CELL_BLOCKS];
};

/* Names the weights: PREFIX.LAYER.W [in, G H], .b [G H], .U (and .Un). `use` is
 * how the bottom layer's W is used: multiplied, or looked up by one-hot ids. */
void stack_declare(struct stack *, struct params *, const char *prefix, int in,
                   unsigned use);

/*
 * Runs all layers from the bottom layer's z = x W + b. init: [depth][states]
 * nodes, or NULL for zeros; last receives the final states in the same layout,
 * or is NULL. Returns the top layer's outputs [steps * rows, hidden].
 */
struct node *stack_run(const struct stack *, struct tape *, struct node *z, int rows,
                       int steps, const int *len,
                       struct node *(*init)[CELL_STATES], struct node *(*last)[CELL_STATES]);

/* Weights of one layer. */
int64_t stack_layer_params(const struct stack *, int layer);

#endif
