/*
 * rivals - each token of an answer, how probable it was, and what stood against it.
 *
 *   step  token     p              instead
 *      1  2      .998  ##########  1 .001  3 .000
 *      2  2      .981  ##########  3 .012  1 .003
 */
#ifndef UI_RIVALS_H
#define UI_RIVALS_H

#include "ui/shell.h"

enum { RIVALS = 8 }; /* as a rule, at most so many in a row */

/* A table of at most `columns` columns, with at most `most` rivals in a row, appended;
 * nothing if there are none, as of vectors. */
void rivals_table(const struct reply *, int most, const struct shell *, int columns,
                  struct str *);

#endif
