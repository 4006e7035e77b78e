/*
 * near - the known word that a mistyped one was meant to be.
 *
 *     struct near n = near_to("hiden");
 *     for (each known word)
 *         near_try(&n, word);
 *     if (n.best) ...                     // "did you mean 'hidden'?"
 */
#ifndef BASE_NEAR_H
#define BASE_NEAR_H

#include "base/base.h"

struct near {
    const char *typed, *best; /* borrowed; best NULL: nothing is near enough */
    int distance;             /* of best; before there is one, of what is too far away */
};

struct near near_to(const char *typed);
void near_try(struct near *, const char *word);

#endif
