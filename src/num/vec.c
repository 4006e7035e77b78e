#include "num/vec.h"

#include "num/vmath.h"

void vec_zero(size_t n, real *x)
{
    memset(x, 0, n * sizeof *x);
}

VEC_CLONES
void vec_add(size_t n, const real *restrict x, real *restrict y)
{
    for (size_t i = 0; i < n; i++)
        y[i] += x[i];
}

VEC_CLONES
void vec_sum(size_t n, const real *restrict a, const real *restrict b, real *restrict y)
{
    for (size_t i = 0; i < n; i++)
        y[i] = a[i] + b[i];
}

VEC_CLONES
void vec_axpy(size_t n, real a, const real *restrict x, real *restrict y)
{
    for (size_t i = 0; i < n; i++)
        y[i] += a * x[i];
}

VEC_CLONES
void vec_scale(size_t n, real a, real *x)
{
    for (size_t i = 0; i < n; i++)
        x[i] *= a;
}

VEC_CLONES
void vec_mul(size_t n, const real *restrict a, const real *restrict b, real *restrict y)
{
    for (size_t i = 0; i < n; i++)
        y[i] = a[i] * b[i];
}

VEC_CLONES
void vec_mul_add(size_t n, const real *restrict a, const real *restrict b,
                 real *restrict y)
{
    for (size_t i = 0; i < n; i++)
        y[i] += a[i] * b[i];
}

/* Sixteen running sums: the compiler may not reorder one, but can keep sixteen in a
 * register. The order is fixed, whatever the vector width. */
VEC_CLONES
real vec_dot(size_t n, const real *restrict a, const real *restrict b)
{
    real part[16] = { 0 }, sum = 0;
    size_t i = 0;
    for (; i + 16 <= n; i += 16)
        for (int k = 0; k < 16; k++)
            part[k] += a[i + k] * b[i + k];
    for (; i < n; i++)
        sum += a[i] * b[i];
    for (int k = 0; k < 16; k++)
        sum += part[k];
    return sum;
}

VEC_CLONES
double vec_sum_squares(size_t n, const real *x)
{
    double s[16] = { 0 }, all = 0;
    size_t i = 0;
    for (; i + 16 <= n; i += 16)
        for (int k = 0; k < 16; k++)
            s[k] += (double)x[i + k] * x[i + k];
    for (; i < n; i++)
        s[0] += (double)x[i] * x[i];
    for (int k = 0; k < 16; k++)
        all += s[k];
    return all;
}

VEC_CLONES
void vec_tanh(size_t n, const real *x, real *y)
{
    for (size_t i = 0; i < n; i++)
        y[i] = vm_tanh(x[i]);
}

VEC_CLONES
bool vec_is_finite(size_t n, const real *x)
{
    real bad = 0; /* 0 * x is NaN for NaN and infinity, and NaN sticks */
    for (size_t i = 0; i < n; i++)
        bad += 0 * x[i];
    return bad == 0;
}

/* Mixes 32 bits so that each depends on all (the rounds of Chris Wellons' "lowbias32",
 * 2018). A generator that goes on from its last number cannot be a vector. */
VM_INLINE uint32_t mix(uint32_t x)
{
    x = (x ^ x >> 16) * 0x7feb352du;
    x = (x ^ x >> 15) * 0x846ca68bu;
    return x ^ x >> 16;
}

VEC_CLONES
void vec_coins(size_t n, uint64_t key, double p, real x, real *y)
{
    uint32_t limit = (uint32_t)(p * 0x1p31), lo = (uint32_t)key, hi = (uint32_t)(key >> 32);
    for (size_t i = 0; i < n; i++)
        y[i] = mix(mix((uint32_t)i + lo) ^ hi) >> 1 < limit ? 0 : x;
}

/* Sixteen at a time, which a register can compare; NaN is never the largest. */
VEC_CLONES
real vec_max(int n, const real *x)
{
    real top = x[0], part[16];
    int i = 0;
    for (int k = 0; k < 16; k++)
        part[k] = top;
    for (; i + 16 <= n; i += 16)
        for (int k = 0; k < 16; k++)
            part[k] = x[i + k] > part[k] ? x[i + k] : part[k];
    for (; i < n; i++)
        top = x[i] > top ? x[i] : top;
    for (int k = 0; k < 16; k++)
        top = part[k] > top ? part[k] : top;
    return top;
}

VEC_CLONES
real vec_exps(int n, real top, const real *x, real *y)
{
    real part[16] = { 0 }, sum = 0;
    int i = 0;
    for (; i + 16 <= n; i += 16)
        for (int k = 0; k < 16; k++)
            part[k] += y[i + k] = vm_exp(x[i + k] - top);
    for (; i < n; i++)
        sum += y[i] = vm_exp(x[i] - top);
    for (int k = 0; k < 16; k++)
        sum += part[k];
    return sum;
}

real vec_softmax(int n, const real *x, real *y)
{
    real top = vec_max(n, x), sum = vec_exps(n, top, x, y);
    vec_scale((size_t)n, 1 / sum, y);
    return top + (real)log((double)sum);
}

VEC_CLONES
static bool any_equal(const real *x, real v)
{
    int hits = 0;
    for (int k = 0; k < 64; k++)
        hits |= x[k] == v;
    return hits;
}

int vec_argmax(int n, const real *x)
{
    real top = vec_max(n, x);
    int i = 0;
    while (i + 64 <= n && !any_equal(x + i, top))
        i += 64;
    for (; i < n; i++)
        if (x[i] == top)
            return i;
    return 0;
}
