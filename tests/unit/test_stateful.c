/*
 * Stateful models: what a line leaves behind is what the next one starts from, in training
 * and in decoding, for every architecture.
 */
#include "tests/toy.h"

#include "nn/loss.h"
#include "num/pool.h"
#include "run/decode.h"
#include "run/remember.h"
#include "run/streams.h"
#include "run/train.h"

#include <math.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <unistd.h>

enum { ROWS = 4, MOST = 400 }; /* of a batch; numbers that a row may remember */

static void set(struct settings *s, const char *words)
{
    char copy[200], *rest = copy, *word;
    struct err err;
    snprintf(copy, sizeof copy, "%s", words);
    while ((word = strsep(&rest, " ")))
        if (*word && settings_assign(s, word, &err) < 0)
            fail_msg("%s", err.msg);
}

/* Every way in which a decoder starts, and what it eats. */
static const char *const kinds[] = {
    "arch=repeat depth=2", "arch=repeat length=free", "arch=transfer length=free depth=2",
    "arch=transfer length=free bidirectional=yes directions=layer depth=2",
    "arch=readout depth=2", "arch=readout depth=2 length=free broadcast_state=no",
    "arch=readout depth=2 broadcast_state=no inner_broadcast_state=no",
    "arch=attention length=free start=zeros depth=2", "arch=attention start=encoder",
    "arch=attention attend=after input_feeding=yes start=zeros length=free",
    "arch=repeat tokenizer=vector loss=mse", "arch=attention tokenizer=vector loss=mse start=zeros",
};

static void for_each_kind(void (*f)(struct toy *))
{
    for (size_t k = 0; k < ARRAY_LEN(kinds); k++)
        for (int c = 0; cell_table[c]; c++) {
            struct settings s;
            struct toy toy;
            toy_settings(&s);
            set(&s, kinds[k]);
            set(&s, "stateful=yes hidden=9,7 valid=0");
            snprintf(s.cell, sizeof s.cell, "%s", cell_table[c]->name);
            toy_make(&toy, &s, 2 * ROWS);
            f(&toy);
            toy_release(&toy);
        }
}

/* What the truth makes of pairs first, first + 1 ...: logits or vectors. */
static struct node *forced(const struct model *m, struct tape *t, const struct pairs *p,
                           int first, int rows, real *memory, struct batch *b)
{
    struct forcing f = forcing_to_measure(m->arch);
    int row[ROWS];
    for (int r = 0; r < rows; r++)
        row[r] = first + r;
    tape_start(t, NULL, NULL);
    batch_make(b, t->arena, p, row, rows, vocab_special(m->tgt.vocab, VOCAB_SOS));
    b->memory = memory;
    return arch_logits(m, t, b, &f);
}

static bool close_to(const real *a, const real *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (fabs((double)(a[i] - b[i])) > 1e-5)
            return false;
    return true;
}

/* ---- what is carried ------------------------------------------------------------- */

/* Zeros are nothing known; something known changes what follows; and each row has its
 * own memory. */
static void check_memory(struct toy *toy)
{
    const struct model *m = toy->model;
    size_t cols = (size_t)model_memory(m);
    real memory[ROWS * MOST] = { 0 }, alone[MOST] = { 0 };
    struct batch b, c;
    struct tape t, u;
    assert_in_range(cols, 1, MOST);
    tape_init(&t, &m->params);
    tape_init(&u, &m->params);

    struct node *with = forced(m, &t, &toy->pairs, 0, ROWS, memory, &b);
    struct node *without = forced(m, &u, &toy->pairs, 0, ROWS, NULL, &c);
    assert_true(close_to(with->x, without->x, (size_t)with->rows * with->cols));

    with = forced(m, &t, &toy->pairs, ROWS, ROWS, memory, &b);
    without = forced(m, &u, &toy->pairs, ROWS, ROWS, NULL, &c);
    assert_false(close_to(with->x, without->x, (size_t)ROWS * with->cols));

    for (int r = 0; r < ROWS; r++) {
        memset(alone, 0, sizeof alone);
        forced(m, &u, &toy->pairs, r, 1, alone, &c);
        forced(m, &u, &toy->pairs, ROWS + r, 1, alone, &c);
        assert_memory_equal(alone, memory + r * cols, cols * sizeof *alone);
    }
    tape_release(&t);
    tape_release(&u);
}

static void test_memory_is_carried(void **state)
{
    (void)state;
    for_each_kind(check_memory);
}

/* All steps at once, or one after the other: the same answers and the same memory. */
static void check_stepwise(struct toy *toy)
{
    const struct model *m = toy->model;
    struct forcing f = forcing_to_measure(m->arch);
    real memory[ROWS * MOST] = { 0 }, other[ROWS * MOST];
    int row[ROWS] = { 4, 5, 6, 7 };
    struct batch b, c;
    struct tape t, u;
    tape_init(&t, &m->params);
    tape_init(&u, &m->params);
    forced(m, &t, &toy->pairs, 0, ROWS, memory, &b);
    memcpy(other, memory, sizeof other);
    struct node *y = forced(m, &t, &toy->pairs, ROWS, ROWS, memory, &b);
    tape_start(&u, NULL, NULL);
    batch_make(&c, u.arena, &toy->pairs, row, ROWS, vocab_special(m->tgt.vocab, VOCAB_SOS));
    c.memory = other;
    struct node *z = arch_logits_stepwise(m, &u, &c, &f);
    assert_true(close_to(y->x, z->x, (size_t)y->rows * y->cols));
    assert_true(close_to(memory, other, (size_t)ROWS * model_memory(m)));
    tape_release(&t);
    tape_release(&u);
}

static void test_whole_equals_stepwise(void **state)
{
    (void)state;
    for_each_kind(check_stepwise);
}

/* Reading "ab" and then "cd" leaves an encoder that reads ahead where "abcd" does. */
static void test_two_halves_are_a_whole(void **state)
{
    (void)state;
    int word[4] = { 2, 0, 3, 1 }, end = 1;
    for (int c = 0; cell_table[c]; c++) {
        struct settings s;
        struct toy toy;
        real once[MOST] = { 0 }, twice[MOST] = { 0 };
        struct batch b;
        struct tape t;
        toy_settings(&s);
        set(&s, "arch=attention length=free depth=2 start=encoder stateful=yes valid=0");
        snprintf(s.cell, sizeof s.cell, "%s", cell_table[c]->name);
        toy_make(&toy, &s, 0);
        pairs_add(&toy.pairs, word, 4, &end, 1);
        pairs_add(&toy.pairs, word, 2, &end, 1);
        pairs_add(&toy.pairs, word + 2, 2, &end, 1);
        tape_init(&t, &toy.model->params);
        forced(toy.model, &t, &toy.pairs, 0, 1, once, &b);
        forced(toy.model, &t, &toy.pairs, 1, 1, twice, &b);
        assert_false(close_to(once, twice, (size_t)model_memory(toy.model)));
        forced(toy.model, &t, &toy.pairs, 2, 1, twice, &b);
        assert_true(close_to(once, twice, (size_t)model_memory(toy.model)));
        tape_release(&t);
        toy_release(&toy);
    }
}

/* ---- decoding -------------------------------------------------------------------- */

/* Line by line as at the prompt, each answer remembered, equals rows of two batches. */
static void check_talk(struct toy *toy)
{
    const struct model *m = toy->model;
    real memory[ROWS * MOST] = { 0 };
    struct ids first[ROWS] = { { 0 } }, second[ROWS] = { { 0 } };
    int row[2][ROWS] = { { 0, 1, 2, 3 }, { 4, 5, 6, 7 } };
    struct tape t;
    struct pairs line;
    if (m->tgt.dim)
        return;
    tape_init(&t, &m->params);
    for (int half = 0; half < 2; half++) {
        struct ids *out = half ? second : first;
        struct decode_options by = decode_defaults();
        by.memory = memory;
        decode_rows_by(m, &t, &toy->pairs, row[half], ROWS, &by, out);
        pairs_init(&line);
        for (int r = 0; r < ROWS; r++) {
            int src[8], n = toy->pairs.src_n[row[half][r]];
            for (int i = 0; i < n; i++)
                src[i] = pairs_src(&toy->pairs, row[half][r])[i];
            remember_pair(m, &line, src, n, &out[r], out[r].n < m->tgt.len);
        }
        remember(m, &t, &line, memory);
        pairs_release(&line);
    }
    for (int r = 0; r < ROWS; r++) {
        real alone[MOST] = { 0 };
        for (int half = 0; half < 2; half++) {
            struct decode_options o = decode_defaults();
            struct ids *want = half ? &second[r] : &first[r];
            struct decode_step s;
            int src[8], n = toy->pairs.src_n[row[half][r]], said = 0;
            for (int i = 0; i < n; i++)
                src[i] = pairs_src(&toy->pairs, row[half][r])[i];
            o.memory = alone;
            struct decode *d = decode_start_ids(m, src, n, &o);
            while (decode_next(d, &s))
                if (s.token != vocab_special(m->tgt.vocab, VOCAB_EOS))
                    assert_int_equal(s.token, want->id[said++]);
            assert_int_equal(said, want->n);
            pairs_init(&line);
            decode_line(d, &line);
            remember(m, &t, &line, alone);
            pairs_release(&line);
            decode_free(d);
        }
        assert_memory_equal(alone, memory + (size_t)r * model_memory(m),
                            model_memory(m) * sizeof *alone);
    }
    for (int r = 0; r < ROWS; r++) {
        ids_release(&first[r]);
        ids_release(&second[r]);
    }
    tape_release(&t);
}

static void test_lines_equal_rows(void **state)
{
    (void)state;
    for_each_kind(check_talk);
}

/* ---- streams --------------------------------------------------------------------- */

static void test_streams(void **state)
{
    (void)state;
    struct pairs p;
    struct streams st;
    int one = 0, n;
    pairs_init(&p);
    for (int i = 0; i < 9; i++) { /* conversations of 2, 4, 1 and 2 */
        pairs_add(&p, &one, 1, &one, 1);
        if (i == 0 || i == 2 || i == 6 || i == 7)
            pairs_open(&p);
    }
    streams_init(&st, &p, p.n, 2); /* 0 1, 6, 7 8: 5 pairs; 2 3 4 5: 4 */
    static const int want[][2] = { { 0, 2 }, { 1, 3 }, { 6, 4 }, { 7, 5 }, { 8, -1 } };
    assert_int_equal(st.steps, 5);
    for (int k = 0; k < 5; k++) {
        const int *row = streams_rows(&st, k, &n);
        assert_int_equal(n, k < 4 ? 2 : 1);
        for (int r = 0; r < n; r++)
            assert_int_equal(row[r], want[k][r]);
    }
    streams_release(&st);
    streams_init(&st, &p, p.n, 100); /* a conversation each, the longest first */
    assert_int_equal(st.rows, 4);
    assert_int_equal(st.steps, 4);
    assert_int_equal(streams_rows(&st, 0, &n)[0], 2);
    streams_release(&st);
    streams_init(&st, &p, 3, 100); /* of the first pairs alone */
    assert_int_equal(st.rows, 2);
    assert_int_equal(st.steps, 2);
    streams_release(&st);
    pairs_release(&p);
}

/* ---- training -------------------------------------------------------------------- */

/* Conversations of three lines: a letter, anything, anything; the third is answered with
 * the letter. Two lines are answered with what stands in them. */
static void add_talk(struct pairs *p, struct rng *r, int V, int eos)
{
    int letter = (int)rng_below(r, 4), any = (int)rng_below(r, 4), src[2], tgt[2];
    for (int line = 0; line < 3; line++) {
        src[0] = line == 0 ? letter : any;
        src[1] = line % 4;
        tgt[0] = V - 4 + (line == 2 ? letter : src[0]);
        tgt[1] = eos;
        pairs_add(p, src, 2, tgt, 2);
        if (line == 0)
            pairs_open(p);
    }
}

struct run {
    struct toy toy;
    struct trainer *trainer;
};

static void run_start(struct run *run, const char *words)
{
    struct sink sink = { toy_ignore, NULL };
    struct settings s;
    struct rng r;
    toy_settings(&s);
    set(&s, "length=free hidden=24 init=keras optimizer=adam lr=0.01 batch=10 shards=3 "
            "epochs=200 eval_every=2 clip=1 stop=exact>=1");
    set(&s, words);
    toy_make(&run->toy, &s, 0);
    const struct codec *c = &run->toy.model->tgt;
    rng_init(&r, 4, RNG_DATA, 1);
    for (int i = 0; i < 40; i++)
        add_talk(&run->toy.pairs, &r, vocab_size(c->vocab), vocab_special(c->vocab, VOCAB_EOS));
    run->trainer = train_new(run->toy.model, &run->toy.pairs, &run->toy.pairs, &sink);
}

static void run_end(struct run *run)
{
    train_free(run->trainer);
    toy_release(&run->toy);
}

static void run_work(struct run *run, int n)
{
    struct err err;
    int more = 1;
    while (more > 0 && n-- != 0)
        if ((more = train_next(run->trainer, &err)) < 0)
            fail_msg("%s", err.msg);
}

static double exact_of(const char *words)
{
    struct run run;
    run_start(&run, words);
    run_work(&run, -1);
    double exact = train_state(run.trainer).exact;
    run_end(&run);
    return exact;
}

/* The third answer is a matter of luck, one of four, for who forgets. */
static void test_only_memory_learns(void **state)
{
    (void)state;
    pool_start(1);
    assert_true(exact_of("arch=transfer stateful=yes") == 1);
    assert_true(exact_of("arch=attention stateful=yes start=zeros") == 1);
    assert_true(exact_of("arch=readout stateful=yes teacher=0") == 1);
    assert_true(exact_of("arch=repeat stateful=yes") == 1);
    assert_true(exact_of("arch=transfer epochs=60") < 0.9);
    pool_stop();
}

static void test_resuming_and_threads_do_not_matter(void **state)
{
    (void)state;
    static const char path[] = "test_stateful.safetensors";
    static const char words[] = "arch=attention start=zeros stateful=yes epochs=3 eval_every=0.4";
    struct run whole;
    pool_start(1);
    run_start(&whole, words);
    run_work(&whole, -1);
    pool_stop();
    pool_start(2);
    for (int cut = 1; cut < 60; cut += 6) {
        struct run first, second;
        struct err err;
        run_start(&first, words);
        run_work(&first, cut);
        assert_int_equal(train_save(first.trainer, path, NULL, &err), 0);
        run_end(&first);
        run_start(&second, words);
        struct ckpt *c = ckpt_open(path, &err);
        assert_non_null(c);
        if (train_restore(second.trainer, c, &err) < 0)
            fail_msg("%s", err.msg);
        ckpt_close(c);
        run_work(&second, -1);
        assert_memory_equal(whole.toy.model->params.x, second.toy.model->params.x,
                            whole.toy.model->params.total * sizeof(real));
        assert_string_equal(whole.toy.model->history, second.toy.model->history);
        run_end(&second);
    }
    pool_stop();
    run_end(&whole);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory_is_carried),
        cmocka_unit_test(test_whole_equals_stepwise),
        cmocka_unit_test(test_two_halves_are_a_whole),
        cmocka_unit_test(test_lines_equal_rows),
        cmocka_unit_test(test_streams),
        cmocka_unit_test(test_only_memory_learns),
        cmocka_unit_test(test_resuming_and_threads_do_not_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
