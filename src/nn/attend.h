/*
 * attend - attention: where in the source to look, and what is seen there.
 *
 * For a query q and the source's encoder outputs h_1 .. h_S (the memory),
 *
 *     e_j = score(q, key_j) + near_j     alpha = softmax(e)     context = sum_j alpha_j h_j
 *
 * over the steps that the source really has. What distinguishes the kinds is the
 * score, one row each. Keys are a projection of the memory, made once per source.
 *
 * near is nothing, or says where to look from where the step before looked, alpha':
 *
 *     near_j = sum_k f_k alpha'_{j+k},  k = -reach .. reach,  f = q W + b
 *
 * (location, Chorowski et al. 2015; a filter of the query's own, Battenberg et al. 2020):
 * op_convolve. Who can say "one to the left of there" needs to count nothing, and so
 * goes on beyond the lengths of training.
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
    const int *of;       /* the row of keys and memory that each query reads; NULL: as above.
                            Only without a way back */
    struct node *near;   /* [queries * rows, steps] more to the scores, or NULL */
    const int *len;      /* [rows] steps of each source; borrowed */
    int steps;           /* of the longest */
    const int *at;       /* [queries * rows] the one step to look at, whatever the scores
                            say; -1: as they say. NULL: all as they say */
};

/* The weights alpha [queries * rows, steps], zero beyond a source's end. */
struct node *op_attend(struct tape *, const struct attend *);

/* The contexts [queries * rows, width] that weights see in a memory [rows, steps * width]
 * from op_by_sequence; of and len as above. */
struct node *op_context(struct tape *, struct node *alpha, struct node *memory,
                        const int *of, const int *len);

#endif
