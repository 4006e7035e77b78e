/*
 * The processes of one training: sums whose bits do not depend on how many there are, what
 * one knows known by all, and one that fails or falls silent.
 */
#include "tests/unit/fake_wire.h"

#include "base/mem.h"
#include "base/rng.h"
#include "num/vec.h"
#include "run/ranks.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <unistd.h>

enum { SHARDS = 8, MOST_N = 70001 };

static void assert_run(int count, bool (*f)(void *own), void *own)
{
    if (!fake_wire_run(count, f, own))
        fail_msg("%d processes", count);
}

/* Numbers whose sum depends on the order. */
static void draw(int shard, size_t n, real *x)
{
    struct rng r;
    rng_init(&r, 7, RNG_PROBE, (uint64_t)shard);
    for (size_t i = 0; i < n; i++)
        x[i] = (real)((rng_unit(&r) - 0.5) * (i % 3 == 0 ? 1e6 : 1e-3));
}

/* Shards first .. first + n - 1 of the eight, added in pairs; the caller frees. */
static real *added(int first, int n, size_t len)
{
    real *x = xaligned(len * sizeof *x);
    if (n == 1) {
        draw(first, len, x);
        return x;
    }
    real *a = added(first, n / 2, len), *b = added(first + n / 2, n / 2, len);
    vec_sum(len, a, b, x);
    free(a);
    free(b);
    return x;
}

/* ---- sums ---- */

struct sum_case {
    size_t n;
    const real *want;
    int each; /* shards of a process */
};

static bool sum_shards(void *own)
{
    const struct sum_case *c = own;
    int count = ranks_count(), note[SHARDS] = { 0 };
    real *x = added(ranks_own() * c->each, c->each, c->n);
    struct err err;
    note[ranks_own()] = 100 + ranks_own();
    double *square = xcalloc(c->n / RANKS_RANGE + 1, sizeof *square);
    if (ranks_sum(x, c->n, square, note, sizeof *note, &err) < 0)
        return fake_wire_fail("%s", err.msg);
    for (size_t at = 0; at < c->n; at += RANKS_RANGE) {
        size_t len = MIN(c->n - at, (size_t)RANKS_RANGE);
        if (square[at / RANKS_RANGE] != vec_sum_squares(len, c->want + at))
            return fake_wire_fail("other squares at %zu", at);
    }
    free(square);
    if (memcmp(x, c->want, c->n * sizeof *x))
        return fake_wire_fail("another sum of %zu", c->n);
    for (int r = 0; r < count; r++)
        if (note[r] != 100 + r)
            return fake_wire_fail("note %d is %d", r, note[r]);
    free(x);
    return true;
}

static void test_sums_have_the_same_bits(void **state)
{
    (void)state;
    static const size_t len[] = { 3, 100, MOST_N }; /* less than a piece each, too */
    for (size_t i = 0; i < ARRAY_LEN(len); i++) {
        real *want = added(0, SHARDS, len[i]);
        for (int each = 1; each < SHARDS; each *= 2) {
            struct sum_case c = { len[i], want, each };
            assert_run(SHARDS / each, sum_shards, &c);
        }
        free(want);
    }
}

/* The order is one of several: the test above would see another one. */
static void test_order_matters(void **state)
{
    (void)state;
    real *want = added(0, SHARDS, 100), *got = xaligned(100 * sizeof *got), x[100];
    for (int k = 0; k < SHARDS; k++) {
        draw(k, 100, x);
        vec_add(100, x, got);
    }
    assert_memory_not_equal(want, got, 100 * sizeof *got);
    free(want);
    free(got);
}

/* Any number of processes: ((0 1) (2 3)) 4. */
static bool sum_five(void *own)
{
    real x[40], y[5][40], *sum;
    double square;
    struct err err;
    (void)own;
    for (int k = 0; k < 5; k++)
        draw(k, 40, y[k]);
    draw(ranks_own(), 40, x);
    if (ranks_sum(x, 40, &square, NULL, 0, &err) < 0)
        return fake_wire_fail("%s", err.msg);
    vec_add(40, y[1], y[0]);
    vec_add(40, y[3], y[2]);
    vec_add(40, y[2], y[0]);
    vec_add(40, y[4], y[0]);
    sum = y[0];
    return !memcmp(x, sum, sizeof x) || fake_wire_fail("another sum");
}

static void test_five(void **state)
{
    (void)state;
    assert_run(5, sum_five, NULL);
}

/* ---- what one knows ---- */

static bool tell_and_gather(void *own)
{
    enum { LONG = 100003 };
    static unsigned char text[LONG];
    int few = ranks_own() == 0 ? 42 : 0;
    struct err err;
    (void)own;
    if (ranks_own() == 0)
        for (int i = 0; i < LONG; i++)
            text[i] = (unsigned char)(i * 7);
    if (ranks_tell(&few, sizeof few, &err) < 0 || ranks_tell(text, LONG, &err) < 0)
        return fake_wire_fail("%s", err.msg);
    for (int i = 0; i < LONG; i++)
        if (text[i] != (unsigned char)(i * 7))
            return fake_wire_fail("byte %d", i);
    if (few != 42)
        return fake_wire_fail("told %d", few);

    char x[] = "......";
    size_t start[] = { 0, 1, 1, 6 }; /* the second process has nothing */
    for (size_t i = start[ranks_own()]; i < start[ranks_own() + 1]; i++)
        x[i] = (char)('a' + ranks_own());
    if (ranks_gather(x, start, &err) < 0)
        return fake_wire_fail("%s", err.msg);
    return !strcmp(x, "accccc") || fake_wire_fail("gathered %s", x);
}

static void test_tell_and_gather(void **state)
{
    (void)state;
    assert_run(3, tell_and_gather, NULL);
}

static bool stop_one(void *own)
{
    volatile sig_atomic_t stop = 0;
    struct err err;
    (void)own;
    ranks_watch(&stop, 60);
    if (ranks_share(NULL, 0, &err) < 0 || ranks_stopped())
        return fake_wire_fail("stopped by nobody");
    stop = ranks_own() == 2;
    if (ranks_stopped())
        return fake_wire_fail("stopped before it was agreed");
    if (ranks_share(NULL, 0, &err) < 0 || !ranks_stopped())
        return fake_wire_fail("not stopped");
    stop = 0;
    real x = 0;
    double square;
    return (ranks_sum(&x, 1, &square, NULL, 0, &err) == 0 && !ranks_stopped()) ||
           fake_wire_fail("stopped for good");
}

static void test_all_stop(void **state)
{
    (void)state;
    assert_run(4, stop_one, NULL);
}

/* ---- what fails ---- */

static bool agree(void *own)
{
    const int *bad = own; /* by process */
    struct err err = { .msg = "" };
    char want[40] = "";
    int first = 0;
    while (first < 4 && !bad[first])
        first++;
    if (bad[ranks_own()])
        err_set(&err, "broken %d", ranks_own());
    if (first < 4)
        snprintf(want, sizeof want, first ? "process %d on 'host%d': broken %d" : "broken 0",
                 first, first, first);
    int failed = ranks_agree(bad[ranks_own()] ? -1 : 0, &err);
    if (failed != (first < 4 ? -1 : 0))
        return fake_wire_fail("agreed on %d", failed);
    return first == 4 || !strcmp(err.msg, want) || fake_wire_fail("%s", err.msg);
}

static void test_agree(void **state)
{
    (void)state;
    int none[4] = { 0 }, some[4] = { 0, 1, 0, 1 }, leader[4] = { 1, 0, 1, 0 };
    assert_run(4, agree, none);
    assert_run(4, agree, some);
    assert_run(4, agree, leader);
}

static bool lose_one(void *own)
{
    real x[100] = { 0 };
    double square;
    struct err err;
    (void)own;
    ranks_watch(NULL, 0.2);
    if (ranks_own() == 1)
        return true;
    if (ranks_sum(x, 100, &square, NULL, 0, &err) == 0 || !ranks_lost())
        return fake_wire_fail("nobody was lost");
    return strstr(err.msg, "process 1") || fake_wire_fail("%s", err.msg);
}

static void test_lost(void **state)
{
    (void)state;
    assert_run(3, lose_one, NULL);
}

static void test_alone(void **state)
{
    (void)state;
    volatile sig_atomic_t stop = 0;
    struct err err = { .msg = "mine" };
    real x = 3;
    double square;
    unsetenv("OMPI_COMM_WORLD_SIZE");
    assert_int_equal(ranks_start(&err), 0);
    assert_int_equal(ranks_count(), 1);
    assert_int_equal(ranks_own(), 0);
    assert_int_equal(ranks_sum(&x, 1, &square, NULL, 0, &err), 0);
    assert_true(x == 3);
    assert_int_equal(ranks_agree(-1, &err), -1);
    assert_string_equal(err.msg, "mine");
    ranks_watch(&stop, 1);
    assert_false(ranks_stopped());
    stop = 1;
    assert_true(ranks_stopped());
    ranks_stop(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sums_have_the_same_bits),
        cmocka_unit_test(test_order_matters),
        cmocka_unit_test(test_five),
        cmocka_unit_test(test_tell_and_gather),
        cmocka_unit_test(test_all_stop),
        cmocka_unit_test(test_agree),
        cmocka_unit_test(test_lost),
        cmocka_unit_test(test_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
