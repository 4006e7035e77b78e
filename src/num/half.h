/*
 * half - matrix products of bfloat16 numbers, summed in float.
 *
 * A bfloat16 is the upper half of a float: 8 bits of mantissa, the same exponents. CPUs
 * multiply pairs of them: twice as many as floats in a vector register (AVX512_BF16), and
 * about fourteen times as many in a tile (AMX, Intel Xeons since 2023). Training keeps its
 * weights, sums, gates and updates in float and hands only the products here.
 *
 * A kernel takes a float for one such number, rounded, or for the sum of three, which is all
 * of it: its limbs. With three, products are as exact as those of floats (half_amx3.c).
 *
 * Pairs run along k: a pair is one 32-bit word, the even k in its lower half. Both sides
 * are cut into blocks of 16 x 16 words (1 KiB, one tile of AMX), one for each limb, filled
 * up with zeros:
 *
 *     A[m,k]  ->  per 16 rows, per 32 k:     word [row][pair]
 *     B[k,n]  ->  per 32 columns, per 32 k:  word [pair][column], two such blocks
 *
 * Every element of C is a sum in one order, whatever m is and wherever its row stands
 * (batch invariance, as in kernel.h). The rows of the table sum in different orders.
 */
#ifndef NUM_HALF_H
#define NUM_HALF_H

#include "base/base.h"

enum { HALF_BLOCK = 16 * 16 }; /* words */
enum { HALF_LIMBS = 3 };        /* of all of a float */

/* C[rows,cols] = from + A B; rows and cols are 1 to 32. from as in kernel.h: NULL is 0, it
 * may be C, and one row for all if ldfrom is 0. `blocks` of 32 k; a and b start at their
 * first block; the second 16 rows of A are `a_next` words further on; blocks of B for more
 * than 16 columns come in twos. Reads and writes no other C. `ahead` and `soon` come next:
 * C, and the B of which `soon_lines` lines of the cache count for each 32 k; NULL: none. A
 * kernel may bring them near. */
struct half_tile {
    int rows, cols, blocks;
    const uint32_t *a, *b;
    size_t a_next;
    const float *from;
    float *c, *ahead;
    const uint32_t *soon;
    int soon_lines;
    ptrdiff_t ldfrom, ldc;
};

struct half_kernel {
    const char *name;
    int limbs;
    bool (*usable)(void);
    void (*start)(void); /* before the tiles of a product, on the same thread; or NULL */
    void (*tile)(const struct half_tile *);
    void (*stop)(void);
    /* x[16,32] to the blocks of pairs along its rows, x[32,16] to those down its columns;
     * rounded to nearest, ties to even */
    void (*along)(const float *x, int ldx, uint32_t *block);
    void (*down)(const float *x, int ldx, uint32_t *block);
};

/* Best first, NULL at the end; and the first of so many limbs that this CPU has, NULL: none.
 * Three are in the table only where that is faster than floats. */
extern const struct half_kernel *const half_table[];
const struct half_kernel *half_best(int limbs);

/* Words of a packed B[k,n], and the packing (of B given as [n,k] if trans): part number
 * `part` of `parts`. */
size_t half_panel_size(const struct half_kernel *, int k, int n);
void half_pack(const struct half_kernel *, int k, int n, const float *b, int ldb, bool trans,
               int part, int parts, uint32_t *panels);

/* C[m,n] = from + A[m,k] B, B packed; from [m,n] as above */
void half_mul(const struct half_kernel *, int m, int n, int k, const float *a, int lda,
              const uint32_t *panels, const float *from, int ldfrom, float *c, int ldc);

/* C[m,n] = (add ? C : 0) + A[k,m]^T B[k,n] */
void half_outer(const struct half_kernel *, int m, int n, int k, const float *a, int lda,
                const float *b, int ldb, bool add, float *c, int ldc);

#ifdef __x86_64__
extern const struct half_kernel half_amx, half_amx3, half_avx512;
bool half_amx_usable(void);
void half_amx_start(void);
void half_amx_stop(void);
void half_along_avx512(const float *x, int ldx, uint32_t *block);
void half_down_avx512(const float *x, int ldx, uint32_t *block);
void half_along3_avx512(const float *x, int ldx, uint32_t *block); /* of HALF_LIMBS limbs */
void half_down3_avx512(const float *x, int ldx, uint32_t *block);
#endif

#endif
