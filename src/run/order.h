/*
 * order - which pairs make up which batch of an epoch: a function of the seed and
 * the epoch's number alone.
 *
 * Pairs of one length lie together in a batch where lengths differ: the shuffled
 * epoch is sorted by length within windows of some batches, and the batches are
 * shuffled again.
 */
#ifndef RUN_ORDER_H
#define RUN_ORDER_H

#include "base/settings.h"
#include "text/pairs.h"

struct order {
    int *row;     /* [pairs] */
    int *batch;   /* [batches] where a batch starts in row */
    int batches, pairs, size;
};

void order_init(struct order *, const struct pairs *, int batch_size);
void order_release(struct order *);
void order_epoch(struct order *, const struct pairs *, uint64_t seed, int64_t epoch);

/* The rows of batch k, and how many. */
const int *order_rows(const struct order *, int k, int *n);

#endif
