/*
 * spawn - other programs, started from the prompt: an editor, a filter.
 */
#ifndef UI_SPAWN_H
#define UI_SPAWN_H

#include "base/err.h"
#include "base/str.h"

/* Edits the text in $VISUAL, $EDITOR or vi, which has the terminal meanwhile. 0 or -1. */
int spawn_editor(struct str *text, struct err *);

/* Runs a shell command with this input and shows, made safe, what it writes. 0 or -1:
 * it could not be run, or failed. */
int spawn_filter(const char *command, const struct str *in, FILE *talk, struct err *);

#endif
