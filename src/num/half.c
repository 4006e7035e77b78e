#include "num/half.h"

#include "num/transpose.h"

#ifndef SEQ_DOUBLE

/* Of one pass: rows of A, which are packed once for all columns; columns of a B that is
 * packed on the way; k, so that 32 rows of A and 32 columns of B fit the first level cache.
 * A C that is far away is better read and written less often. */
enum { ROWS = 1024, COLS = 256, K_PASS = 256, K_PASS_FAR = 512 };

enum { FAR = 256 * 1024 }; /* numbers that the second level cache may not hold */

const struct half_kernel *const half_table[] = {
#ifdef __x86_64__
    &half_amx,
    &half_avx512,
#endif
    NULL,
};

const struct half_kernel *half_best(void)
{
    for (int i = 0; half_table[i]; i++)
        if (half_table[i]->usable())
            return half_table[i];
    return NULL;
}

/* ---- packing -------------------------------------------------------------------- */

/* A block at the edge, filled up with zeros: x[rows,cols] of up to [32,32] */
static const float *filled_up(const float *x, int ldx, int rows, int cols, float *full)
{
    memset(full, 0, 32 * 32 * sizeof *full);
    for (int i = 0; i < rows; i++)
        memcpy(full + 32 * i, x + (size_t)i * ldx, cols * sizeof *full);
    return full;
}

/* The block of words of 16 lines and 32 k, where x is [line, k] */
static void block_along(const struct half_kernel *hk, const float *x, int ldx, int lines,
                        int k, uint32_t *y)
{
    float full[32 * 32];
    if (lines < 16 || k < 32) {
        x = filled_up(x, ldx, MIN(lines, 16), MIN(k, 32), full);
        ldx = 32;
    }
    hk->along(x, ldx, y);
}

/* ... and where x is [k, line]; then y is [pair][line] */
static void block_down(const struct half_kernel *hk, const float *x, int ldx, int lines,
                       int k, uint32_t *y)
{
    float full[32 * 32];
    if (lines < 16 || k < 32) {
        x = filled_up(x, ldx, MIN(k, 32), MIN(lines, 16), full);
        ldx = 32;
    }
    hk->down(x, ldx, y);
}

static int blocks_of(int k)
{
    return (k + 31) / 32;
}

size_t half_panel_size(int k, int n)
{
    return (size_t)blocks_of(k) * ((n + 15) / 16) * HALF_BLOCK;
}

/* A panel of up to 32 columns, of B^T[n,k] */
static void panel_along(const struct half_kernel *hk, int n, int k, const float *b, int ldb,
                        uint32_t *y)
{
    uint32_t turned[HALF_BLOCK];
    for (int l = 0; l < k; l += 32)
        for (int i = 0; i < MIN(n, 32); i += 16, y += HALF_BLOCK) {
            block_along(hk, b + (size_t)i * ldb + l, ldb, n - i, k - l, turned);
            transpose16(turned, y);
        }
}

/* Up to 32 k of such a panel, of B[k,n] */
static void panel_down(const struct half_kernel *hk, int n, int k, const float *b, int ldb,
                       uint32_t *y)
{
    for (int i = 0; i < MIN(n, 32); i += 16, y += HALF_BLOCK)
        block_down(hk, b + i, ldb, n - i, k, y);
}

void half_pack(const struct half_kernel *hk, int k, int n, const float *b, int ldb,
               bool trans, int part, int parts, uint32_t *panels)
{
    int first = (int)((int64_t)n * part / parts);
    int last = (int)((int64_t)n * (part + 1) / parts);
    /* along the rows of b, which is how a CPU foresees what will be read */
    for (int l = 0; l < k; l += trans ? k : 32)
        for (int j = (first + 31) / 32 * 32; j < last; j += 32) {
            uint32_t *y = panels + (size_t)blocks_of(k) * (j / 16) * HALF_BLOCK;
            if (trans)
                panel_along(hk, n - j, k, b + (size_t)j * ldb, ldb, y);
            else
                panel_down(hk, n - j, k - l, b + (size_t)l * ldb + j, ldb,
                           y + (size_t)(l / 32) * MIN(2, (n - j + 15) / 16) * HALF_BLOCK);
        }
}

/* A[m,k] in blocks */
static void pack_rows(const struct half_kernel *hk, int m, int k, const float *a, int lda,
                      uint32_t *y)
{
    for (int i = 0; i < m; i += 16)
        for (int l = 0; l < k; l += 32, y += HALF_BLOCK)
            block_along(hk, a + (size_t)i * lda + l, lda, m - i, k - l, y);
}

/* The same of A[k,m]^T */
static void pack_turned(const struct half_kernel *hk, int m, int k, const float *a, int lda,
                        uint32_t *y)
{
    uint32_t turned[HALF_BLOCK];
    for (int l = 0; l < k; l += 32)
        for (int i = 0; i < m; i += 16) {
            block_down(hk, a + (size_t)l * lda + i, lda, m - i, k - l, turned);
            transpose16(turned, y + ((size_t)(i / 16) * blocks_of(k) + l / 32) * HALF_BLOCK);
        }
}

/* ---- products ------------------------------------------------------------------- */

/* What a pass works in; each thread has its own, touched only as far as it is used. */
static _Thread_local _Alignas(64)
    uint32_t packed_rows[ROWS / 16 * (K_PASS_FAR / 32) * HALF_BLOCK],
             packed_cols[COLS / 16 * (K_PASS_FAR / 32) * HALF_BLOCK];

/* C[m,n] from packed rows; panel j of B starts at b + j * b_next, `blocks` of it count */
static void panels_times_rows(const struct half_kernel *hk, int m, int n, int blocks,
                              const uint32_t *b, size_t b_next, const float *from,
                              int ldfrom, float *c, int ldc)
{
    struct half_tile t = { .blocks = blocks, .a_next = (size_t)blocks * HALF_BLOCK,
                           .ldfrom = ldfrom, .ldc = ldc };
    bool far = (size_t)m * ldc > FAR;
    for (int j = 0; j < n; j += 32, b += b_next)
        for (int i = 0; i < m; i += 32) {
            t.rows = MIN(32, m - i);
            t.cols = MIN(32, n - j);
            t.a = packed_rows + i / 16 * t.a_next;
            t.b = b;
            t.from = from ? from + (size_t)i * ldfrom + j : NULL;
            t.c = c + (size_t)i * ldc + j;
            if (far)
                t.ahead = i + 64 <= m ? t.c + 32 * (size_t)ldc : j + 64 <= n ? c + j + 32 : NULL;
            hk->tile(&t);
        }
}

static void start(const struct half_kernel *hk)
{
    if (hk->start)
        hk->start();
}

static void stop(const struct half_kernel *hk)
{
    if (hk->stop)
        hk->stop();
}

/* The last panel may hold one block of columns for each 32 k instead of two; then it is
 * multiplied by itself, for a pass must not start in the middle of it. */
static void pass(const struct half_kernel *hk, int m, int n, int k, int k0, int k_all,
                 const uint32_t *panels, const float *from, int ldfrom, float *c, int ldc)
{
    int wide = n / 32 * 32 + (n % 32 > 16 ? n % 32 : 0), all = blocks_of(k_all);
    size_t at = (size_t)(k0 / 32) * HALF_BLOCK;
    if (wide > 0)
        panels_times_rows(hk, m, wide, blocks_of(k), panels + 2 * at,
                          (size_t)all * 2 * HALF_BLOCK, from, ldfrom, c, ldc);
    if (n > wide)
        panels_times_rows(hk, m, n - wide, blocks_of(k),
                          panels + (size_t)all * (wide / 16) * HALF_BLOCK + at, 0,
                          from ? from + wide : NULL, ldfrom, c + wide, ldc);
}

/* The k of a pass, of passes as equal as can be. */
static int pass_depth(int m, int n, int k)
{
    int most = (size_t)m * n > FAR ? K_PASS_FAR : K_PASS, passes = (k + most - 1) / most;
    return passes > 1 ? blocks_of((k + passes - 1) / passes) * 32 : most;
}

void half_mul(const struct half_kernel *hk, int m, int n, int k, const float *a, int lda,
              const uint32_t *panels, const float *from, int ldfrom, float *c, int ldc)
{
    int step = pass_depth(m, n, k);
    start(hk);
    for (int l = 0; l == 0 || l < k; l += step, from = c, ldfrom = ldc)
        for (int i = 0; i < m; i += ROWS) {
            int rows = MIN(ROWS, m - i), deep = MIN(step, k - l);
            pack_rows(hk, rows, deep, a + (size_t)i * lda + l, lda, packed_rows);
            pass(hk, rows, n, deep, l, k, panels, from ? from + (size_t)i * ldfrom : NULL,
                 ldfrom, c + (size_t)i * ldc, ldc);
        }
    stop(hk);
}

void half_outer(const struct half_kernel *hk, int m, int n, int k, const float *a, int lda,
                const float *b, int ldb, bool add, float *c, int ldc)
{
    int step = pass_depth(m, n, k);
    start(hk);
    for (int l = 0; l == 0 || l < k; l += step)
        for (int i = 0; i < m; i += ROWS) {
            int rows = MIN(ROWS, m - i), deep = MIN(step, k - l);
            pack_turned(hk, rows, deep, a + (size_t)l * lda + i, lda, packed_rows);
            for (int j = 0; j < n; j += COLS) {
                int cols = MIN(COLS, n - j);
                half_pack(hk, deep, cols, b + (size_t)l * ldb + j, ldb, false, 0, 1,
                          packed_cols);
                float *to = c + (size_t)i * ldc + j;
                pass(hk, rows, cols, deep, 0, deep, packed_cols, add || l > 0 ? to : NULL, ldc,
                     to, ldc);
            }
        }
    stop(hk);
}

#endif
