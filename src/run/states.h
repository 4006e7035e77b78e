/*
 * states - what the decoder knows at each token of an answer: the moving parts of its state
 * (model/arch.h), one after the other, and how far its gates were open; and the examples
 * whose decoders were in a state most like one of them.
 *
 *     struct states s;
 *     states_of(model, &src, &said, memory, &s);
 *     struct nearest *n = nearest_start(model, &pairs, s.x + t * s.dim, 5, 20000);
 *     while (nearest_next(n))
 *         ;                                    // a batch of examples each
 *     show(nearest_found(n, 0));
 *     nearest_free(n);
 *     states_release(&s);
 */
#ifndef RUN_STATES_H
#define RUN_STATES_H

#include "model/model.h"

enum { STATES_LAYERS = 16 };

struct states {
    int n, dim;
    real *x;             /* [n, dim]: row t is the state that token t was said in; owned */
    const struct cell *cell;
    int layers, units[STATES_LAYERS]; /* of the decoder, the lowest first */
    int gate_dim;
    real *gates;         /* [n, gate_dim]: layer by layer [cell->gates, units]; owned */
};

/* Of a model of tokens. memory: as decode_options has it, or NULL. */
void states_of(const struct model *, const struct ids *src, const struct ids *said,
               const real *memory, struct states *);
void states_release(struct states *);

/* How far gate `gate` (of cell->gate) of a layer was open at token t: [units], 0 to 1. */
const real *states_gate(const struct states *, int t, int layer, int gate);

struct neighbour {
    int pair, step; /* which example, at which of its tokens it was nearest */
    double cosine;
};

/* Looks for the k nearest to `state` among at most `most` examples, spread evenly; each is
 * found once, where it is nearest. Everything is borrowed. */
struct nearest *nearest_start(const struct model *, const struct pairs *, const real *state,
                              int k, int most);
int nearest_next(struct nearest *); /* 1: more to look at, 0: that was all */
void nearest_free(struct nearest *); /* NULL is fine */

int nearest_seen(const struct nearest *); /* examples looked at */

/* The i-th nearest so far; NULL: there are not so many. */
const struct neighbour *nearest_found(const struct nearest *, int i);

#endif
