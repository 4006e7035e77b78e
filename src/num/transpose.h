/*
 * transpose - blocks of 32-bit numbers turned over, for the packing of kernels.
 */
#ifndef NUM_TRANSPOSE_H
#define NUM_TRANSPOSE_H

#include "base/base.h"

/* Y[cols,rows] = X[rows,cols]^T; ldx and ldy are the distances between rows. */
void transpose(int rows, int cols, const real *x, int ldx, real *y, int ldy);

#ifndef SEQ_DOUBLE
/* Y[16,16] = X[16,16]^T, both without gaps between rows; bits are only moved. */
void transpose16(const uint32_t *x, uint32_t *y);
#endif

#endif
