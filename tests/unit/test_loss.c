/* Cross-entropy, with and without label smoothing, once and twice, against its formula. */
#include "nn/loss.h"

#include <math.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

enum { V = 37, ROWS = 3 };

/* The loss that is made small: the truth has 1 - e in one place, and e / V everywhere. */
static double smoothed(const double *x, int want, double e)
{
    double sum = 0, loss = 0;
    for (int j = 0; j < V; j++)
        sum += exp(x[j]);
    for (int j = 0; j < V; j++)
        loss -= ((j == want ? 1 - e : 0) + e / V) * (x[j] - log(sum));
    return loss;
}

static void check(double e)
{
    static const int want[ROWS] = { 5, -1, 36 };
    struct params p;
    struct tape t;
    struct loss_sums sums = { 0 };
    real x[ROWS * V], grad[16];
    double all = 0;
    params_init(&p);
    params_seal(&p);
    tape_init(&t, &p);
    tape_start(&t, grad, NULL);
    for (int i = 0; i < ROWS * V; i++)
        x[i] = (real)sin(i * 0.7) * 2;
    struct node *logits = tape_constant(&t, ROWS, V, x);
    double before[ROWS * V];
    for (int i = 0; i < ROWS * V; i++)
        before[i] = x[i];
    loss_xent(&t, logits, want, 0.25, e, &sums);
    for (int r = 0; r < ROWS; r++) {
        if (want[r] >= 0)
            all += smoothed(before + r * V, want[r], 0);
        for (int j = 0; j < V; j++) {
            double *w = before + r * V + j, was = *w, h = 1e-4, slope = 0;
            *w = was + h;
            slope += want[r] < 0 ? 0 : smoothed(before + r * V, want[r], e);
            *w = was - h;
            slope -= want[r] < 0 ? 0 : smoothed(before + r * V, want[r], e);
            *w = was;
            assert_true(fabs(0.25 * slope / (2 * h) - logits->g[r * V + j]) < 1e-6);
        }
    }
    assert_true(fabs(sums.loss - all) < 1e-4); /* measured without smoothing */
    assert_int_equal(sums.tokens, 2);
    tape_release(&t);
    params_release(&p);
}

/* Mean of both losses, and a quarter of `pull` times both divergences. */
static double agreed(const double *x, const double *y, int want, double e, double pull)
{
    double sum_x = 0, sum_y = 0, apart = 0;
    for (int j = 0; j < V; j++) {
        sum_x += exp(x[j]);
        sum_y += exp(y[j]);
    }
    for (int j = 0; j < V; j++) {
        double p = exp(x[j]) / sum_x, q = exp(y[j]) / sum_y;
        apart += p * log(p / q) + q * log(q / p);
    }
    return (smoothed(x, want, e) + smoothed(y, want, e)) / 2 + pull / 4 * apart;
}

/* Two answers to each of two tokens, and to one that does not count. */
static void check_twice(double e, double pull)
{
    static const int want[] = { 5, 5, -1, -1, 36, 36 };
    enum { N = 6 };
    struct params p;
    struct tape t;
    struct loss_sums sums = { 0 };
    real x[N * V], grad[16];
    double before[N * V], all = 0;
    params_init(&p);
    params_seal(&p);
    tape_init(&t, &p);
    tape_start(&t, grad, NULL);
    for (int i = 0; i < N * V; i++)
        before[i] = x[i] = (real)sin(i * 0.7) * 2;
    struct node *logits = tape_constant(&t, N, V, x);
    loss_xent_twice(&t, logits, want, 0.25, e, pull, &sums);
    for (int i = 0; i < N * V; i++) {
        int r = i / V;
        double *first = before + r / 2 * 2 * V, *second = first + V, was = before[i];
        double h = 1e-4, slope = 0;
        if (want[r] >= 0) {
            before[i] = was + h;
            slope += agreed(first, second, want[r], e, pull);
            before[i] = was - h;
            slope -= agreed(first, second, want[r], e, pull);
            before[i] = was;
        }
        assert_true(fabs(0.25 * slope / (2 * h) - logits->g[i]) < 1e-6);
    }
    for (int r = 0; r < N; r++)
        all += want[r] < 0 ? 0 : smoothed(before + r * V, want[r], 0) / 2;
    assert_true(fabs(sums.loss - all) < 1e-4);
    assert_int_equal(sums.tokens, 2);
    tape_release(&t);
    params_release(&p);
}

static void twice(void **state)
{
    (void)state;
    check_twice(0, 0);
    check_twice(0.1, 0);
    check_twice(0, 5);
    check_twice(0.1, 3);
}

static void plain(void **state)
{
    (void)state;
    check(0);
}

static void with_smoothing(void **state)
{
    (void)state;
    check(0.1);
    check(0.6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain),
        cmocka_unit_test(with_smoothing),
        cmocka_unit_test(twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
