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

enum { RIVALS = 8 }; /* at most so many in a row */

struct rivals {
    struct rival_row *row;
    int n, cap;
};

void rivals_add(struct rivals *, const struct decode_step *);
void rivals_release(struct rivals *);

/* The first `rows` rows as a table of at most `columns` columns, appended; nothing if
 * there are none, as of vectors. */
void rivals_table(const struct rivals *, int rows, const struct shell *, int columns,
                  struct str *);

#endif
