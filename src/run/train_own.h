/*
 * train_own - the inside of a trainer, shared by train.c (the steps), train_grad.c (their
 * gradients), train_save.c (the checkpoint), train_share.c (other processes) and
 * train_steer.c (what is wanted in between). Nobody else includes it.
 */
#ifndef RUN_TRAIN_OWN_H
#define RUN_TRAIN_OWN_H

#include "nn/loss.h"
#include "run/eval.h"
#include "run/optim.h"
#include "run/order.h"
#include "run/ranks.h"
#include "run/train.h"

#include <jansson.h>

/* Weights that one thread adds or updates at a time: a chunk. */
enum { TRAIN_RANGE = RANKS_RANGE };

/* What is known of a chunk's gradient. */
enum train_chunk {
    CHUNK_DENSE,
    CHUNK_ZERO,    /* rows of a sparse gradient (nn/tape.h) that nobody touched */
    CHUNK_TOUCHED, /* some of them were touched; the shards' are together */
};

struct shard {
    struct tape tape;
    real *grad;               /* flat; of its parts of the step's batches */
    double waited;            /* seconds of making batches, since the last STEP record */
};

struct trainer {
    struct model *model;
    const struct pairs *train, *valid;
    struct sink sink;
    const struct optim *optim;
    const struct metric *metric; /* that is watched; NULL: loss, acc or exact is */
    struct stop_rule stop;

    struct order order;
    int64_t order_of;         /* the epoch that `order` holds; -1: none */
    int64_t epoch_steps;      /* steps of an epoch: batches over settings.accumulate */
    struct shard *shard;      /* [shards] those that this process works on: all, or its */
    int shards, shard_first;  /* equal part */
    struct loss_sums *sums;   /* [settings.shards] of the step's batches */
    real *grad;               /* of the whole step, once it is together: the first shard's */
    bool together;            /* else a chunk's is when its weights are updated */
    real *moment[OPTIM_MOMENTS];
    real *average;            /* NULL: none */
    real *memory;             /* stateful: [batch, model_memory()] known before a batch;
                                 else NULL */
    double *moved, *size;     /* [chunks] sums of squares of the update that is recorded,
                                 and of the weights after it */
    double *square;           /* [chunks] sums of squares of the gradient */
    enum train_chunk *chunk;  /* [chunks] */
    size_t chunks;

    int64_t step, steps, log_steps, eval_steps;
    struct eval *eval;        /* a validation that is going on */
    double eval_began;
    bool interrupted;         /* it went on when the checkpoint was written */
    json_t *history;          /* array */
    double best;              /* NaN: none yet */
    int stalls;               /* validations since the best */
    bool new_best, validated; /* since they were asked for */
    const char *reason;
    struct eval_result newest;

    /* since the last STEP record, and since the last validation */
    struct {
        struct loss_sums sums;
        double gnorm;
        int64_t steps, clipped;
    } since_log;
    struct loss_sums since_eval;
    double log_began, seconds, rate;

    struct pairs respelled;   /* the pairs of a batch in other subwords */
    int *respelled_row;       /* [pairs of train] 0, 1, 2 ...; NULL: nothing is respelled */

    /* the batch, and the step, that the threads are working on */
    const struct pairs *pairs; /* train, or respelled */
    const int *row;
    int rows;
    uint64_t batch;           /* counted over the whole run */
    bool first;               /* of the step's batches */
    bool recorded;            /* this step ends with a STEP record */
    double scale, clip, lr, teacher, decay;
};

double train_clock(void); /* seconds, monotonic */

/* The order of the epoch that the next step belongs to. */
void train_ready_order(struct trainer *);

/* The gradient of the next step: together in t->grad, with its sums of squares, where all
 * of it must be known before a weight may move, or else in the shards. -1: a process of the
 * training is lost. */
int train_gradient(struct trainer *, struct err *);

/* The first chunk from c on that belongs to thread id of n: some neighbours in turn, which a
 * CPU foresees better than every n-th. */
size_t train_next_chunk(const struct trainer *, size_t c, int id, int n);

/* Adds up what the shards have of chunk c: in `sum` [TRAIN_RANGE], or where one of them has
 * it all. Returns where it is. */
real *train_add_shards(struct trainer *, size_t c, real *sum);
void train_bring_together(struct trainer *);

/* Forwards and back through `most` rows of each shard's part of batch k of the epoch, for
 * the sake of the memory that takes; 0: through nothing. Returns the rows of the batch. */
int train_probe(struct trainer *, int k, int most);

/* Range c of the flat buffers: where it starts, and how long it is. */
size_t train_range(const struct trainer *, size_t c, size_t *n);

/* Puts the averaged weights in the place of the weights, or back again. */
void train_swap_average(struct trainer *);

void train_begin_validation(struct trainer *);
void train_put(struct trainer *, struct event *); /* with time, step and epoch */
void train_put_probes(struct trainer *);          /* with the weights as they are */
void train_put_samples(struct trainer *);         /* so do these */
bool train_validated(const struct trainer *); /* at this step */

/* What a checkpoint holds, comes from the leader to all (train_share.c). */
int train_share(struct trainer *, struct err *);

/* The counters as JSON (the caller frees), and back again. */
char *train_counters(const struct trainer *);
int train_set_counters(struct trainer *, const char *text, struct err *);
void train_set_history(struct trainer *, const char *text); /* NULL is fine */

/* Sets the reason to stop if the newest validation gives one. */
void train_judge(struct trainer *);

#endif
