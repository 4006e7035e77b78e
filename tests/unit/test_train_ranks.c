/*
 * Training in several processes gives the weights, the history and the validations of one
 * process with the same shards, whatever is trained, and goes on from its checkpoints.
 */
#include "tests/toy.h"
#include "tests/unit/fake_wire.h"

#include "base/mem.h"
#include "num/pool.h"
#include "run/eval.h"
#include "run/ranks.h"
#include "run/train.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <unistd.h>

enum { PAIRS = 150, TALK = 5 }; /* pairs; of a conversation, more or less */

static const char path[] = "test_train_ranks.safetensors";

/* "key=value key=value" */
static void set(struct settings *s, const char *words)
{
    char *copy = xstrdup(words), *at = copy;
    for (char *word; (word = strsep(&at, " ")) != NULL;) {
        struct err err;
        if (settings_assign(s, word, &err) < 0)
            fail_msg("%s", err.msg);
    }
    free(copy);
}

struct run {
    struct toy toy;
    struct trainer *trainer;
};

static void run_start(struct run *r, const char *words)
{
    struct sink sink = { toy_ignore, NULL };
    struct settings s;
    struct err err;
    toy_settings(&s);
    set(&s, "arch=transfer length=free dropout=0.2 batch=16 shards=4 epochs=2 eval_every=0.5 "
            "lr=0.01 clip=0.5");
    set(&s, words);
    toy_make(&r->toy, &s, PAIRS);
    for (int i = 0; i < PAIRS; i++)
        r->toy.pairs.opens[i] = i % TALK == 0 || i % 7 == 0;
    if (train_check(&s, &err) < 0)
        fail_msg("%s", err.msg);
    r->trainer = train_new(r->toy.model, &r->toy.pairs, &r->toy.pairs, &sink);
}

static void run_end(struct run *r)
{
    train_free(r->trainer);
    toy_release(&r->toy);
}

/* Works until the end, or for n pieces of work if n >= 0. */
static int run_work(struct run *r, int n, struct err *err)
{
    int more = 1;
    while (more > 0 && n-- != 0)
        more = train_next(r->trainer, err);
    return more < 0 ? -1 : 0;
}

/* How one process ends. */
struct result {
    const char *words;
    real *weights;
    size_t total;
    char *history;
    bool resume; /* the leader begins with the checkpoint */
};

static bool train_shared(void *own)
{
    const struct result *want = own;
    struct ckpt *c = NULL;
    struct run r;
    struct err err = { .msg = "" };
    run_start(&r, want->words);
    if (ranks_own() > 0) /* what they know of the weights, the leader tells them */
        memset(r.toy.model->params.x, 0, want->total * sizeof(real));
    if (want->resume && ranks_own() == 0)
        c = ckpt_open(path, &err);
    if (train_restore(r.trainer, c, &err) < 0 || run_work(&r, -1, &err) < 0)
        return fake_wire_fail("%s: %s", want->words, err.msg);
    if (memcmp(r.toy.model->params.x, want->weights, want->total * sizeof(real)))
        return fake_wire_fail("%s: other weights", want->words);
    if (strcmp(r.toy.model->history, want->history))
        return fake_wire_fail("%s: %s, not %s", want->words, r.toy.model->history,
                              want->history);
    ckpt_close(c);
    run_end(&r);
    return true;
}

static void train_alone(struct result *out, const char *words)
{
    struct run r;
    struct err err;
    run_start(&r, words);
    if (run_work(&r, -1, &err) < 0)
        fail_msg("%s", err.msg);
    const struct params *p = &r.toy.model->params;
    *out = (struct result){
        .words = words,
        .weights = xmemdup(p->x, p->total * sizeof(real)),
        .total = p->total,
        .history = xstrdup(r.toy.model->history),
    };
    run_end(&r);
}

static void result_release(struct result *r)
{
    free(r->weights);
    free(r->history);
}

static const char *const cases[] = {
    "optimizer=adam average=0.9",
    "optimizer=sgd accumulate=3 schedule=cosine",
    "optimizer=rmsprop batch_tokens=20 dropout_word=0.1 dropout_locked=yes",
    "arch=attention stateful=yes batch=9 accumulate=2", /* batches grow smaller */
    "arch=attention watch=chrf teacher=0.5",
    "tokenizer=vector loss=mse dropout=0",
};

static void test_one_result(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct result want;
        train_alone(&want, cases[i]);
        for (int count = 2; count <= 4; count *= 2)
            if (!fake_wire_run(count, train_shared, &want))
                fail_msg("%s in %d processes", cases[i], count);
        result_release(&want);
    }
}

static void test_going_on(void **state)
{
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        struct result want;
        train_alone(&want, cases[i]);
        want.resume = true;
        for (int cut = 2; cut < 16; cut += 5) { /* in training and in validation */
            struct run r;
            struct err err;
            run_start(&r, cases[i]);
            if (run_work(&r, cut, &err) < 0 || train_save(r.trainer, path, NULL, &err) < 0)
                fail_msg("%s", err.msg);
            run_end(&r);
            if (!fake_wire_run(2, train_shared, &want))
                fail_msg("%s, cut at %d", cases[i], cut);
        }
        result_release(&want);
    }
    unlink(path);
}

/* ---- what is refused ---- */

static bool check_shards(void *own)
{
    static const struct {
        int shards, good; /* with three processes */
    } list[] = { { 3, 1 }, { 6, 1 }, { 12, 1 }, { 2, 0 }, { 4, 0 }, { 9, 0 }, { 18, 0 } };
    (void)own;
    for (size_t i = 0; i < ARRAY_LEN(list); i++) {
        struct settings s;
        struct err err;
        settings_init(&s);
        s.shards = list[i].shards;
        if ((train_check(&s, &err) == 0) != list[i].good)
            return fake_wire_fail("shards = %d", list[i].shards);
    }
    return true;
}

static void test_shards_are_shared_equally(void **state)
{
    (void)state;
    assert_true(fake_wire_run(3, check_shards, NULL));
}

static bool other_data(void *own)
{
    struct run r;
    struct err err = { .msg = "" };
    (void)own;
    run_start(&r, "shards=3");
    if (ranks_own() == 2)
        r.toy.pairs.id[20] ^= 1;
    bool refused = train_restore(r.trainer, NULL, &err) < 0;
    run_end(&r);
    if (!refused || ranks_lost())
        return fake_wire_fail("other data are the same");
    return strstr(err.msg, "process 2 has other examples") || fake_wire_fail("%s", err.msg);
}

static void test_other_data(void **state)
{
    (void)state;
    assert_true(fake_wire_run(3, other_data, NULL));
}

/* ---- a process that is lost ---- */

/* The second process leaves after some work: the leader's trainer is that of the step
 * before, and can be saved. */
static bool leave_early(void *own)
{
    const int *pieces = own;
    struct run r;
    struct err err = { .msg = "" };
    run_start(&r, "shards=2 average=0.9");
    if (train_restore(r.trainer, NULL, &err) < 0)
        return fake_wire_fail("%s", err.msg);
    if (ranks_own() == 1)
        return run_work(&r, *pieces, &err) == 0 || fake_wire_fail("%s", err.msg);
    ranks_watch(NULL, 0.1);
    bool lost = run_work(&r, -1, &err) < 0 && ranks_lost();
    if (!lost || !strstr(err.msg, "process 1"))
        return fake_wire_fail("nobody was lost: %s", err.msg);
    if (train_save(r.trainer, path, NULL, &err) < 0)
        return fake_wire_fail("%s", err.msg);
    run_end(&r);
    return true;
}

static void test_loss_leaves_a_checkpoint(void **state)
{
    (void)state;
    struct result want;
    train_alone(&want, "shards=2 average=0.9");
    for (int pieces = 3; pieces < 12; pieces += 4) {
        struct run r;
        struct err err;
        assert_true(fake_wire_run(2, leave_early, &pieces));
        run_start(&r, "shards=2 average=0.9");
        struct ckpt *c = ckpt_open(path, &err);
        if (!c || train_restore(r.trainer, c, &err) < 0 || run_work(&r, -1, &err) < 0)
            fail_msg("%s", err.msg);
        assert_memory_equal(r.toy.model->params.x, want.weights, want.total * sizeof(real));
        assert_string_equal(r.toy.model->history, want.history);
        ckpt_close(c);
        run_end(&r);
    }
    result_release(&want);
    unlink(path);
}

/* ---- validations ---- */

/* Rows enough for several rounds, the last one not full. */
static bool validate(void *own)
{
    struct settings s;
    struct toy toy;
    struct err err = { .msg = "" };
    struct eval_result a, b;
    (void)own;
    toy_settings(&s);
    set(&s, "arch=transfer length=free");
    toy_make(&toy, &s, 5000);
    for (int i = 0; i < 2; i++) {
        struct eval *e = eval_start(toy.model, &toy.pairs, 0);
        eval_decode(e, 900);
        int more = 1;
        while (more > 0)
            more = i ? eval_next_shared(e, &err) : eval_next(e);
        *(i ? &b : &a) = eval_result(e);
        eval_free(e);
        if (more < 0)
            return fake_wire_fail("%s", err.msg);
    }
    toy_release(&toy);
    return (a.loss == b.loss && a.acc == b.acc && a.exact == b.exact && a.count == b.count &&
            a.count == 900 && a.tokens == b.tokens) ||
           fake_wire_fail("loss %.17g, not %.17g", b.loss, a.loss);
}

static void test_validation_is_shared(void **state)
{
    (void)state;
    assert_true(fake_wire_run(3, validate, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_result),
        cmocka_unit_test(test_going_on),
        cmocka_unit_test(test_shards_are_shared_equally),
        cmocka_unit_test(test_other_data),
        cmocka_unit_test(test_loss_leaves_a_checkpoint),
        cmocka_unit_test(test_validation_is_shared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
