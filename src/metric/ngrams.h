/*
 * ngrams - how many n-grams of a line stand in its references.
 *
 * Of an n-gram that a reference has k times, k count and no more (clipped counts:
 * Papineni et al. 2002); of several references the one that has it most often decides.
 *
 *     ngrams_clear(&g);
 *     ngrams_refer(&g, ref, ref_n, 4);
 *     ngrams_match(&g, hyp, hyp_n, 4, match);     // match[0] of words, match[3] of 4-grams
 */
#ifndef METRIC_NGRAMS_H
#define METRIC_NGRAMS_H

#include "metric/trie.h"

struct ngrams {
    struct trie trie; /* a node is an n-gram */
    int *most, *now;  /* [trie.n] times: in the references at most, in the current line */
    int cap;
};

void ngrams_init(struct ngrams *);
void ngrams_release(struct ngrams *);
void ngrams_clear(struct ngrams *);

/* One more reference. */
void ngrams_refer(struct ngrams *, const uint32_t *symbol, int n, int order);

/* Adds the matches of each order to match[0..order-1]. */
void ngrams_match(struct ngrams *, const uint32_t *symbol, int n, int order,
                  double *match);

/* n-grams of a line of n symbols. */
int ngrams_count(int n, int order);

#endif
