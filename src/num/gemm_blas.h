/*
 * gemm_blas - OpenBLAS, for gemm.c alone.
 *
 * The library is loaded when the first product, or question about it, needs it: it is
 * large, and to start it takes longer than many an answer. It computes on the calling
 * thread. All functions may be called from several threads at once.
 */
#ifndef NUM_GEMM_BLAS_H
#define NUM_GEMM_BLAS_H

#include "base/base.h"

/* Loads the library, if that was not done yet. NULL, or why it cannot be had: static text. */
const char *blas_fault(void);

/* As gemm() in num/gemm.h. Where the library cannot be loaded the process ends with a
 * message that names it. */
void blas_gemm(bool ta, bool tb, int m, int n, int k, const real *a, int lda, const real *b,
               int ldb, real beta, real *c, int ldc);

/* "OpenBLAS 0.3.21 ... MAX_THREADS=64" and "SkylakeX", static text. There is no blas_fault. */
const char *blas_config(void);
const char *blas_core(void);

#endif
