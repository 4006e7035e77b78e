#include "num/half.h"

#if defined(__x86_64__) && !defined(SEQ_DOUBLE)

#include "num/kernel.h"

#include <immintrin.h>

/* 12 rows x 32 columns are 24 sums: 2 registers of B and a pair of A for each row. A row
 * of C may stand in a strip of 1 to 12 rows: its sums are the same. */
enum { STRIP = 12 };

#define TARGET __attribute__((target("avx512f,avx512bw,avx512bf16")))

/* rows and vecs are constants where this is inlined */
TARGET static inline __attribute__((always_inline)) void
strip(const int rows, const int vecs, const struct half_tile *t, int first)
{
    __mmask16 some = (__mmask16)(0xffff >> (16 * vecs - t->cols));
    const uint32_t *b = t->b, *a[STRIP];
    const float *from = t->from ? t->from + first * t->ldfrom : NULL;
    float *c = t->c + first * t->ldc;
    __m512 s[STRIP * 2], bs[2];
    UNROLL for (int i = 0; i < rows; i++) {
        int at = first + i;
        a[i] = t->a + at / 16 * t->a_next + at % 16 * 16;
        UNROLL for (int j = 0; j < vecs; j++)
            s[i * vecs + j] = !from ? _mm512_setzero_ps()
                                    : _mm512_maskz_loadu_ps(j < vecs - 1 ? 0xffff : some,
                                                            from + i * t->ldfrom + 16 * j);
    }
    for (int k = 0; k < t->blocks; k++, b += vecs * HALF_BLOCK)
        for (int p = 0; p < 16; p++) {
            UNROLL for (int j = 0; j < vecs; j++)
                bs[j] = _mm512_loadu_ps(b + j * HALF_BLOCK + 16 * p);
            UNROLL for (int i = 0; i < rows; i++) {
                __m512i pair = _mm512_set1_epi32((int)a[i][k * HALF_BLOCK + p]);
                UNROLL for (int j = 0; j < vecs; j++)
                    s[i * vecs + j] = _mm512_dpbf16_ps(s[i * vecs + j], (__m512bh)pair,
                                                       (__m512bh)bs[j]);
            }
        }
    UNROLL for (int i = 0; i < rows; i++)
        UNROLL for (int j = 0; j < vecs; j++)
            _mm512_mask_storeu_ps(c + i * t->ldc + 16 * j, j < vecs - 1 ? 0xffff : some,
                                  s[i * vecs + j]);
}

#define STRIPS(rows) \
    TARGET static void strip_##rows##x1(const struct half_tile *t, int first) \
    { \
        strip(rows, 1, t, first); \
    } \
    TARGET static void strip_##rows##x2(const struct half_tile *t, int first) \
    { \
        strip(rows, 2, t, first); \
    }

STRIPS(1) STRIPS(2) STRIPS(3) STRIPS(4) STRIPS(5) STRIPS(6)
STRIPS(7) STRIPS(8) STRIPS(9) STRIPS(10) STRIPS(11) STRIPS(12)

#define PAIR(rows) { strip_##rows##x1, strip_##rows##x2 }

static void tile(const struct half_tile *t)
{
    static void (*const strips[STRIP][2])(const struct half_tile *, int) = {
        PAIR(1), PAIR(2), PAIR(3), PAIR(4), PAIR(5), PAIR(6),
        PAIR(7), PAIR(8), PAIR(9), PAIR(10), PAIR(11), PAIR(12),
    };
    int first = 0;
    for (int left = (t->rows + STRIP - 1) / STRIP; left > 0; left--) {
        int rows = (t->rows - first + left - 1) / left;
        strips[rows - 1][t->cols > 16](t, first);
        first += rows;
    }
}

/* ---- cutting: limbs is a constant where this is inlined --------------------------- */

/* One limb of 2 x 16 numbers, and what is left of them */
TARGET static inline __attribute__((always_inline)) __m512i limb(__m512 *lo, __m512 *hi)
{
    __m512i two = (__m512i)_mm512_cvtne2ps_pbh(*hi, *lo);
    __m512i l = _mm512_cvtepu16_epi32(_mm512_castsi512_si256(two));
    __m512i h = _mm512_cvtepu16_epi32(_mm512_extracti64x4_epi64(two, 1));
    *lo = _mm512_sub_ps(*lo, (__m512)_mm512_slli_epi32(l, 16));
    *hi = _mm512_sub_ps(*hi, (__m512)_mm512_slli_epi32(h, 16));
    return two;
}

TARGET static inline __attribute__((always_inline)) void
cut_along(const int limbs, const float *x, int ldx, uint32_t *block)
{
    for (int i = 0; i < 16; i++, x += ldx, block += 16) {
        __m512 lo = _mm512_loadu_ps(x), hi = _mm512_loadu_ps(x + 16);
        UNROLL for (int k = 0; k < limbs; k++)
            _mm512_storeu_si512(block + k * HALF_BLOCK, limb(&lo, &hi));
    }
}

TARGET static inline __attribute__((always_inline)) void
cut_down(const int limbs, const float *x, int ldx, uint32_t *block)
{
    /* 0 16 1 17 ...: the first and second half of 32 take turns */
    __m512i turns = _mm512_add_epi32(
        _mm512_set1_epi32(16 << 16),
        _mm512_mullo_epi32(_mm512_set1_epi32(0x10001),
                           _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13,
                                             14, 15)));
    for (int i = 0; i < 16; i++, x += 2 * ldx, block += 16) {
        __m512 lo = _mm512_loadu_ps(x), hi = _mm512_loadu_ps(x + ldx);
        UNROLL for (int k = 0; k < limbs; k++)
            _mm512_storeu_si512(block + k * HALF_BLOCK,
                                _mm512_permutexvar_epi16(turns, limb(&lo, &hi)));
    }
}

TARGET void half_along_avx512(const float *x, int ldx, uint32_t *block)
{
    cut_along(1, x, ldx, block);
}

TARGET void half_down_avx512(const float *x, int ldx, uint32_t *block)
{
    cut_down(1, x, ldx, block);
}

TARGET void half_along3_avx512(const float *x, int ldx, uint32_t *block)
{
    cut_along(HALF_LIMBS, x, ldx, block);
}

TARGET void half_down3_avx512(const float *x, int ldx, uint32_t *block)
{
    cut_down(HALF_LIMBS, x, ldx, block);
}

static bool usable(void)
{
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512bf16");
}

const struct half_kernel half_avx512 = {
    .name = "avx512_bf16",
    .limbs = 1,
    .usable = usable,
    .tile = tile,
    .along = half_along_avx512,
    .down = half_down_avx512,
};

#endif
