/*
 * recurrent - a cell over a known sequence: encoders, teacher-forced decoders,
 * and, with one step, decoding.
 *
 * The product with x is made before, for all steps at once (op_lookup or
 * op_linear give z = x W + b); the cell only adds its h U. A z of `rows` rows
 * instead of steps * rows is used at every step: a repeated context is
 * projected once.
 *
 *     struct recurrent r = { .cell = &cell_lstm, .hidden = 128, .rows = 32,
 *                            .steps = 7, .u = u, .z = z };
 *     struct node *last[CELL_STATES];
 *     struct node *h = op_recurrent(&tape, &r, last);   // h [7*32, 128], last h and c [32, 128]
 */
#ifndef NN_RECURRENT_H
#define NN_RECURRENT_H

#include "nn/cell.h"

struct recurrent {
    const struct cell *cell;
    int hidden, rows, steps;
    bool hard;                          /* hard sigmoid gates */
    bool reverse;                       /* from the last step to the first */
    const struct tensor *u[CELL_BLOCKS];
    struct node *z;                     /* [steps * rows, gates * H] or [rows, gates * H] */
    struct node *init[CELL_STATES];     /* [rows, H] each; init[0] NULL: zeros */
    const int *len;                     /* [rows] steps that count; later ones (in reverse:
                                           they come first) carry the state through.
                                           NULL: all. Borrowed until the walk back */
};

/* Returns the outputs [steps * rows, H], at their own steps also in reverse.
 * last, if not NULL, receives the final states [rows, H], `states` of them. The
 * contents of z's values are used up. */
struct node *op_recurrent(struct tape *, const struct recurrent *, struct node **last);

/* Of a node that op_recurrent() made: the gates at a step [rows, gates * H], and its cell.
 * NULL: it is another kind of node. */
const real *recurrent_gates(const struct node *, int step, const struct cell **);

#endif
