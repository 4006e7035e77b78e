/*
 * session - what was asked and answered, with all settings, as a file: to go on from
 * another day. JSON, one object:
 *
 *     model     the path of its file
 *     settings  every row of knob_table, as /set shows it
 *     memory    of a stateful model: what it knows
 *     answers   question, text, turn, branch, how it was steered, and the tokens
 *
 * Answers are decoded once more from their tokens when a session is read, so that all of
 * them can be looked into, and steered, as before.
 */
#ifndef UI_SESSION_H
#define UI_SESSION_H

#include "ui/shell.h"

/* Appends the file's text. */
void session_write(const struct shell *, struct str *out);

/* Takes the place of the session there is. -1: nothing was changed, but the model may be
 * the file's. *different: answers that this model would have said otherwise. */
int session_read(struct shell *, const char *text, size_t n, int *different, struct err *);

#endif
