/*
 * vmath - exp, tanh, sigmoid, root and reciprocal for loops.
 *
 * Plain scalar functions without a branch, a table or a call, so that the
 * compiler turns a loop over them into vector code. A function whose loops use
 * them is marked VEC_CLONES: it is compiled for AVX-512, AVX2 and the baseline,
 * and the loader picks one by CPU feature. In the double build they are libm's.
 *
 *     VEC_CLONES
 *     void scores(int n, const real *x, real *y)
 *     {
 *         for (int i = 0; i < n; i++)
 *             y[i] = vm_sigmoid(x[i]);
 *     }
 *
 * Largest errors over all floats, against libm in double (tests/unit/test_vmath.c):
 * exp 1.1e-7, root and reciprocal 1.5e-7 relative, tanh 3e-7 and sigmoid 1.5e-7 absolute. NaN
 * stays NaN.
 */
#ifndef NUM_VMATH_H
#define NUM_VMATH_H

#include "base/base.h"

#include <math.h>

/* Sanitizers instrument the loader's resolver before their runtime is up. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && \
    !defined(SEQ_NO_CLONES)
#define VEC_CLONES \
    __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define VEC_CLONES
#endif

#define VM_INLINE static inline __attribute__((always_inline, unused))

#ifdef SEQ_DOUBLE

VM_INLINE real vm_exp(real x) { return exp(x); }
VM_INLINE real vm_tanh(real x) { return tanh(x); }
VM_INLINE real vm_sigmoid(real x) { return 1 / (1 + exp(-x)); }
VM_INLINE real vm_sqrt(real x) { return sqrt(x); }
VM_INLINE real vm_recip(real x) { return 1 / x; }

#else

/* exp(x) = 2^n * e^r, n = round(x / ln 2), |r| <= ln 2 / 2. The polynomial is
 * the Taylor series to degree 7 of e^r: its remainder, 6e-9, is below half an
 * ulp. ln 2 is split in two, so that r keeps its low bits (Cody & Waite 1980).
 * Adding 1.5 * 2^23 rounds, and leaves n in the low bits of the sum, from where
 * it is shifted into an exponent: no conversion that NaN could upset.
 * Below -87 the result is the smallest normal number, not 0; above 88 it is
 * about 1.7e38, not infinity: every caller divides by a sum that contains it. */
VM_INLINE float vm_exp(float x)
{
    union { float f; uint32_t u; } t, two_n;
    x = x < -87.0f ? -87.0f : x;
    x = x > 88.0f ? 88.0f : x;
    t.f = x * 1.44269504f + 12582912.0f;
    float n = t.f - 12582912.0f;
    float r = (x - n * 0.693145752f) - n * 1.42860677e-6f;
    float p = 1.98412698e-4f;
    p = p * r + 1.38888889e-3f;
    p = p * r + 8.33333333e-3f;
    p = p * r + 4.16666667e-2f;
    p = p * r + 1.66666667e-1f;
    p = p * r + 0.5f;
    p = p * r + 1.0f;
    p = p * r + 1.0f;
    two_n.u = (t.u + 127) << 23;
    return p * two_n.f;
}

/* 2^(s x) for gates, which forgive what exp may not: about half the operations. The
 * polynomial is the best of degree 5 for 2^r, |r| <= 1/2, among those that give 1 for 0:
 * 9.2e-8 relative. What rounding s x costs grows with x, where a gate is flat. Beyond
 * 2^120 it stays 2^120, and likewise below. */
VM_INLINE float vm_power(float s, float x)
{
    union { float f; uint32_t u; } t, p;
    const float most = 120.0f / (s < 0 ? -s : s);
    x = x < -most ? -most : x;
    x = x > most ? most : x;
    t.f = x * s + 12582912.0f;
    float n = t.f - 12582912.0f, r = x * s - n;
    p.f = 1.32647279e-3f;
    p.f = p.f * r + 9.67151299e-3f;
    p.f = p.f * r + 5.55073358e-2f;
    p.f = p.f * r + 2.40222424e-1f;
    p.f = p.f * r + 6.93147004e-1f;
    p.f = p.f * r + 1.0f;
    p.u += t.u << 23; /* n, into the exponent */
    return p.f;
}

/* 1 / x for x in [2^-125, 2^125], without a division, which takes a CPU as long as a dozen
 * products. Taking the bits of x from a constant negates the exponent, 5 % off at most (Lomont
 * 2003 tells it of roots); e is what is missing, 1 / (1 - e) = 1 + e + e^2 + ... */
VM_INLINE float vm_recip(float x)
{
    union { float f; uint32_t u; } y = { .f = x };
    y.u = 0x7EF311C7u - y.u;
    float e = 1.0f - x * y.f;
    float z = y.f + y.f * (e + e * e);
    e = 1.0f - x * z;
    return z + z * e;
}

VM_INLINE float vm_sigmoid(float x)
{
    return vm_recip(1.0f + vm_power(-1.44269504f, x));
}

/* tanh(x) = 2 sigmoid(2x) - 1; a small x loses digits, but gates need no more */
VM_INLINE float vm_tanh(float x)
{
    return 2.0f * vm_recip(1.0f + vm_power(-2.88539008f, x)) - 1.0f;
}

/* x times 1 / sqrt(x), which is found as vm_recip finds its own: of x in [0, 2^126]; the
 * root of 0 is 0. e is what is missing of 1, (1 - e)^(-1/2) = 1 + e / 2 + 3 e^2 / 8 + ... */
VM_INLINE float vm_sqrt(float x)
{
    union { float f; uint32_t u; } y = { .f = x };
    y.u = 0x5F375A86u - (y.u >> 1);
    float e = 1.0f - x * y.f * y.f;
    float z = y.f + y.f * e * (0.5f + 0.375f * e);
    float r = x * z;
    e = 1.0f - r * z;
    return r + 0.5f * r * e;
}

#endif
#endif
