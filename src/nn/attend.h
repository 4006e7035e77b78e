/*
 * attend - attention: where in the source to look, and what is seen there.
 *
 * For a query q and the source's encoder outputs h_1 .. h_S (the memory),
 *
 *     e_j = score(q, key_j)     alpha = softmax(e)     context = sum_j alpha_j h_j
 *
 * over the steps that the source really has. What distinguishes the kinds is the
 * score, one row each. Keys are a projection of the memory, made once per source.
 */
#ifndef NN_ATTEND_H
#define NN_ATTEND_H

#include "nn/tape.h"

/* The weights a score may have; NULL: it has none of that kind. */
struct score_weights {
    const struct tensor *key, *key_b; /* memory -> keys */
    const struct tensor *query;       /* query -> width of the keys */
    const struct tensor *v;           /* [1, width of the keys] */
};

struct score {
    const char *name, *summary;
    /* Names the weights, for queries and memories of these widths. */
    void (*declare)(struct score_weights *, struct params *, const char *prefix, int query,
                    int memory);
    /* e[steps] of one query over the keys [steps, width] of its source. */
    void (*scores)(int steps, int width, const real *q, const real *key, const real *v,
                   real *e);
    /* de[steps] -> adds into dq, dkey and dv (dv NULL if there is no v). */
    void (*back)(int steps, int width, const real *q, const real *key, const real *v,
                 const real *de, real *dq, real *dkey, real *dv);
};

extern const struct score *const score_table[]; /* NULL at the end */
const struct score *score_find(const char *name); /* NULL: unknown */

extern const struct score score_additive, score_dot, score_general, score_static;

/* The keys of a memory [steps * rows, width], time-major like it. */
struct node *attend_keys(struct tape *, const struct score_weights *, struct node *memory);

/* The query in the width of the keys. */
struct node *attend_query(struct tape *, const struct score_weights *, struct node *query);

struct attend {
    const struct score *score;
    const struct score_weights *w;
    struct node *query;  /* [queries * rows, width], query k of row b at k * rows + b */
    struct node *keys;   /* [rows, steps * width], from op_by_sequence */
    struct node *memory; /* [rows, steps * memory width], likewise */
    const int *of;       /* the row of keys and memory that each query reads; NULL: as above.
                            Only without a way back */
    const int *len;      /* [rows] steps of each source; borrowed */
    int steps;           /* of the longest */
    const int *at;       /* [queries * rows] the one step to look at, whatever the scores
                            say; -1: as they say. NULL: all as they say */
};

/* Returns the contexts [queries * rows, memory width]. *alpha, if not NULL, becomes
 * the weights [queries * rows, steps], zero beyond a source's end; the tape's. */
struct node *op_attend(struct tape *, const struct attend *, const real **alpha);

#endif
