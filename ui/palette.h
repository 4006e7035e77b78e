/*
 * palette - the colours of the inks (ui/theme.h), in several sets.
 *
 * In each, what has a colour has a glyph, a mark or a word as well, and the colours keep
 * apart for the three common kinds of colour blindness: blue against orange, no red against
 * green.
 */
#ifndef UI_PALETTE_H
#define UI_PALETTE_H

#include "ui/theme.h"

enum { PALETTE_RGB = 1 << 24 }; /* a colour in three bytes: PALETTE_RGB | 0xrrggbb */

/* "cb", "dark", "light" or "mono". */
int palette_set(const char *name, struct err *);
int palette_now(void);
const char *palette_name(int i); /* NULL: no more */
const char *palette_help(int i);

/* The foreground for a terminal with so many colours: a number of its palette, or with 2^24
 * an RGB; -1: its own. And ATTR_ bits. */
int palette_ink(enum ink, int colours, int *attrs);

#endif
