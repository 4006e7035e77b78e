/*
 * mode - settings that belong together, by the name of what answers are for: /mode, --mode,
 * F3 of the full screen.
 */
#ifndef UI_MODE_H
#define UI_MODE_H

#include "ui/knob.h"

struct mode {
    const char *name, *help; /* a line */
    bool own; /* as the model answers of its own accord, and as the command line said */
    bool raw; /* what is typed goes to the model as it is */
    const char *set[4]; /* NAME=VALUE, as knobs_take() reads them */
};

extern const struct mode mode_table[]; /* a NULL name ends it */
extern const struct mode *const mode_own;

const char *mode_name(int i); /* NULL: no more */

/* NULL: err lists those there are. */
const struct mode *mode_find(const char *name, struct err *);

/* Where F3 leads from a mode: to chat, from there back. */
const struct mode *mode_turn(const struct mode *now);

void mode_words(const struct mode *, struct names *); /* its settings, added */

#endif
