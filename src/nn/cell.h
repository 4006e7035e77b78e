/*
 * cell - one step of a recurrent unit; one row per kind.
 *
 * The recurrent layer (nn/recurrent.h) owns time, masks and the product with x.
 * A cell sees one step of B rows: it adds its own h U, applies the gates, and
 * leaves behind in z and `keep` what its way back needs.
 *
 *   z      [B, gates * H]  in: x W + b. out: the activated gates, side by side
 *   state  `states` matrices [B, H]; number 0 is the output h. Matrix v lies at
 *          v * stride from the first
 *   keep   `slots` matrices [B, H] of the cell's own, at v * stride likewise
 *
 * A step whose previous state is known to be zero has s0 NULL: then nothing is
 * multiplied (not so for cells with a state bias). Going back, ds0 NULL means nobody
 * wants that gradient.
 */
#ifndef NN_CELL_H
#define NN_CELL_H

#include "nn/tape.h"

enum { CELL_STATES = 2, CELL_BLOCKS = 3, CELL_GATES = 4 };

struct cell_step {
    int rows, hidden;
    bool hard;                        /* gates by clip(0.2 x + 0.5, 0, 1) */
    const struct tensor *const *u;    /* [blocks] state weights, then the state bias */
    real *z;
    const real *s0;                   /* before; NULL: zeros */
    real *s1;                         /* after */
    size_t state_stride;
    real *keep;
    size_t keep_stride;
    /* going back */
    const real *ds1;                  /* d loss / d state after, all of it */
    real *ds0;                        /* overwritten; NULL: not wanted */
    size_t dstate_stride;
    real *dz;                         /* overwritten [B, gates * H] */
    real *scratch;                    /* [B + 2, H] */
};

struct cell {
    const char *name, *summary;
    int gates;                        /* width of z in units of H */
    const char *gate[CELL_GATES];     /* names of those that are 0 to 1; NULL: it is none */
    int states, slots;
    int blocks;                       /* state weights are U (and Un) ... */
    int block_gates[CELL_BLOCKS];     /* ... [H, this * H] each */
    bool forget;                      /* the second gate takes the forget bias */
    bool state_bias;                  /* one more weight bn [H], next to h U: its state
                                         before is then never left out */
    void (*step)(const struct cell_step *);
    void (*back)(const struct cell_step *);
    /* Hands the gradients of U to the tape, for `rows` = steps * B rows at once:
     * h0 [rows, H] the outputs before each step, keep and dz over the same rows. */
    void (*grad_u)(struct tape *, const struct tensor *const *u, int rows, int hidden,
                   const real *h0, const real *keep, size_t keep_stride, const real *dz);
};

extern const struct cell *const cell_table[]; /* NULL at the end */
const struct cell *cell_find(const char *name); /* NULL: unknown */

extern const struct cell cell_lstm, cell_gru, cell_gru_after, cell_simple;

#endif
