/*
 * int8 - matrix products with weights of 8 bits, summed in whole numbers: for decoding.
 *
 * One row times a matrix reads every weight once, so the bytes of the weights are the
 * time it takes. Each column of B[k,n] is rounded to scale * (-127 .. 127). A row of A is
 * rounded too, but to 14 bits, anew for every 1024 numbers (a pass), so that next to
 * nothing is lost there:
 *
 *     a = scale * x,  x = -8191 .. 8191,  x + 8192 = 128 hi + lo,  hi and lo 0 .. 127
 *     sum x w = 128 sum hi w + sum lo w - 8192 sum w
 *
 * where hi and lo are what CPUs multiply: four unsigned bytes by four signed ones, added
 * to a sum of 32 bits (VNNI). Seven bits, because without VNNI two products must fit 16.
 *
 * Sums of whole numbers have no order: all rows of the table give the same bits, and so
 * does a row of A whatever m is (batch invariance, as in kernel.h). int8_plain is how it
 * is read; it runs everywhere.
 *
 *     B[k,n]  ->  per 64 columns, per 4 k:  byte [column][k]; the last panel is narrower,
 *                 in sixteens, filled up with zeros
 */
#ifndef NUM_INT8_H
#define NUM_INT8_H

#include "base/base.h"

enum {
    INT8_LANES = 16,   /* columns are stored in so many */
    INT8_PANEL = 64,
    INT8_PASS = 1024,  /* k; more would leave 32 bits */
    INT8_STRIP = 16,   /* rows of a tile, at most */
};

/* sum[rows][INT8_PANEL] = 128 hi B + lo B of 16 vecs columns, 4 quads of k. The rows of hi
 * and lo are `next` bytes apart, and zero behind k up to a multiple of 64. */
struct int8_tile {
    int rows, vecs, quads;
    const uint8_t *hi, *lo;
    size_t next;
    const int8_t *b;
    int32_t *sum;
};

struct int8_kernel {
    const char *name;
    bool (*usable)(void);
    void (*start)(void); /* before the tiles of a product, on the same thread; or NULL */
    void (*tile)(const struct int8_tile *);
    void (*stop)(void);
    int strip;           /* rows of a tile, at most INT8_STRIP */
    int from_rows;       /* the best for so many and more */
};

/* Best first, then int8_plain, then NULL; and the first that this CPU has and that is made
 * for m rows. */
extern const struct int8_kernel *const int8_table[];
extern const struct int8_kernel int8_plain;
const struct int8_kernel *int8_best(int m);

struct int8_matrix {
    int k, n;
    int8_t *w;       /* the panels */
    float *scale;    /* [n] */
    int32_t *offset; /* [passes, n] 8192 sum w */
};

/* Memory for B[k,n], contents undefined until int8_pack; int8_free: NULL is fine. */
struct int8_matrix *int8_new(int k, int n);
void int8_free(struct int8_matrix *);

/* Rounds B[k,n] (given as [n,k] if trans): part number `part` of `parts`. A column that
 * has an infinity or what is no number is no number as a whole. */
void int8_pack(struct int8_matrix *, const float *b, int ldb, bool trans, int part, int parts);

/* Takes B[k,n] as it is, -127 .. 127, with the scales of its columns. int8_give: X[k,n] becomes
 * what the matrix stands for. */
void int8_take(struct int8_matrix *, const int8_t *b, int ldb, const float *scale);
void int8_give(const struct int8_matrix *, float *x, int ldx);

/* C[m,cols] = (add ? C : 0) + A[m,k] B, of the columns from `first` on: a multiple of 64. */
void int8_mul(const struct int8_kernel *, int m, int first, int cols, const float *a, int lda,
              const struct int8_matrix *, bool add, float *c, int ldc);

#ifdef __x86_64__
extern const struct int8_kernel int8_amx, int8_avx512, int8_avxvnni, int8_avx2;
#endif

#endif
