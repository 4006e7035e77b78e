#include "num/int8.h"

#if defined(__x86_64__) && !defined(SEQ_DOUBLE)

#include "num/half.h"
#include "num/kernel.h"

#include <cpuid.h>
#include <immintrin.h>

/*
 * Tiles 0 to 3 are sums of 16 rows x 32 columns, high parts and low ones; 4 and 5 those of
 * A, 64 k deep, 6 and 7 of B: four products for four loads.
 */
#define TARGET __attribute__((target("amx-tile,amx-int8,avx512f")))

/* GCC's tile loads are assembler that does not say what memory it reads. */
#define SEEN_BY_ASSEMBLER __asm__ volatile("" : : : "memory")

enum { DEEP = 64, STRIP = 16, GROUP = 64 /* bytes of 16 columns, 4 k */ };

/* clang 14 has no name for it. A virtual machine answers slowly: asked once. */
static bool has_amx_int8(void)
{
    static int known; /* 1 yes, -1 no: any thread finds the same */
    unsigned a, b, c, d;
    if (!known)
        known = __get_cpuid_count(7, 0, &a, &b, &c, &d) && d >> 25 & 1 ? 1 : -1;
    return known > 0;
}

static bool usable(void)
{
    return half_amx.usable() && has_amx_int8() && int8_avx512.usable();
}

/* The k of B that do not fill a tile, filled up with zeros. */
static const int8_t *filled_up(const int8_t *b, int quads, size_t row, int cols, int8_t *full)
{
    memset(full, 0, 16 * 2 * GROUP);
    for (int i = 0; i < quads; i++)
        memcpy(full + i * 2 * GROUP, b + i * row, (size_t)GROUP * cols);
    return full;
}

/* cols is 1 or 2 groups of 16 columns, whose quads are `row` bytes apart */
TARGET static void sums(const struct int8_tile *t, const int8_t *b, size_t row, int cols,
                        int32_t *hi, int32_t *lo)
{
    int8_t edge[16 * 2 * GROUP];
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
    for (int q = 0; q < t->quads; q += DEEP / 4) {
        const int8_t *from = b + q * row;
        size_t step = row;
        if (t->quads - q < DEEP / 4) {
            from = filled_up(from, t->quads - q, row, cols, edge);
            step = 2 * GROUP;
        }
        SEEN_BY_ASSEMBLER;
        _tile_loadd(4, t->hi + 4 * q, t->next);
        _tile_loadd(5, t->lo + 4 * q, t->next);
        _tile_loadd(6, from, step);
        _tile_dpbusd(0, 4, 6);
        _tile_dpbusd(2, 5, 6);
        if (cols > 1) {
            _tile_loadd(7, from + GROUP, step);
            _tile_dpbusd(1, 4, 7);
            _tile_dpbusd(3, 5, 7);
        }
    }
    _tile_stored(0, hi, 128);
    _tile_stored(1, hi + 16, 128);
    _tile_stored(2, lo, 128);
    _tile_stored(3, lo + 16, 128);
    SEEN_BY_ASSEMBLER;
}

TARGET static void tile(const struct int8_tile *t)
{
    _Alignas(64) int32_t hi[16 * 32], lo[16 * 32];
    for (int j = 0; j < t->vecs; j += 2) {
        int cols = MIN(2, t->vecs - j);
        sums(t, t->b + GROUP * j, (size_t)GROUP * t->vecs, cols, hi, lo);
        for (int i = 0; i < t->rows; i++)
            for (int v = 0; v < cols; v++) {
                __m512i h = _mm512_load_si512(hi + 32 * i + 16 * v);
                __m512i l = _mm512_load_si512(lo + 32 * i + 16 * v);
                _mm512_storeu_si512(t->sum + i * INT8_PANEL + 16 * (j + v),
                                    _mm512_add_epi32(_mm512_slli_epi32(h, 7), l));
            }
    }
}

static void start(void)
{
    half_amx.start();
}

static void stop(void)
{
    half_amx.stop();
}

const struct int8_kernel int8_amx = {
    .name = "amx",
    .usable = usable,
    .start = start,
    .tile = tile,
    .stop = stop,
    .strip = STRIP,
    .from_rows = 4,
};

#endif
