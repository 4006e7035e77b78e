/* Cross-entropy, with and without label smoothing, against its formula. */
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
