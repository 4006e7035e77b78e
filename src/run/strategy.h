/*
 * strategy - how the next token is chosen; one row per way.
 *
 * Decoding offers candidates; a strategy only marks the ones to keep. So argmax,
 * sampling and, later, beam search share one loop and one view.
 */
#ifndef RUN_STRATEGY_H
#define RUN_STRATEGY_H

#include "base/rng.h"

/* One possible next token of one live hypothesis. */
struct cand {
    int parent;      /* row of the hypothesis it continues */
    int token;
    real logp;       /* log-probability the model gives it */
    real score;      /* log-probability of the whole hypothesis with it */
    real p;          /* probability after temperature, top-k and top-p; 0: cut */
    bool kept;
    const char *cut; /* what cut it off: "top-k"; NULL: nothing did */
};

struct strategy_options {
    int width;          /* live hypotheses; argmax and sample have one */
    double temperature; /* sample: p ~ p^(1/T) */
    int top_k;          /* sample: only the k most probable; 0: all */
    double top_p;       /* sample: the smallest set that holds this much; 1: all */
};

struct strategy {
    const char *name, *summary;
    /* How many candidates of each hypothesis it wants to see, best first. */
    int (*wants)(const struct strategy_options *, int symbols);
    /* c[n], best first within a parent: sets p and marks what is kept. */
    void (*keep)(const struct strategy_options *, struct cand *c, int n, struct rng *);
};

extern const struct strategy *const strategy_table[]; /* NULL at the end */
const struct strategy *strategy_find(const char *name); /* NULL: unknown */

extern const struct strategy strategy_argmax, strategy_sample;

#endif
