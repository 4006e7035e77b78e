#include "num/gemm.h"

#include "base/mem.h"
#include "num/half.h"
#include "num/int8.h"
#include "num/kernel.h"
#include "num/vmath.h"

#include <cblas.h>
#include <strings.h>

#ifdef SEQ_DOUBLE
#define xgemm cblas_dgemm
#else
#define xgemm cblas_sgemm
#endif

void gemm_init(void)
{
    openblas_set_num_threads(1);
}

/* A kernel of ours adds to C or overwrites it; any other beta is rare enough for a
 * pass of its own. Answers whether C is still to be added to. */
static bool scale(int m, int n, real beta, real *c, int ldc)
{
    if (beta == 0 || beta == 1)
        return beta == 1;
    for (int i = 0; i < m; i++)
        for (int j = 0; j < n; j++)
            c[(size_t)i * ldc + j] *= beta;
    return true;
}

void gemm(bool ta, bool tb, int m, int n, int k, const real *a, int lda, const real *b,
          int ldb, real beta, real *c, int ldc)
{
    if (m == 0 || n == 0)
        return;
    const struct kernel *kn = tb ? NULL : kernel_best();
    if (kn && m <= kn->plain_m && n <= kn->plain_n)
        kernel_gemm(kn, ta, m, n, k, a, lda, b, ldb, scale(m, n, beta, c, ldc), c, ldc);
    else
        xgemm(CblasRowMajor, ta ? CblasTrans : CblasNoTrans,
              tb ? CblasTrans : CblasNoTrans, m, n, k, 1, a, lda, b, ldb, beta, c, ldc);
}

VEC_CLONES
void add_rows(int m, int n, const real *restrict x, int ldx, real *restrict y)
{
    for (int i = 0; i < m; i++)
        for (int j = 0; j < n; j++)
            y[j] += x[(size_t)i * ldx + j];
}

#ifdef SEQ_DOUBLE

bool gemm_has(enum precision p)
{
    return p == PRECISION_FULL;
}

bool gemm_gains(enum precision p)
{
    (void)p;
    return false;
}

void gemm_outer(enum precision p, int m, int n, int k, const real *a, int lda,
                const real *b, int ldb, real beta, real *c, int ldc)
{
    (void)p;
    gemm(true, false, m, n, k, a, lda, b, ldb, beta, c, ldc);
}

#else

bool gemm_has(enum precision p)
{
    return p != PRECISION_BF16 || half_best();
}

bool gemm_gains(enum precision p)
{
    return p == PRECISION_BF16 ? half_best() != NULL
                               : p == PRECISION_INT8 && int8_best(1) != &int8_plain;
}

void gemm_outer(enum precision p, int m, int n, int k, const real *a, int lda,
                const real *b, int ldb, real beta, real *c, int ldc)
{
    if (p == PRECISION_INT8)
        BUG("no gradients of weights of 8 bits");
    if (p == PRECISION_FULL)
        gemm(true, false, m, n, k, a, lda, b, ldb, beta, c, ldc);
    else
        half_outer(half_best(), m, n, k, a, lda, b, ldb, scale(m, n, beta, c, ldc), c, ldc);
}

#endif

void pack_init(struct pack *p, enum precision precision, int k, int n, const real *w,
               int ldw, bool trans)
{
    const struct kernel *kn = kernel_best();
    *p = (struct pack){ .k = k, .n = n, .w = w, .ldw = ldw, .trans = trans };
#ifndef SEQ_DOUBLE
    if (precision == PRECISION_BF16) {
        p->half = xaligned(half_panel_size(k, n) * sizeof *p->half);
        return;
    }
    if (precision == PRECISION_INT8) {
        p->int8 = int8_new(k, n);
        return;
    }
#endif
    (void)precision;
    if (kn)
        p->panel = xaligned(kernel_panel_size(kn, k, n) * sizeof *p->panel);
}

void pack_release(struct pack *p)
{
    free(p->panel);
    free(p->half);
#ifndef SEQ_DOUBLE
    int8_free(p->int8);
#endif
    *p = (struct pack){ 0 };
}

void pack_fill(struct pack *p, int part, int parts)
{
    if (p->panel)
        kernel_pack(kernel_best(), p->k, p->n, p->w, p->ldw, p->trans, part, parts,
                    p->panel);
#ifndef SEQ_DOUBLE
    if (p->half)
        half_pack(half_best(), p->k, p->n, p->w, p->ldw, p->trans, part, parts, p->half);
    if (p->int8)
        int8_pack(p->int8, p->w, p->ldw, p->trans, part, parts);
#endif
}

void gemm_pack(int m, const real *a, int lda, const struct pack *p, real beta, real *c,
               int ldc)
{
#ifndef SEQ_DOUBLE
    if (p->half) {
        half_mul(half_best(), m, p->n, p->k, a, lda, p->half,
                 scale(m, p->n, beta, c, ldc), c, ldc);
        return;
    }
    if (p->int8) {
        int8_mul(int8_best(m), m, 0, p->n, a, lda, p->int8, scale(m, p->n, beta, c, ldc), c,
                 ldc);
        return;
    }
#endif
    if (p->panel)
        kernel_mul(kernel_best(), m, p->n, p->k, a, lda, p->panel,
                   scale(m, p->n, beta, c, ldc) ? c : NULL, ldc, c, ldc);
    else
        gemm(false, p->trans, m, p->n, p->k, a, lda, p->w, p->ldw, beta, c, ldc);
}

void gemm_pack_bias(int m, const real *a, int lda, const struct pack *p, const real *bias,
                    real *c, int ldc)
{
    if (p->panel) {
        kernel_mul(kernel_best(), m, p->n, p->k, a, lda, p->panel, bias, 0, c, ldc);
        return;
    }
    for (int i = 0; bias && i < m; i++)
        memcpy(c + (size_t)i * ldc, bias, p->n * sizeof *c);
    gemm_pack(m, a, lda, p, bias ? 1 : 0, c, ldc);
}

const char *gemm_backend(void)
{
    static char text[100]; /* the same at every call */
    const struct kernel *kn = kernel_best();
    char version[32] = "";
    sscanf(openblas_get_config(), "OpenBLAS %31s", version);
    snprintf(text, sizeof text, "%s%sOpenBLAS %s %s", kn ? kn->name : "",
             kn ? " kernels, " : "", version, openblas_get_corename());
    return text;
}

const char *gemm_warning(void)
{
#ifdef __x86_64__
    /* the cores of OpenBLAS 0.3.21 that use AVX-512 */
    static const char *const wide[] = { "SkylakeX", "Cooperlake", "Sapphirerapids" };
    bool fits = !__builtin_cpu_supports("avx512f");
    for (size_t i = 0; i < ARRAY_LEN(wide); i++)
        fits |= strcasecmp(openblas_get_corename(), wide[i]) == 0;
    if (!fits)
        return "OpenBLAS makes no use of this CPU's AVX-512 and takes up to twice the "
               "time for large products; if OPENBLAS_CORETYPE is set, unset it";
#endif
    if (getenv("OPENBLAS_CORETYPE"))
        return "OPENBLAS_CORETYPE is set: unset it, and OpenBLAS takes what fits the CPU";
    return NULL;
}
