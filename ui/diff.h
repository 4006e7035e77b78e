/*
 * diff - two answers, one above the other, with what is different marked.
 *
 *   A  two men are standing in front of the house      p .019
 *   B  two men are waiting in front of the house       p .001  "waiting" forced at 4
 *                  ^^^^^^^
 */
#ifndef UI_DIFF_H
#define UI_DIFF_H

#include "ui/reply.h"

void diff_add(const struct reply *was, const struct reply *is, int columns, struct str *);

/* The rest of a line: an answer's text, what is not as in another one in INK_STRONG, and
 * how probable it is. */
void diff_answer(const struct reply *was, const struct reply *is, int columns,
                 struct str *);

/* One line about an answer: its letter, its text, how probable it is, what made it so. */
void diff_line(const struct reply *, int columns, struct str *);

#endif
