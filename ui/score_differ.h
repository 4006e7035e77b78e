/*
 * score_differ - the lines on which two texts differ most.
 */
#ifndef UI_SCORE_DIFFER_H
#define UI_SCORE_DIFFER_H

#include "ui/score_show.h"

/* Two texts, measured by one metric, and what they should be (NULL: no reference). */
struct score_pair {
    const struct score *a, *b;
    const struct segments *a_text, *b_text, *ref;
};

/* Shows the `most` lines with the largest difference of scores, the largest first; of
 * equal ones the earlier first. Lines that score alike are left out. */
void score_differ(const struct score_pair *, int most, const struct score_style *);

#endif
