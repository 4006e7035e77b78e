#include "num/kernel.h"

#ifdef KERNELS_X86

#include <immintrin.h>

/* Sums fill the registers: 9 rows x 48 columns are 27 sums, 3 registers of B and
 * one broadcast of A, all 32 but one. More columns than rows would read B from
 * the second level cache more often per product; more rows than columns would
 * leave too few independent sums for the few rows of a small batch. For 1 to 4
 * rows two panels go together, for the same reason: 8 sums are needed to keep
 * two multipliers of latency 4 busy. */
enum {
    LANES = 16,
    PANEL = 3,
    AHEAD = 8, /* rows of B to prefetch: 4 % more where B is in L2, 20 % in L3 */
    EVERY = 8, /* with `soon`: k until the next row of C is prefetched: all at once would
                  hold up B. 8 % more where C is large */
};

#define TARGET __attribute__((target("avx512f,prfchw")))

/* rows, vecs, full and far are constants where this is inlined, so that s[] and bs[] become
 * registers. 1 to 4 vectors are one panel, the last of them masked to the columns
 * that exist if the panel is not full: a mask costs an eighth of the multipliers'
 * time, for it goes through one of them. 6 vectors are two full panels. */
#define INLINE TARGET static inline __attribute__((always_inline))

/* s += A[rows,k] B[k,cols]; returns where B goes on */
INLINE const float *steps(const int rows, const int vecs, const bool full, const struct tile *t,
                          __mmask16 some, int k, const float *a, const float *b,
                          const float *soon, __m512 *s)
{
    const ptrdiff_t lda = t->lda, stepa = t->stepa, ldb = t->ldb, next = t->next;
    __m512 bs[6];
    for (; k > 0; k--) {
        UNROLL for (int j = 0; j < vecs; j++) {
            const float *bj = b + LANES * j;
            if (vecs == 6 && j >= PANEL)
                bj += next - LANES * PANEL;
            bs[j] = full || j < vecs - 1 ? _mm512_loadu_ps(bj)
                                         : _mm512_maskz_loadu_ps(some, bj);
            if (rows > 1)
                __asm__("" : "+v"(bs[j])); /* or it is loaded once per row */
            if (rows > 4 && vecs == PANEL)
                _mm_prefetch((const char *)(bj + AHEAD * ldb), _MM_HINT_T0);
        }
        UNROLL for (int i = 0; i < rows; i++) {
            __m512 ai = _mm512_set1_ps(a[i * lda]);
            UNROLL for (int j = 0; j < vecs; j++)
                s[i * vecs + j] = _mm512_fmadd_ps(ai, bs[j], s[i * vecs + j]);
        }
        if (soon) {
            _mm_prefetch((const char *)soon, _MM_HINT_T1);
            soon += LANES;
        }
        a += stepa;
        b += ldb;
    }
    return b;
}

INLINE void sums(const int rows, const int vecs, const bool full, const bool far,
                 const struct tile *t)
{
    const __mmask16 some = (__mmask16)(full ? 0xffff : 0xffff >> (LANES * vecs - t->cols));
    const float *a = t->a, *b = t->b;
    const ptrdiff_t ldc = t->ldc;
    float *c = t->c;
    int k = t->k;
    __m512 s[28];

    UNROLL for (int i = 0; i < rows * vecs; i++)
        s[i] = _mm512_setzero_ps();
    if (t->from)
        UNROLL for (int i = 0; i < rows; i++)
            UNROLL for (int j = 0; j < vecs; j++) {
                const float *from = t->from + i * t->ldfrom + LANES * j;
                s[i * vecs + j] = full || j < vecs - 1 ? _mm512_loadu_ps(from)
                                                       : _mm512_maskz_loadu_ps(some, from);
            }
    for (int i = 0; far && i < rows && k >= EVERY; i++, k -= EVERY) {
        UNROLL for (int j = 0; j < vecs; j++)
            __builtin_prefetch(c + i * ldc + LANES * j, 1);
        b = steps(rows, vecs, full, t, some, EVERY, a, b, NULL, s);
        a += EVERY * t->stepa;
    }
    steps(rows, vecs, full, t, some, k, a, b, far ? t->soon : NULL, s);
    UNROLL for (int i = 0; i < rows; i++)
        UNROLL for (int j = 0; j < vecs; j++) {
            float *cj = c + i * ldc + LANES * j;
            if (full || j < vecs - 1)
                _mm512_storeu_ps(cj, s[i * vecs + j]);
            else
                _mm512_mask_storeu_ps(cj, some, s[i * vecs + j]);
        }
}

INLINE void tile(const int rows, const int vecs, const struct tile *t)
{
    if (rows > 4 && vecs == PANEL && t->soon && t->cols == LANES * PANEL)
        sums(rows, vecs, true, true, t);
    else if (t->cols == LANES * vecs)
        sums(rows, vecs, true, false, t);
    else
        sums(rows, vecs, false, false, t);
}

#define TILE(rows, vecs) \
    TARGET static void tile_##rows##x##vecs(const struct tile *t) \
    { \
        tile(rows, vecs, t); \
    }
#define TILES_1_TO_4(v) TILE(1, v) TILE(2, v) TILE(3, v) TILE(4, v)
#define TILES_5_TO_9(v) TILE(5, v) TILE(6, v) TILE(7, v) TILE(8, v) TILE(9, v)
#define TILES_10_TO_14(v) TILE(10, v) TILE(11, v) TILE(12, v) TILE(13, v) TILE(14, v)

TILES_1_TO_4(1) TILES_5_TO_9(1) TILES_10_TO_14(1)
TILES_1_TO_4(2) TILES_5_TO_9(2) TILES_10_TO_14(2)
TILES_1_TO_4(3) TILES_5_TO_9(3)
TILES_1_TO_4(4) TILE(5, 4) TILE(6, 4)
TILES_1_TO_4(6)

#define ROWS_1_TO_4(v) tile_1x##v, tile_2x##v, tile_3x##v, tile_4x##v
#define ROWS_5_TO_9(v) tile_5x##v, tile_6x##v, tile_7x##v, tile_8x##v, tile_9x##v
#define ROWS_10_TO_14(v) tile_10x##v, tile_11x##v, tile_12x##v, tile_13x##v, tile_14x##v

static void run(const struct tile *t)
{
    static void (*const tiles[][14])(const struct tile *) = {
        [1] = { ROWS_1_TO_4(1), ROWS_5_TO_9(1), ROWS_10_TO_14(1) },
        [2] = { ROWS_1_TO_4(2), ROWS_5_TO_9(2), ROWS_10_TO_14(2) },
        [3] = { ROWS_1_TO_4(3), ROWS_5_TO_9(3) },
        [4] = { ROWS_1_TO_4(4), tile_5x4, tile_6x4 },
        [6] = { ROWS_1_TO_4(6) },
    };
    tiles[(t->cols + LANES - 1) / LANES][t->rows - 1](t);
}

static bool usable(void)
{
    return __builtin_cpu_supports("avx512f");
}

const struct kernel kernel_avx512 = {
    .name = "avx512",
    .usable = usable,
    .tile = run,
    .lanes = LANES,
    .width = LANES * PANEL,
    .rows = { [1] = 14, [2] = 14, [3] = 9, [4] = 6, [6] = 4 },
    .plain_m = 128,
    .plain_n = 4096,
};

#endif
