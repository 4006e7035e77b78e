/*
 * answer - an answer at the prompt, token by token as it is decoded, and its notes:
 * figures, entropies, times, attention, a table, as the settings say.
 */
#ifndef UI_ANSWER_H
#define UI_ANSWER_H

#include "ui/shell.h"

/* Asks and shows; Ctrl-C stops after a token. The answer goes into the transcript.
 * 0: shown, 1: stopped, -1: it was no question, and the reason was shown. */
int answer_show(struct shell *, const char *question);

/* Answers the last question once more by a plan, which is taken, and says what was said
 * before and what is said now, one above the other. how: what is different, foreign. */
int answer_again(struct shell *, struct plan *, const char *how);

/* The same, quietly, for those who only want to know. Not in the transcript; the caller
 * frees. NULL: Ctrl-C. */
struct reply *answer_quietly(const struct shell *, const struct knobs *,
                             const struct plan *);

#endif
