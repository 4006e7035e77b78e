/*
 * Models of vectors, walked over architectures, cells and heads: all steps at once and
 * one after another are one computation, a row does not care about its neighbours, a
 * file gives back what was put into it, what is typed is answered in text, and training
 * makes the error small. And they have the weights that the seed library's have.
 */
#include "tests/toy.h"

#include "nn/loss.h"
#include "run/decode.h"
#include "run/eval.h"
#include "run/train.h"

#include <math.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <unistd.h>

enum { ROWS = 8, NUMBERS = 3 * 2 }; /* of an answer of the toy */

static void set(struct settings *s, const char *key, const char *value)
{
    struct err err;
    if (settings_set(s, key, value, &err) < 0)
        fail_msg("%s", err.msg);
}

static void vector_settings(struct settings *s)
{
    toy_settings(s);
    set(s, "tokenizer", "vector");
    set(s, "loss", "mse");
    set(s, "data", "waves");
}

static void for_each_model(void (*f)(struct toy *))
{
    static const char *const depths[] = { "1", "3,2" };
    for (int a = 0; arch_table[a]; a++)
        for (int c = 0; cell_table[c]; c++)
            for (int k = 0; k < (arch_table[a] == &arch_attention ? 8 : 4); k++) {
                struct settings s;
                struct toy toy;
                vector_settings(&s);
                set(&s, "arch", arch_table[a]->name);
                set(&s, "cell", cell_table[c]->name);
                set(&s, "depth", depths[k & 1]);
                set(&s, "head", k & 2 ? "none" : "dense");
                set(&s, "attend", k & 4 ? "after" : "before");
                set(&s, "hidden", "19,21"); /* not a multiple of any vector */
                toy_make(&toy, &s, ROWS);
                f(&toy);
                toy_release(&toy);
            }
}

static const int all_rows[ROWS] = { 0, 1, 2, 3, 4, 5, 6, 7 };

/* What the model makes of some rows, by step, row and number. */
typedef struct node *logits_of(const struct model *, struct tape *, const struct batch *,
                               const struct forcing *);
static void run(const struct toy *toy, logits_of *how, double ratio, const int *row, int rows,
                real *out)
{
    struct forcing f = { .ratio = ratio };
    struct batch b;
    struct tape t;
    tape_init(&t, &toy->model->params);
    tape_start(&t, NULL, NULL);
    batch_make(&b, t.arena, &toy->pairs, row, rows, -1);
    struct node *y = how(toy->model, &t, &b, &f);
    assert_int_equal(y->rows * y->cols, rows * NUMBERS);
    memcpy(out, y->x, (size_t)rows * NUMBERS * sizeof *out);
    tape_release(&t);
}

static void assert_same(const real *a, const real *b, int n, double within)
{
    for (int i = 0; i < n; i++)
        assert_true(fabs((double)(a[i] - b[i])) <= within);
}

/* ---- one computation ------------------------------------------------------------- */

static void check_at_once(struct toy *toy)
{
    real whole[ROWS * NUMBERS], steps[ROWS * NUMBERS];
    run(toy, arch_logits, 1, all_rows, ROWS, whole);
    run(toy, arch_logits_stepwise, 1, all_rows, ROWS, steps);
    assert_same(whole, steps, ROWS * NUMBERS, 1e-6);
}

static void test_at_once_equals_stepwise(void **state)
{
    (void)state;
    for_each_model(check_at_once);
}

/* Decoding feeds back what it made, as training does that is never fed the truth. */
static void check_decoding(struct toy *toy)
{
    real free_running[ROWS * NUMBERS];
    struct vectors many[ROWS] = { { 0 } };
    struct tape t;
    run(toy, arch_logits, 0, all_rows, ROWS, free_running);
    tape_init(&t, &toy->model->params);
    decode_vectors(toy->model, &t, &toy->pairs, all_rows, ROWS, NULL, many);
    for (int r = 0; r < ROWS; r++) {
        assert_int_equal(many[r].n * many[r].dim, NUMBERS);
        for (int k = 0; k < many[r].n; k++)
            assert_same(many[r].x + k * 2, free_running + (k * ROWS + r) * 2, 2, 1e-6);
        vectors_release(&many[r]);
    }
    tape_release(&t);
}

static void test_decoding_equals_free_running(void **state)
{
    (void)state;
    for_each_model(check_decoding);
}

static void check_alone(struct toy *toy)
{
    real whole[ROWS * NUMBERS], alone[NUMBERS];
    run(toy, arch_logits, 1, all_rows, ROWS, whole);
    for (int r = 0; r < ROWS; r++) {
        run(toy, arch_logits, 1, &r, 1, alone);
        for (int k = 0; k < NUMBERS / 2; k++)
            assert_same(alone + k * 2, whole + (k * ROWS + r) * 2, 2, 0);
    }
}

static void test_row_alone_equals_row_in_batch(void **state)
{
    (void)state;
    for_each_model(check_alone);
}

static void check_file(struct toy *toy)
{
    static const char path[] = "test_vector_model.safetensors";
    real before[ROWS * NUMBERS], after[ROWS * NUMBERS];
    struct err err;
    run(toy, arch_logits, 1, all_rows, ROWS, before);
    assert_int_equal(model_save(toy->model, path, CKPT_F32, &err), 0);
    struct toy again = { model_load(path, &err), toy->pairs };
    if (!again.model)
        fail_msg("%s", err.msg);
    run(&again, arch_logits, 1, all_rows, ROWS, after);
    assert_memory_equal(before, after, sizeof before);
    model_free(again.model);
    unlink(path);
}

static void test_save_and_load_change_nothing(void **state)
{
    (void)state;
    for_each_model(check_file);
}

/* ---- as text --------------------------------------------------------------------- */

static void check_text(struct toy *toy)
{
    const struct model *m = toy->model;
    struct decode_options o = decode_defaults();
    struct str question = STR_INIT, answer = STR_INIT;
    struct vectors out = { 0 };
    struct decode_step s = { .text = "" };
    struct tape t;
    struct err err;
    int steps = 0;
    tape_init(&t, &m->params);
    decode_vectors(m, &t, &toy->pairs, all_rows, 1, NULL, &out);
    codec_decode_vectors(&m->tgt, out.x, out.n, &answer);
    vectors_text(pairs_src_x(&toy->pairs, 0), 4, 3, &question);
    struct decode *d = decode_start(m, question.s, &o, &err);
    if (!d)
        fail_msg("%s", err.msg);
    while (decode_next(d, &s)) {
        assert_int_equal(s.t, steps++);
        assert_true(s.cands == 0 && s.token == -1 && s.p == 1 && s.entropy == 0);
        assert_memory_equal(s.text, answer.s, strlen(s.text)); /* as far as it goes */
    }
    assert_int_equal(steps, 3);
    assert_true(s.done);
    assert_string_equal(s.text, answer.s);
    assert_true(decode_score(d) == 0);
    decode_free(d);
    vectors_release(&out);
    tape_release(&t);
    str_release(&question);
    str_release(&answer);
}

static void test_typed_vectors_are_answered(void **state)
{
    (void)state;
    for_each_model(check_text);
}

static void test_what_is_no_vector_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = { "", "abc", "1 2 3", "1 2; 3 4; 5 6; 7 8",
                                       "1 2 3; 4 5 6; 7 8 9; 10 11 12; 13 14 15",
                                       "1 2 3; 4 5 6; 7 8 9; 10 11 nan" };
    struct decode_options o = decode_defaults();
    struct settings s;
    struct toy toy;
    struct err err;
    vector_settings(&s);
    toy_make(&toy, &s, 1);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_null(decode_start(toy.model, bad[i], &o, &err));
    toy_release(&toy);
}

/* ---- the loss, and training ------------------------------------------------------- */

static void test_loss(void **state)
{
    (void)state;
    struct params p;
    struct tape t;
    struct loss_sums sums = { 0 };
    real x[] = { 1, 2, 3, 4 }, grad[16];
    const real target[] = { 1, (real)2.05, (real)3.5, 2 };
    params_init(&p);
    params_add(&p, "w", 1, 1, ROLE_BIAS, 1, 0);
    params_seal(&p);
    tape_init(&t, &p);
    tape_start(&t, grad, NULL);
    struct node *y = tape_constant(&t, 2, 2, x);
    loss_mse(&t, y, target, 0.25, &sums);
    assert_true(fabs(sums.loss - (0.0025 + 0.25 + 4)) < 1e-6);
    assert_int_equal(sums.tokens, 4);
    assert_int_equal(sums.correct, 2);
    const real want[] = { 0, (real)-0.025, (real)-0.25, 1 };
    assert_same(y->g, want, 4, 1e-6);
    assert_true(x[1] == 2); /* values stay: a layer's output may be the answer */
    tape_release(&t);
    params_release(&p);
}

static void keep_gnorm(void *own, const struct event *e)
{
    double *first = own;
    if (e->kind == EVENT_STEP && *first < 0)
        *first = e->gnorm;
}

/* The gradient is of the mean over all numbers of a batch. */
static void test_the_gradient_is_of_the_mean(void **state)
{
    (void)state;
    double got = -1, square = 0;
    struct sink sink = { keep_gnorm, &got };
    struct loss_sums sums = { 0 };
    struct settings s;
    struct batch b;
    struct tape t;
    struct toy toy;
    struct err err;
    vector_settings(&s);
    set(&s, "batch", "8");
    set(&s, "log_every", "1");
    toy_make(&toy, &s, ROWS);
    real *grad = xaligned(toy.model->params.total * sizeof *grad);
    memset(grad, 0, toy.model->params.total * sizeof *grad);
    tape_init(&t, &toy.model->params);
    tape_start(&t, grad, NULL);
    batch_make(&b, t.arena, &toy.pairs, all_rows, ROWS, -1);
    loss_mse(&t, arch_logits(toy.model, &t, &b, &forcing_always), b.out_x,
             1.0 / (ROWS * NUMBERS), &sums);
    tape_back(&t);
    for (size_t i = 0; i < toy.model->params.total; i++)
        square += (double)grad[i] * (double)grad[i];
    struct trainer *trainer = train_new(toy.model, &toy.pairs, &toy.pairs, &sink);
    assert_int_equal(train_next(trainer, &err), 1);
    assert_true(fabs(got - sqrt(square)) < 1e-5 * got);
    train_free(trainer);
    tape_release(&t);
    free(grad);
    toy_release(&toy);
}

static void check_training(const char *arch, const char *head, const char *teacher)
{
    struct sink sink = { toy_ignore, NULL };
    struct settings s;
    struct toy toy;
    struct err err;
    int more;
    vector_settings(&s);
    set(&s, "init", "keras");
    set(&s, "arch", arch);
    set(&s, "head", head);
    set(&s, "teacher", teacher);
    set(&s, "hidden", "16");
    set(&s, "lr", "0.02");
    set(&s, "batch", "20");
    set(&s, "epochs", "100");
    set(&s, "eval_every", "100");
    toy_make(&toy, &s, 60);
    struct eval *before = eval_start(toy.model, &toy.pairs, 0);
    while (eval_next(before))
        ;
    struct trainer *t = train_new(toy.model, &toy.pairs, &toy.pairs, &sink);
    while ((more = train_next(t, &err)) > 0)
        ;
    assert_int_equal(more, 0);
    struct train_state now = train_state(t);
    /* with no output layer the repeated context meets a decoder of two units alone */
    double share = strcmp(head, "none") ? 0.1 : 0.4;
    assert_true(now.loss < share * eval_result(before).loss);
    assert_true(now.exact > eval_result(before).exact || share > 0.1);
    eval_free(before);
    train_free(t);
    toy_release(&toy);
}

static void test_training_makes_the_error_small(void **state)
{
    (void)state;
    static const char *const heads[] = { "dense", "none" };
    for (int a = 0; arch_table[a]; a++)
        for (int k = 0; k < 4; k++)
            if (arch_table[a]->food != FOOD_CONTEXT || k < 2)
                check_training(arch_table[a]->name, heads[k & 1], k & 2 ? "0.5" : "1");
}

/* ---- weights ----------------------------------------------------------------------- */

static struct codec side(int dim)
{
    return (struct codec){ .tokenizer = &tokenizer_vector, .vocab = vocab_new(),
                           .fixed = true, .len = 7, .filler = -1, .dim = dim };
}

/* Of a model of vectors of 5 numbers into vectors of so many. */
static long long weights(const char *words, int to)
{
    struct settings s;
    struct codec src = side(5), tgt = side(to);
    struct err err;
    char *copy = xstrdup(words), *rest = copy, *word;
    vector_settings(&s);
    while ((word = strsep(&rest, " ")))
        if (settings_assign(&s, word, &err) < 0)
            fail_msg("%s", err.msg);
    struct model *m = model_new(&s, &src, &tgt, &err);
    if (!m)
        fail_msg("%s", err.msg);
    long long n = params_count(&m->params), listed = 0;
    struct layer_info info;
    for (int i = 0; m->arch->layer(m, i, &info); i++) {
        listed += info.params;
        assert_true(strcmp(info.name, "output") || info.params > 0);
    }
    assert_int_equal(listed, n); /* the table of layers leaves none out */
    model_free(m);
    free(copy);
    return n;
}

/* The examples of the library that seed 004 describes. Its layers have no output layer:
 * the top one is as wide as what comes out. */
static void test_weights_of_the_seed_library(void **state)
{
    (void)state;
    /* 4*10*(5+10+1) + 4*8*(10+8+1) */
    assert_int_equal(weights("arch=repeat hidden=10 head=none", 8), 1248);
    /* 640 + 2*840 + 4*10*(10+10+1) + 840 + 608 */
    assert_int_equal(weights("arch=repeat hidden=10 head=none depth=3", 8), 4608);
    /* 640 + 3*840 + 4*840 + 4*20*(10+20+1) */
    assert_int_equal(weights("arch=repeat hidden=10 head=none depth=4,5", 20), 9000);
    /* 5*10+10 + 4*840 + 10*20+20 + 4*(4*10*(20+10+1) + 10*20+20) */
    assert_int_equal(weights("arch=readout hidden=10 head=none depth=4", 20), 9480);
    assert_int_equal(weights("arch=readout hidden=10 head=none depth=4 peek=yes", 20), 9480);
}

/* AttentionSeq2Seq has 10,801 there: an encoder of 2*(640 + 3*840), and a decoder of
 * 4,481 of another structure than documented (nothing is fed back; a score without an
 * effect). As documented, s_i = LSTM(s_{i-1}, y_{i-1}, v_i): a lowest layer of
 * 4*10*(20+10+1) and the context's 10*4*10, two of 840, a top layer of 4*20*(10+20+1);
 * and the additive score's 20*20 + 10*20 + 20 + 20. */
static void test_weights_of_attention(void **state)
{
    (void)state;
    long long encoder = 6320, decoder = 1240 + 400 + 2 * 840 + 2480;
    assert_int_equal(weights("arch=attention hidden=10 head=none depth=4 start=zeros", 20),
                     encoder + decoder + 640);
    assert_int_equal(weights("arch=attention hidden=10 head=none depth=4 start=zeros "
                             "score=static", 20), encoder + decoder + 10);
    /* as wide throughout, with an output layer of 10*20+20 and no score to speak of */
    assert_int_equal(weights("arch=attention hidden=10 depth=4 start=zeros score=static", 20),
                     encoder + 1240 + 400 + 3 * 840 + 220 + 10);
}

/* States of 10 go into layers of 10 as they are, into a top layer of 20 through a map. */
static void test_weights_of_a_bridge(void **state)
{
    (void)state;
    long long encoder = 640, decoder = 4 * 10 * (20 + 10 + 1) + 4 * 20 * (10 + 20 + 1);
    assert_int_equal(weights("arch=transfer hidden=10 head=none depth=1,2", 20),
                     encoder + decoder + 2 * (10 * 20 + 20));
    assert_int_equal(weights("arch=transfer hidden=10 head=none depth=1,2 bridge=tanh", 20),
                     encoder + decoder + 2 * (10 * 20 + 20) + 2 * (10 * 10 + 10));
    assert_int_equal(weights("arch=transfer hidden=10 head=none", 20),
                     encoder + 4 * 20 * (20 + 20 + 1) + 2 * (10 * 20 + 20));
}

/* A query one unit wide is multiplied like any other. */
static void test_a_layer_of_one_unit(void **state)
{
    (void)state;
    static const char *const scores[] = { "additive", "dot" };
    for (size_t i = 0; i < ARRAY_LEN(scores); i++) {
        struct settings s;
        struct toy toy;
        real before[ROWS * NUMBERS], after[ROWS * NUMBERS];
        vector_settings(&s);
        set(&s, "arch", "attention");
        set(&s, "hidden", "5,1");
        set(&s, "score", scores[i]);
        toy_make(&toy, &s, ROWS);
        struct tensor *query = params_find(&toy.model->params, "score.query");
        run(&toy, arch_logits, 1, all_rows, ROWS, before);
        query->x[0] += 1;
        params_pack(&toy.model->params, 0, 1);
        run(&toy, arch_logits, 1, all_rows, ROWS, after);
        assert_memory_not_equal(before, after, sizeof before);
        toy_release(&toy);
    }
}

/* ---- what is refused ---------------------------------------------------------------- */

static void test_sides_must_agree(void **state)
{
    (void)state;
    for (int k = 0; k < 3; k++) {
        struct settings s;
        struct codec src = side(k == 0 ? 0 : 5), tgt = side(k == 1 ? 0 : 5);
        struct err err;
        vector_settings(&s);
        if (k == 2)
            set(&s, "tokenizer", "char");
        assert_null(model_new(&s, &src, &tgt, &err));
        assert_non_null(strstr(err.msg, "tokenizer"));
    }
}

static void test_settings_that_make_no_sense(void **state)
{
    (void)state;
    static const struct {
        const char *words, *says;
    } bad[] = {
        { "tokenizer=char loss=cross-entropy head=none", "set head = dense" },
        { "head=none dropout_out=0.1", "output layer" },
        { "head=none arch=attention deep_output=yes", "output layer" },
        { "head=none residual=yes depth=2", "residual" },
        { "arch=readout readout=4", "set readout = 0" },
        { "loss=cross-entropy", "set loss = mse" },
        { "tokenizer=char", "set loss = cross-entropy" },
        { "embed=3", "no embedding" },
        { "length=free", "set length = fixed" },
    };
    struct settings s;
    struct err err;
    vector_settings(&s);
    assert_int_equal(settings_check(&s, &err), 0);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        char *copy = xstrdup(bad[i].words), *rest = copy, *word;
        vector_settings(&s);
        set(&s, "data", "a file");
        while ((word = strsep(&rest, " ")))
            if (settings_assign(&s, word, &err) < 0)
                fail_msg("%s", err.msg);
        free(copy);
        if (settings_check(&s, &err) == 0)
            fail_msg("%s: not refused", bad[i].words);
        if (!strstr(err.msg, bad[i].says))
            fail_msg("%s: %s", bad[i].words, err.msg);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_at_once_equals_stepwise),
        cmocka_unit_test(test_decoding_equals_free_running),
        cmocka_unit_test(test_row_alone_equals_row_in_batch),
        cmocka_unit_test(test_save_and_load_change_nothing),
        cmocka_unit_test(test_typed_vectors_are_answered),
        cmocka_unit_test(test_what_is_no_vector_is_refused),
        cmocka_unit_test(test_loss),
        cmocka_unit_test(test_the_gradient_is_of_the_mean),
        cmocka_unit_test(test_training_makes_the_error_small),
        cmocka_unit_test(test_weights_of_the_seed_library),
        cmocka_unit_test(test_weights_of_attention),
        cmocka_unit_test(test_weights_of_a_bridge),
        cmocka_unit_test(test_a_layer_of_one_unit),
        cmocka_unit_test(test_sides_must_agree),
        cmocka_unit_test(test_settings_that_make_no_sense),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
