#include "num/kernel.h"

#include "num/transpose.h"

/* k that one pass over C takes. A panel of so many rows stays in L2; rows of B as
 * it is are pages apart, and fewer spare the translation buffers. */
enum { K_PANEL = 512, K_PLAIN = 256 };

enum { FAR = 512 * 1024 }; /* numbers that the second level cache may not hold */
enum { LINE = 64 / sizeof(real) }; /* numbers in a line of the cache */
enum { ROWS_AT_ONCE = 16 }; /* to copy: as many streams as are foreseen by a CPU */

const struct kernel *const kernel_table[] = {
#ifdef KERNELS_X86
    &kernel_avx512,
    &kernel_avx2,
#endif
    NULL,
};

const struct kernel *kernel_best(void)
{
    for (int i = 0; kernel_table[i]; i++)
        if (kernel_table[i]->usable())
            return kernel_table[i];
    return NULL;
}

static int round_up(int n, int to)
{
    return (n + to - 1) / to * to;
}

/* Columns of the next panel where `left` remain. One register alone would have too
 * few sums to keep the multipliers busy: it joins the last full panel. */
static int panel_cols(const struct kernel *kn, int left)
{
    return left <= kn->width + kn->lanes ? left : kn->width;
}

size_t kernel_panel_size(const struct kernel *kn, int k, int n)
{
    return (size_t)k * round_up(n, kn->lanes);
}

static void copy_rows(int rows, int cols, const real *x, int ldx, real *y, int ldy)
{
    for (int i = 0; i < rows; i++)
        memcpy(y + (size_t)i * ldy, x + (size_t)i * ldx, cols * sizeof *y);
}

void kernel_pack(const struct kernel *kn, int k, int n, const real *b, int ldb,
                 bool trans, int part, int parts, real *panels)
{
    int first = (int)((int64_t)n * part / parts), step = trans ? k : ROWS_AT_ONCE;
    int last = (int)((int64_t)n * (part + 1) / parts);
    for (int l = 0; l < k; l += step)
        for (int j = 0, cols; j < last; j += cols) {
            cols = panel_cols(kn, n - j);
            if (j < first)
                continue; /* a panel belongs to the part that has its first column */
            int stored = round_up(cols, kn->lanes);
            real *p = panels + (size_t)j * k + (size_t)l * stored;
            if (trans)
                transpose(cols, k, b + (size_t)j * ldb, ldb, p, stored);
            else
                copy_rows(MIN(step, k - l), cols, b + (size_t)l * ldb + j, ldb, p, stored);
        }
}

/* All rows of C[m,t.cols] in as few tiles as will do, all about as tall. The panel that
 * comes next, `lines` times k lines of the cache, is told to the first tiles; the others
 * are told what is near. */
static void strip(const struct kernel *kn, int m, struct tile t, int lines)
{
    int most = kn->rows[round_up(t.cols, kn->lanes) / kn->lanes];
    for (int tiles = (m + most - 1) / most; tiles > 0; tiles--) {
        t.rows = (m + tiles - 1) / tiles;
        kn->tile(&t);
        m -= t.rows;
        t.a += t.rows * t.lda;
        t.c += t.rows * t.ldc;
        if (t.from)
            t.from += t.rows * t.ldfrom;
        t.soon = --lines > 0 ? t.soon + (ptrdiff_t)LINE * t.k : t.soon ? t.b : NULL;
    }
}

/* C[m,n] from t's A, and from B in panels or (ldb > 0) as it is */
static void product(const struct kernel *kn, int m, int n, int k, const real *b, int ldb,
                    struct tile t)
{
    const real *a = t.a, *from = t.from;
    real *c = t.c;
    bool far = !ldb && (size_t)k * n + (size_t)m * n > FAR;
    bool pairs = m <= kn->rows[2 * kn->width / kn->lanes];
    int k0 = 0, block = ldb ? K_PLAIN : K_PANEL;
    do { /* once even for k = 0, which makes C zero */
        t.k = MIN(k - k0, block);
        for (int j = 0; j < n; j += t.cols) {
            t.cols = panel_cols(kn, n - j);
            int stored = round_up(t.cols, kn->lanes);
            t.a = a + k0 * t.stepa;
            t.b = b + (ldb ? (size_t)k0 * ldb + j : (size_t)j * k + (size_t)k0 * stored);
            t.c = c + j;
            t.from = from ? from + j : NULL;
            t.ldb = ldb ? ldb : stored;
            t.next = ldb ? kn->width : (ptrdiff_t)k * kn->width;
            if (pairs && panel_cols(kn, n - j - kn->width) == kn->width)
                t.cols = 2 * kn->width;
            bool more = j + t.cols < n;
            t.soon = !far ? NULL : more ? t.b + (size_t)stored * k : t.b;
            strip(kn, m, t, more ? stored / LINE : 0);
        }
        from = c;
        t.ldfrom = t.ldc;
        k0 += block;
    } while (k0 < k);
}

void kernel_mul(const struct kernel *kn, int m, int n, int k, const real *a, int lda,
                const real *panels, const real *from, int ldfrom, real *c, int ldc)
{
    struct tile t = { .a = a, .lda = lda, .stepa = 1, .c = c, .ldc = ldc, .from = from,
                      .ldfrom = ldfrom };
    product(kn, m, n, k, panels, 0, t);
}

void kernel_gemm(const struct kernel *kn, bool ta, int m, int n, int k, const real *a,
                 int lda, const real *b, int ldb, bool add, real *c, int ldc)
{
    struct tile t = { .a = a, .lda = ta ? 1 : lda, .stepa = ta ? lda : 1,
                      .c = c, .ldc = ldc, .from = add ? c : NULL, .ldfrom = ldc };
    product(kn, m, n, k, b, ldb, t);
}
