/*
 * neighbours - the training pairs at which the model was in a state most like the one that
 * said a token (run/states.h).
 */
#ifndef UI_NEIGHBOURS_H
#define UI_NEIGHBOURS_H

#include "ui/shell.h"

/* The pairs are loaded the first time, and kept in the shell: 20,000 at most, evenly spread.
 * A line for each of at most k pairs, nearest first, and one about the search, appended.
 * 1: Ctrl-C; -1: the training data are not here. */
int neighbours_add(struct shell *, const struct reply *, int step, int k, struct str *,
                   struct err *);

#endif
