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
void vec_mul_add(size_t n, const real *restrict a, const real *restrict b,
                 real *restrict y)
{
    for (size_t i = 0; i < n; i++)
        y[i] += a[i] * b[i];
}

VEC_CLONES
double vec_sum_squares(size_t n, const real *x)
{
    /* sixteen running sums: the compiler may not reorder one, but can keep
     * sixteen in a register. The order is fixed, whatever the vector width. */
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

VEC_CLONES
real vec_softmax(int n, const real *x, real *y)
{
    real top = x[0], part[16] = { 0 }, sum = 0;
    int i = 0;
    for (int j = 1; j < n; j++)
        top = x[j] > top ? x[j] : top;
    for (; i + 16 <= n; i += 16)
        for (int k = 0; k < 16; k++)
            part[k] += y[i + k] = vm_exp(x[i + k] - top);
    for (; i < n; i++)
        sum += y[i] = vm_exp(x[i] - top);
    for (int k = 0; k < 16; k++)
        sum += part[k];
    for (i = 0; i < n; i++)
        y[i] /= sum;
    return top + (real)log((double)sum);
}

int vec_argmax(int n, const real *x)
{
    int best = 0;
    for (int i = 1; i < n; i++)
        if (x[i] > x[best])
            best = i;
    return best;
}
