/*
 * sift - drops pairs that are not worth learning from, each with its reason.
 *
 * Lengths are in words (runs between blanks). Language: character trigrams of all lines
 * of a side say what its language looks like; a line that they explain far worse than
 * the usual line, or that looks like the other side, is in another language. Entropy
 * (Csáky et al. 2019): a prompt that is answered in many ways, or a reply that answers
 * many prompts, says little. Of a source that is a talk (text/talk.h) the last turn is
 * looked at.
 */
#ifndef CORPORA_SIFT_H
#define CORPORA_SIFT_H

#include "corpora/corpus.h"

struct sift_ask {
    int min_words, max_words; /* of either side; 0: any */
    double ratio;             /* most words of the longer side for one of the other; 0 */
    bool twice, same;         /* drop pairs met before, and targets that are the source */
    double language;          /* bits per character above the usual; 0: any */
    double entropy;           /* most bits; 0: any */
    double dull;              /* of a reply whose prompts have more bits, 2^bits pairs stay:
                                 the model still learns it, but not to say it always; 0 */
};

/* Drops and sweeps. */
void sift(struct corpus *, const struct sift_ask *);

/* Bits: of the targets that a source has, for each pair (and the other way round); the
 * caller frees both. */
void sift_entropies(const struct corpus *, double **src, double **tgt);

int sift_words(const char *text);

#endif
