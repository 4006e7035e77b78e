#include "num/half.h"

#include "base/mem.h"
#include "base/rng.h"
#include "num/gemm.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct rng rng;

static float *numbers(int rows, int cols)
{
    float *x = xmalloc((size_t)rows * cols * sizeof *x + 1);
    for (int i = 0; i < rows * cols; i++)
        x[i] = (float)(2 * rng_unit(&rng) - 1);
    return x;
}

/* To nearest, ties to even: what the kernels are to do. */
static uint16_t half_round(float x)
{
    union { float f; uint32_t u; } v = { .f = x };
    return (uint16_t)((v.u + 0x7fff + (v.u >> 16 & 1)) >> 16);
}

static double back(uint16_t h)
{
    union { uint32_t u; float f; } v = { .u = (uint32_t)h << 16 };
    return v.f;
}

/* What a kernel takes a number for: of three limbs it is the number itself. */
static double taken(const struct half_kernel *hk, float x)
{
    return hk->limbs > 1 ? x : back(half_round(x));
}

static void rounding_is_to_nearest_even(void **state)
{
    (void)state;
    static const struct { uint32_t bits; uint16_t want; } all[] = {
        { 0x3f800000, 0x3f80 }, { 0x3f807fff, 0x3f80 }, { 0x3f808000, 0x3f80 },
        { 0x3f808001, 0x3f81 }, { 0x3f818000, 0x3f82 }, { 0xbf818000, 0xbf82 },
        { 0x7f7fffff, 0x7f80 }, { 0x7f800000, 0x7f80 }, { 0x80000000, 0x8000 },
        { 0x7fc00000, 0x7fc0 },
    };
    for (int q = 0; half_table[q]; q++)
        for (size_t i = 0; half_table[q]->usable() && i < ARRAY_LEN(all); i++) {
            union { uint32_t u; float f; } v = { .u = all[i].bits };
            float x[32 * 32] = { 0 };
            uint32_t y[HALF_LIMBS * HALF_BLOCK];
            x[5 * 32 + 7] = v.f;
            half_table[q]->along(x, 32, y);
            assert_int_equal(y[5 * 16 + 3], (uint32_t)all[i].want << 16);
            assert_int_equal(y[5 * 16 + 4] | y[4 * 16 + 3], 0);
            half_table[q]->down(x, 32, y);
            assert_int_equal(y[2 * 16 + 7], (uint32_t)all[i].want << 16);
            assert_int_equal(y[2 * 16 + 8] | y[3 * 16 + 7], 0);
            assert_int_equal(half_round(v.f), all[i].want);
        }
}

/* A float is the sum of its three limbs, down to where bfloat16 ends. */
static void limbs_add_up(void **state)
{
    (void)state;
    for (int q = 0; half_table[q]; q++) {
        const struct half_kernel *hk = half_table[q];
        float x[16 * 32];
        uint32_t y[HALF_LIMBS * HALF_BLOCK];
        if (hk->limbs == 1 || !hk->usable())
            continue;
        for (int i = 0; i < 16 * 32; i++)
            x[i] = (float)ldexp(2 * rng_unit(&rng) - 1, (int)rng_below(&rng, 200) - 100);
        for (int down = 0; down < 2; down++) {
            (down ? hk->down : hk->along)(x, down ? 16 : 32, y);
            for (int i = 0; i < 16 * 32; i++) {
                int word = down ? i / 32 * 16 + i % 16 : i / 2;
                int upper = down ? i / 16 % 2 : i % 2;
                double sum = 0;
                for (int limb = 0; limb < hk->limbs; limb++)
                    sum += back((uint16_t)(y[limb * HALF_BLOCK + word] >> 16 * upper));
                assert_true(sum == x[i]);
            }
        }
    }
}

/* Products of three limbs are as far from the truth as those of floats, fused multiply-adds
 * one after the other, and no further. */
static void limbs_are_as_exact_as_floats(void **state)
{
    (void)state;
    enum { M = 48, N = 96, K = 700 };
    float *a = numbers(M, K), *b = numbers(K, N), *c = numbers(M, N);
    for (int q = 0; half_table[q]; q++) {
        const struct half_kernel *hk = half_table[q];
        uint32_t *panels = xaligned(half_panel_size(hk, K, N) * sizeof *panels);
        double of_limbs = 0, of_floats = 0;
        if (hk->limbs > 1 && hk->usable()) {
            half_pack(hk, K, N, b, N, false, 0, 1, panels);
            half_mul(hk, M, N, K, a, K, panels, NULL, N, c, N);
            for (int i = 0; i < M; i++)
                for (int j = 0; j < N; j++) {
                    double truth = 0;
                    float sum = 0;
                    for (int k = 0; k < K; k++) {
                        truth += (double)a[i * K + k] * b[k * N + j];
                        sum = fmaf(a[i * K + k], b[k * N + j], sum);
                    }
                    of_limbs += pow(c[i * N + j] - truth, 2);
                    of_floats += pow(sum - truth, 2);
                }
            print_message("# error of %s: %.2f of that of floats\n", hk->name,
                          sqrt(of_limbs / of_floats));
            assert_true(of_limbs < 1.1 * of_floats);
        }
        free(panels);
    }
    free(a);
    free(b);
    free(c);
}

enum { PAD = 3 };

/* C against sums in double over the rounded numbers; what lies between its rows stays. */
static void check(const struct half_kernel *hk, int m, int n, int k, bool outer, bool trans,
                  bool add)
{
    int lda = (outer ? m : k) + PAD, ldb = (trans ? k : n) + PAD, ldc = n + PAD;
    float *a = numbers(outer ? k : m, lda), *b = numbers(trans ? n : k, ldb);
    float *c = numbers(m, ldc), *old = xmemdup(c, (size_t)m * ldc * sizeof *c);
    if (outer) {
        half_outer(hk, m, n, k, a, lda, b, ldb, add, c, ldc);
    } else {
        uint32_t *panels = xaligned(half_panel_size(hk, k, n) * sizeof *panels + 1);
        for (int part = 0; part < 3; part++)
            half_pack(hk, k, n, b, ldb, trans, part, 3, panels);
        half_mul(hk, m, n, k, a, lda, panels, add ? c : NULL, ldc, c, ldc);
        free(panels);
    }
    for (int i = 0; i < m; i++)
        for (int j = 0; j < ldc; j++) {
            double want = j >= n || add ? old[i * ldc + j] : 0, size = fabs(want);
            for (int l = 0; j < n && l < k; l++) {
                double x = taken(hk, a[outer ? l * lda + i : i * lda + l]);
                x *= taken(hk, b[trans ? j * ldb + l : l * ldb + j]);
                want += x;
                size += fabs(x);
            }
            if (!(fabs(c[i * ldc + j] - want) <= (hk->limbs > 1 ? 5e-7 : 2e-6) * size))
                fail_msg("%s %d %d %d outer %d trans %d add %d: C[%d,%d] is %.9g, not %.9g",
                         hk->name, m, n, k, outer, trans, add, i, j,
                         (double)c[i * ldc + j], want);
        }
    free(a);
    free(b);
    free(c);
    free(old);
}

static const struct half_kernel *kernel_at(int i)
{
    const struct half_kernel *hk = half_table[i];
    if (hk && !hk->usable())
        print_message("# no %s here\n", hk->name);
    return hk;
}

static void products_are_right(void **state)
{
    (void)state;
    static const int size[][3] = {
        { 1, 1, 1 }, { 1, 512, 128 }, { 16, 16, 32 }, { 17, 33, 31 }, { 32, 32, 64 },
        { 31, 48, 33 }, { 33, 49, 65 }, { 64, 512, 128 }, { 5, 12, 128 }, { 100, 17, 515 },
        { 12, 200, 50 }, { 75, 300, 224 }, { 1030, 40, 3 }, { 3, 1100, 7 }, { 40, 34, 1025 },
    };
    for (int q = 0; half_table[q]; q++) {
        const struct half_kernel *hk = kernel_at(q);
        for (size_t i = 0; hk->usable() && i < ARRAY_LEN(size); i++)
            for (int how = 0; how < 6; how++)
                check(hk, size[i][0], size[i][1], size[i][2], how / 2 == 2, how / 2 == 1,
                      how % 2);
    }
}

/* Row i of a product has the same bits alone and among others; here so many that C is
 * far away, and k is cut elsewhere. */
static void rows_do_not_depend_on_others(void **state)
{
    (void)state;
    enum { M = 300, N = 900, K = 600 };
    float *a = numbers(M, K), *b = numbers(K, N), *c = numbers(M, N), one[N];
    uint32_t *panels = xaligned(HALF_LIMBS * half_panel_size(half_table[0], K, N) * sizeof *panels);
    for (int q = 0; half_table[q]; q++) {
        const struct half_kernel *hk = half_table[q];
        if (!hk->usable())
            continue;
        half_pack(hk, K, N, b, N, false, 0, 1, panels);
        for (int add = 0; add < 2; add++) {
            float *old = xmemdup(c, M * N * sizeof *c);
            half_mul(hk, M, N, K, a, K, panels, add ? c : NULL, N, c, N);
            for (int i = 0; i < M; i++) {
                memcpy(one, old + i * N, sizeof one);
                half_mul(hk, 1, N, K, a + i * K, K, panels, add ? one : NULL, N, one, N);
                assert_memory_equal(one, c + i * N, sizeof one);
            }
            free(old);
        }
    }
    free(panels);
    free(a);
    free(b);
    free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rounding_is_to_nearest_even),
        cmocka_unit_test(limbs_add_up),
        cmocka_unit_test(limbs_are_as_exact_as_floats),
        cmocka_unit_test(products_are_right),
        cmocka_unit_test(rows_do_not_depend_on_others),
    };
    rng_init(&rng, 1, 2, 3);
    return cmocka_run_group_tests_name("half", tests, NULL, NULL);
}
