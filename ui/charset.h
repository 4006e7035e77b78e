/*
 * charset - the characters of a locale that has a byte for each, such as Latin-1.
 *
 * Text is UTF-8 everywhere in the program, and in all its files. Only at the edges, where
 * a person or a pipe speaks the locale's bytes, it is converted. In UTF-8 locales, in the C
 * locale and in those of other encodings there is no such charset, and nothing is changed:
 * then bytes beyond ASCII are UTF-8 or nothing.
 */
#ifndef UI_CHARSET_H
#define UI_CHARSET_H

#include "base/str.h"

/* Takes that of the locale, which is set already; see ui_locale(). */
void charset_init(void);

/* Bytes are UTF-8, or, with `read` alone, what is shown is ASCII. */
void charset_leave(bool read);

bool charset_own(void);          /* is there one to convert from? */
bool charset_has(uint32_t c);    /* beyond ASCII: can it be shown in it? */
uint32_t charset_point(unsigned char byte); /* what a byte stands for; 0: nothing */

/* Appends UTF-8 as the locale's bytes: what these cannot say as \u4e2d. */
void charset_out(struct str *, const char *utf8, size_t n);

/* Appends the locale's bytes as UTF-8; a byte that is nothing stays what it is. */
void charset_in(struct str *, const char *bytes, size_t n);

/* The same of whole texts, which are taken; the caller frees what comes back. */
char *charset_outside(char *utf8);
char *charset_inside(char *bytes);

#endif
