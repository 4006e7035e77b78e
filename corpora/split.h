/*
 * split - training, development and test parts that share nothing.
 *
 * By sentence: pairs that share a sentence on either side (corpus_key) are one set, as
 * are sets that share one; a set goes to one part, so no sentence of the one is in the
 * other. By group: a film, or a talk, goes to one part; a pair of the development or test
 * part that the training part has as well is left out. Which part it is, is drawn from
 * the seed and the text, so it does not depend on the order of the lines; of groups, with
 * seed 1, from the SHA-256 of the name, so that other programs can make the same parts.
 */
#ifndef CORPORA_SPLIT_H
#define CORPORA_SPLIT_H

#include "corpora/corpus.h"

enum split_part { SPLIT_TRAIN, SPLIT_DEV, SPLIT_TEST, SPLIT_HELD_OUT, SPLIT_PARTS };

struct split_ask {
    double dev, test;     /* shares of the sets, or of the groups */
    int seed;
    bool by_group;
    const struct corpus *outside; /* sets that touch it go to SPLIT_HELD_OUT; or NULL */
};

/* part[i] of pair i; drops pairs by group. The caller frees, and sweeps afterwards. */
unsigned char *split_make(struct corpus *, const struct split_ask *);

/* Sentences, of either side, that are in the training part and in another. */
long split_leaks(const struct corpus *, const unsigned char *part);

#endif
