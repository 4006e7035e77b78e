/*
 * ter_shift - edits between two lines of words, where moving a block counts as one.
 *
 * The least number of such edits is hard to find (NP-complete, Shapira and Storer
 * 2002). This is the greedy search of tercom (Snover et al. 2006), with its limits: move
 * the block that brings the most, until none brings anything, and count what is left as
 * an edit distance, looked for near the diagonal. The order in which blocks are tried,
 * which of equals wins and where the search gives up decide the result, so they follow
 * sacreBLEU's form of tercom to the letter.
 */
#ifndef METRIC_TER_SHIFT_H
#define METRIC_TER_SHIFT_H

#include "metric/codes.h"

struct ter_shift; /* working memory */
struct ter_shift *ter_shift_new(void);
void ter_shift_free(struct ter_shift *);

/* Words are numbers. With an empty reference every word of hyp is an edit. */
int ter_shift_edits(struct ter_shift *, struct segment hyp, struct segment ref);

#endif
