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

#include "run/search.h"

/* One token step. Everything is borrowed until the next call. With several hypotheses,
 * `text` and the token are those of the best one at this moment, which another may
 * overtake; `settled` is the beginning that all of them share, and stays.
 * Vectors come one a step: `text` has all so far, token is -1, and there is nothing to
 * choose among: no piece, no candidates, p 1 and entropy 0. */
struct decode_step {
    int t;                    /* 0 for the first token */
    int token;                /* the token taken (best live hypothesis) */
    const char *piece;        /* what it looks like alone; foreign bytes */
    const char *text;         /* the answer so far; foreign bytes */
    const char *settled;      /* what of it can no more change */
    const struct cand *cand;  /* of all hypotheses, best first */
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
void decode_free(struct decode *);                      /* NULL is fine */

/* Step t of the best answer so far, looked at again: with several hypotheses it need not
 * be the one that was best then. `cand` has options.show of those that could follow. Not
 * for vectors. */
void decode_again(struct decode *, int t, struct decode_step *);

/* The best answer so far: log-probability, entropies in bits added up, tokens. */
double decode_score(const struct decode *);
double decode_bits(const struct decode *);
int decode_length(const struct decode *);

/* Its last link (run/search.h), -1 before the first token and of vectors; and the search,
 * which knows each token's rivals and where it looked: question 0. */
int decode_best(const struct decode *);
const struct search *decode_search(const struct decode *);

/* The text of the tokens that lead to a link, appended. */
void decode_text(const struct model *, const struct search *, int last, struct str *);

/* Adds the question and the best answer so far as an example of the model's: what
 * remember() reads, run/remember.h. Nothing, if nothing was said. */
void decode_line(const struct decode *, struct pairs *to);

/*
 * Greedy answers of many rows at once, for evaluation: out[r] receives the token
 * ids of pair row[r] (without </s>). The same ids as one by one.
 */
void decode_rows(const struct model *, struct tape *, const struct pairs *, const int *row,
                 int rows, struct ids *out);

/* The same by other options: the best answer of each row. options.memory is of all rows,
 * [rows, model_memory()]. */
void decode_rows_by(const struct model *, struct tape *, const struct pairs *,
                    const int *row, int rows, const struct decode_options *,
                    struct ids *out);

/* The same of vectors, all that an answer has. */
void decode_vectors(const struct model *, struct tape *, const struct pairs *,
                    const int *row, int rows, const real *memory, struct vectors *out);

#endif
