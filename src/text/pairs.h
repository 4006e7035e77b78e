/*
 * pairs - the examples of a data set as ids, or as vectors, in memory, and batches
 * of them.
 */
#ifndef TEXT_PAIRS_H
#define TEXT_PAIRS_H

#include "base/mem.h"
#include "base/rng.h"
#include "text/codec.h"

/* What is kept of -1, nothing. */
enum { PAIRS_NOTHING = CODEC_VOCAB_MAX };

struct pairs {
    int n;
    uint16_t *id;            /* all rows one after the other, source then target */
    real *x;                 /* the same of vectors; then id is NULL */
    int src_dim, tgt_dim;    /* numbers of a vector; 0: ids */
    size_t *at;              /* [n] where the source row starts in id, or in x */
    uint16_t *src_n, *tgt_n; /* [n] lengths of the rows */
    bool *opens;             /* [n] first of a conversation: replies to nothing before */
    size_t used, cap;
    int room;
};

void pairs_init(struct pairs *);
void pairs_release(struct pairs *);
void pairs_add(struct pairs *, const int *src, int src_n, const int *tgt, int tgt_n);

/* A pair of vectors: src [src_n, src_dim], tgt [tgt_n, tgt_dim]. Pairs have vectors on
 * both sides, of the dimensions of the first, or none. */
void pairs_add_vectors(struct pairs *, const struct vectors *src,
                       const struct vectors *tgt);

/* The pair that was added last is the first of a conversation. Pair 0 always is. */
void pairs_open(struct pairs *);
bool pairs_opens(const struct pairs *, int i);

void pairs_drop_last(struct pairs *, int n); /* shortens to n pairs */

/* Takes the pairs i with out[i] away and puts them at the end of `to`; the order
 * stays in both. */
void pairs_part(struct pairs *, const bool *out, struct pairs *to);

/* Rows of a pair, borrowed until pairs_add; pairs_id() turns what is kept into ids. */
int pairs_id(uint16_t kept);
const uint16_t *pairs_src(const struct pairs *, int i);
const uint16_t *pairs_tgt(const struct pairs *, int i);
const real *pairs_src_x(const struct pairs *, int i); /* [src_n, src_dim] */
const real *pairs_tgt_x(const struct pairs *, int i); /* [tgt_n, tgt_dim] */

/*
 * A batch, time-major: step t of row b is at [t * rows + b].
 * -1 in src means nothing is there (a zero vector); -1 in out is padding, which
 * costs nothing in the loss.
 *
 * A batch of vectors has src_x, in_x and out_x in place of src, in and out, which are
 * NULL: the vector of step t of row b is at [(t * rows + b) * dim]. What stands behind
 * the end of a row is zero, and so is the first vector that the decoder is fed.
 */
struct batch {
    int rows, src_steps, tgt_steps;
    int *src;      /* [src_steps * rows] */
    int *src_len;  /* [rows] */
    int *tgt_len;  /* [rows]; NULL where there is no target */
    int *in;       /* [tgt_steps * rows] what the decoder is fed: <s>, then the truth */
    int *out;      /* [tgt_steps * rows] what it should say */
    real *src_x;   /* [src_steps * rows, src_dim] */
    real *in_x;    /* [tgt_steps * rows, tgt_dim] */
    real *out_x;   /* [tgt_steps * rows, tgt_dim] */
    int src_dim, tgt_dim; /* 0: ids */
    int targets;   /* entries of out, or of out_x, but those behind a row's end */
    int *kept;     /* NULL, or [targets]: out has no padding, and entry i is what should be
                      said at t * rows + b = kept[i] */
    real *memory;  /* [rows, model_memory()] what a stateful model knows from the lines
                      before: read, then replaced; NULL: nothing is known, nor kept */
};

/* The batch of pairs row[0..rows-1], in the arena. `sos` is the target
 * vocabulary's <s>, or -1: then in[] starts with -1. */
void batch_make(struct batch *, struct arena *, const struct pairs *, const int *row,
                int rows, int sos);

/* Leaves the padding out of `out`, which becomes [targets]: what the output layer makes
 * there would be thrown away. A batch of ids; without padding, it stays as it is. */
void batch_drop_padding(struct batch *, struct arena *);

/* Each symbol of the source, and with `target` each but the first that the decoder is fed,
 * becomes -1 with probability p. A batch of ids. */
void batch_drop_words(struct batch *, double p, bool target, struct rng *);

/* The source of each row becomes its last symbol alone, </s>, with probability p: the
 * decoder learns what is said whatever the source. A batch of ids of their own length. */
void batch_drop_sources(struct batch *, double p, struct rng *);

/* The source half only, from encoded rows, or from one. */
void batch_of_sources(struct batch *, struct arena *, const struct ids *src, int rows);
void batch_of_source(struct batch *, struct arena *, const int *src, int n);
void batch_of_vectors(struct batch *, struct arena *, const struct vectors *src);

#endif
