/*
 * penalty - what is held against a token, whatever the strategy: repeating oneself,
 * or repeating the question.
 */
#ifndef RUN_PENALTY_H
#define RUN_PENALTY_H

#include "base/base.h"

struct penalty {
    int block;         /* no run of so many tokens twice in an answer; 0: any */
    int block_source;  /* no run of so many tokens of the question; 0: any */
    double repetition; /* log-probabilities of tokens that were said are times this (as
                          Keskar et al. 2019 do with logits); 1: no matter */
};

/* gain[symbols], log-probabilities, of what comes behind said[n]; a blocked token
 * becomes -INFINITY. source[source_n] are the question's tokens as the answer would
 * say them, -1 where it cannot. If all that is left would be blocked, nothing is. */
void penalty_apply(const struct penalty *, const int *said, int n, const int *source,
                   int source_n, int symbols, real *gain);

/* Is there anything to apply? */
bool penalty_any(const struct penalty *);

#endif
