/*
 * recall - what the editor of ui/line.c offers: the words that Tab completes, and the lines
 * of before. readline keeps both in the terminal's own bytes (ui/charset.h); outside of here
 * they are UTF-8.
 */
#ifndef UI_RECALL_H
#define UI_RECALL_H

#include "base/err.h"
#include "ui/line.h"

/* history: its file, read now; NULL for none. */
void recall_open(const char *history, line_complete *, void *own);
void recall_close(void);

/* For readline: the words that may stand at `from`, those beginning with text. */
char **recall_words(const char *text, int from, int to);

/* Keeps a line; -1: it is not in the file, and err says why, the first time. */
int recall_add(const char *line, struct err *);

#endif
