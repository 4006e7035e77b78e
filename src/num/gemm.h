/*
 * gemm - matrix products: the only place that knows a BLAS.
 *
 * Row-major everywhere; lda is the distance between rows. A weight matrix that
 * is used many times between two updates is packed once (struct pack) into
 * column panels that a kernel streams; where no kernel of ours fits the CPU,
 * a pack is just a pointer and the product goes to OpenBLAS.
 *
 * All functions may be called from several threads at once, and compute on the calling
 * thread alone; but a product with a pack that is large enough is shared with the pool's
 * threads where they have nothing to do (decoding one line). The result depends on the
 * arguments only, never on the number of threads; and with a kernel of ours row i of a
 * gemm_pack depends on row i of A alone, whatever m is (batch invariance). OpenBLAS does
 * not promise that.
 */
#ifndef NUM_GEMM_H
#define NUM_GEMM_H

#include "base/base.h"

struct err;
struct half_kernel;

/* What factors are rounded to before they are multiplied; sums are real always. */
enum precision {
    PRECISION_FULL, /* not at all */
    PRECISION_LIMBS, /* nor here: as the sum of three bfloat16 (num/half.h), where gemm_has says
                      * that this is faster */
    PRECISION_BF16, /* bfloat16 (num/half.h), where gemm_has says that the CPU can */
    PRECISION_INT8, /* weights of 8 bits (num/int8.h): packs only */
};

bool gemm_has(enum precision);

/* Has the CPU what makes it faster than PRECISION_FULL where a pack is read from memory? */
bool gemm_gains(enum precision);

/* C[m,n] = beta C + op(A)[m,k] op(B)[k,n]; op is the transpose if ta / tb. With
 * beta 0, C need not be initialised. */
void gemm(bool ta, bool tb, int m, int n, int k, const real *a, int lda, const real *b,
          int ldb, real beta, real *c, int ldc);

/* C[m,n] = beta C + A[k,m]^T B[k,n]: the gradient of a weight. */
void gemm_outer(enum precision, int m, int n, int k, const real *a, int lda, const real *b,
                int ldb, real beta, real *c, int ldc);

/* y[n] += sum over the m rows of x[m,n] */
void add_rows(int m, int n, const real *x, int ldx, real *y);

/* The right-hand side B[k,n] of many products. */
struct pack {
    int k, n;
    const real *w;  /* the matrix itself, borrowed: [k,n], or [n,k] if trans */
    int ldw;
    bool trans;
    real *panel;    /* owned; NULL where products go straight to BLAS */
    uint32_t *half; /* owned, instead: PRECISION_BF16, PRECISION_LIMBS */
    const struct half_kernel *hk;    /* whose form that is */
    struct int8_matrix *int8; /* likewise: PRECISION_INT8 */
};

/* Points the pack at w and allocates its panels; contents undefined until
 * pack_fill. Release with pack_release. */
void pack_init(struct pack *, enum precision, int k, int n, const real *w, int ldw,
               bool trans);
void pack_release(struct pack *);

/* Copies the matrix into the panels again, after w has changed: part number
 * `part` of `parts`, so that threads can share the work. Every part must run. */
void pack_fill(struct pack *, int part, int parts);

/* For PRECISION_INT8: the matrix as bytes of -127 .. 127 [k,n] and a scale for each column,
 * instead of w, which the pack then does without (it is NULL, and there is nothing to fill);
 * and x[k,n] from them. */
void pack_take(struct pack *, const int8_t *bytes, const real *scale);
void pack_give(const struct pack *, real *x);

/* C[m,n] = beta C + A[m,k] B */
void gemm_pack(int m, const real *a, int lda, const struct pack *, real beta, real *c,
               int ldc);

/* C[m,n] = bias + A[m,k] B, bias [n] in every row; NULL: none */
void gemm_pack_bias(int m, const real *a, int lda, const struct pack *, const real *bias,
                    real *c, int ldc);

/* What computes: "avx512 kernels, OpenBLAS 0.3.21 SkylakeX"; static text. This and the
 * next load OpenBLAS. */
const char *gemm_backend(void);

/* A line of advice if the environment slows OpenBLAS down (a forced core type
 * that is worse than this CPU), or why it cannot be loaded, else NULL; static text. */
const char *gemm_warning(void);

/* OpenBLAS is loaded by the first product that needs it, and without it the process ends
 * there. Whoever is going to need it asks before: -1 where it cannot be loaded. */
int gemm_load(struct err *);

#endif
