#include "num/transpose.h"

#include "num/kernel.h"

#ifdef KERNELS_X86
#include <immintrin.h>
#endif

enum { BLOCK = 64 }; /* columns: as many rows of y stay in the first level cache */

/* Y[8,8] = X[8,8]^T */
#ifdef KERNELS_X86
__attribute__((target("avx")))
static void transpose8(const real *x, int ldx, real *y, int ldy)
{
    __m256 r[8], s[8];
    /* r[i]: columns 0-3 of row i, and of row i + 4; r[i + 4]: columns 4-7 */
    UNROLL for (int i = 0; i < 4; i++) {
        const real *lo = x + (size_t)i * ldx, *hi = x + (size_t)(i + 4) * ldx;
        r[i] = _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(lo)),
                                    _mm_loadu_ps(hi), 1);
        r[i + 4] = _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(lo + 4)),
                                        _mm_loadu_ps(hi + 4), 1);
    }
    /* 4 x 4 transposes in each half of the registers */
    UNROLL for (int i = 0; i < 8; i += 4) {
        s[i + 0] = _mm256_unpacklo_ps(r[i + 0], r[i + 1]);
        s[i + 1] = _mm256_unpackhi_ps(r[i + 0], r[i + 1]);
        s[i + 2] = _mm256_unpacklo_ps(r[i + 2], r[i + 3]);
        s[i + 3] = _mm256_unpackhi_ps(r[i + 2], r[i + 3]);
        r[i + 0] = _mm256_shuffle_ps(s[i + 0], s[i + 2], 0x44);
        r[i + 1] = _mm256_shuffle_ps(s[i + 0], s[i + 2], 0xee);
        r[i + 2] = _mm256_shuffle_ps(s[i + 1], s[i + 3], 0x44);
        r[i + 3] = _mm256_shuffle_ps(s[i + 1], s[i + 3], 0xee);
    }
    UNROLL for (int i = 0; i < 8; i++)
        _mm256_storeu_ps(y + (size_t)i * ldy, r[i]);
}
#else
static void transpose8(const real *x, int ldx, real *y, int ldy)
{
    for (int i = 0; i < 8; i++)
        for (int j = 0; j < 8; j++)
            y[(size_t)j * ldy + i] = x[(size_t)i * ldx + j];
}
#endif

void transpose(int rows, int cols, const real *x, int ldx, real *y, int ldy)
{
    int rows8 = rows & ~7, cols8 = cols & ~7;
    for (int block = 0; block < cols8; block += BLOCK)
        for (int i = 0; i < rows8; i += 8)
            for (int j = block; j < MIN(cols8, block + BLOCK); j += 8)
                transpose8(x + (size_t)i * ldx + j, ldx, y + (size_t)j * ldy + i, ldy);
    for (int i = 0; i < rows; i++)
        for (int j = i < rows8 ? cols8 : 0; j < cols; j++)
            y[(size_t)j * ldy + i] = x[(size_t)i * ldx + j];
}

#ifndef SEQ_DOUBLE
void transpose16(const uint32_t *x, uint32_t *y)
{
    transpose(16, 16, (const real *)x, 16, (real *)y, 16);
}
#endif
