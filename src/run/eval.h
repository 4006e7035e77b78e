/*
 * eval - how good a model is on a set of pairs.
 *
 * Teacher-forced loss and accuracy per token, and exact match of whole answers
 * decoded greedily, without help from the truth. Of vectors, loss and accuracy are per
 * number, and a number is right that is within LOSS_CLOSE (0.1) of the truth.
 *
 * An iterator: each call works off some rows on all threads. The result does not
 * depend on their number.
 *
 *     struct eval *e = eval_start(model, &pairs, 0);
 *     while (eval_next(e))
 *         ;
 *     struct eval_result r = eval_result(e);
 *     eval_free(e);
 */
#ifndef RUN_EVAL_H
#define RUN_EVAL_H

#include "metric/metric.h"
#include "run/decode.h"
#include "run/event.h"

struct eval_result {
    double loss;   /* nats per token: padding counts where the loss counts it; vectors:
                      squared error per number */
    double acc;    /* share of tokens right, the truth before them given */
    double exact;  /* share of answers right in every token */
    int64_t count;  /* answers decoded */
    int64_t tokens; /* that loss is the mean of */
    double score;   /* of the metric that is watched, see eval_score; NAN: none is */
};

struct eval;
/* limit: only the first so many pairs; 0: all */
struct eval *eval_start(const struct model *, const struct pairs *, int limit);

/* Only so many answers are decoded, spread evenly; loss and accuracy are of all. 0: all
 * are. */
void eval_decode(struct eval *, int answers);

/* Before the first eval_next: answers are decoded by these options (borrowed; not of
 * vectors), and are kept as text. */
void eval_decode_by(struct eval *, const struct decode_options *);
void eval_keep(struct eval *);

int eval_next(struct eval *); /* 1: more to do, 0: done */

/* The same where all processes of a training call it, and have the same result: they share
 * the work, if there is no state to go on with and no answer to keep. -1: one is lost. */
int eval_next_shared(struct eval *, struct err *);
struct eval_result eval_result(const struct eval *);
void eval_free(struct eval *);

/* What a metric says of the answers, which were kept, as text. */
double eval_score(const struct eval *, const struct metric *);

/* Pair i with its answer, which was kept; the caller releases with samples_release. */
void eval_sample(const struct eval *, int i, struct sample *out);

/* Answers to given pairs, as text; the caller releases with samples_release. */
void samples_make(const struct model *, const struct pairs *, const int *row, int n,
                  struct sample *out);
void samples_release(struct sample *, int n);

/* Bytes that a validation of these pairs takes, on as many threads as there are; found by
 * going through a few of them (run/budget.h). */
size_t eval_memory(const struct model *, const struct pairs *);

#endif
