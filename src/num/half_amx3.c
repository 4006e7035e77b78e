#include "num/half.h"

#if defined(__x86_64__) && !defined(SEQ_DOUBLE)

#include <immintrin.h>

/*
 * Products as exact as those of floats, of numbers cut into three bfloat16 each:
 *
 *     x = x1 + x2 + x3,   |x2| <= 2^-8 |x|, |x3| <= 2^-16 |x|, and nothing is left over
 *     x y = x1 y1 + (x1 y2 + x2 y1) + (x1 y3 + x2 y2 + x3 y1) + less than 2^-23 |x y|
 *
 * Tiles multiply bfloat16 some fourteen times as fast as vector registers multiply floats,
 * so that six products take less than half the time of one. (Henry, Tang and Heinecke,
 * Leveraging the bfloat16 artificial intelligence datatype for higher-precision
 * computations, 2019.)
 *
 * For each 32 k the small products come before the large ones. A tile rounds its sums less
 * often than a chain of fused multiply-adds, which is why these are the more exact in spite of
 * six times as many (tests/unit/test_half.c). What C held is added at last.
 */
#define TARGET __attribute__((target("amx-tile,amx-bf16,prfchw,avx512f,avx512bw,avx512bf16")))
#define INLINE static inline __attribute__((always_inline))

/* GCC's tile loads are assembler that does not say what memory it reads. */
#define SEEN_BY_ASSEMBLER __asm__ volatile("" : : : "memory")

enum { ALL = HALF_LIMBS * HALF_BLOCK };

/* ---- multiplying ---------------------------------------------------------------- */

/* The sums of the last tile go to C while the next one is multiplied, some rows with every 32
 * k: alone, they would keep the tiles waiting. Each thread has its own. */
struct sums {
    struct half_tile t;
    int done;                       /* rows */
    _Alignas(64) float x[32 * 32];
};
static _Thread_local struct sums sums[2];
static _Thread_local int newest;    /* of the two; the other one is being put */

/* C = from + sum, `rows` more rows of 1 to 32 columns */
TARGET INLINE void put(struct sums *s, int rows)
{
    const struct half_tile *t = &s->t;
    __mmask16 lo = (__mmask16)(t->cols < 16 ? 0xffff >> (16 - t->cols) : 0xffff);
    __mmask16 hi = (__mmask16)(t->cols > 16 ? 0xffff >> (32 - t->cols) : 0);
    const float *from = t->from ? t->from + s->done * t->ldfrom : NULL;
    float *c = t->c + s->done * t->ldc, *x = s->x + 32 * s->done;
    rows = MIN(rows, t->rows - s->done);
    for (int i = 0; i < rows; i++, x += 32, c += t->ldc) {
        __m512 l = _mm512_load_ps(x), h = _mm512_load_ps(x + 16);
        if (from) {
            l = _mm512_add_ps(l, _mm512_maskz_loadu_ps(lo, from));
            h = _mm512_add_ps(h, _mm512_maskz_loadu_ps(hi, from + 16));
            from += t->ldfrom;
        }
        _mm512_mask_storeu_ps(c, lo, l);
        _mm512_mask_storeu_ps(c + 16, hi, h);
    }
    s->done += rows;
}

/* Tiles 0 to 3 are 2 x 2 blocks of C, 4 and 5 one limb of A's rows, 6 and 7 one of B's
 * columns. Here the second of each is left out where there is none. */
#define ROWS_0(limb) _tile_loadd(4, a + (limb) * HALF_BLOCK, 64)
#define ROWS_1(limb) \
    if (rows > 1) \
        _tile_loadd(5, a + t->a_next + (limb) * HALF_BLOCK, 64)
#define COLS_0(limb) _tile_loadd(6, b + (limb) * HALF_BLOCK, 64)
#define COLS_1(limb) \
    if (cols > 1) \
        _tile_loadd(7, b + ALL + (limb) * HALF_BLOCK, 64)
#define MULTIPLY_00 _tile_dpbf16ps(0, 4, 6)
#define MULTIPLY_01 \
    if (cols > 1) \
        _tile_dpbf16ps(1, 4, 7)
#define MULTIPLY_10 \
    if (rows > 1) \
        _tile_dpbf16ps(2, 5, 6)
#define MULTIPLY_11 \
    if (rows > 1 && cols > 1) \
        _tile_dpbf16ps(3, 5, 7)

/* Four products, and as soon as a tile has served, what comes into it next */
#define THEN_COLS(limb) \
    MULTIPLY_00; \
    MULTIPLY_10; \
    COLS_0(limb); \
    MULTIPLY_01; \
    MULTIPLY_11; \
    COLS_1(limb)
#define THEN_ROWS(limb) \
    MULTIPLY_00; \
    MULTIPLY_01; \
    ROWS_0(limb); \
    MULTIPLY_10; \
    MULTIPLY_11; \
    ROWS_1(limb)

/* A few lines at a time: the cache has so many on their way and no more, and what tiles wait
 * for is among them. */
#define SOON(lines) \
    for (int i = 0; i < (lines); i++, soon += 16) \
        __builtin_prefetch(soon, 0, 3)

/* x[32,32] = A B of 1 or 2 blocks of rows and columns, which are constants where this is
 * inlined. Meanwhile the sums before go to C, and its C and what is next of B come near. */
TARGET INLINE void multiply(const int rows, const int cols, struct sums *s, struct sums *before)
{
    const struct half_tile *t = &s->t;
    const uint32_t *a = t->a, *b = t->b, *soon = t->soon;
    int some = t->blocks ? (32 + t->blocks - 1) / t->blocks : 0;
    int lines = soon ? (t->soon_lines + 4) / 5 : 0; /* each time of five */
    const float *c = t->c, *end = t->c + t->rows * t->ldc;
    SEEN_BY_ASSEMBLER;
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
    for (int k = 0; k < t->blocks; k++, a += ALL, b += cols * ALL) {
        ROWS_0(0);
        COLS_0(2);
        ROWS_1(0);
        COLS_1(2);
        THEN_COLS(1);
        SOON(lines);
        THEN_ROWS(1);
        SOON(lines);
        put(before, some);
        THEN_COLS(0);
        SOON(lines);
        for (int i = 0; c < end && i < some; i++, c += t->ldc) {
            __builtin_prefetch(c, 1);
            __builtin_prefetch(c + 16, 1);
        }
        THEN_ROWS(2);
        SOON(lines);
        THEN_ROWS(0);
        SOON(lines);
        MULTIPLY_00;
        MULTIPLY_01;
        MULTIPLY_10;
        MULTIPLY_11;
    }
    put(before, 32);
    _tile_stored(0, s->x, 128);
    if (cols > 1)
        _tile_stored(1, s->x + 16, 128);
    if (rows > 1)
        _tile_stored(2, s->x + 16 * 32, 128);
    if (rows > 1 && cols > 1)
        _tile_stored(3, s->x + 16 * 32 + 16, 128);
    SEEN_BY_ASSEMBLER;
}

#define TILE(rows, cols) \
    TARGET static void tile_##rows##x##cols(struct sums *s, struct sums *before) \
    { \
        multiply(rows, cols, s, before); \
    }

TILE(1, 1)
TILE(1, 2)
TILE(2, 1)
TILE(2, 2)

static void tile(const struct half_tile *t)
{
    static void (*const tiles[2][2])(struct sums *, struct sums *) = {
        { tile_1x1, tile_1x2 }, { tile_2x1, tile_2x2 },
    };
    struct sums *before = &sums[newest], *s = &sums[newest ^= 1];
    s->t = *t;
    s->done = 0;
    tiles[(t->rows - 1) / 16][(t->cols - 1) / 16](s, before);
}

static void start(void)
{
    sums[newest].t.rows = 0;
    sums[newest].done = 0;
    half_amx_start();
}

TARGET static void stop(void)
{
    half_amx_stop();
    put(&sums[newest], 32);
}

const struct half_kernel half_amx3 = {
    .name = "amx, three limbs",
    .limbs = HALF_LIMBS,
    .usable = half_amx_usable,
    .start = start,
    .tile = tile,
    .stop = stop,
    .along = half_along3_avx512,
    .down = half_down3_avx512,
};

#endif
