/*
 * Training is a function of the seed: not of the number of threads, not of being
 * stopped and started again. And every rule of optimisation does what it says.
 */
#include "tests/toy.h"

#include "nn/tape.h"
#include "num/pool.h"
#include "run/eval.h"
#include "run/optim.h"
#include "run/train.h"
#include "run/train_own.h"

#include <math.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <unistd.h>

enum { PAIRS = 90 };

static const char path[] = "test_train.safetensors";

static void set(struct settings *s, const char *key, const char *value)
{
    struct err err;
    if (settings_set(s, key, value, &err) < 0)
        fail_msg("%s", err.msg);
}

static void settings_for(struct settings *s, const char *optimizer, bool with_average)
{
    toy_settings(s);
    set(s, "arch", "transfer");
    set(s, "length", "free");
    set(s, "depth", "2");
    set(s, "dropout", "0.2");
    set(s, "batch", "16");
    set(s, "shards", "3");
    set(s, "epochs", "4");
    set(s, "eval_every", "0.5");
    set(s, "optimizer", optimizer);
    set(s, "lr", "0.01");
    if (with_average)
        set(s, "average", "0.9");
    else
        set(s, "clip", "0.5"); /* else shards are added up as the weights move */
}

struct run {
    struct toy toy;
    struct trainer *trainer;
};

static void run_start(struct run *r, const struct settings *s)
{
    struct sink sink = { toy_ignore, NULL };
    toy_make(&r->toy, s, PAIRS);
    r->trainer = train_new(r->toy.model, &r->toy.pairs, &r->toy.pairs, &sink);
}

static void run_end(struct run *r)
{
    train_free(r->trainer);
    toy_release(&r->toy);
}

/* Works until the end, or for n pieces of work if n >= 0. */
static void run_work(struct run *r, int n)
{
    struct err err;
    while (n-- != 0) {
        int more = train_next(r->trainer, &err);
        if (more < 0)
            fail_msg("%s", err.msg);
        if (more == 0)
            return;
    }
}

static void check_same(const struct run *a, const struct run *b)
{
    assert_memory_equal(a->toy.model->params.x, b->toy.model->params.x,
                        a->toy.model->params.total * sizeof(real));
    assert_string_equal(a->toy.model->history, b->toy.model->history);
}

/* Also where threads have different numbers of shards, and a shard adds up batches. */
static void test_threads_do_not_matter(void **state)
{
    (void)state;
    static const char *const cut[][2] = { { "3", "1" }, { "5", "1" }, { "4", "3" } };
    for (size_t i = 0; i < ARRAY_LEN(cut); i++) {
        struct settings s;
        struct run one, other;
        settings_for(&s, "adam", true);
        set(&s, "shards", cut[i][0]);
        set(&s, "accumulate", cut[i][1]);
        pool_start(1);
        run_start(&one, &s);
        run_work(&one, -1);
        pool_stop();
        for (int threads = 2; threads <= 3; threads++) {
            pool_start(threads);
            run_start(&other, &s);
            run_work(&other, -1);
            pool_stop();
            check_same(&one, &other);
            run_end(&other);
        }
        run_end(&one);
    }
}

/* Each chunk of the gradient belongs to one thread, and none has many more than another. */
static void test_chunks_are_shared_out(void **state)
{
    (void)state;
    for (size_t chunks = 1; chunks < 300; chunks += 7)
        for (int n = 1; n <= 5; n++) {
            struct trainer t = { .chunks = chunks };
            int owners[300] = { 0 };
            size_t least = chunks, most = 0;
            for (int id = 0; id < n; id++) {
                size_t own = 0;
                for (size_t c = train_next_chunk(&t, 0, id, n); c < chunks; own++) {
                    owners[c]++;
                    c = train_next_chunk(&t, c + 1, id, n);
                }
                least = MIN(least, own);
                most = MAX(most, own);
            }
            for (size_t c = 0; c < chunks; c++)
                assert_int_equal(owners[c], 1);
            assert_true(most - least <= 1 + chunks / (8 * (size_t)n));
        }
}

/* Tables of which a step touches a few rows: as if all of it were cleared, added and read. */
static void test_sparse_gradients(void **state)
{
    (void)state;
    static const char *const cut[][2] = { { "2", "1" }, { "4", "1" }, { "3", "3" } };
    for (size_t i = 0; i < ARRAY_LEN(cut); i++) {
        struct settings s;
        struct run run[2];
        settings_for(&s, "adam", false);
        set(&s, "depth", "1");
        set(&s, "embed", "9001"); /* a row has two chunks of its own */
        set(&s, "batch", "2");
        set(&s, "shards", cut[i][0]);
        set(&s, "accumulate", cut[i][1]);
        for (int dense = 0; dense < 2; dense++) {
            struct sink sink = { toy_ignore, NULL };
            toy_make(&run[dense].toy, &s, PAIRS);
            struct params *p = &run[dense].toy.model->params;
            int sparse = 0;
            for (int k = 0; k < p->n; k++) {
                p->tensor[k]->use |= dense ? TENSOR_MUL : 0; /* not only looked up */
                sparse += tape_is_sparse(p->tensor[k]);
            }
            assert_true(dense ? sparse == 0 : sparse > 0);
            run[dense].trainer = train_new(run[dense].toy.model, &run[dense].toy.pairs,
                                           &run[dense].toy.pairs, &sink);
            run_work(&run[dense], 12);
        }
        assert_memory_equal(run[0].toy.model->params.x, run[1].toy.model->params.x,
                            run[0].toy.model->params.total * sizeof(real));
        run_end(&run[0]);
        run_end(&run[1]);
    }
}

static void test_resuming_does_not_matter(void **state)
{
    (void)state;
    for (int k = 0; optim_table[k]; k++)
        for (int average = 0; average < 2; average++) {
            struct settings s;
            struct run whole;
            settings_for(&s, optim_table[k]->name, average);
            run_start(&whole, &s);
            run_work(&whole, -1);
            for (int cut = 1; cut < 40; cut += 3) { /* in training and in validation */
                struct run first, second;
                struct err err;
                run_start(&first, &s);
                run_work(&first, cut);
                assert_int_equal(train_save(first.trainer, path, NULL, &err), 0);
                run_end(&first);
                run_start(&second, &s);
                struct ckpt *c = ckpt_open(path, &err);
                assert_non_null(c);
                if (train_restore(second.trainer, c, &err) < 0)
                    fail_msg("%s", err.msg);
                ckpt_close(c);
                run_work(&second, -1);
                check_same(&whole, &second);
                run_end(&second);
            }
            run_end(&whole);
        }
    unlink(path);
}

/* What a translator is trained with, all at once. */
static void settings_of_recipe(struct settings *s)
{
    settings_for(s, "adam", true);
    set(s, "arch", "attention");
    set(s, "attend", "between");
    set(s, "depth", "1,2");
    set(s, "embed", "3");
    set(s, "tie", "yes");
    set(s, "dropout_embed", "0.2");
    set(s, "dropout_word", "0.1");
    set(s, "dropout_locked", "yes");
    set(s, "smoothing", "0.1");
    set(s, "consistency", "2");
    set(s, "batch_tokens", "20");
    set(s, "accumulate", "2");
    set(s, "schedule", "cosine");
    set(s, "warmup", "5");
    set(s, "watch", "loss");
}

static void test_recipe_goes_on(void **state)
{
    (void)state;
    struct settings s;
    struct run whole;
    settings_of_recipe(&s);
    pool_start(2);
    run_start(&whole, &s);
    run_work(&whole, -1);
    pool_stop();
    for (int cut = 2; cut < 60; cut += 9) {
        struct run first, second;
        struct err err;
        run_start(&first, &s);
        run_work(&first, cut);
        assert_int_equal(train_save(first.trainer, path, NULL, &err), 0);
        run_end(&first);
        run_start(&second, &s);
        struct ckpt *c = ckpt_open(path, &err);
        assert_non_null(c);
        if (train_restore(second.trainer, c, &err) < 0)
            fail_msg("%s", err.msg);
        ckpt_close(c);
        run_work(&second, -1);
        check_same(&whole, &second);
        run_end(&second);
    }
    run_end(&whole);
    unlink(path);
}

/* Two batches of 8 to a step are one of 16. */
static void test_accumulation(void **state)
{
    (void)state;
    struct settings s;
    struct run one, two;
    settings_for(&s, "sgd", false);
    set(&s, "arch", "repeat");
    set(&s, "length", "fixed"); /* one length: the epoch is not sorted */
    set(&s, "dropout", "0");
    set(&s, "clip", "0");
    run_start(&one, &s);
    run_work(&one, 30);
    set(&s, "batch", "8");
    set(&s, "accumulate", "2");
    run_start(&two, &s);
    run_work(&two, 30);
    assert_int_equal(train_state(one.trainer).step, train_state(two.trainer).step);
    assert_int_equal(train_state(one.trainer).steps, train_state(two.trainer).steps);
    for (size_t i = 0; i < one.toy.model->params.total; i++)
        assert_true(fabs((double)(one.toy.model->params.x[i] -
                                  two.toy.model->params.x[i])) < 1e-5);
    run_end(&one);
    run_end(&two);
}

/* Each setting changes what is trained. */
static void test_recipe_matters(void **state)
{
    (void)state;
    static const char *const less[][2] = {
        { "dropout_word", "0" }, { "dropout_locked", "no" }, { "smoothing", "0" },
        { "consistency", "0" }, { "batch_tokens", "30" }, { "accumulate", "1" },
        { "warmup", "0" }, { "tie", "no" },
    };
    struct settings s;
    struct run all, other;
    settings_of_recipe(&s);
    run_start(&all, &s);
    run_work(&all, 3);
    for (size_t i = 0; i < ARRAY_LEN(less); i++) {
        settings_of_recipe(&s);
        set(&s, less[i][0], less[i][1]);
        run_start(&other, &s);
        run_work(&other, 3);
        const struct tensor *a = params_find(&all.toy.model->params, "dec.1.U");
        const struct tensor *b = params_find(&other.toy.model->params, "dec.1.U");
        if (!memcmp(a->x, b->x, (size_t)a->rows * a->cols * sizeof(real)))
            fail_msg("%s = %s changes nothing", less[i][0], less[i][1]);
        run_end(&other);
    }
    run_end(&all);
}

static double best_with(const char *watch, struct eval_result *r)
{
    struct settings s;
    struct run run;
    settings_of_recipe(&s);
    set(&s, "watch", watch);
    set(&s, "epochs", "1");
    run_start(&run, &s);
    run_work(&run, -1);
    struct train_state state = train_state(run.trainer);
    *r = (struct eval_result){ .loss = state.loss, .acc = state.acc, .exact = state.exact };
    run_end(&run);
    return state.best;
}

static void test_what_is_watched(void **state)
{
    (void)state;
    struct eval_result r;
    assert_true(best_with("loss", &r) >= -r.loss && r.loss > 0);
    assert_true(best_with("acc", &r) >= r.acc && r.acc > 0);
    assert_true(best_with("exact", &r) >= r.exact - 1e-6 * r.loss);
}

struct scores {
    int n;
    double first, highest, newest;
};

static void note_score(void *own, const struct event *e)
{
    struct scores *s = own;
    if (e->kind != EVENT_EVAL)
        return;
    assert_string_equal(e->metric, "chrf");
    s->first = s->n ? s->first : e->score;
    s->highest = s->n++ ? MAX(s->highest, e->score) : e->score;
    s->newest = e->score;
}

static void test_a_metric_is_watched(void **state)
{
    (void)state;
    struct settings s;
    struct scores got = { 0 };
    struct sink sink = { note_score, &got };
    struct toy toy;
    settings_for(&s, "adam", false);
    set(&s, "epochs", "12");
    set(&s, "watch", "chrf");
    toy_make(&toy, &s, PAIRS);
    struct trainer *t = train_new(toy.model, &toy.pairs, &toy.pairs, &sink);
    while (train_next(t, NULL) > 0)
        ;
    assert_int_equal(got.n, 24);
    assert_true(got.first >= 0 && got.first < got.highest && got.highest <= 100);
    assert_true(train_state(t).best == got.highest);

    struct eval *e = eval_start(toy.model, &toy.pairs, 0);
    eval_keep(e);
    while (eval_next(e))
        ;
    assert_true(eval_score(e, &metric_chrf) == got.newest);
    eval_free(e);
    train_free(t);
    toy_release(&toy);
}

static void test_seed_matters(void **state)
{
    (void)state;
    struct settings s;
    struct run a, b;
    settings_for(&s, "sgd", false);
    run_start(&a, &s);
    run_work(&a, 5);
    set(&s, "seed", "8");
    run_start(&b, &s);
    run_work(&b, 5);
    assert_memory_not_equal(a.toy.model->params.x, b.toy.model->params.x,
                            a.toy.model->params.total * sizeof(real));
    run_end(&a);
    run_end(&b);
}

static void test_not_a_number_stops(void **state)
{
    (void)state;
    struct settings s;
    struct run r;
    struct err err;
    settings_for(&s, "adam", false);
    run_start(&r, &s);
    run_work(&r, 2);
    struct tensor *w = params_find(&r.toy.model->params, "dec.1.U");
    w->x[7] = NAN;
    params_pack(&r.toy.model->params, 0, 1);
    assert_int_equal(train_next(r.trainer, &err), -1);
    assert_non_null(strstr(err.msg, "step 3: weight 'dec.1.U' [0,7] is not a number"));
    run_end(&r);
}

/* Weights that are numbers, and a gradient that is none: no weight of it moves. */
static void test_no_gradient_stops(void **state)
{
    (void)state;
    static const char *const clip[] = { "0", "0.5" };
    for (size_t i = 0; i < ARRAY_LEN(clip); i++) {
        struct settings s;
        struct run r;
        struct err err;
        settings_for(&s, "adam", false);
        set(&s, "clip", clip[i]);
        run_start(&r, &s);
        struct params *p = &r.toy.model->params;
        struct tensor *w = params_find(p, "out.W"), *b = params_find(p, "dec.1.b");
        for (int k = 0; k < w->rows * w->cols; k++)
            w->x[k] = (real)3e38;
        for (int k = 0; k < b->cols; k++) /* all units are at 1: the logits overflow */
            b->x[k] = 50;
        params_pack(p, 0, 1);
        assert_int_equal(train_next(r.trainer, &err), -1);
        assert_non_null(strstr(err.msg, "step 1: the gradient of weight '"));
        assert_int_equal(params_check_finite(p, &err), 0);
        run_end(&r);
    }
}

static void test_finished_model_cannot_go_on(void **state)
{
    (void)state;
    struct settings s;
    struct run r;
    struct err err;
    settings_for(&s, "adam", false);
    run_start(&r, &s);
    assert_int_equal(train_save_model(r.trainer, path, &err), 0);
    struct ckpt *c = ckpt_open(path, &err);
    assert_int_equal(train_restore(r.trainer, c, &err), -1);
    assert_non_null(strstr(err.msg, "no training state"));
    ckpt_close(c);
    unlink(path);
    run_end(&r);
}

/* One weight, gradients 1, -2, 3: the updates by hand. */
static void check_rule(const struct optim *o, const double *want)
{
    struct settings s;
    real w = 1, m0 = 0, m1 = 0, *moment[] = { &m0, &m1 };
    const real g[] = { 1, -2, 3 };
    settings_init(&s);
    set(&s, "momentum", "0.5");
    for (int t = 0; t < 3; t++) {
        o->update(&s, 1, 0.1, t + 1, &g[t], moment, &w);
        assert_true(fabs(w - want[t]) < 1e-6);
    }
}

static void test_optimizers(void **state)
{
    (void)state;
    double m = 0, v = 0, a = 0, w = 1, adam[3], rms[3];
    const double g[] = { 1, -2, 3 }, sgd[] = { 0.9, 1.05, 0.825 };
    for (int t = 0; t < 3; t++) { /* the formulas of optim.c once more, in double */
        m = .9 * m + .1 * g[t];
        v = .999 * v + .001 * g[t] * g[t];
        w -= .1 * sqrt(1 - pow(.999, t + 1)) / (1 - pow(.9, t + 1)) * m / (sqrt(v) + 1e-7);
        adam[t] = w;
    }
    w = 1;
    for (int t = 0; t < 3; t++) {
        a = .9 * a + .1 * g[t] * g[t];
        w -= .1 * g[t] / (sqrt(a) + 1e-7);
        rms[t] = w;
    }
    check_rule(&optim_adam, adam);
    check_rule(&optim_rmsprop, rms);
    check_rule(&optim_sgd, sgd);
}

static void test_schedules(void **state)
{
    (void)state;
    struct settings s;
    settings_init(&s);
    set(&s, "lr", "0.2");
    set(&s, "warmup", "10");
    assert_true(fabs(learning_rate(&s, 5, 110) - 0.1) < 1e-12);
    assert_true(fabs(learning_rate(&s, 60, 110) - 0.2) < 1e-12);
    set(&s, "schedule", "linear");
    set(&s, "lr_end", "0.5");
    assert_true(fabs(learning_rate(&s, 60, 110) - 0.15) < 1e-12);
    assert_true(fabs(learning_rate(&s, 110, 110) - 0.1) < 1e-12);
    set(&s, "schedule", "cosine");
    assert_true(fabs(learning_rate(&s, 60, 110) - 0.15) < 1e-12);
    assert_true(fabs(learning_rate(&s, 35, 110) - (0.1 + 0.1 * 0.5 * (1 + sqrt(.5)))) < 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_threads_do_not_matter),
        cmocka_unit_test(test_chunks_are_shared_out),
        cmocka_unit_test(test_sparse_gradients),
        cmocka_unit_test(test_resuming_does_not_matter),
        cmocka_unit_test(test_recipe_goes_on),
        cmocka_unit_test(test_accumulation),
        cmocka_unit_test(test_recipe_matters),
        cmocka_unit_test(test_what_is_watched),
        cmocka_unit_test(test_a_metric_is_watched),
        cmocka_unit_test(test_seed_matters),
        cmocka_unit_test(test_not_a_number_stops),
        cmocka_unit_test(test_no_gradient_stops),
        cmocka_unit_test(test_finished_model_cannot_go_on),
        cmocka_unit_test(test_optimizers),
        cmocka_unit_test(test_schedules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
