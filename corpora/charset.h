/*
 * charset - which encoding a text is in, found by its bytes, and the text in UTF-8.
 *
 * Known are UTF-8 and UTF-16 with and without a byte order mark, and Windows code pages
 * 1250 to 1257. Those have no mark: each is read as every language it serves, and the
 * language that the letters fit best wins. Texts with a few bytes that are no UTF-8 stay
 * UTF-8; what nothing explains becomes U+FFFD and is counted.
 *
 *     struct charset_found found;
 *     charset_decode(bytes, n, &text, &found);       // text is UTF-8 now
 */
#ifndef CORPORA_CHARSET_H
#define CORPORA_CHARSET_H

#include "base/err.h"
#include "base/str.h"

struct charset_found {
    const char *name; /* "UTF-8", "UTF-16LE", "CP1251", never freed */
    bool bom;         /* a byte order mark stood at its start, and is gone */
    bool doubtful;    /* a code page, and no language fits well */
    long bad;         /* places that are nothing in this encoding */
};

/* Appends the text. Never fails: any bytes are some text. */
void charset_decode(const char *p, size_t n, struct str *utf8, struct charset_found *);

/* Appends text of a named encoding. -1: it is unknown, or the bytes are not in it. */
int charset_convert(const char *from, const char *p, size_t n, struct str *utf8,
                    struct err *);

#endif
