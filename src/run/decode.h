/*
 * decode - an answer, one token at a time.
 *
 *     struct decode_options o = decode_defaults();
 *     struct decode *d = decode_start(model, "10+12", &o, &err);
 *     struct decode_step s;
 *     while (decode_next(d, &s))
 *         show(s.text);                    // "2", then "22"
 *     decode_free(d);
 *
 * To stop early is not to call decode_next again.
 */
#ifndef RUN_DECODE_H
#define RUN_DECODE_H

#include "model/model.h"
#include "run/strategy.h"

struct decode_options {
    const struct strategy *strategy;
    struct strategy_options choose;
    uint64_t seed;   /* of the draws; the same seed gives the same answer */
    int max_len;     /* tokens at most; 0: what the model was trained on */
    int show;        /* runners-up wanted in each step, beside what the strategy needs */
    /* What the first steps must do, -1 where they are free. Forced tokens are taken
     * whatever their probability, and use up a draw like others. Borrowed. */
    const int *forced; /* [forced_n] tokens */
    int forced_n;
    const int *attend; /* [attend_n] the source step to look at, of models that do */
    int attend_n;
};
struct decode_options decode_defaults(void); /* argmax, T 1, no cuts, show 0 */

/* One token step. Everything is borrowed until the next call. Vectors come one a step:
 * `text` has all so far, token is -1, and there is nothing to choose among: no piece,
 * no candidates, p 1 and entropy 0. */
struct decode_step {
    int t;                    /* 0 for the first token */
    int token;                /* the token taken (best live hypothesis) */
    const char *piece;        /* what it looks like alone; foreign bytes */
    const char *text;         /* the answer so far; foreign bytes */
    const struct cand *cand;  /* best first */
    int cands;
    const int *src;           /* [src_steps] the source as it is read; NULL: vectors */
    const real *alpha;        /* [src_steps] where this step looked; NULL: no attention */
    int src_steps;
    real p;                   /* probability of the token taken, by the model alone */
    real entropy;             /* of the model's distribution, in bits */
    bool done;                /* the answer is complete */
};

struct decode *decode_start(const struct model *, const char *text,
                            const struct decode_options *, struct err *);

/* The same of a source that is encoded (codec_encode); -1 is an id that says nothing.
 * Not for vectors. */
struct decode *decode_start_ids(const struct model *, const int *src, int n,
                                const struct decode_options *);

int decode_next(struct decode *, struct decode_step *); /* 1: a step, 0: the end */
double decode_score(const struct decode *); /* log-probability of the tokens so far */
int decode_length(const struct decode *);   /* tokens so far */
void decode_free(struct decode *);          /* NULL is fine */

/*
 * Greedy answers of many rows at once, for evaluation: out[r] receives the token
 * ids of pair row[r] (without </s>). The same ids as one by one.
 */
void decode_rows(const struct model *, struct tape *, const struct pairs *, const int *row,
                 int rows, struct ids *out);

/* The same of vectors, all that an answer has. */
void decode_vectors(const struct model *, struct tape *, const struct pairs *,
                    const int *row, int rows, struct vectors *out);

#endif
