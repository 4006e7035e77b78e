/*
 * utf8 - code points of UTF-8 text (RFC 3629), and foreign text cut short for messages.
 *
 *     for (size_t i = 0, k; i < n; i += k)
 *         if (!(k = utf8_next(s + i, n - i, &cp)))
 *             k = 1;                               // s[i] is a stray byte
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/base.h"

/* Bytes of the code point that s[0..n-1] starts with; 0: n is 0, or it is not
 * well-formed (overlong, surrogate, above U+10FFFF, cut off). cp may be NULL. */
size_t utf8_next(const char *s, size_t n, uint32_t *cp);

bool utf8_valid(const char *s, size_t n);

/* A control character: U+0000 to U+001F, U+007F to U+009F. */
bool utf8_control(uint32_t cp);

/* The first 40 bytes at most, cut between two characters and then ended by "…".
 * Passed by value, to stand among the arguments of a message:
 *     err_set(err, "cannot read '%s'", utf8_quote(typed).s);
 */
struct utf8_quote {
    char s[40 + sizeof "…"];
};
struct utf8_quote utf8_quote(const char *s);
struct utf8_quote utf8_quoten(const char *s, size_t n);

#endif
