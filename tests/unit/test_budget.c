/*
 * The memory of a training is known beforehand, and finding it out changes nothing.
 */
#include "tests/toy.h"

#include "num/pool.h"
#include "run/budget.h"

#include <setjmp.h>
#include <stdarg.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void set(struct settings *s, const char *assignment)
{
    struct err err;
    if (settings_assign(s, assignment, &err) < 0)
        fail_msg("%s", err.msg);
}

static void settings_for(struct settings *s, const char *const *more)
{
    toy_settings(s);
    set(s, "length=free");
    set(s, "epochs=2");
    for (; *more; more++)
        set(s, *more);
}

struct run {
    struct toy toy;
    struct trainer *trainer;
};

static void start(struct run *r, const struct settings *s, int pairs)
{
    struct sink sink = { toy_ignore, NULL };
    toy_make(&r->toy, s, pairs);
    r->trainer = train_new(r->toy.model, &r->toy.pairs, &r->toy.pairs, &sink);
}

static void finish(struct run *r)
{
    struct err err;
    int more;
    while ((more = train_next(r->trainer, &err)) > 0)
        ;
    assert_int_equal(more, 0);
}

static void release(struct run *r)
{
    train_free(r->trainer);
    toy_release(&r->toy);
}

static size_t most_memory(void)
{
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    return (size_t)use.ru_maxrss * 1024;
}

/* A process of its own, for what a process has had at most never becomes less. */
static void check_peak(const char *const *more, int pairs, size_t least)
{
    size_t got[2]; /* planned, real */
    int fd[2];
    assert_int_equal(pipe(fd), 0);
    pid_t child = fork();
    if (child == 0) {
        struct settings s;
        struct budget b;
        struct run r;
        mem_give_back();
        pool_start(2);
        settings_for(&s, more);
        start(&r, &s, pairs);
        budget_make(r.trainer, &b);
        finish(&r);
        got[0] = budget_peak(&b);
        got[1] = most_memory();
        ssize_t wrote = write(fd[1], got, sizeof got);
        _exit(wrote != sizeof got);
    }
    assert_int_equal(read(fd[0], got, sizeof got), sizeof got);
    waitpid(child, NULL, 0);
    close(fd[0]);
    close(fd[1]);
    /* beside the 5 %, what the allocator keeps for itself on a busy machine */
    double planned = (double)got[0], took = (double)got[1], slack = 0.05 * took + (1 << 19);
    if (!(planned > took - slack && planned < took + slack))
        fail_msg("planned %zu bytes, took %zu", got[0], got[1]);
    assert_true(got[1] > least); /* or it would show nothing */
}

static void the_peak_is_what_was_planned(void **state)
{
    (void)state;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    skip(); /* most memory is the sanitizer's */
#endif
    check_peak((const char *const[]){ "arch=transfer", "hidden=32", "batch=50", NULL }, 300,
               1 << 20);
    check_peak((const char *const[]){ "arch=attention", "score=general", "hidden=160",
                                      "batch=500", "dropout=0.1", NULL }, 1500, 40 << 20);
    check_peak((const char *const[]){ "arch=transfer", "hidden=96", "batch_tokens=1500",
                                      "teacher=0.5", "average=0.9", NULL }, 1500, 20 << 20);
}

static void planning_changes_nothing(void **state)
{
    (void)state;
    static const char *const kind[][4] = {
        { "arch=transfer", "dropout=0.2", "batch=16", NULL },
        { "arch=transfer", "teacher=0.5", "batch_tokens=60", NULL },
        { "arch=transfer", "stateful=yes", "batch=8", NULL },
        { "arch=transfer", "shards=7", "batch=5", NULL }, /* shards without rows */
    };
    for (size_t i = 0; i < ARRAY_LEN(kind); i++) {
        struct settings s;
        struct run plain, planned;
        struct budget b;
        settings_for(&s, kind[i]);
        start(&plain, &s, 90);
        finish(&plain);
        start(&planned, &s, 90);
        budget_make(planned.trainer, &b);
        finish(&planned);
        assert_memory_equal(plain.toy.model->params.x, planned.toy.model->params.x,
                            plain.toy.model->params.total * sizeof(real));
        release(&plain);
        release(&planned);
    }
}

static void a_few_rows_stand_for_all(void **state)
{
    (void)state;
    int ids[9] = { 0 }, row[40], pick[8];
    struct pairs p;
    pairs_init(&p);
    for (int i = 0; i < 40; i++) {
        pairs_add(&p, ids, i == 17 ? 9 : 3, ids, i == 31 ? 9 : 2);
        row[i] = i;
    }
    budget_pick(&p, row, 40, 8, pick);
    assert_int_equal(pick[0], 17);
    assert_int_equal(pick[7], 31);
    budget_pick(&p, row + 1, 8, 8, pick);
    for (int i = 1; i < 7; i++)
        assert_int_equal(pick[i], i + 1);
    assert_int_equal(budget_line(8, 1000, 1800, 24), 2600);
    pairs_release(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_peak_is_what_was_planned),
        cmocka_unit_test(planning_changes_nothing),
        cmocka_unit_test(a_few_rows_stand_for_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
