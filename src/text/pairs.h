/*
 * pairs - the examples of a data set as ids, in memory, and batches of them.
 */
#ifndef TEXT_PAIRS_H
#define TEXT_PAIRS_H

#include "base/mem.h"
#include "text/codec.h"

struct pairs {
    int n;
    uint16_t *id;            /* all rows one after the other, source then target */
    size_t *at;              /* [n] where the source row starts in id */
    uint16_t *src_n, *tgt_n; /* [n] lengths of the rows */
    size_t used, cap;
    int room;
};

void pairs_init(struct pairs *);
void pairs_release(struct pairs *);
void pairs_add(struct pairs *, const int *src, int src_n, const int *tgt, int tgt_n);
void pairs_drop_last(struct pairs *, int n); /* shortens to n pairs */

/* Takes the pairs i with out[i] away and puts them at the end of `to`; the order
 * stays in both. */
void pairs_part(struct pairs *, const bool *out, struct pairs *to);

/* Rows of a pair, borrowed until pairs_add. */
const uint16_t *pairs_src(const struct pairs *, int i);
const uint16_t *pairs_tgt(const struct pairs *, int i);

/*
 * A batch, time-major: step t of row b is at [t * rows + b].
 * -1 in src means nothing is there (a zero vector); -1 in out is padding, which
 * costs nothing in the loss.
 */
struct batch {
    int rows, src_steps, tgt_steps;
    int *src;      /* [src_steps * rows] */
    int *src_len;  /* [rows] */
    int *in;       /* [tgt_steps * rows] what the decoder is fed: <s>, then the truth */
    int *out;      /* [tgt_steps * rows] what it should say */
    int targets;   /* entries of out that are not padding */
};

/* The batch of pairs row[0..rows-1], in the arena. `sos` is the target
 * vocabulary's <s>, or -1: then in[] starts with -1. */
void batch_make(struct batch *, struct arena *, const struct pairs *, const int *row,
                int rows, int sos);

/* The source half only, from one encoded row. */
void batch_of_source(struct batch *, struct arena *, const int *src, int n);

#endif
