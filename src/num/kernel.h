/*
 * kernel - matrix products of our own, one row per instruction set.
 *
 * A row brings one function: the tile, a block of C small enough to live in
 * registers while k runs. Everything around it is shared. For B that is used
 * many times the columns are copied into panels: `width` columns side by side,
 * k rows, so that a tile reads one contiguous stream; the last panel may be wider
 * or narrower, and its rows end with unused numbers, up to whole registers:
 *
 *     B[k,n]  ->  [k,width] [k,width] ... [k,rest]
 *
 * Each element of C is one running sum over k, in order, by fused multiply-add,
 * whatever the tile's shape: it does not depend on m, on n, or on where in the
 * matrix it stands. That is the batch invariance gemm.h promises.
 *
 * gemm.c chooses between a row and OpenBLAS; nobody else includes this, but the
 * tests and the benchmark.
 */
#ifndef NUM_KERNEL_H
#define NUM_KERNEL_H

#include "base/base.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(SEQ_DOUBLE)
#define KERNELS_X86 1
#endif

/* Before a loop of few, constant turns over an array that is to live in registers. */
#ifdef __clang__
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

/* C[rows,cols] = from + A[rows,k] B[k,cols]; from NULL: 0. Reads and writes nothing
 * outside these. A[i,k] is a[i lda + k stepa], so that a transposed A needs no copy.
 * `from` may be C, or rows of numbers to start with: one for all of them if ldfrom is 0.
 * cols is one panel's, or two full panels': then the second panel starts `next` numbers
 * after the first. `soon`, if not NULL, says that B and C are far away, and where to read
 * next: a tile may prefetch C, and of soon a line of the
 * cache for each k. */
struct tile {
    int rows, cols, k;
    const real *a, *b, *from, *soon;
    real *c;
    ptrdiff_t lda, stepa, ldb, next, ldfrom, ldc;
};

struct kernel {
    const char *name;
    bool (*usable)(void); /* on this CPU */
    void (*tile)(const struct tile *);
    int lanes;            /* numbers in a register */
    int width;            /* columns of a full panel */
    int rows[8];          /* most rows of a tile, by registers of columns */
    int plain_m, plain_n; /* kernel_gemm beats OpenBLAS up to this size */
};

/* Every row of this build, best first, then NULL; and the first that is usable,
 * NULL if none is. */
extern const struct kernel *const kernel_table[];
const struct kernel *kernel_best(void);

/* Numbers that the panels of a [k,n] matrix take. */
size_t kernel_panel_size(const struct kernel *, int k, int n);

/* Copies B[k,n] (given as [n,k] if trans) into panels: those that are part number
 * `part` of `parts`. */
void kernel_pack(const struct kernel *, int k, int n, const real *b, int ldb,
                 bool trans, int part, int parts, real *panels);

/* C[m,n] = from + A[m,k] B, B in panels; from [m,n] as above */
void kernel_mul(const struct kernel *, int m, int n, int k, const real *a, int lda,
                const real *panels, const real *from, int ldfrom, real *c, int ldc);

/* C[m,n] = (add ? C : 0) + op(A)[m,k] B[k,n], nothing packed */
void kernel_gemm(const struct kernel *, bool ta, int m, int n, int k, const real *a,
                 int lda, const real *b, int ldb, bool add, real *c, int ldc);

#ifdef KERNELS_X86
extern const struct kernel kernel_avx512, kernel_avx2;
#endif

#endif
