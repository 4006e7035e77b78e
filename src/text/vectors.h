/*
 * vectors - a sequence of vectors of real numbers, and its text.
 *
 *     0.1 -0.5; 0.2 -0.25; 0.3 0
 *
 * Numbers stand between blanks, vectors between semicolons; all vectors of a sequence
 * are of one size.
 */
#ifndef TEXT_VECTORS_H
#define TEXT_VECTORS_H

#include "base/err.h"
#include "base/str.h"

enum {
    VECTORS_DIM_MAX = 4096, /* numbers of a vector */
    VECTORS_MAX = 65535,    /* vectors of a sequence */
};

struct vectors {
    real *x; /* [n, dim] */
    int n, dim;
    size_t cap;
};
void vectors_release(struct vectors *);

/* Replaces *v by what the text says. dim: numbers of each vector; 0: as many as the
 * first one has. Errors name vector and number. 0 or -1. */
int vectors_parse(struct vectors *v, const char *text, int dim, struct err *);

/* Appends the text of x [n, dim]: enough digits to read the same floats again, or 4
 * decimals, which is what a person wants to see. */
void vectors_text(const real *x, int n, int dim, struct str *text);
void vectors_show(const real *x, int n, int dim, struct str *text);

#endif
