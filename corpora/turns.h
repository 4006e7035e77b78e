/*
 * turns - the cues of a film as a talk: who speaks next, as far as that can be told.
 *
 * A dash, a name or two lines with dashes tell. Otherwise a cue goes on with the turn
 * before it or answers it by points: for how the one ends (an open sentence goes on), how
 * the other begins and ends, and who speaks of "I" and "you" (turn_points). A pause of more
 * than 8 seconds is a cut: what follows answers nothing.
 */
#ifndef CORPORA_TURNS_H
#define CORPORA_TURNS_H

#include "corpora/findings.h"

enum { TURNS_PAUSE = 8000 }; /* milliseconds */

struct turn {
    size_t at, n; /* in turns.text, NUL behind it */
    long line;    /* of its first cue */
    bool cut;     /* answers nothing */
};

struct turns {
    struct str text;
    struct turn *turn;
    int n, room;
    /* cues next to each other whose names are known, and how often the points say the
     * same of them: another speaker, or not */
    long judged, agreed;
    struct findings findings;
};

void turns_make(struct turns *, const struct srt *, const char *script);
void turns_release(struct turns *);

/* Above 0: `after` is more likely said by somebody else than `before`. pointed: the film
 * closes its sentences, so that an open end means something. */
int turn_points(const char *before, size_t n, const char *after, size_t m, bool pointed);

#endif
