#include "num/pool.h"

#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <time.h>

#include <cmocka.h>

enum { MOST = 16 };

/* Plain memory, on purpose: pool_run alone must order these accesses. */
struct tally {
    long calls[MOST];
    int n[MOST];
    pthread_t thread[MOST];
    int cpu_count[MOST]; /* CPUs the thread may run on */
    int cpu[MOST];       /* the first of them */
    int slow;            /* id that sleeps, -1 none */
    long input;          /* written by the caller before each run */
    long copy[MOST];
    bool idle[MOST];
};

static int cpus; /* before any team could have been pinned */

static void nap(void)
{
    struct timespec t = { .tv_nsec = 5 * 1000 * 1000 }; /* longer than any spin */
    nanosleep(&t, NULL);
}

static void count(void *own, int id, int n)
{
    struct tally *t = own;
    if (id == t->slow)
        nap();
    t->calls[id]++;
    t->n[id] = n;
    t->thread[id] = pthread_self();
    t->copy[id] = t->input;
    t->idle[id] = pool_idle();
}

static void look_at_cpus(void *own, int id, int n)
{
    struct tally *t = own;
    cpu_set_t set;
    (void)n;
    CPU_ZERO(&set);
    sched_getaffinity(0, sizeof set, &set); /* no assert: it may not leave a worker */
    t->cpu_count[id] = CPU_COUNT(&set);
    while (t->cpu[id] < CPU_SETSIZE - 1 && !CPU_ISSET(t->cpu[id], &set))
        t->cpu[id]++;
}

static void without_a_team_the_caller_works_alone(void **state)
{
    (void)state;
    struct tally t = { .slow = -1, .input = 7 };
    assert_int_equal(pool_size(), 1);
    pool_run(count, &t);
    assert_int_equal(t.calls[0], 1);
    assert_int_equal(t.calls[1], 0);
    assert_int_equal(t.n[0], 1);
    assert_int_equal(t.copy[0], 7);
    assert_false(pool_idle());
}

static void every_thread_is_called_once_per_run(void **state)
{
    (void)state;
    int sizes[] = { 1, 2, 3, 7, 2 };
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        int n = sizes[i], runs = 300;
        struct tally t = { .slow = -1 };
        assert_int_equal(pool_start(n), n);
        assert_int_equal(pool_size(), n);
        for (int r = 0; r < runs; r++) {
            t.input = r;
            assert_int_equal(pool_idle(), n > 1);
            pool_run(count, &t);
            for (int id = 0; id < n; id++) {
                assert_false(t.idle[id]);
                assert_int_equal(t.calls[id], r + 1);
                assert_int_equal(t.copy[id], r);
            }
        }
        assert_int_equal(t.calls[n], 0);
        assert_true(pthread_equal(t.thread[0], pthread_self()));
        for (int id = 0; id < n; id++) {
            assert_int_equal(t.n[id], n);
            for (int other = 0; other < id; other++)
                assert_false(pthread_equal(t.thread[id], t.thread[other]));
        }
        pool_stop();
        without_a_team_the_caller_works_alone(NULL);
    }
}

/* Naps push either side past its spin into the futex. */
static void sleepers_are_woken(void **state)
{
    (void)state;
    for (int n = 2; n <= 3; n++) {
        struct tally t = { 0 };
        pool_start(n);
        for (int r = 0; r < 12; r++) {
            t.slow = r % 4 - 1; /* nobody, the caller, a worker, another if any */
            pool_run(count, &t);
            if (r % 3 == 0)
                nap(); /* now the workers doze off */
            for (int id = 0; id < n; id++)
                assert_int_equal(t.calls[id], r + 1);
        }
        nap();
        pool_stop(); /* wakes them to go home */
    }
}

static void a_full_team_is_pinned_and_let_loose_again(void **state)
{
    (void)state;
    struct tally t = { 0 };
    if (cpus < 2 || cpus > MOST)
        skip();
    assert_int_equal(pool_start(0), cpus);
    assert_int_equal(pool_cpus(), cpus);
    pool_run(look_at_cpus, &t);
    for (int id = 0; id < cpus; id++) {
        assert_int_equal(t.cpu_count[id], 1);
        for (int other = 0; other < id; other++)
            assert_int_not_equal(t.cpu[id], t.cpu[other]);
    }
    pool_stop();
    look_at_cpus(&t, 0, 1);
    assert_int_equal(t.cpu_count[0], cpus);

    pool_start(cpus + 1); /* not one thread per CPU: leave it to the scheduler */
    pool_run(look_at_cpus, &t);
    for (int id = 0; id <= cpus; id++)
        assert_int_equal(t.cpu_count[id], cpus);
    pool_stop();
}

static void multiply_tiny(void *own, int id, int n)
{
    volatile float a = 1e-30f, b = 1e-12f, *product = own;
    (void)n;
    product[id] = a * b;
}

/* What has lost digits costs a hundred times as much, and says nothing. */
static void tiny_numbers_are_zero(void **state)
{
    (void)state;
#ifdef __SSE2__
    for (int n = 1; n <= 2; n++) {
        float product[MOST] = { 1, 1 };
        pool_start(n);
        pool_run(multiply_tiny, product);
        pool_stop();
        for (int id = 0; id < n; id++)
            assert_true(product[id] == 0);
        multiply_tiny(product, 0, 1);
        assert_true(product[0] > 0); /* outside of it nothing has changed */
    }
#else
    skip();
#endif
}

int main(void)
{
    cpus = pool_cpus();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_team_the_caller_works_alone),
        cmocka_unit_test(every_thread_is_called_once_per_run),
        cmocka_unit_test(sleepers_are_woken),
        cmocka_unit_test(a_full_team_is_pinned_and_let_loose_again),
        cmocka_unit_test(tiny_numbers_are_zero),
    };
    return cmocka_run_group_tests_name("pool", tests, NULL, NULL);
}
