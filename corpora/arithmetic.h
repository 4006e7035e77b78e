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

int arithmetic_question(const struct settings *, const char *typed, struct str *plain,
                        struct err *);

#endif
