/*
 * trigrams - how a language looks: which characters follow which two.
 *
 *     trigrams_add(t, line);                         // for all lines
 *     double bits = trigrams_bits(t, line, true);    // per character
 *
 * A model that has seen a line finds it too familiar: `own` says that it was added, and
 * its own counts are taken out.
 */
#ifndef CORPORA_TRIGRAMS_H
#define CORPORA_TRIGRAMS_H

#include "base/base.h"

struct trigrams;

struct trigrams *trigrams_new(void);
void trigrams_free(struct trigrams *);

void trigrams_add(struct trigrams *, const char *line);

/* Bits per character; NaN: the line has too few letters to tell, and most of them are
 * known. */
double trigrams_bits(const struct trigrams *, const char *line, bool own);

#endif
