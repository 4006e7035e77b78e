#include "num/int8.h"

#if defined(__x86_64__) && !defined(SEQ_DOUBLE)

#include "num/kernel.h"

#include <immintrin.h>

#define TARGET __attribute__((target("avx512f,avx512bw,avx512vnni")))

/* s += a b, four products each. GCC 12 copies the sums of its own function to and fro. */
TARGET static inline __m512i add_products(__m512i s, __m512i a, __m512i b)
{
    __asm__("vpdpbusd %2, %1, %0" : "+v"(s) : "v"(a), "v"(b));
    return s;
}

/* Up to 3 rows x 64 columns are 12 sums of high and 12 of low parts; 4 registers of B. rows
 * and vecs are constants where this is inlined. */
TARGET static inline __attribute__((always_inline)) void
sums(const int rows, const int vecs, const struct int8_tile *t)
{
    const int8_t *b = t->b;
    __m512i hi[12], lo[12], bs[4];
    UNROLL for (int i = 0; i < rows * vecs; i++)
        hi[i] = lo[i] = _mm512_setzero_si512();
    for (int k = 0; k < 4 * t->quads; k += 4, b += 64 * vecs) {
        UNROLL for (int j = 0; j < vecs; j++)
            bs[j] = _mm512_loadu_si512(b + 64 * j);
        UNROLL for (int i = 0; i < rows; i++) {
            int32_t four[2];
            memcpy(&four[0], t->hi + i * t->next + k, 4);
            memcpy(&four[1], t->lo + i * t->next + k, 4);
            __m512i h = _mm512_set1_epi32(four[0]), l = _mm512_set1_epi32(four[1]);
            UNROLL for (int j = 0; j < vecs; j++) {
                hi[i * vecs + j] = add_products(hi[i * vecs + j], h, bs[j]);
                lo[i * vecs + j] = add_products(lo[i * vecs + j], l, bs[j]);
            }
        }
    }
    UNROLL for (int i = 0; i < rows; i++)
        UNROLL for (int j = 0; j < vecs; j++) {
            __m512i s = _mm512_add_epi32(_mm512_slli_epi32(hi[i * vecs + j], 7),
                                         lo[i * vecs + j]);
            _mm512_storeu_si512(t->sum + i * INT8_PANEL + 16 * j, s);
        }
}

#define SUMS(rows, vecs) \
    TARGET static void sums_##rows##x##vecs(const struct int8_tile *t) \
    { \
        sums(rows, vecs, t); \
    }
#define ROWS(rows) SUMS(rows, 1) SUMS(rows, 2) SUMS(rows, 3) SUMS(rows, 4)

ROWS(1) ROWS(2) ROWS(3)

enum { STRIP = 3 };

static void tile(const struct int8_tile *t)
{
    static void (*const all[STRIP][4])(const struct int8_tile *) = {
        { sums_1x1, sums_1x2, sums_1x3, sums_1x4 },
        { sums_2x1, sums_2x2, sums_2x3, sums_2x4 },
        { sums_3x1, sums_3x2, sums_3x3, sums_3x4 },
    };
    all[t->rows - 1][t->vecs - 1](t);
}

static bool usable(void)
{
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vnni");
}

const struct int8_kernel int8_avx512 = {
    .name = "avx512_vnni",
    .usable = usable,
    .tile = tile,
    .strip = STRIP,
};

#endif
