/*
 * pick - the row that a typed word means: the one of that name, or the only one
 * whose name begins so.
 *
 *     struct pick p = pick_of("temp");
 *     for (each row)
 *         if (pick_try(&p, row->name))
 *             found = row;
 *     if (pick_end(&p, "option", "--", &err) < 0) ...   // none, or several
 */
#ifndef UI_PICK_H
#define UI_PICK_H

#include "base/err.h"
#include "base/near.h"
#include "base/str.h"

struct pick {
    const char *typed;
    bool exact;
    int fits;
    struct str those; /* that fit */
    struct near near;
};

struct pick pick_of(const char *typed);
bool pick_try(struct pick *, const char *name); /* true: this row, unless another comes */

/* 0, or -1: err lists the candidates, or names the nearest. `what` and `mark` are
 * for the message: unknown command '/hlep'. */
int pick_end(struct pick *, const char *what, const char *mark, struct err *);

#endif
