/*
 * str - a growing byte string, always NUL-terminated, and number parsers that
 * accept the whole word or nothing.
 *
 *     struct str s = STR_INIT;
 *     str_addf(&s, "%d tokens", n);
 *     puts(s.s);
 *     str_release(&s);
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include "base/base.h"

struct str {
    char *s;  /* never NULL once something was added; use str_cstr otherwise */
    size_t n; /* bytes, without the final NUL */
    size_t cap;
};

#define STR_INIT { NULL, 0, 0 }

void str_init(struct str *);
void str_release(struct str *); /* frees; usable again as empty */
void str_clear(struct str *);   /* length 0, memory kept */
const char *str_cstr(const struct str *); /* "" when nothing was ever added */
char *str_take(struct str *);   /* the caller frees; the str is empty */

void str_add(struct str *, const char *cstr);
void str_addn(struct str *, const void *p, size_t n);
void str_addc(struct str *, char c);
void str_addf(struct str *, const char *fmt, ...) PRINTF_LIKE(2, 3);
void str_cut(struct str *, size_t n); /* shortens to at most n bytes */
void str_trim(struct str *);          /* drops white space at the end */

/* The whole of s as a number. false: not a number, or out of range. Decimal
 * point is '.' whatever the locale. */
bool parse_long(const char *s, long lo, long hi, long *out);
bool parse_double(const char *s, double *out);
bool parse_bool(const char *s, bool *out); /* true/false, on/off, yes/no, 1/0 */

/* The shortest "%.*g" that reads back as the same double; whole numbers below a
 * million without an exponent. */
void str_add_double(struct str *, double v);

#endif
