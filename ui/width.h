/*
 * width - how many columns a code point or a cluster takes on a terminal.
 *
 * Not wcwidth(): that depends on the locale, and in the C locale knows nothing.
 * The figures are those of the Unicode East Asian Width property as libunistring
 * has it, with the few code points where terminals moved on written down here.
 *
 * Terminals agree about single code points. They do not agree about sequences
 * (a family joined from three people is 2 columns in one and 6 in another), so
 * a grid of cells must not hold any: ui_text() in the mode UI_FIELD takes care.
 */
#ifndef UI_WIDTH_H
#define UI_WIDTH_H

#include "base/base.h"

/* 0 (adds to the character before it), 1 or 2; -1 for what must not be shown
 * as it is: controls, format characters, separators of lines and paragraphs,
 * private use, surrogates, unassigned. */
int width_char(uint32_t c);

/* One grapheme cluster of n code points as a terminal draws it that joins emoji:
 * 2 for joined or flagged or coloured emoji, else the width of the first
 * character that has one. -1 if a code point has none. */
int width_cluster(const uint32_t *c, size_t n);

/* Columns of n bytes of UTF-8 that has passed ui_text(): the sum over its code
 * points, as readline and most terminals count. Bytes that are no UTF-8 count 1. */
int width_text(const char *s, size_t n);

#endif
