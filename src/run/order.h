/*
 * order - which pairs make up which batch of an epoch: a function of the seed and
 * the epoch's number alone.
 *
 * Batches have `batch` examples. Pairs of one length lie together in a batch where
 * lengths differ: the shuffled epoch is sorted by length within windows of some batches,
 * and the batches are shuffled again.
 *
 * Or, with `batch_tokens`, a batch has about as many pairs as fit into so many target
 * symbols, one at least: the whole shuffled epoch is sorted by length and cut, and the
 * batches are shuffled. The cuts are made once, for pairs in strict order; an epoch's order
 * is a little blurred among targets, or all of a batch would end at the same step, and its
 * gradient would say little of when to end (dev loss after an epoch: 2.60, not 2.67).
 *
 * For a stateful model the conversations lie side by side (streams.h), and there is but
 * one order: each batch goes on where the one before stopped.
 */
#ifndef RUN_ORDER_H
#define RUN_ORDER_H

#include "base/settings.h"
#include "text/pairs.h"

struct order {
    int *row;     /* [pairs] */
    int *batch;   /* [batches] which batch comes when */
    int *start;   /* [batches + 1] where a batch starts in row */
    int batches, pairs;
    int window;   /* pairs that are sorted together */
    bool by_tokens;
    bool fixed;   /* streams: the same order in every epoch */
};

void order_init(struct order *, const struct settings *, const struct pairs *);
void order_release(struct order *);
void order_epoch(struct order *, const struct pairs *, uint64_t seed, int64_t epoch);

/* The rows of batch k, and how many. */
const int *order_rows(const struct order *, int k, int *n);

/* Share of steps in this epoch's batches that only fill up, of sources and of targets, and
 * the length of a batch's longest target in the mean. */
void order_padding(const struct order *, const struct pairs *, double *src, double *tgt,
                   double *length);

#endif
