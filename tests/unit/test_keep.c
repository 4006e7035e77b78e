/* The best models of a run, kept and averaged. */
#include "tests/toy.h"

#include "base/file.h"
#include "run/eval.h"
#include "run/keep.h"

#include <glob.h>
#include <math.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <unistd.h>

enum { PAIRS = 60, KEPT = 3 };

static char folder[] = "/tmp/test_keep.XXXXXX";

static void set(struct settings *s, const char *key, const char *value)
{
    struct err err;
    if (settings_set(s, key, value, &err) < 0)
        fail_msg("%s", err.msg);
}

static int count_files(void)
{
    char pattern[100];
    glob_t found;
    snprintf(pattern, sizeof pattern, "%s/best-*.safetensors", folder);
    int n = glob(pattern, 0, NULL, &found) == 0 ? (int)found.gl_pathc : 0;
    if (n)
        globfree(&found);
    return n;
}

/* The steps of the lowest losses, from the events. */
struct seen {
    int64_t step[100];
    double loss[100];
    int n;
};

static void note(void *own, const struct event *e)
{
    struct seen *seen = own;
    if (e->kind != EVENT_EVAL)
        return;
    seen->step[seen->n] = e->step;
    seen->loss[seen->n++] = e->loss;
}

static int rank(const struct seen *seen, int64_t step)
{
    int at = 0, better = 0;
    while (seen->step[at] != step)
        at++;
    for (int i = 0; i < seen->n; i++)
        better += seen->loss[i] < seen->loss[at];
    return better;
}

static void the_best_are_averaged(void **state)
{
    (void)state;
    struct settings s;
    struct toy toy;
    struct rundir dir;
    struct err err;
    struct seen seen = { .n = 0 };
    struct sink sink = { note, &seen };
    int64_t step[KEEP_MOST];
    toy_settings(&s);
    set(&s, "arch", "transfer");
    set(&s, "length", "free");
    set(&s, "batch", "8");
    set(&s, "lr", "0.1"); /* the loss goes up and down */
    set(&s, "epochs", "9");
    set(&s, "average", "0.5");
    set(&s, "watch", "loss");
    assert_int_equal(rundir_open(&dir, folder, &err), 0);
    toy_make(&toy, &s, PAIRS);
    struct trainer *t = train_new(toy.model, &toy.pairs, &toy.pairs, &sink);
    while (train_next(t, &err) > 0)
        if (train_take_validated(t)) {
            assert_int_equal(keep_update(&dir, t, KEPT, &err), 0);
            assert_int_equal(count_files(), MIN(seen.n, KEPT));
        }
    if (train_take_validated(t))
        assert_int_equal(keep_update(&dir, t, KEPT, &err), 0);
    assert_int_equal(seen.n, 9);
    assert_int_equal(train_best_steps(t, KEPT, step), KEPT);
    struct model *mean = keep_mean(&dir, t, KEPT, &err);
    if (!mean)
        fail_msg("%s", err.msg);
    double *sum = xcalloc(mean->params.total, sizeof *sum);
    for (int i = 0; i < KEPT; i++) {
        char path[100];
        assert_int_equal(rank(&seen, step[i]), i);
        snprintf(path, sizeof path, "%s/best-%d.safetensors", folder, (int)step[i]);
        struct model *m = model_load(path, &err);
        assert_non_null(m);
        for (size_t k = 0; k < m->params.total; k++)
            sum[k] += (double)m->params.x[k] / KEPT;
        model_free(m);
    }
    for (size_t k = 0; k < mean->params.total; k++)
        assert_true(fabs(sum[k] - (double)mean->params.x[k]) < 1e-6);
    free(sum);
    model_free(mean);

    keep_clear(&dir);
    assert_int_equal(count_files(), 0);
    assert_null(keep_mean(&dir, t, KEPT, &err));
    train_free(t);
    toy_release(&toy);
    rundir_close(&dir);
}

/* Loss and accuracy are of all pairs, whatever number of answers is decoded. */
static void some_answers_are_decoded(void **state)
{
    (void)state;
    struct settings s;
    struct toy toy;
    struct eval_result all, some;
    toy_settings(&s);
    set(&s, "length", "free");
    toy_make(&toy, &s, PAIRS);
    for (int k = 0; k < 2; k++) {
        struct eval *e = eval_start(toy.model, &toy.pairs, 0);
        eval_decode(e, k ? 7 : 0);
        while (eval_next(e))
            ;
        *(k ? &some : &all) = eval_result(e);
        eval_free(e);
    }
    assert_int_equal(all.count, PAIRS);
    assert_int_equal(some.count, 7);
    assert_true(all.loss == some.loss && all.acc == some.acc);
    assert_true(some.exact * 7 == round(some.exact * 7));
    toy_release(&toy);
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int drop_folder(void **state)
{
    (void)state;
    char path[100];
    snprintf(path, sizeof path, "%s/lock", folder);
    unlink(path);
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_best_are_averaged),
        cmocka_unit_test(some_answers_are_decoded),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
