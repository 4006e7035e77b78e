/*
 * params - the weights of a model: named matrices in one flat buffer.
 *
 * Gradients, optimizer moments and averages are buffers of the same layout, so
 * that clipping, updating, adding and saving are single loops over `total`.
 * Every matrix starts at a multiple of 16; the numbers in between stay zero.
 *
 *     struct params p;
 *     params_init(&p);
 *     struct tensor *w = params_add(&p, "out.W", 128, 12, ROLE_KERNEL, 128, TENSOR_MUL);
 *     params_seal(&p);                     // memory is there, all zero
 *     params_draw(&p, "keras", 0.08, 0, 1, seed);
 *     params_pack_start(&p, true, PRECISION_FULL);
 *     params_pack(&p, 0, 1);               // again after every change of the weights
 *     params_release(&p);
 */
#ifndef NN_PARAMS_H
#define NN_PARAMS_H

#include "base/err.h"
#include "num/gemm.h"

enum tensor_role {
    ROLE_KERNEL,    /* input weights [in, out] */
    ROLE_RECURRENT, /* state weights [H, gates * H] */
    ROLE_BIAS,
    ROLE_FORGET,    /* gate bias of an lstm: the second quarter belongs to the forget gate */
    ROLE_GAIN,      /* layer normalisation: ones at first */
    ROLE_EMBED,     /* [symbols, width] */
};

enum tensor_use {
    TENSOR_MUL = 1,    /* x W: kept packed */
    TENSOR_MUL_T = 2,  /* x W^T: likewise */
    TENSOR_LOOKUP = 4, /* rows are picked by id; alone: its gradient is sparse (tape.h) */
};

struct tensor {
    char name[48];
    int rows, cols;    /* a bias has one row */
    int fan;           /* the n of PyTorch's 1 / sqrt(n) */
    enum tensor_role role;
    unsigned use;
    int index;         /* in params.tensor */
    size_t at;         /* offset in every flat buffer */
    real *x;           /* the values, in params.x; NULL where only `mul` has them */
    struct pack mul;   /* [rows, cols] as right operand */
    struct pack mul_t; /* its transpose */
};

struct params {
    struct tensor **tensor; /* in the order of adding */
    int n, cap;
    size_t total;      /* length of the flat buffer, gaps included */
    real *x;
    enum precision precision; /* of products with them, and of their gradients' */
};

void params_init(struct params *);
void params_release(struct params *);

struct tensor *params_add(struct params *, const char *name, int rows, int cols,
                          enum tensor_role, int fan, unsigned use);
void params_seal(struct params *); /* no adding after this */
struct tensor *params_find(const struct params *, const char *name); /* NULL: none */
int64_t params_count(const struct params *); /* weights, gaps not counted */

/*
 * First values, a function of the seed alone.
 *   keras    kernels Glorot uniform (Glorot & Bengio 2010), state weights orthogonal
 *            (Saxe et al. 2014), embeddings U(-0.05, 0.05), biases 0
 *   pytorch  U(-1/sqrt(n), 1/sqrt(n)), a gate bias being the sum of two such draws
 *            because PyTorch has two; embeddings N(0, 1)
 *   uniform  U(-range, range)
 * Embeddings are U(-embed, embed) instead where embed is not 0, and forget_bias is added to
 * the forget gates (Jozefowicz et al. 2015).
 */
void params_draw(struct params *, const char *init, double range, double embed,
                 double forget_bias, uint64_t seed);

/* Makes room for the packed form of the matrices that are multiplied; with
 * `back`, which training needs, in both directions. */
void params_pack_start(struct params *, bool back, enum precision);

/* The values of a matrix that is nothing but multiplied (TENSOR_MUL), as bytes and a scale for
 * each column: they stay so, and take no other memory, until params_pack_start makes real
 * numbers of them. After params_pack_start for PRECISION_INT8. */
void params_take(struct tensor *, const int8_t *bytes, const real *scale);

/* Some are going to be taken so: before any value is written. */
void params_sparse(struct params *);

/* Packs them: part `part` of `parts`, for threads. */
void params_pack(struct params *, int part, int parts);

/* The name and place of the first weight that is not finite, in err. 0: all are. */
int params_check_finite(const struct params *, struct err *);

#endif
