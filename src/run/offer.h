/*
 * offer - what could come next: from a row of logits to candidates, best first.
 *
 *     logits -> log-probabilities -> gains (prior, penalties) -> the best few
 */
#ifndef RUN_OFFER_H
#define RUN_OFFER_H

#include "run/penalty.h"
#include "run/strategy.h"
#include "text/codec.h"

struct offers {
    struct cand *cand;
    int n, cap;
    int symbols, eos;  /* of the answers' vocabulary; eos -1: none */
    bool *within;      /* [symbols] those that go on with a word */
    real *gain;        /* [symbols] */
    int *order;        /* [symbols] */
    struct refusal {
        int parent, token;
    } *refused;        /* tokens that hypotheses must not take */
    int refusals, room;
};
void offers_init(struct offers *, const struct codec *); /* of the answers */
void offers_release(struct offers *);

/* A hypothesis and what is asked of its next token. */
struct follow {
    int parent;                /* its number */
    double score;              /* what it is worth so far */
    bool last;                 /* there is no room for another token behind the next */
    int forced;                /* a token to be among the candidates; -1: none */
    const struct penalty *penalty;
    const struct ids *said;    /* its tokens; needed if there are penalties */
    const struct ids *source;  /* the question in tokens of the answer, -1 for others */
    const real *prior;         /* [symbols] log-probabilities to hold against it, or NULL */
    double weight;             /* how much of them */
    const real *owed;          /* [symbols] what each token costs its group, or NULL */
    int wanted;                /* candidates, at most, but for the forced one; */
    double reach;              /* those whose gain is so much less than the best one's */
    int shown;                 /* only if these were too few otherwise */
};

/* Appends the candidates of one hypothesis to cand[n], best first, the forbidden ones
 * with gain -INFINITY behind the others; x [symbols] are the logits. *bits, if not
 * NULL, becomes the entropy of the model's distribution. */
void offers_add(struct offers *, const struct follow *, const real *x, real *bits);

/* From now on the candidate's token is forbidden to its hypothesis, unless all tokens are;
 * false: it was already. offers_forgive: nothing is. */
bool offers_refuse(struct offers *, const struct cand *);
void offers_forgive(struct offers *);

/* Sorts cand[from] and on, those of several hypotheses; returns how many of them are
 * not forbidden. */
int offers_sort(struct offers *, int from);

#endif
