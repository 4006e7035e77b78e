/*
 * What must hold for every architecture and cell, walked over the tables: training
 * and decoding are one computation, a row does not care about its neighbours, and
 * a file gives back what was put into it.
 */
#include "tests/toy.h"

#include "nn/attend.h"
#include "nn/loss.h"
#include "num/vec.h"
#include "run/decode.h"

#include <math.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <unistd.h>

enum { ROWS = 8 };

static void set(struct settings *s, const char *key, const char *value)
{
    struct err err;
    if (settings_set(s, key, value, &err) < 0)
        fail_msg("%s", err.msg);
}

/* The ways to look that are not the default, with every score. */
static void for_each_attention(void (*f)(struct toy *))
{
    static const char *const ways[][8] = {
        { "attend", "after" }, { "attend", "after", "tie", "yes" },
        { "attend", "after", "tie", "yes", "input_feeding", "yes" },
        { "attend", "between" }, { "attend", "between", "tie", "yes", "merge", "concat" },
        { "attend", "between", "input_feeding", "yes", "bridge", "tanh" },
        { "location", "1" }, { "attend", "between", "location", "2", "merge", "concat" },
        { "attend", "after", "input_feeding", "yes", "location", "7" },
    };
    for (size_t w = 0; w < ARRAY_LEN(ways); w++)
        for (int k = 0; score_table[k]; k++) {
            struct settings s;
            struct toy toy;
            toy_settings(&s);
            set(&s, "arch", "attention");
            set(&s, "score", score_table[k]->name);
            set(&s, "length", "free");
            set(&s, "embed", "3");
            set(&s, "hidden", "19,21");
            set(&s, "depth", w % 2 ? "2,3" : "1,2");
            for (int i = 0; i < 8 && ways[w][i]; i += 2)
                set(&s, ways[w][i], ways[w][i + 1]);
            toy_make(&toy, &s, ROWS);
            f(&toy);
            toy_release(&toy);
        }
}

/* Calls f for a model of every row of the tables, in all their layouts. */
static void for_each_model(void (*f)(struct toy *))
{
    static const char *const depths[] = { "1", "3,2" };
    for (int a = 0; arch_table[a]; a++)
        for (int c = 0; cell_table[c]; c++)
            for (int k = 0; k < 8; k++) {
                struct settings s;
                struct toy toy;
                toy_settings(&s);
                set(&s, "arch", arch_table[a]->name);
                set(&s, "cell", cell_table[c]->name);
                set(&s, "depth", depths[k & 1]);
                set(&s, "length", k & 2 ? "free" : "fixed");
                set(&s, "embed", k & 4 ? "3" : "0");
                set(&s, "hidden", "19,21"); /* not a multiple of any vector */
                toy_make(&toy, &s, ROWS);
                f(&toy);
                toy_release(&toy);
            }
    for_each_attention(f);
}

/* Log-probability of each target token, teacher-forced, all rows in one batch. */
static void forced(const struct model *m, const struct pairs *p, const int *row, int rows,
                   real *logp, struct batch *b, struct tape *t)
{
    tape_start(t, NULL, NULL);
    batch_make(b, t->arena, p, row, rows, vocab_special(m->tgt.vocab, VOCAB_SOS));
    struct forcing f = forcing_to_measure(m->arch);
    struct node *y = arch_logits(m, t, b, &f);
    for (int r = 0; r < y->rows; r++) {
        real *x = y->x + (size_t)r * y->cols;
        int want = b->out[r];
        real at = want < 0 ? 0 : x[want];
        logp[r] = want < 0 ? 0 : at - vec_softmax(y->cols, x, x);
    }
}

static void check_parity(struct toy *toy)
{
    const struct model *m = toy->model;
    int row[ROWS] = { 0, 1, 2, 3, 4, 5, 6, 7 }, prev[ROWS];
    real whole[ROWS * 8];
    struct batch b, again;
    struct tape t, u;
    struct dstate d;
    tape_init(&t, &m->params);
    tape_init(&u, &m->params);
    forced(m, &toy->pairs, row, ROWS, whole, &b, &t);

    dstate_init(&d);
    tape_start(&u, NULL, NULL);
    batch_make(&again, u.arena, &toy->pairs, row, ROWS,
               vocab_special(m->tgt.vocab, VOCAB_SOS));
    arch_start(m, &u, &again, &d);
    for (int step = 0; step < b.tgt_steps; step++) {
        memcpy(prev, b.in + step * ROWS, sizeof prev);
        tape_start(&u, NULL, NULL);
        struct node *y = arch_step(m, &u, &d, prev, NULL);
        for (int r = 0; r < ROWS; r++) {
            real *x = y->x + (size_t)r * y->cols;
            int want = b.out[step * ROWS + r];
            if (want < 0)
                continue;
            real at = x[want];
            at -= vec_softmax(y->cols, x, x);
            assert_true(fabs((double)(at - whole[step * ROWS + r])) < 1e-6);
        }
    }
    dstate_release(&d);
    tape_release(&t);
    tape_release(&u);
}

static void test_training_equals_decoding(void **state)
{
    (void)state;
    for_each_model(check_parity);
}

/* With masks that are locked, dropout is the same for all steps at once and for one after
 * the other; and it drops something. */
static void check_locked(struct toy *toy)
{
    const struct model *m = toy->model;
    int row[ROWS] = { 0, 1, 2, 3, 4, 5, 6, 7 };
    struct node *(*const way[3])(const struct model *, struct tape *, const struct batch *,
                                 const struct forcing *) =
        { arch_logits, arch_logits_stepwise, arch_logits };
    struct node *y[3];
    struct tape t[3];
    struct rng r;
    rng_init(&r, 5, RNG_DROPOUT, 0);
    for (int i = 0; i < 3; i++) {
        struct forcing f = forcing_to_measure(m->arch);
        struct batch b;
        tape_init(&t[i], &m->params);
        tape_start(&t[i], NULL, i < 2 ? &r : NULL);
        t[i].lock = ROWS;
        batch_make(&b, t[i].arena, &toy->pairs, row, ROWS,
                   vocab_special(m->tgt.vocab, VOCAB_SOS));
        y[i] = way[i](m, &t[i], &b, &f);
    }
    bool dropped = false;
    for (int i = 0; i < y[0]->rows * y[0]->cols; i++) {
        assert_true(fabs((double)(y[0]->x[i] - y[1]->x[i])) < 1e-6);
        dropped |= y[0]->x[i] != y[2]->x[i];
    }
    assert_true(dropped);
    for (int i = 0; i < 3; i++)
        tape_release(&t[i]);
}

static void test_locked_dropout(void **state)
{
    (void)state;
    static const char *const words[][2] = {
        { "attend", "between" }, { "attend", "after" }, { "attend", "before" },
    };
    for (int a = 0; arch_table[a]; a++)
        for (size_t w = 0; w < (arch_table[a] == &arch_attention ? ARRAY_LEN(words) : 1); w++) {
            struct settings s;
            struct toy toy;
            toy_settings(&s);
            set(&s, "arch", arch_table[a]->name);
            set(&s, "depth", "2");
            set(&s, "length", "free");
            set(&s, "embed", "3");
            set(&s, "dropout", "0.4");
            set(&s, "dropout_embed", "0.3");
            set(&s, "dropout_out", "0.3");
            if (arch_table[a] == &arch_attention)
                set(&s, words[w][0], words[w][1]);
            toy_make(&toy, &s, ROWS);
            check_locked(&toy);
            toy_release(&toy);
        }
}

/* Left out padding changes no row that stays. */
static void check_padding(struct toy *toy)
{
    const struct model *m = toy->model;
    int row[ROWS] = { 0, 1, 2, 3, 4, 5, 6, 7 }, k = 0;
    struct forcing f = forcing_to_measure(m->arch);
    struct batch all, some;
    struct tape t, u;
    tape_init(&t, &m->params);
    tape_init(&u, &m->params);
    tape_start(&t, NULL, NULL);
    tape_start(&u, NULL, NULL);
    batch_make(&all, t.arena, &toy->pairs, row, ROWS, vocab_special(m->tgt.vocab, VOCAB_SOS));
    batch_make(&some, u.arena, &toy->pairs, row, ROWS,
               vocab_special(m->tgt.vocab, VOCAB_SOS));
    batch_drop_padding(&some, u.arena);
    struct node *x = arch_logits(m, &t, &all, &f), *y = arch_logits(m, &u, &some, &f);
    assert_int_equal(y->rows, some.targets);
    for (int r = 0; r < x->rows; r++) {
        if (all.out[r] < 0)
            continue;
        assert_int_equal(all.out[r], some.out[k]);
        assert_memory_equal(x->x + r * x->cols, y->x + k++ * y->cols,
                            x->cols * sizeof *x->x);
    }
    assert_int_equal(k, y->rows);
    tape_release(&t);
    tape_release(&u);
}

static void test_padding_left_out(void **state)
{
    (void)state;
    for_each_model(check_padding);
}

static void check_alone(struct toy *toy)
{
    const struct model *m = toy->model;
    int row[ROWS] = { 0, 1, 2, 3, 4, 5, 6, 7 };
    real whole[ROWS * 8], alone[8];
    struct batch b, one;
    struct tape t, u;
    tape_init(&t, &m->params);
    tape_init(&u, &m->params);
    forced(m, &toy->pairs, row, ROWS, whole, &b, &t);
    for (int r = 0; r < ROWS; r++) {
        forced(m, &toy->pairs, &r, 1, alone, &one, &u);
        for (int step = 0; step < one.tgt_steps; step++)
            assert_true(alone[step] == whole[step * ROWS + r]); /* the very same bits */
    }
    tape_release(&t);
    tape_release(&u);
}

static void test_row_alone_equals_row_in_batch(void **state)
{
    (void)state;
    for_each_model(check_alone);
}

static void check_decode(struct toy *toy)
{
    const struct model *m = toy->model;
    int row[ROWS] = { 0, 1, 2, 3, 4, 5, 6, 7 };
    struct ids many[ROWS] = { { 0 } };
    struct tape t;
    tape_init(&t, &m->params);
    decode_rows(m, &t, &toy->pairs, row, ROWS, many);
    for (int r = 0; r < ROWS; r++) {
        struct decode_options o = decode_defaults();
        struct str question = STR_INIT, answer = STR_INIT;
        struct ids src = { 0 };
        struct decode_step s;
        struct err err;
        for (int i = 0; i < toy->pairs.src_n[r]; i++)
            ids_add(&src, pairs_src(&toy->pairs, r)[i]);
        codec_decode(&m->src, src.id, src.n, &question);
        codec_decode(&m->tgt, many[r].id, many[r].n, &answer);
        ids_release(&src);
        if (question.n == 0) { /* all filler: cannot be typed */
            str_release(&question);
            str_release(&answer);
            continue;
        }
        struct decode *d = decode_start(m, question.s, &o, &err);
        assert_non_null(d);
        s.text = "";
        while (decode_next(d, &s))
            ;
        assert_string_equal(s.text, str_cstr(&answer));
        decode_free(d);
        str_release(&question);
        str_release(&answer);
    }
    for (int r = 0; r < ROWS; r++)
        ids_release(&many[r]);
    tape_release(&t);
}

static void test_one_by_one_equals_many(void **state)
{
    (void)state;
    for_each_model(check_decode);
}

static void check_file(struct toy *toy)
{
    static const char path[] = "test_model.safetensors";
    const struct model *m = toy->model;
    int row[ROWS] = { 0, 1, 2, 3, 4, 5, 6, 7 };
    real before[ROWS * 8], after[ROWS * 8];
    struct batch b;
    struct tape t;
    struct err err;
    tape_init(&t, &m->params);
    forced(m, &toy->pairs, row, ROWS, before, &b, &t);
    int n = b.tgt_steps * ROWS;
    tape_release(&t);
    assert_int_equal(model_save(m, path, CKPT_F32, &err), 0);
    struct model *again = model_load(path, &err);
    if (!again)
        fail_msg("%s", err.msg);
    assert_int_equal(params_count(&again->params), params_count(&m->params));
    tape_init(&t, &again->params);
    forced(again, &toy->pairs, row, ROWS, after, &b, &t);
    assert_memory_equal(before, after, n * sizeof *before);
    tape_release(&t);
    model_free(again);
    unlink(path);
}

static void test_save_and_load_change_nothing(void **state)
{
    (void)state;
    for_each_model(check_file);
}

/* A model of bytes that is opened to answer does without the real numbers of what is only
 * multiplied. It answers as the one that has them, up to the last bit of a scale; and it gives
 * them back when other products want them. */
static void check_opened(struct toy *toy)
{
    static const char path[] = "test_model_bytes.safetensors";
    int row[ROWS] = { 0, 1, 2, 3, 4, 5, 6, 7 };
    real p[2][ROWS * 8];
    struct model *m[2];
    struct batch b;
    struct tape t;
    struct err err;
    assert_int_equal(model_save(toy->model, path, CKPT_I8, &err), 0);
    m[0] = model_load(path, &err);
    m[1] = model_open(path, &err);
    assert_true(m[0] && m[1]);
    assert_int_equal(m[0]->params.precision, m[1]->params.precision);
    for (int i = 0; i < m[0]->params.n; i++) {
        const struct tensor *all = m[0]->params.tensor[i], *some = m[1]->params.tensor[i];
        assert_non_null(all->x);
        assert_int_equal(!some->x, gemm_gains(PRECISION_INT8) && some->use == TENSOR_MUL);
    }
    for (int full = 0; full < 2; full++) {
        for (int k = 0; k < 2; k++) {
            if (full)
                model_multiply(m[k], PRECISION_FULL);
            tape_init(&t, &m[k]->params);
            forced(m[k], &toy->pairs, row, ROWS, p[k], &b, &t);
            tape_release(&t);
        }
        for (int i = 0; i < b.tgt_steps * ROWS; i++)
            assert_true(fabs((double)(p[0][i] - p[1][i])) <= (full ? 0 : 1e-5));
    }
    assert_memory_equal(m[0]->params.x, m[1]->params.x, m[0]->params.total * sizeof(real));
    model_free(m[0]);
    model_free(m[1]);
    unlink(path);
}

static void test_opened_to_answer(void **state)
{
    (void)state;
    for_each_model(check_opened);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_training_equals_decoding),
        cmocka_unit_test(test_locked_dropout),
        cmocka_unit_test(test_padding_left_out),
        cmocka_unit_test(test_row_alone_equals_row_in_batch),
        cmocka_unit_test(test_one_by_one_equals_many),
        cmocka_unit_test(test_save_and_load_change_nothing),
        cmocka_unit_test(test_opened_to_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
