#include "num/gemm.h"

#include "base/mem.h"

#include <cblas.h>

#ifdef SEQ_DOUBLE
#define xgemm cblas_dgemm
#else
#define xgemm cblas_sgemm
#endif

void gemm_init(void)
{
    openblas_set_num_threads(1);
}

void gemm(bool ta, bool tb, int m, int n, int k, const real *a, int lda, const real *b,
          int ldb, real beta, real *c, int ldc)
{
    if (m == 0 || n == 0)
        return;
    xgemm(CblasRowMajor, ta ? CblasTrans : CblasNoTrans, tb ? CblasTrans : CblasNoTrans, m,
          n, k, 1, a, lda, b, ldb, beta, c, ldc);
}

void add_rows(int m, int n, const real *x, int ldx, real *y)
{
    for (int i = 0; i < m; i++)
        for (int j = 0; j < n; j++)
            y[j] += x[(size_t)i * ldx + j];
}

void pack_init(struct pack *p, int k, int n, const real *w, int ldw, bool trans)
{
    *p = (struct pack){ .k = k, .n = n, .w = w, .ldw = ldw, .trans = trans };
}

void pack_release(struct pack *p)
{
    free(p->panel);
    *p = (struct pack){ 0 };
}

void pack_fill(struct pack *p, int part, int parts)
{
    (void)p;
    (void)part;
    (void)parts;
}

void gemm_pack(int m, const real *a, int lda, const struct pack *p, real beta, real *c,
               int ldc)
{
    gemm(false, p->trans, m, p->n, p->k, a, lda, p->w, p->ldw, beta, c, ldc);
}

const char *gemm_backend(void)
{
    return openblas_get_corename();
}

const char *gemm_warning(void)
{
    return NULL;
}
