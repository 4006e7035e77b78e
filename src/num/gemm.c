#include "num/gemm.h"

#include "base/err.h"
#include "base/mem.h"
#include "num/gemm_blas.h"
#include "num/half.h"
#include "num/int8.h"
#include "num/kernel.h"
#include "num/pool.h"
#include "num/vmath.h"

#include <strings.h>

int gemm_load(struct err *err)
{
    return blas_fault() ? err_set(err, "%s", blas_fault()) : 0;
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
        blas_gemm(ta, tb, m, n, k, a, lda, b, ldb, beta, c, ldc);
}

/* Four rows at a time, one after the other: y is read and written less often. */
VEC_CLONES
void add_rows(int m, int n, const real *restrict x, int ldx, real *restrict y)
{
    int i = 0;
    for (; i + 4 <= m; i += 4, x += (size_t)4 * ldx)
        for (int j = 0; j < n; j++)
            y[j] = y[j] + x[j] + x[j + ldx] + x[j + 2 * ldx] + x[j + 3 * ldx];
    for (; i < m; i++, x += ldx)
        for (int j = 0; j < n; j++)
            y[j] += x[j];
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
    return p == PRECISION_BF16 ? half_best(1) != NULL
         : p == PRECISION_LIMBS ? half_best(HALF_LIMBS) != NULL : true;
}

bool gemm_gains(enum precision p)
{
    return p == PRECISION_BF16 ? half_best(1) != NULL
                               : p == PRECISION_INT8 && int8_best(1) != &int8_plain;
}

enum { LIMBS_LEAST = 96 }; /* rows and columns of a matrix that is cut into limbs */

/* What multiplies a matrix [k,n] of weights, or makes its gradient; NULL: floats do. Small
 * ones are sooner multiplied as floats than cut into limbs. */
static const struct half_kernel *half_for(enum precision p, int k, int n)
{
    return p == PRECISION_BF16 ? half_best(1)
         : p == PRECISION_LIMBS && k >= LIMBS_LEAST && n >= LIMBS_LEAST
               ? half_best(HALF_LIMBS) : NULL;
}

void gemm_outer(enum precision p, int m, int n, int k, const real *a, int lda,
                const real *b, int ldb, real beta, real *c, int ldc)
{
    if (p == PRECISION_INT8)
        BUG("no gradients of weights of 8 bits");
    const struct half_kernel *hk = half_for(p, m, n);
    if (hk)
        half_outer(hk, m, n, k, a, lda, b, ldb, scale(m, n, beta, c, ldc), c, ldc);
    else
        gemm(true, false, m, n, k, a, lda, b, ldb, beta, c, ldc);
}

#endif

void pack_init(struct pack *p, enum precision precision, int k, int n, const real *w,
               int ldw, bool trans)
{
    const struct kernel *kn = kernel_best();
    *p = (struct pack){ .k = k, .n = n, .w = w, .ldw = ldw, .trans = trans };
#ifndef SEQ_DOUBLE
    p->hk = half_for(precision, k, n);
    if (p->hk) {
        p->half = xaligned(half_panel_size(p->hk, k, n) * sizeof *p->half);
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

#ifdef SEQ_DOUBLE

void pack_take(struct pack *p, const int8_t *bytes, const real *scale)
{
    (void)p;
    (void)bytes;
    (void)scale;
    BUG("no bytes in double precision");
}

void pack_give(const struct pack *p, real *x)
{
    (void)p;
    (void)x;
    BUG("no bytes in double precision");
}

#else

void pack_take(struct pack *p, const int8_t *bytes, const real *scale)
{
    int8_take(p->int8, bytes, p->n, scale);
    p->w = NULL;
}

void pack_give(const struct pack *p, real *x)
{
    int8_give(p->int8, x, p->n);
}

#endif

void pack_fill(struct pack *p, int part, int parts)
{
    if (p->panel)
        kernel_pack(kernel_best(), p->k, p->n, p->w, p->ldw, p->trans, part, parts,
                    p->panel);
#ifndef SEQ_DOUBLE
    if (p->half)
        half_pack(p->hk, p->k, p->n, p->w, p->ldw, p->trans, part, parts, p->half);
    if (p->int8)
        int8_pack(p->int8, p->w, p->ldw, p->trans, part, parts);
#endif
}

/* ---- products with a pack ------------------------------------------------------- */

/* C[m,n] = from + A B; from NULL: 0, ldfrom 0: one row for all */
struct product {
    int m;
    const real *a;
    int lda;
    const struct pack *b;
    const real *from;
    int ldfrom;
    real *c;
    int ldc;
};

/* Columns first .. first + cols - 1, where first is a multiple of SHARE. */
static void columns(const struct product *o, int first, int cols)
{
    const struct pack *p = o->b;
    real *c = o->c + first;
    const real *from = o->from ? o->from + first : NULL;
    const struct kernel *kn = kernel_best();
    if (p->panel) {
        kernel_mul(kn, o->m, cols, p->k, o->a, o->lda,
                   p->panel + kernel_panel_size(kn, p->k, first), from, o->ldfrom, c, o->ldc);
        return;
    }
#ifndef SEQ_DOUBLE
    if (p->half) {
        half_mul(p->hk, o->m, cols, p->k, o->a, o->lda,
                 p->half + half_panel_size(p->hk, p->k, first), from, o->ldfrom, c, o->ldc);
        return;
    }
#endif
    for (int i = 0; from && from != c && i < o->m; i++)
        memcpy(c + (size_t)i * o->ldc, from + (size_t)i * o->ldfrom, cols * sizeof *c);
#ifndef SEQ_DOUBLE
    if (p->int8) {
        int8_mul(int8_best(o->m), o->m, first, cols, o->a, o->lda, p->int8, from, c, o->ldc);
        return;
    }
#endif
    gemm(false, p->trans, o->m, p->n, p->k, o->a, o->lda, p->w, p->ldw, from ? 1 : 0, o->c,
         o->ldc);
}

/* A thread's share begins where a panel of any kernel does. */
enum { SHARE = 192 };

/* What a thread must find to do for its half a microsecond of coming and going to be worth
 * it: bytes of weights, times rows. */
enum { WORTH = 512 * 1024 };

static void share(void *own, int id, int n)
{
    const struct product *o = own;
    int shares = o->b->n / SHARE, first = shares * id / n * SHARE;
    int last = id == n - 1 ? o->b->n : shares * (id + 1) / n * SHARE;
    if (last > first)
        columns(o, first, last - first);
}

static void multiply(struct product *o)
{
    const struct pack *p = o->b;
    size_t bytes = p->panel ? sizeof *p->panel : p->half ? 2 : p->int8 ? 1 : 0;
    if (o->m == 0 || p->n == 0)
        return;
    if (pool_idle() && bytes * o->m * p->k * p->n >= (size_t)pool_size() * WORTH)
        pool_run(share, o);
    else
        columns(o, 0, p->n);
}

void gemm_pack(int m, const real *a, int lda, const struct pack *p, real beta, real *c,
               int ldc)
{
    struct product o = { .m = m, .a = a, .lda = lda, .b = p, .ldfrom = ldc, .c = c,
                         .ldc = ldc };
    o.from = scale(m, p->n, beta, c, ldc) ? c : NULL;
    multiply(&o);
}

void gemm_pack_bias(int m, const real *a, int lda, const struct pack *p, const real *bias,
                    real *c, int ldc)
{
    struct product o = { .m = m, .a = a, .lda = lda, .b = p, .from = bias, .c = c,
                         .ldc = ldc };
    multiply(&o);
}

const char *gemm_backend(void)
{
    static char text[100]; /* the same at every call */
    const struct kernel *kn = kernel_best();
    char version[32] = "", blas[80] = "no OpenBLAS";
    if (!blas_fault()) {
        sscanf(blas_config(), "OpenBLAS %31s", version);
        snprintf(blas, sizeof blas, "OpenBLAS %s %s", version, blas_core());
    }
    snprintf(text, sizeof text, "%s%s%s%s", kn ? kn->name : "",
             kn && gemm_has(PRECISION_LIMBS) ? " and amx" : "", kn ? " kernels, " : "", blas);
    return text;
}

const char *gemm_warning(void)
{
    if (blas_fault())
        return blas_fault();
#ifdef __x86_64__
    /* the cores of OpenBLAS 0.3.21 that use AVX-512 */
    static const char *const wide[] = { "SkylakeX", "Cooperlake", "Sapphirerapids" };
    bool fits = !__builtin_cpu_supports("avx512f");
    for (size_t i = 0; i < ARRAY_LEN(wide); i++)
        fits |= strcasecmp(blas_core(), wide[i]) == 0;
    if (!fits)
        return "OpenBLAS makes no use of this CPU's AVX-512 and takes up to twice the "
               "time for large products; if OPENBLAS_CORETYPE is set, unset it";
#endif
    if (getenv("OPENBLAS_CORETYPE"))
        return "OPENBLAS_CORETYPE is set: unset it, and OpenBLAS takes what fits the CPU";
    return NULL;
}
