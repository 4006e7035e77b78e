/*
 * vec - element-wise and row-wise kernels on contiguous arrays. No shapes, no
 * memory: the layers of nn/ own those.
 */
#ifndef NUM_VEC_H
#define NUM_VEC_H

#include "base/base.h"

void vec_zero(size_t n, real *x);
void vec_add(size_t n, const real *x, real *y);            /* y += x */
void vec_sum(size_t n, const real *a, const real *b, real *y); /* y = a + b */
void vec_axpy(size_t n, real a, const real *x, real *y);   /* y += a x */
void vec_scale(size_t n, real a, real *x);                 /* x *= a */
void vec_mul(size_t n, const real *a, const real *b, real *y);     /* y = a * b */
void vec_mul_add(size_t n, const real *a, const real *b, real *y); /* y += a * b */
real vec_dot(size_t n, const real *a, const real *b);      /* sum of a b, fixed order */
double vec_sum_squares(size_t n, const real *x);           /* in double, fixed order */
void vec_tanh(size_t n, const real *x, real *y);
bool vec_is_finite(size_t n, const real *x);

/* y[i] = 0 with probability p, else x: coins that depend on key and i alone. */
void vec_coins(size_t n, uint64_t key, double p, real x, real *y);

/* y = softmax(x), in place allowed; returns log(sum(exp(x))), the normaliser:
 * log p(j) = x[j] - normaliser. Subtracts the maximum first. */
real vec_softmax(int n, const real *x, real *y);

/* What it consists of: the maximum; y = exp(x - top), in place allowed, and their sum. */
real vec_max(int n, const real *x);
real vec_exps(int n, real top, const real *x, real *y);

int vec_argmax(int n, const real *x); /* the first of equals */

#endif
