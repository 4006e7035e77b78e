#include "num/int8.h"

#if defined(__x86_64__) && !defined(SEQ_DOUBLE)

#include "num/kernel.h"

#include <cpuid.h>
#include <immintrin.h>

/*
 * With registers of half the width: 16 columns of one row after the other. Two rows of
 * the table that differ in one step, s + the products of four bytes each: an instruction
 * of AVX-VNNI; or of AVX2 two of them added in 16 bits, then in 32.
 */
#define TARGET_AVX2 __attribute__((target("avx2")))
#define TARGET_VNNI __attribute__((target("avx2,avxvnni")))

TARGET_AVX2 static inline __m256i step_avx2(__m256i s, __m256i a, __m256i b)
{
    __m256i pairs = _mm256_maddubs_epi16(a, b);
    return _mm256_add_epi32(s, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
}

TARGET_VNNI static inline __m256i step_vnni(__m256i s, __m256i a, __m256i b)
{
    return _mm256_dpbusd_avx_epi32(s, a, b);
}

/* vecs is a constant where this is inlined: groups of 16 columns, 1 or 2 */
#define SUMS(target, step) \
    target static inline __attribute__((always_inline)) void \
    step##_sums(const int vecs, const uint8_t *x, const uint8_t *y, int quads, const int8_t *b, \
                int next, int32_t *sum) \
    { \
        __m256i hi[4], lo[4]; \
        UNROLL for (int j = 0; j < 2 * vecs; j++) \
            hi[j] = lo[j] = _mm256_setzero_si256(); \
        for (int k = 0; k < 4 * quads; k += 4, b += next) { \
            int32_t four[2]; \
            memcpy(&four[0], x + k, 4); \
            memcpy(&four[1], y + k, 4); \
            __m256i h = _mm256_set1_epi32(four[0]), l = _mm256_set1_epi32(four[1]); \
            UNROLL for (int j = 0; j < 2 * vecs; j++) { \
                __m256i w = _mm256_loadu_si256((const void *)(b + 32 * j)); \
                hi[j] = step(hi[j], h, w); \
                lo[j] = step(lo[j], l, w); \
            } \
        } \
        UNROLL for (int j = 0; j < 2 * vecs; j++) \
            _mm256_storeu_si256((void *)(sum + 8 * j), \
                                _mm256_add_epi32(_mm256_slli_epi32(hi[j], 7), lo[j])); \
    } \
    target static void step##_tile(const struct int8_tile *t) \
    { \
        for (int j = 0; j < t->vecs; j += 2) \
            for (int i = 0; i < t->rows; i++) { \
                const uint8_t *x = t->hi + i * t->next, *y = t->lo + i * t->next; \
                int32_t *sum = t->sum + i * INT8_PANEL + 16 * j; \
                if (j + 1 < t->vecs) \
                    step##_sums(2, x, y, t->quads, t->b + 64 * j, 64 * t->vecs, sum); \
                else \
                    step##_sums(1, x, y, t->quads, t->b + 64 * j, 64 * t->vecs, sum); \
            } \
    }

SUMS(TARGET_VNNI, step_vnni)
SUMS(TARGET_AVX2, step_avx2)

static bool has_avx2(void)
{
    return __builtin_cpu_supports("avx2");
}

/* clang 14 has no name for it. A virtual machine answers slowly: asked once. */
static bool has_vnni(void)
{
    static int known; /* 1 yes, -1 no: any thread finds the same */
    unsigned a, b, c, d;
    if (!known)
        known = __get_cpuid_count(7, 1, &a, &b, &c, &d) && a >> 4 & 1 ? 1 : -1;
    return has_avx2() && known > 0;
}

const struct int8_kernel int8_avxvnni = {
    .name = "avx_vnni",
    .usable = has_vnni,
    .tile = step_vnni_tile,
    .strip = INT8_STRIP,
};

const struct int8_kernel int8_avx2 = {
    .name = "avx2",
    .usable = has_avx2,
    .tile = step_avx2_tile,
    .strip = INT8_STRIP,
};

#endif
