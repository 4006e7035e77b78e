/*
 * codepage - Windows code pages, and which of them a text was written in.
 *
 * A guess reads the text in each page as each language that was written in it: its own
 * letters count for the language; letters it does not have, signs inside words, capitals
 * after small letters and letters of two scripts in one word count against it.
 */
#ifndef CORPORA_CODEPAGE_H
#define CORPORA_CODEPAGE_H

#include "base/base.h"

struct codepage {
    uint32_t high[128]; /* the characters of bytes 0x80 to 0xff; 0: none */
};

/* false: the system does not know the encoding. */
bool codepage_load(struct codepage *, const char *name);

/* The likeliest page is loaded; returns its name. *doubtful: it is not likely either. */
const char *codepage_guess(const char *p, size_t n, struct codepage *, bool *doubtful);

#endif
