/*
 * out - writing that must arrive: to a file, a pipe, a terminal.
 */
#ifndef UI_OUT_H
#define UI_OUT_H

#include "base/str.h"

/* Writes and flushes. When nobody reads any more the process ends quietly, as of
 * SIGPIPE; when the disk is full or the file closed, with a message and status 1. */
void out_write(FILE *, const struct str *);

/* The locale's own characters (ui/charset.h) are for terminals; from now on for pipes and
 * files on stdout and stderr as well. */
void out_pipes_too(void);

/* Writes and flushes; -1: errno says why not. */
int out_try(FILE *, const struct str *);

/* Appends foreign text as one line of a file is to have it: controls, and what is
 * not UTF-8, become U+FFFD. Tabs stay. */
void out_plain(struct str *, const char *text);

/* The same of an answer; after out_raw() it stays what the model said, but for line feeds,
 * since each answer is a line. */
void out_answer(struct str *, const char *text);
void out_raw(void);

#endif
