/*
 * notes - what is said about an answer beneath it: entropies, times, attention, and a
 * table of its tokens, each if the settings want it.
 */
#ifndef UI_NOTES_H
#define UI_NOTES_H

#include "ui/shell.h"

void notes_add(const struct shell *, const struct reply *, int columns, struct str *);

/* The ink of a token with this probability. */
enum ink notes_ink(double p);

/* A glyph for each token, from sure to anything goes, and where that was. */
void notes_entropy(const struct reply *, bool plain, struct str *);

#endif
