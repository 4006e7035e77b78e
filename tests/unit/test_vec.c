#include "num/vec.h"

#include "base/rng.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { MOST = 1000 };
static const int sizes[] = { 0, 1, 2, 7, 15, 16, 17, 33, 100, MOST };

/* Each operand ends with a number that no kernel may touch. */
static const real GUARD = 12345;
static real a[MOST + 1], b[MOST + 1], y[MOST + 1], old[MOST + 1];

static void draw(int n)
{
    static struct rng rng;
    if (!rng.s[0])
        rng_init(&rng, 7, RNG_DATA, 0);
    for (int i = 0; i < n; i++) {
        a[i] = (real)rng_normal(&rng);
        b[i] = (real)rng_normal(&rng);
        old[i] = y[i] = (real)rng_normal(&rng);
    }
    a[n] = b[n] = y[n] = GUARD;
}

#define assert_near(x, want, tolerance) \
    do { \
        double x_ = (x), want_ = (want); \
        if (!(fabs(x_ - want_) <= (tolerance))) \
            fail_msg("%s is %.9g, not %.9g", #x, x_, want_); \
    } while (0)

static void elements_are_combined(void **state)
{
    (void)state;
    for (size_t s = 0; s < ARRAY_LEN(sizes); s++) {
        int n = sizes[s];
        draw(n);
        vec_add(n, a, y);
        for (int i = 0; i < n; i++)
            assert_near(y[i], (double)old[i] + a[i], 1e-6);
        draw(n);
        vec_axpy(n, (real)-1.5, a, y);
        for (int i = 0; i < n; i++)
            assert_near(y[i], old[i] - 1.5 * a[i], 2e-6);
        draw(n);
        vec_scale(n, 3, y);
        for (int i = 0; i < n; i++)
            assert_near(y[i], 3.0 * old[i], 2e-6);
        draw(n);
        vec_mul_add(n, a, b, y);
        for (int i = 0; i < n; i++)
            assert_near(y[i], old[i] + (double)a[i] * b[i], 3e-6);
        draw(n);
        vec_tanh(n, a, y);
        for (int i = 0; i < n; i++)
            assert_near(y[i], tanh(a[i]), 3e-7);
        double sum = 0, size = 0;
        for (int i = 0; i < n; i++) {
            sum += (double)a[i] * b[i];
            size += fabs((double)a[i] * b[i]);
        }
        assert_near(vec_dot(n, a, b), sum, 1e-6 * size);
        draw(n);
        vec_zero(n, y);
        for (int i = 0; i < n; i++)
            assert_near(y[i], 0, 0);
        assert_true(y[n] == GUARD);
    }
}

static void operands_end_where_they_end(void **state)
{
    (void)state;
    for (size_t s = 0; s < ARRAY_LEN(sizes); s++) {
        int n = sizes[s];
        draw(n);
        vec_add(n, a, y);
        vec_axpy(n, 2, a, y);
        vec_scale(n, 2, y);
        vec_mul_add(n, a, b, y);
        vec_tanh(n, a, y);
        if (n)
            vec_softmax(n, a, y);
        assert_true(y[n] == GUARD);
    }
}

static void squares_are_summed_in_double(void **state)
{
    (void)state;
    for (size_t s = 0; s < ARRAY_LEN(sizes); s++) {
        int n = sizes[s];
        double want = 0;
        draw(n);
        for (int i = 0; i < n; i++)
            want += (double)a[i] * a[i];
        assert_near(vec_sum_squares(n, a), want, 1e-13 * want);
    }
    /* where the running sum of floats would stand still */
    for (int i = 0; i < MOST; i++)
        a[i] = i ? (real)1e-4 : 1;
    assert_near(vec_sum_squares(MOST, a), 1 + 999e-8, 1e-12);
}

static void one_bad_number_is_found_anywhere(void **state)
{
    (void)state;
    const real bad[] = { NAN, INFINITY, -INFINITY };
    for (size_t s = 1; s < ARRAY_LEN(sizes) - 1; s++) {
        int n = sizes[s];
        draw(n);
        a[n] = NAN; /* not one of them */
        assert_true(vec_is_finite(n, a));
        for (int i = 0; i < n; i++)
            for (size_t k = 0; k < ARRAY_LEN(bad); k++) {
                real keep = a[i];
                a[i] = bad[k];
                assert_false(vec_is_finite(n, a));
                a[i] = keep;
            }
    }
    assert_true(vec_is_finite(0, a));
    real big[] = { (real)3e38, (real)3e38, (real)-3e38 };
    assert_true(vec_is_finite(3, big)); /* their sum is not */
}

static void softmax_is_a_distribution(void **state)
{
    (void)state;
    for (size_t s = 1; s < ARRAY_LEN(sizes); s++) {
        int n = sizes[s];
        for (int shift = -2000; shift <= 2000; shift += 1000) { /* exp overflows */
            double sum = 0, all = 0, top = -INFINITY;
            draw(n);
            for (int i = 0; i < n; i++) {
                a[i] = a[i] * 5 + (real)shift;
                top = fmax(top, a[i]);
            }
            for (int i = 0; i < n; i++)
                sum += exp(a[i] - top);
            real norm = vec_softmax(n, a, y);
            assert_near(norm, top + log(sum), 1e-6 * (1 + fabs(top)));
            for (int i = 0; i < n; i++) {
                double want = exp(a[i] - top) / sum;
                assert_near(y[i], want, 2e-6 * want + 1e-37);
                all += y[i];
            }
            assert_near(all, 1, 2e-6);
            vec_softmax(n, a, a); /* in place */
            assert_memory_equal(a, y, n * sizeof *y);
        }
    }
}

static void argmax_is_the_first_of_equals(void **state)
{
    (void)state;
    for (size_t s = 1; s < ARRAY_LEN(sizes); s++) {
        int n = sizes[s], want = 0;
        draw(n);
        for (int i = 1; i < n; i++)
            if (a[i] > a[want])
                want = i;
        assert_int_equal(vec_argmax(n, a), want);
        a[n - 1] = a[want];
        assert_int_equal(vec_argmax(n, a), want);
        a[0] = a[want];
        assert_int_equal(vec_argmax(n, a), 0);
        a[n - 1] = 2 * GUARD;
        assert_int_equal(vec_argmax(n, a), n - 1);
    }
}

/* Coins: their share, alone and of neighbours in place and key, and nothing else. */
static void coins_are_fair(void **state)
{
    (void)state;
    enum { N = 100000 };
    static real coin[N], twin[N];
    for (int q = 0; q < 3; q++) {
        double p = (double[]){ 0.05, 0.3, 0.5 }[q], share = 0, next = 0, other = 0;
        vec_coins(N, 77, p, 2, coin);
        vec_coins(N, 78, p, 2, twin);
        for (int i = 0; i < N; i++) {
            assert_true(coin[i] == 0 || coin[i] == 2);
            share += coin[i] == 0;
            next += i > 0 && coin[i] == 0 && coin[i - 1] == 0;
            other += coin[i] == 0 && twin[i] == 0;
        }
        double sigma = sqrt(p * (1 - p) / N);
        assert_true(fabs(share / N - p) < 4 * sigma);
        assert_true(fabs(next / N - p * p) < 6 * sigma);
        assert_true(fabs(other / N - p * p) < 6 * sigma);
        vec_coins(N / 2, 77, p, 2, twin);
        assert_memory_equal(coin, twin, N / 2 * sizeof *coin);
    }
    vec_coins(N, 1, 0, 3, coin);
    for (int i = 0; i < N; i++)
        assert_true(coin[i] == 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements_are_combined),
        cmocka_unit_test(operands_end_where_they_end),
        cmocka_unit_test(squares_are_summed_in_double),
        cmocka_unit_test(one_bad_number_is_found_anywhere),
        cmocka_unit_test(softmax_is_a_distribution),
        cmocka_unit_test(argmax_is_the_first_of_equals),
        cmocka_unit_test(coins_are_fair),
    };
    return cmocka_run_group_tests_name("vec", tests, NULL, NULL);
}
