#include "num/kernel.h"

#ifdef KERNELS_X86

#include <immintrin.h>

/* The same tiles as in kernel_avx512.c with half as many registers of half the
 * width: 6 rows x 16 columns are 12 sums, 2 registers of B, 1 of A. */
enum { LANES = 8, PANEL = 2 };

#define TARGET __attribute__((target("avx2,fma")))

/* A mask of the first n lanes, n = 1 .. 8. */
TARGET static inline __m256i first_lanes(int n)
{
    const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(n), lane);
}

/* rows and vecs are constants where this is inlined. 1 to 3 vectors are one panel,
 * 4 are two of 2; the last is masked to the columns that exist. */
TARGET static inline __attribute__((always_inline)) void
tile(const int rows, const int vecs, const struct tile *t)
{
    const __m256i some = first_lanes(t->cols - LANES * (vecs - 1));
    const float *ap = t->a, *bp = t->b;
    __m256 s[12], b[4];

    UNROLL for (int i = 0; i < rows; i++)
        UNROLL for (int j = 0; j < vecs; j++) {
            const float *from = t->from + i * t->ldfrom + LANES * j;
            s[i * vecs + j] = !t->from ? _mm256_setzero_ps()
                              : j < vecs - 1 ? _mm256_loadu_ps(from)
                                             : _mm256_maskload_ps(from, some);
        }
    for (int k = t->k; k > 0; k--) {
        UNROLL for (int j = 0; j < vecs; j++) {
            const float *bj = bp + LANES * j;
            if (vecs == 4 && j >= PANEL)
                bj += t->next - LANES * PANEL;
            b[j] = j < vecs - 1 ? _mm256_loadu_ps(bj) : _mm256_maskload_ps(bj, some);
            if (rows > 1)
                __asm__("" : "+x"(b[j])); /* or the compiler loads it once per row */
        }
        UNROLL for (int i = 0; i < rows; i++) {
            __m256 a = _mm256_broadcast_ss(ap + i * t->lda);
            UNROLL for (int j = 0; j < vecs; j++)
                s[i * vecs + j] = _mm256_fmadd_ps(a, b[j], s[i * vecs + j]);
        }
        ap += t->stepa;
        bp += t->ldb;
    }
    UNROLL for (int i = 0; i < rows; i++)
        UNROLL for (int j = 0; j < vecs; j++) {
            float *c = t->c + i * t->ldc + LANES * j;
            if (j < vecs - 1)
                _mm256_storeu_ps(c, s[i * vecs + j]);
            else
                _mm256_maskstore_ps(c, some, s[i * vecs + j]);
        }
}

#define TILE(rows, vecs) \
    TARGET static void tile_##rows##x##vecs(const struct tile *t) \
    { \
        tile(rows, vecs, t); \
    }
#define TILES_1_TO_4(v) TILE(1, v) TILE(2, v) TILE(3, v) TILE(4, v)
#define TILES_5_TO_6(v) TILE(5, v) TILE(6, v)

TILES_1_TO_4(1) TILES_5_TO_6(1)
TILES_1_TO_4(2) TILES_5_TO_6(2)
TILES_1_TO_4(3)
TILE(1, 4) TILE(2, 4)

#define ROWS_1_TO_4(v) tile_1x##v, tile_2x##v, tile_3x##v, tile_4x##v
#define ROWS_5_TO_6(v) tile_5x##v, tile_6x##v

static void run(const struct tile *t)
{
    static void (*const tiles[][6])(const struct tile *) = {
        [1] = { ROWS_1_TO_4(1), ROWS_5_TO_6(1) },
        [2] = { ROWS_1_TO_4(2), ROWS_5_TO_6(2) },
        [3] = { ROWS_1_TO_4(3) },
        [4] = { tile_1x4, tile_2x4 },
    };
    tiles[(t->cols + LANES - 1) / LANES][t->rows - 1](t);
}

static bool usable(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

const struct kernel kernel_avx2 = {
    .name = "avx2",
    .usable = usable,
    .tile = run,
    .lanes = LANES,
    .width = LANES * PANEL,
    .rows = { [1] = 6, [2] = 6, [3] = 4, [4] = 2 },
    .plain_m = 64,
    .plain_n = 256,
};

#endif
