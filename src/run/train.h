/*
 * train - training, one piece of work at a time.
 *
 * A batch is cut into settings.shards parts, whatever the number of threads. Each
 * part goes forwards and back on one thread into its own gradient; gradients are
 * added in pairs of parts. So the same seed gives the same bits on 1 and
 * on 2 threads. And since every random choice is a function of the seed and a
 * counter, a run restored from a checkpoint goes on as if it had never stopped.
 *
 * Where mpirun started several processes (ranks.h), each has its own trainer and works on
 * its part of the shards; what is summed and measured is the same in all of them, and so
 * are the weights.
 *
 *     struct trainer *t = train_new(model, &ds.train, &ds.valid, &sink);
 *     while ((more = train_next(t, &err)) > 0)
 *         ;                             // one batch, or one slice of a validation
 *     train_free(t);
 */
#ifndef RUN_TRAIN_H
#define RUN_TRAIN_H

#include "model/model.h"
#include "run/event.h"

struct trainer;

/* Can this be trained here: by this CPU, and by as many processes as there are? -1: no, and
 * what to set. */
int train_check(const struct settings *, struct err *);

/* Borrows everything; the model's weights are trained in place. */
struct trainer *train_new(struct model *, const struct pairs *train,
                          const struct pairs *valid, const struct sink *);
void train_free(struct trainer *); /* NULL is fine */

/* Gives back the memory that only steps need: there will be none any more. */
void train_shed(struct trainer *);

/* 1: more to do, 0: over (the reason is in the DONE event), -1: error, such as
 * numbers that are no longer finite, or a process that is lost; the weights are those
 * before the step. */
int train_next(struct trainer *, struct err *);

/* Where it stands. */
struct train_state {
    int64_t step, steps;
    double epoch, epochs;
    double loss, acc, exact;  /* newest validation, or training before there is one */
    double best;              /* of the watched figure; NaN: none yet */
    double rate;              /* tokens per second, lately */
    double seconds;           /* spent in training, resumed parts included */
    bool validating;
    const char *reason;       /* why it ended; NULL: it has not */
};
struct train_state train_state(const struct trainer *);

/* Batches of an epoch, what share of their steps, of sources and of targets, only fills up,
 * and the steps of their longest targets in the mean. */
int train_batches(const struct trainer *);
void train_padding(struct trainer *, double *src, double *tgt, double *length);

/* Between two pieces of work: begins a validation, answers a question (appended) as a
 * validation would, and tells of seconds in which nothing was done. -1: refused. */
int train_validate(struct trainer *, struct err *);
int train_answer(struct trainer *, const char *question, struct str *answer, struct err *);
void train_rested(struct trainer *, double seconds);

/* From now on when to end, to validate and to record is as in these settings; -1: it would
 * have ended. */
int train_plan(struct trainer *, const struct settings *, struct err *);

/* Whether a validation has found a new best model, and whether one has ended, since the
 * last call. */
bool train_take_best(struct trainer *);
bool train_take_validated(struct trainer *);

/* The steps of the best validations of the run, best first; at most n. Returns how many. */
int train_best_steps(const struct trainer *, int n, int64_t *step);

/* The weights as validation sees them (averaged, if the settings say so). */
int train_save_model(struct trainer *, const char *path, struct err *);

/* Everything needed to go on: weights, moments, counters. */
int train_save(struct trainer *, const char *path, size_t *bytes, struct err *);

/* Goes on from a checkpoint, or begins, with NULL. Of several processes all call it, the
 * leader alone has a checkpoint, and what it has comes to all: the data must be the same. */
int train_restore(struct trainer *, const struct ckpt *, struct err *);

#endif
