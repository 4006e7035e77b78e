/*
 * answer - an answer at the prompt, token by token as it is decoded.
 */
#ifndef UI_ANSWER_H
#define UI_ANSWER_H

#include "ui/shell.h"

/* Asks and shows, with figures as the knobs say; Ctrl-C stops after a token.
 * 0: shown, 1: stopped, -1: it was no question, and the reason was shown. */
int answer_show(struct shell *, const char *question);

#endif
