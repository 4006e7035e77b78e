/*
 * arch - how encoder and decoder are put together; one row per architecture.
 *
 * A row encodes a batch and then makes the logits of one token after another from
 * the decoder's state. Decoding does just that. Training does the same on one
 * tape, or, where all inputs are known beforehand, lets the row make all steps at
 * once (`whole`), which is faster and gives the same; a test compares them.
 */
#ifndef MODEL_ARCH_H
#define MODEL_ARCH_H

#include "base/settings.h"
#include "nn/tape.h"
#include "text/pairs.h"

struct model;

enum { ARCH_PARTS = 40 };

/* What a decoder knows between two tokens, as nodes of one tape. */
struct decoder {
    int rows;
    int n, moving;                  /* parts; the first `moving` change with every token */
    bool from_zeros;                /* the moving ones are zero, and need not be multiplied */
    struct node *part[ARCH_PARTS];
    struct node *fed;               /* vectors: those of this step [rows, tgt_dim]. NULL, on
                                       a decoder that feeds on its output: what is first */
    const int *of;                  /* [rows] the source each row answers; NULL: its own,
                                       row r source r. Unchanging parts have a row a source */
    const int *src_len;             /* [sources] */
    int src_steps;
    const int *at;                  /* [rows] the source step that attention must be at,
                                       -1: free; NULL: all are */
    const real *alpha;              /* attention of the last token [rows, src_steps], or NULL */
};

/* Part i, which does not change: a row for each row of the decoder. */
struct node *decoder_fixed(struct tape *, const struct decoder *, int i);

/* The same between two tapes: values copied out. */
struct dstate {
    int rows, sources, n, moving, src_steps;
    struct dpart {
        int cols;
        real *x;                    /* [rows, cols], or [sources, cols] behind `moving`; owned */
        real *spare;                /* of that size, to gather into; NULL: none yet */
    } part[ARCH_PARTS];
    struct dpart said;              /* vectors: the last ones, to be fed; else x is NULL */
    bool from_zeros;                /* at the first token, see decoder */
    int room;                       /* rows that moving parts have room for */
    int *of;                        /* [rows] the source of each row, owned */
    int *src_len;                   /* [sources], owned */
    const int *at;                  /* attention of the next step, see decoder; borrowed */
};

void dstate_init(struct dstate *);
void dstate_release(struct dstate *);

/* Row r becomes what row from[r] was; the number of rows becomes `rows`. Several rows
 * may come from one, and go on differently: they share what never changes. */
void dstate_gather(struct dstate *, const int *from, int rows);

/* A line of the layer table that `seqsh inspect` prints. */
struct layer_info {
    char name[64], kind[32], shape[48];
    int64_t params;
};

enum arch_food {
    FOOD_CONTEXT, /* nothing of what was said: the context alone */
    FOOD_TOKEN,   /* the token before */
    FOOD_OUTPUT,  /* its own output before, or a token where one is forced on it */
};

struct arch {
    const char *name, *summary;
    enum arch_food food;
    /* Settings that make no sense here, and what to change. NULL: all do. */
    int (*check)(const struct settings *, struct err *);
    void (*declare)(struct model *); /* adds every weight to model->params */
    void (*begin)(const struct model *, struct tape *, const struct batch *,
                  struct decoder *);
    /* Logits [rows, symbols] of the next token; id [rows] is the one before (<s> at
     * first), or -1 for its own output; of vectors, nothing is read of id, and what is
     * made is the vectors. Moves the decoder on. */
    struct node *(*advance)(const struct model *, struct tape *, struct decoder *,
                            const int *id);
    /* Logits [steps * rows, symbols] of all steps, the truth being fed; NULL if these
     * settings need one after the other. */
    struct node *(*whole)(const struct model *, struct tape *, const struct batch *);
    bool (*layer)(const struct model *, int i, struct layer_info *); /* false: no line i */
    void (*release)(struct model *);
};

extern const struct arch *const arch_table[]; /* NULL at the end */
const struct arch *arch_find(const char *name); /* NULL: unknown */

extern const struct arch arch_repeat, arch_transfer, arch_readout, arch_attention;

/* How much of the truth the decoder is fed in training. */
struct forcing {
    double ratio;       /* 1: always */
    bool by_sentence;   /* drawn once for each sentence, else once for each step */
    struct rng *rng;    /* needed when the ratio is neither 0 nor 1 */
};
extern const struct forcing forcing_always;

/* How a model is measured: fed the truth, unless it is made to feed on its own output. */
struct forcing forcing_to_measure(const struct arch *);

/* Logits [steps * rows, symbols] of a batch, or [targets, symbols] if its padding was
 * dropped. */
struct node *arch_logits(const struct model *, struct tape *, const struct batch *,
                         const struct forcing *);

/* The same one step at a time, also where all at once would do: for tests. */
struct node *arch_logits_stepwise(const struct model *, struct tape *, const struct batch *,
                                  const struct forcing *);

/* Decoding: the state after the source, then the logits [rows, symbols] of one token
 * after another; prev [rows] is the token before, <s> or -1 at first. Vectors are made
 * one after another likewise, from the one before, and prev is not read. *alpha, if not
 * NULL, becomes the attention [rows, src_steps], or NULL; it is the tape's. */
void arch_start(const struct model *, struct tape *, const struct batch *, struct dstate *);
struct node *arch_step(const struct model *, struct tape *, struct dstate *, const int *prev,
                       const real **alpha);

#endif
