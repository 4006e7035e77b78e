#include "num/half.h"

#include "num/transpose.h"

#ifndef SEQ_DOUBLE

/* The k of one pass, so that 32 rows of A and 32 columns of B fit the first level cache. A C
 * that is far away is better read and written less often, and so is any where there are more
 * limbs, which do not fit anyway. */
enum { K_PASS = 256, K_PASS_FAR = 384, K_PASS_FARTHER = 512, K_PASS_LIMBS = 512 };

enum { FAR = 256 * 1024, FARTHER = 8 * FAR }; /* numbers that no second level cache holds */
enum { LINE = 16 };        /* words in a line of the cache */

const struct half_kernel *const half_table[] = {
#ifdef __x86_64__
    &half_amx,
    &half_avx512,
    &half_amx3,
#endif
    NULL,
};

const struct half_kernel *half_best(int limbs)
{
    for (int i = 0; half_table[i]; i++)
        if (half_table[i]->limbs == limbs && half_table[i]->usable())
            return half_table[i];
    return NULL;
}

/* Words of a block with all its limbs */
static int block_size(const struct half_kernel *hk)
{
    return hk->limbs * HALF_BLOCK;
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
    for (int i = 32; i < MIN(k, 64); i++) /* lines far apart are foreseen by no CPU */
        __builtin_prefetch(x + (size_t)i * ldx);
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

size_t half_panel_size(const struct half_kernel *hk, int k, int n)
{
    return (size_t)blocks_of(k) * ((n + 15) / 16) * block_size(hk);
}

static void turn(const struct half_kernel *hk, const uint32_t *block, uint32_t *y)
{
    for (int i = 0; i < hk->limbs; i++)
        transpose16(block + i * HALF_BLOCK, y + i * HALF_BLOCK);
}

/* A panel of up to 32 columns, of B^T[n,k] */
static void panel_along(const struct half_kernel *hk, int n, int k, const float *b, int ldb,
                        uint32_t *y)
{
    uint32_t block[HALF_LIMBS * HALF_BLOCK];
    for (int l = 0; l < k; l += 32)
        for (int i = 0; i < MIN(n, 32); i += 16, y += block_size(hk)) {
            block_along(hk, b + (size_t)i * ldb + l, ldb, n - i, k - l, block);
            turn(hk, block, y);
        }
}

/* Up to 32 k of such a panel, of B[k,n] */
static void panel_down(const struct half_kernel *hk, int n, int k, const float *b, int ldb,
                       uint32_t *y)
{
    for (int i = 0; i < MIN(n, 32); i += 16, y += block_size(hk))
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
            uint32_t *y = panels + (size_t)blocks_of(k) * (j / 16) * block_size(hk);
            if (trans)
                panel_along(hk, n - j, k, b + (size_t)j * ldb, ldb, y);
            else
                panel_down(hk, n - j, k - l, b + (size_t)l * ldb + j, ldb,
                           y + (size_t)(l / 32) * MIN(2, (n - j + 15) / 16) * block_size(hk));
        }
}

/* A[m,k] in blocks */
static void pack_rows(const struct half_kernel *hk, int m, int k, const float *a, int lda,
                      uint32_t *y)
{
    for (int i = 0; i < m; i += 16)
        for (int l = 0; l < k; l += 32, y += block_size(hk))
            block_along(hk, a + (size_t)i * lda + l, lda, m - i, k - l, y);
}

/* The same of A[k,m]^T */
static void pack_turned(const struct half_kernel *hk, int m, int k, const float *a, int lda,
                        uint32_t *y)
{
    uint32_t block[HALF_LIMBS * HALF_BLOCK];
    for (int l = 0; l < k; l += 32)
        for (int i = 0; i < m; i += 16) {
            block_down(hk, a + (size_t)l * lda + i, lda, m - i, k - l, block);
            turn(hk, block, y + ((size_t)(i / 16) * blocks_of(k) + l / 32) * block_size(hk));
        }
}

/* ---- products ------------------------------------------------------------------- */

/* What a pass works in, for what stays near and for what passes by: 1 MiB and a quarter.
 * Beside panels of more limbs, which are larger, less may stay. Each thread has its own,
 * touched only as far as it is used. */
enum { STAYS = 1280 * HALF_BLOCK, STAYS_LIMBS = 768 * HALF_BLOCK, PASSES = STAYS / 5 };
static _Thread_local _Alignas(64) uint32_t packed_stays[STAYS], packed_passes[PASSES];

/* C[m,n] from packed rows; panel j of B starts at b + j * b_next, `blocks` of it count */
static void panels_times_rows(const struct half_kernel *hk, int m, int n, int blocks,
                              const uint32_t *rows, const uint32_t *b, size_t b_next,
                              const float *from, int ldfrom, float *c, int ldc)
{
    struct half_tile t = { .blocks = blocks, .a_next = (size_t)blocks * block_size(hk),
                           .ldfrom = ldfrom, .ldc = ldc };
    bool far = (size_t)m * ldc > FAR;
    int words = 2 * blocks * block_size(hk), helpers = MIN(8, (m + 31) / 32);
    t.soon_lines = 2 * block_size(hk) / LINE / helpers;
    for (int j = 0; j < n; j += 32, b += b_next)
        for (int i = 0; i < m; i += 32) {
            t.soon = i / 32 < helpers && j + 64 <= n ? b + b_next + i / 32 * (words / helpers)
                                                     : NULL;
            t.rows = MIN(32, m - i);
            t.cols = MIN(32, n - j);
            t.a = rows + i / 16 * t.a_next;
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
                 const uint32_t *rows, const uint32_t *panels, const float *from, int ldfrom,
                 float *c, int ldc)
{
    int wide = n / 32 * 32 + (n % 32 > 16 ? n % 32 : 0), all = blocks_of(k_all);
    size_t at = (size_t)(k0 / 32) * block_size(hk);
    if (wide > 0)
        panels_times_rows(hk, m, wide, blocks_of(k), rows, panels + 2 * at,
                          (size_t)all * 2 * block_size(hk), from, ldfrom, c, ldc);
    if (n > wide)
        panels_times_rows(hk, m, n - wide, blocks_of(k), rows,
                          panels + (size_t)all * (wide / 16) * block_size(hk) + at, 0,
                          from ? from + wide : NULL, ldfrom, c + wide, ldc);
}

/* The k of a pass, of passes as equal as can be. Where the order of a sum hangs on it, with
 * more limbs than one, it must not hang on m. */
static int pass_depth(const struct half_kernel *hk, int m, int n, int k)
{
    size_t size = (size_t)m * n;
    int most = hk->limbs > 1 ? K_PASS_LIMBS
             : size > FARTHER ? K_PASS_FARTHER : size > FAR ? K_PASS_FAR : K_PASS;
    int passes = (k + most - 1) / most;
    return passes > 1 ? blocks_of((k + passes - 1) / passes) * 32 : most;
}

/* How many of n rows or columns are packed at a time: as many as there is room for, and all
 * times about as many */
static int at_a_time(const struct half_kernel *hk, int n, int k, int room)
{
    int most = room / (blocks_of(k) * block_size(hk)) / 2 * 32;
    int times = (n + most - 1) / most;
    return (((n + times - 1) / times) + 31) / 32 * 32;
}

void half_mul(const struct half_kernel *hk, int m, int n, int k, const float *a, int lda,
              const uint32_t *panels, const float *from, int ldfrom, float *c, int ldc)
{
    int step = pass_depth(hk, m, n, k);
    int high = at_a_time(hk, m, MAX(MIN(step, k), 1), hk->limbs > 1 ? STAYS_LIMBS : STAYS);
    start(hk);
    for (int l = 0; l == 0 || l < k; l += step, from = c, ldfrom = ldc)
        for (int i = 0; i < m; i += high) {
            int rows = MIN(high, m - i), deep = MIN(step, k - l);
            pack_rows(hk, rows, deep, a + (size_t)i * lda + l, lda, packed_stays);
            pass(hk, rows, n, deep, l, k, packed_stays, panels,
                 from ? from + (size_t)i * ldfrom : NULL, ldfrom, c + (size_t)i * ldc, ldc);
        }
    stop(hk);
}

void half_outer(const struct half_kernel *hk, int m, int n, int k, const float *a, int lda,
                const float *b, int ldb, bool add, float *c, int ldc)
{
    int step = pass_depth(hk, m, n, k), deepest = MAX(MIN(step, k), 1);
    bool b_stays = n < m; /* the larger one passes by, and is packed once */
    int high = at_a_time(hk, m, deepest, b_stays ? PASSES : STAYS);
    int wide = at_a_time(hk, n, deepest, b_stays ? STAYS : PASSES);
    uint32_t *rows = b_stays ? packed_passes : packed_stays;
    uint32_t *cols = b_stays ? packed_stays : packed_passes;
    start(hk);
    for (int l = 0; l == 0 || l < k; l += step)
        for (int at = 0; at < (b_stays ? n : m); at += b_stays ? wide : high)
            for (int by = 0; by < (b_stays ? m : n); by += b_stays ? high : wide) {
                int i = b_stays ? by : at, j = b_stays ? at : by;
                int some = MIN(high, m - i), few = MIN(wide, n - j), deep = MIN(step, k - l);
                float *to = c + (size_t)i * ldc + j;
                if (b_stays || by == 0)
                    pack_turned(hk, some, deep, a + (size_t)l * lda + i, lda, rows);
                if (!b_stays || by == 0)
                    half_pack(hk, deep, few, b + (size_t)l * ldb + j, ldb, false, 0, 1, cols);
                pass(hk, some, few, deep, 0, deep, rows, cols, add || l > 0 ? to : NULL, ldc,
                     to, ldc);
            }
    stop(hk);
}

#endif
