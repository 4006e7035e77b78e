#include "num/half.h"

#if defined(__x86_64__) && !defined(SEQ_DOUBLE)

#include <cpuid.h>
#include <immintrin.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * Tiles 0 to 3 are 2 x 2 blocks of C, 4 and 5 those of A, 6 and 7 of B: four products of
 * 16 x 16 x 32 for four loads. (Intel 64 and IA-32 Architectures Optimization Reference
 * Manual, chapter 20.)
 */
#define TARGET __attribute__((target("amx-tile,amx-bf16,avx512f,prfchw")))

/* GCC's tile loads are assembler that does not say what memory it reads. */
#define SEEN_BY_ASSEMBLER __asm__ volatile("" : : : "memory")

enum { AHEAD = 4 }; /* rows of the next C that are brought near with each 32 k */

enum { ARCH_REQ_XCOMP_PERM = 0x1023, XFEATURE_XTILEDATA = 18 };

/* clang 14 has no names for them. */
static bool has_amx_bf16(void)
{
    unsigned a, b, c, d;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && d >> 22 & 1 && d >> 24 & 1;
}

/* Linux gives the 8 KiB of tiles to processes that ask; they are asked for once. */
bool half_amx_usable(void)
{
    static int granted; /* 0: not asked yet, 1 yes, -1 no: any thread finds the same */
    if (!granted)
        granted = half_avx512.usable() && has_amx_bf16() &&
                  !syscall(SYS_arch_prctl, ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA) ? 1 : -1;
    return granted > 0;
}

TARGET void half_amx_start(void)
{
    struct {
        uint8_t palette, row, none[14];
        uint16_t bytes[16];
        uint8_t rows[16];
    } shape = { .palette = 1 };
    for (int i = 0; i < 8; i++) {
        shape.bytes[i] = 64;
        shape.rows[i] = 16;
    }
    __asm__ volatile("" : : "r"(&shape) : "memory");
    _tile_loadconfig(&shape);
}

TARGET void half_amx_stop(void)
{
    _tile_release();
}

/* One number each in a register: how many blocks of rows and columns */
#define TILE(rows, cols) \
    TARGET static void tile_##rows##x##cols(const struct half_tile *t, const float *from, \
                                            size_t ldfrom, float *c, size_t ldc) \
    { \
        const uint32_t *a = t->a, *b = t->b; \
        float *ahead = t->ahead; \
        size_t row = ldc * sizeof *c, from_row = ldfrom * sizeof *from; \
        SEEN_BY_ASSEMBLER; \
        if (from) { \
            _tile_loadd(0, from, from_row); \
            if (cols > 1) \
                _tile_loadd(1, from + 16, from_row); \
            if (rows > 1) \
                _tile_loadd(2, from + 16 * ldfrom, from_row); \
            if (rows > 1 && cols > 1) \
                _tile_loadd(3, from + 16 * ldfrom + 16, from_row); \
        } else { \
            _tile_zero(0); \
            _tile_zero(1); \
            _tile_zero(2); \
            _tile_zero(3); \
        } \
        for (int k = 0; k < t->blocks; k++, a += HALF_BLOCK, b += cols * HALF_BLOCK) { \
            for (int i = 0; ahead && k < 32 / AHEAD && i < AHEAD; i++, ahead += t->ldc) { \
                __builtin_prefetch(ahead, 1); \
                __builtin_prefetch(ahead + 16, 1); \
            } \
            _tile_loadd(4, a, 64); \
            _tile_loadd(6, b, 64); \
            _tile_dpbf16ps(0, 4, 6); \
            if (cols > 1) { \
                _tile_loadd(7, b + HALF_BLOCK, 64); \
                _tile_dpbf16ps(1, 4, 7); \
            } \
            if (rows > 1) { \
                _tile_loadd(5, a + t->a_next, 64); \
                _tile_dpbf16ps(2, 5, 6); \
            } \
            if (rows > 1 && cols > 1) \
                _tile_dpbf16ps(3, 5, 7); \
        } \
        _tile_stored(0, c, row); \
        if (cols > 1) \
            _tile_stored(1, c + 16, row); \
        if (rows > 1) \
            _tile_stored(2, c + 16 * ldc, row); \
        if (rows > 1 && cols > 1) \
            _tile_stored(3, c + 16 * ldc + 16, row); \
    }

TILE(1, 1)
TILE(1, 2)
TILE(2, 1)
TILE(2, 2)

/* y[rows,cols] = x, 1 to 32 columns */
TARGET static void copy(int rows, int cols, const float *x, ptrdiff_t ldx, float *y,
                        ptrdiff_t ldy)
{
    __mmask16 lo = (__mmask16)(cols < 16 ? 0xffff >> (16 - cols) : 0xffff);
    __mmask16 hi = (__mmask16)(cols > 16 ? 0xffff >> (32 - cols) : 0);
    for (int i = 0; i < rows; i++, x += ldx, y += ldy) {
        _mm512_mask_storeu_ps(y, lo, _mm512_maskz_loadu_ps(lo, x));
        _mm512_mask_storeu_ps(y + 16, hi, _mm512_maskz_loadu_ps(hi, x + 16));
    }
}

static void tile(const struct half_tile *t)
{
    static void (*const tiles[2][2])(const struct half_tile *, const float *, size_t, float *,
                                     size_t) = {
        { tile_1x1, tile_1x2 }, { tile_2x1, tile_2x2 },
    };
    /* in variables: GCC would test both sizes by one load, which cannot be answered from the
     * two stores before it and waits until the last tile is in memory: a fifth of a step */
    int m = t->rows, n = t->cols, rows = (m + 15) / 16, cols = (n + 15) / 16;
    if (m % 16 == 0 && n % 16 == 0) {
        tiles[rows - 1][cols - 1](t, t->from, t->ldfrom, t->c, t->ldc);
        return;
    }
    /* at the edge of C: in a copy, that the sums run in the same order. (Tiles may have
     * fewer rows, but to tell them takes longer.) */
    _Alignas(64) float edge[32 * 32];
    if (t->from)
        copy(m, n, t->from, t->ldfrom, edge, 32);
    tiles[rows - 1][cols - 1](t, t->from ? edge : NULL, 32, edge, 32);
    copy(m, n, edge, 32, t->c, t->ldc);
}

const struct half_kernel half_amx = {
    .name = "amx",
    .limbs = 1,
    .usable = half_amx_usable,
    .start = half_amx_start,
    .tile = tile,
    .stop = half_amx_stop,
    .along = half_along_avx512,
    .down = half_down_avx512,
};

#endif
