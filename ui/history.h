/*
 * history - the file of lines typed before.
 *
 * One line of the file is one input; line feeds in it (pastes) stand as \n, and \
 * as \\. Sessions only ever append, one write each, so they do not harm each other.
 */
#ifndef UI_HISTORY_H
#define UI_HISTORY_H

#include "base/err.h"

/* $XDG_STATE_HOME/seqsh/history or ~/.local/state/seqsh/history; the caller frees.
 * NULL: there is no home. */
char *history_path(void);

/* The newest inputs of the file, oldest first; none if there is no such file. */
void history_load(const char *path, void (*each)(const char *input));

/* Makes file (mode 0600) and folder if need be. 0 or -1. */
int history_append(const char *path, const char *input, struct err *);

#endif
