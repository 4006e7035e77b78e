/*
 * strategy - how the next token is chosen; one row per way.
 *
 * Decoding offers candidates; a strategy only marks the ones to keep. So argmax,
 * sampling and beam search share one loop (run/search.h) and one view.
 *
 * Hypotheses come in groups that do not compete with each other: the answers that are
 * drawn side by side, the groups of a diverse beam. Argmax has one group of one.
 */
#ifndef RUN_STRATEGY_H
#define RUN_STRATEGY_H

#include "base/rng.h"

/* One possible next token of one live hypothesis. */
struct cand {
    int parent;      /* the hypothesis it continues, counted among those of its question */
    int token;
    bool ends;       /* with it the answer is complete */
    bool kept;
    bool within;     /* it goes on with a word (subword_continues) */
    real logp;       /* log-probability the model gives it */
    real gain;       /* the same after penalties and what else is asked for */
    real p;          /* probability after temperature, top-k, top-p and min-p; 0: cut */
    const char *cut; /* what cut it off: "top-k"; NULL: nothing did */
    double score;    /* the gains of the whole hypothesis with it, added up */
    double key;      /* what candidates are ordered by: the score, less what its group
                        owes for saying what an earlier group says */
};

struct strategy_options {
    int width;          /* beam: live hypotheses, of all groups together */
    int groups;         /* beam: groups that are to differ; 1: one beam */
    double diversity;   /* beam: what a token costs for each earlier group that takes it */
    int draws;          /* sample: answers drawn side by side, of which the best are
                           given; at least as many as are wanted */
    double temperature; /* sample: p ~ p^(1/T) */
    int top_k;          /* sample: only the k most probable; 0: all */
    double top_p;       /* sample: the smallest set that holds this much; 1: all */
    double min_p;       /* sample: none less probable than this share of the best; 0: all */
    double min_p_within; /* the same of tokens within a word, where that is more */
};

struct strategy {
    const char *name, *summary;
    bool drawn; /* by lot: another seed, another answer */
    int (*groups)(const struct strategy_options *);
    int (*width)(const struct strategy_options *); /* live hypotheses of a group */
    /* How many candidates of each hypothesis it wants to see, best first. */
    int (*wants)(const struct strategy_options *, int symbols);
    /* By how much the gain of such a candidate may be less than the best one's; NULL: by
     * anything. */
    double (*reach)(const struct strategy_options *);
    /* c[n], n > 0, those of one group, best first: sets p and marks what is kept, at
     * most the width of those that go on. */
    void (*keep)(const struct strategy_options *, struct cand *c, int n, struct rng *);
};

extern const struct strategy *const strategy_table[]; /* NULL at the end */
const struct strategy *strategy_find(const char *name); /* NULL: unknown */

extern const struct strategy strategy_argmax, strategy_sample, strategy_beam;

#endif
