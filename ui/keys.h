/*
 * keys - the bytes that a terminal sends for a key, read as keys: for those times when
 * neither curses nor readline reads them.
 *
 *     size_t n;
 *     int key = keys_next(bytes, count, over, &n);   // 0: the rest is still to come
 *
 * Keys are those of screen_key() (ui/screen.h), and what the mouse does; characters outside
 * ASCII are SCREEN_OTHER, and so is a sequence that is not known.
 */
#ifndef UI_KEYS_H
#define UI_KEYS_H

#include "ui/screen.h"

/* The first key of n bytes, and how many it takes. over: nothing more comes, so that an
 * ESC without more is the key Escape. */
int keys_next(const char *bytes, size_t n, bool over, size_t *taken);

/* What terminals send for a key, the i-th way; NULL: no more. */
const char *keys_sequence(int key, int i);

#endif
