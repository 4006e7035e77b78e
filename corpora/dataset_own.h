/*
 * dataset_own - the inside of a data set's making, shared by dataset.c and
 * dataset_subword.c. Nobody else includes it.
 */
#ifndef CORPORA_DATASET_OWN_H
#define CORPORA_DATASET_OWN_H

#include "corpora/reader.h"

/* Hands every example to put, until it answers -1. Errors tell the example's place. */
int dataset_each(const struct settings *,
                 int (*put)(void *own, const struct example *, struct err *), void *own,
                 struct err *);

/* What every codec of these settings has; the vocabulary holds its specials. */
struct codec dataset_codec(const struct settings *, bool target);

/* out[i]: example i of n is held out by its place. The caller frees. All false where
 * the example itself decides (split = pair). */
bool *dataset_held_out(const struct settings *, int n);

/* Both codecs with subwords learned from the training examples; `normal` and `lower`
 * are applied before. */
int dataset_learn(struct dataset *, const struct settings *, struct err *);

#endif
