/*
 * arithmetic - what the generator and the reading of typed questions share.
 */
#ifndef CORPORA_ARITHMETIC_H
#define CORPORA_ARITHMETIC_H

#include "base/settings.h"

/* The operands of one operator: lo..hi, hi having so many digits. */
struct operands {
    int64_t lo, hi;
    int digits;
};
struct operands arithmetic_operands(const struct settings *, char op);

/* Operators there are: "+-*", in this order. */
extern const char arithmetic_ops[];

/* "sums up to 99+99, products up to 9*9"; "10+12". */
void arithmetic_about(const struct settings *, struct str *);
void arithmetic_example(const struct settings *, struct str *);

int arithmetic_question(const struct settings *, const char *typed, struct str *plain,
                        struct err *);

#endif
