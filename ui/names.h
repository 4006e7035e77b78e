/*
 * names - a growing list of words: what there is to choose from.
 */
#ifndef UI_NAMES_H
#define UI_NAMES_H

#include "base/base.h"

struct names {
    char **s; /* owned, each of them too */
    int n, cap;
};

void names_release(struct names *);
void names_add(struct names *, const char *);
void names_addn(struct names *, const char *, size_t n);
void names_sort(struct names *); /* by bytes, each once */

#endif
