/*
 * dataset_own - the inside of a data set's making, shared by dataset.c, dataset_each.c
 * and dataset_subword.c. Nobody else includes it.
 */
#ifndef CORPORA_DATASET_OWN_H
#define CORPORA_DATASET_OWN_H

#include "corpora/reader.h"

/* Hands every example of `data`, then of `more`, to put, until it answers -1, sides swapped
 * if that is set. Errors tell the example's place.
 * With broken = skip what is broken, and what put refuses, is left out instead, and
 * listed where there is a list. */
int dataset_each(const struct settings *,
                 int (*put)(void *own, const struct example *, struct err *), void *own,
                 struct skipped *list, struct err *);

/* Is the file the one that the settings mean (sha256)? */
int dataset_check_sum(const struct settings *, struct err *);

/* What every codec of these settings has; the vocabulary holds its specials. */
struct codec dataset_codec(const struct settings *, bool target);

/* out[i]: example i of n is held out by its place. The caller frees. All false where
 * the example itself decides (split = pair). */
bool *dataset_held_out(const struct settings *, int n);

/* Both codecs with subwords learned from the training examples; `normal` and `lower`
 * are applied before. */
int dataset_learn(struct dataset *, const struct settings *, struct err *);

#endif
