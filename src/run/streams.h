/*
 * streams - conversations laid out side by side: what a stateful model is trained and
 * measured on.
 *
 * A stream is some whole conversations, one after the other, in the order of the pairs.
 * Step k has the k-th pair of every stream that is as long, so that row r of a step
 * replies to row r of the step before, unless it opens a conversation (pairs_opens).
 */
#ifndef RUN_STREAMS_H
#define RUN_STREAMS_H

#include "text/pairs.h"

struct streams {
    int steps, rows; /* rows: of the first step; later ones have as many or fewer */
    int *row;        /* [pairs], step by step */
    int *start;      /* [steps + 1] where a step begins in row */
};

/* Of the first n pairs: `most` streams, or one for each conversation if those are fewer,
 * as even as can be without cutting one. */
void streams_init(struct streams *, const struct pairs *, int n, int most);
void streams_release(struct streams *);

/* The pairs of step k, and how many. */
const int *streams_rows(const struct streams *, int k, int *n);

#endif
