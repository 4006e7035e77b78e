/*
 * Beam search against an exhaustive one, on models with a vocabulary so small that all
 * answers can be tried; and what must hold for every architecture: a beam of one is
 * argmax, and what a question gets does not depend on the others.
 */
#include "tests/unit/search_toy.h"

#include "num/vec.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static int differ; /* answers that more draws made others */

enum { LONGEST = 3, SYMBOLS = 6, ALL = 216 };

/* ---- all answers there are --------------------------------------------------------- */

struct every {
    const struct model *model;
    const struct batch *batch;
    struct tape tape;
    double exponent;
    int token[LONGEST];
    int n;
    struct found {
        int token[LONGEST], len;
        double score;
    } best;
};

/* Log-probabilities of what comes behind token[0 .. len-1], from the start. */
static void next_logp(struct every *e, int len, real *logp)
{
    struct dstate d;
    struct node *y = NULL;
    dstate_init(&d);
    tape_start(&e->tape, NULL, NULL);
    arch_start(e->model, &e->tape, e->batch, &d);
    for (int t = 0; t <= len; t++) {
        int prev = t ? e->token[t - 1] : vocab_special(e->model->tgt.vocab, VOCAB_SOS);
        tape_start(&e->tape, NULL, NULL);
        y = arch_step(e->model, &e->tape, &d, &prev, NULL);
    }
    real norm = vec_softmax(y->cols, y->x, logp);
    for (int v = 0; v < y->cols; v++)
        logp[v] = y->x[v] - norm;
    dstate_release(&d);
}

static void try_all(struct every *e, int len, double sum)
{
    int symbols = vocab_size(e->model->tgt.vocab);
    int eos = vocab_special(e->model->tgt.vocab, VOCAB_EOS);
    real logp[SYMBOLS];
    assert_true(symbols <= SYMBOLS);
    next_logp(e, len, logp);
    for (int v = 0; v < symbols; v++) {
        double now = sum + (double)logp[v];
        double score = now / pow(len + 1, e->exponent);
        e->token[len] = v;
        if (v != eos && len + 1 < LONGEST) {
            try_all(e, len + 1, now);
            continue;
        }
        if (e->n++ == 0 || score > e->best.score) {
            e->best.len = len + 1;
            e->best.score = score;
            memcpy(e->best.token, e->token, sizeof e->token);
        }
    }
}

static void check_every(const struct toy *toy)
{
    static const double exponents[] = { 0, .6, 1 };
    int src[] = { 2, 0, 1, 3 };
    for (size_t i = 0; i < ARRAY_LEN(exponents); i++) {
        struct every e = { .model = toy->model, .exponent = exponents[i] };
        struct arena *arena = arena_new();
        struct batch b;
        struct decode_options o = decode_defaults();
        struct tape tape;
        batch_of_source(&b, arena, src, 4);
        e.batch = &b;
        tape_init(&e.tape, &toy->model->params);
        tape_init(&tape, &toy->model->params);
        tape_start(&tape, NULL, NULL);
        try_all(&e, 0, 0);
        o.strategy = &strategy_beam;
        o.choose.width = ALL;
        o.rank.length = exponents[i];
        o.max_len = LONGEST;
        struct search *s = search_start(toy->model, &tape, &b, &o, NULL);
        while (search_next(s))
            ;
        const struct hypothesis *best = search_answer(s, 0, 0);
        int path[LONGEST];
        assert_int_equal(search_link(s, best->last)->len, e.best.len);
        search_path(s, best->last, path);
        for (int k = 0; k < e.best.len; k++)
            assert_int_equal(search_link(s, path[k])->token, e.best.token[k]);
        assert_true(fabs(best->score - e.best.score) < 1e-5);
        search_free(s);
        tape_release(&tape);
        tape_release(&e.tape);
        arena_free(arena);
    }
}

static void test_full_width_is_exhaustive(void **state)
{
    (void)state;
    for_each_model(check_every);
}

/* ---- many questions ---------------------------------------------------------------- */

/* Answers to the pairs row[n], each with its text and score on a line of its own. */
static char *answers(const struct toy *toy, const int *row, int n,
                     const struct decode_options *o)
{
    const struct model *m = toy->model;
    struct str out = STR_INIT;
    struct tape tape;
    struct batch b;
    tape_init(&tape, &m->params);
    tape_start(&tape, NULL, NULL);
    batch_make(&b, tape.arena, &toy->pairs, row, n, -1);
    struct search *s = search_start(m, &tape, &b, o, NULL);
    while (search_next(s))
        ;
    for (int q = 0; q < n; q++)
        for (int i = 0; i < search_answers(s, q); i++) {
            const struct hypothesis *h = search_answer(s, q, i);
            str_addf(&out, "%d:", row[q]);
            decode_text(m, s, h->last, &out);
            str_addf(&out, " %a\n", h->score); /* every bit of it */
        }
    search_free(s);
    tape_release(&tape);
    return str_take(&out);
}

static void check_batches(const struct toy *toy)
{
    static const int widths[] = { 1, 2, 5 };
    int row[ROWS];
    for (int i = 0; i < ROWS; i++)
        row[i] = i;
    for (size_t w = 0; w < 2 * ARRAY_LEN(widths); w++) {
        struct decode_options o = decode_defaults();
        struct str pieces = STR_INIT;
        o.strategy = w % 2 ? &strategy_sample : &strategy_beam;
        o.choose.width = o.choose.draws = o.nbest = widths[w / 2];
        o.seed = 3;
        o.rank.length = .6;
        o.mmi = w < 2 ? 0 : .3;
        char *together = answers(toy, row, ROWS, &o);
        for (int i = 0; i < ROWS;) {
            int n = MIN(ROWS - i, i % 7 + 1);
            char *some = answers(toy, row + i, n, &o);
            str_add(&pieces, some);
            free(some);
            i += n;
        }
        assert_string_equal(str_cstr(&pieces), together);
        str_release(&pieces);
        free(together);
    }
}

static void test_batches_do_not_matter(void **state)
{
    (void)state;
    for_each_model(check_batches);
}

/* Of so many draws the one that is given is the best of them. */
static void check_draws(const struct toy *toy)
{
    for (int row = 0; row < ROWS; row++) {
        struct decode_options o = decode_defaults();
        o.strategy = &strategy_sample;
        o.seed = 5;
        o.choose.temperature = 3;
        char *first = answers(toy, &row, 1, &o);
        o.nbest = 9;
        char *all = answers(toy, &row, 1, &o);
        o.nbest = 1;
        o.choose.draws = 9;
        char *best = answers(toy, &row, 1, &o);
        assert_memory_equal(best, all, strlen(best)); /* they come best first */
        differ += strcmp(first, best) != 0;
        free(first);
        free(all);
        free(best);
    }
}

static void test_the_best_draw_is_given(void **state)
{
    (void)state;
    differ = 0;
    for_each_model(check_draws);
    assert_true(differ > 0);
}

/* Draws that say nothing come last, whatever they score. */
static void check_empty(const struct toy *toy)
{
    if (toy->model->tgt.fixed)
        return;
    for (int row = 0; row < ROWS; row++) {
        struct tape tape;
        struct decode_options o = decode_defaults();
        int eos = vocab_special(toy->model->tgt.vocab, VOCAB_EOS);
        o.strategy = &strategy_sample;
        o.choose.temperature = 2;
        o.nbest = 12;
        struct search *s = run(toy, &tape, row, &o);
        bool empty = false;
        double last = INFINITY;
        for (int i = 0; i < search_answers(s, 0); i++) {
            const struct hypothesis *a = search_answer(s, 0, i);
            bool one = search_link(s, a->last)->token == eos &&
                       search_link(s, a->last)->len == 1;
            assert_true(one >= empty);
            differ += one > empty && i > 0 && a->score > last;
            assert_true(one > empty || a->score <= last);
            last = a->score;
            empty = one;
        }
        search_free(s);
        tape_release(&tape);
    }
}

static void test_empty_draws_come_last(void **state)
{
    (void)state;
    differ = 0;
    for_each_model(check_empty);
    assert_true(differ > 0);
}

/* What is within reach of min-p is all that can be drawn: to see more changes nothing. */
static void check_reach(const struct toy *toy)
{
    for (int i = 0; i < 6; i++) {
        int row[ROWS];
        struct decode_options o = decode_defaults();
        o.strategy = &strategy_sample;
        o.choose.min_p = i % 2 ? .1 : .6;
        o.choose.temperature = .5 * (1 + i / 2);
        o.nbest = 4;
        for (int r = 0; r < ROWS; r++)
            row[r] = r;
        char *near = answers(toy, row, ROWS, &o);
        o.show = SYMBOLS;
        char *all = answers(toy, row, ROWS, &o);
        o.choose.min_p = 0;
        char *any = answers(toy, row, ROWS, &o);
        assert_string_equal(near, all);
        differ += strcmp(any, all) != 0;
        free(near);
        free(all);
        free(any);
    }
}

static void test_what_is_within_reach(void **state)
{
    (void)state;
    differ = 0;
    for_each_model(check_reach);
    assert_true(differ > 0);
}

static void check_one(const struct toy *toy)
{
    int row[ROWS];
    struct decode_options greedy = decode_defaults(), beam = greedy;
    for (int i = 0; i < ROWS; i++)
        row[i] = i;
    beam.strategy = &strategy_beam;
    beam.choose.width = 1;
    beam.rank.length = 1;
    greedy.rank.length = 1;
    char *a = answers(toy, row, ROWS, &greedy), *b = answers(toy, row, ROWS, &beam);
    assert_string_equal(a, b);
    free(a);
    free(b);
}

static void test_beam_of_one_is_argmax(void **state)
{
    (void)state;
    for_each_model(check_one);
}

/* ---- several answers --------------------------------------------------------------- */

static bool same_tokens(const struct search *s, int a, int b)
{
    if (search_link(s, a)->len != search_link(s, b)->len)
        return false;
    for (; a >= 0; a = search_link(s, a)->before, b = search_link(s, b)->before)
        if (search_link(s, a)->token != search_link(s, b)->token)
            return false;
    return true;
}

static void check_nbest(const struct toy *toy)
{
    struct decode_options o = beam_of(4);
    struct tape tape;
    struct search *s = run(toy, &tape, 0, &o);
    assert_int_equal(search_answers(s, 0), 4);
    for (int i = 0; i < 4; i++) {
        const struct hypothesis *h = search_answer(s, 0, i);
        assert_true(h->score == search_link(s, h->last)->logp);
        assert_true(i == 0 || h->score <= search_answer(s, 0, i - 1)->score);
        for (int k = 0; k < i; k++)
            assert_false(same_tokens(s, h->last, search_answer(s, 0, k)->last));
    }
    search_free(s);
    tape_release(&tape);
}

static void test_nbest(void **state)
{
    (void)state;
    for_each_model(check_nbest);
}

/* The groups of a diverse beam begin differently; without a cost they are the same. */
static void check_groups(const struct toy *toy)
{
    static const double costs[] = { 0, 1e-6, 100 };
    for (size_t c = 0; c < ARRAY_LEN(costs); c++) {
        struct decode_options o = beam_of(3);
        struct tape tape;
        int first[3] = { -1, -1, -1 };
        o.choose.groups = 3;
        o.choose.diversity = costs[c];
        struct search *s = run(toy, &tape, 0, &o);
        assert_int_equal(search_answers(s, 0), 3);
        for (int i = 0; i < 3; i++) {
            const struct hypothesis *h = search_answer(s, 0, i);
            int path[16];
            search_path(s, h->last, path);
            first[h->group] = search_link(s, path[0])->token;
            /* the cost is for choosing, not part of the score */
            assert_true(h->score == search_link(s, h->last)->logp);
        }
        assert_int_equal(first[0] == first[1], costs[c] < 1);
        assert_int_equal(first[1] == first[2], costs[c] < 1);
        assert_true(first[0] >= 0 && first[1] >= 0 && first[2] >= 0);
        search_free(s);
        tape_release(&tape);
    }
}

static void test_diverse_groups(void **state)
{
    (void)state;
    for_each_model(check_groups);
}

/* An answer that ends leaves its place in the beam to another. */
static void check_full(const struct toy *toy)
{
    int symbols = vocab_size(toy->model->tgt.vocab);
    bool ends = vocab_special(toy->model->tgt.vocab, VOCAB_EOS) >= 0;
    for (int row = 0; row < ROWS; row++) {
        struct decode_options o = beam_of(symbols - ends);
        struct tape tape;
        struct batch b;
        const int *live;
        tape_init(&tape, &toy->model->params);
        tape_start(&tape, NULL, NULL);
        batch_make(&b, tape.arena, &toy->pairs, &row, 1, -1);
        struct search *s = search_start(toy->model, &tape, &b, &o, NULL);
        assert_int_equal(search_live(s, 0, &live), 1);
        assert_int_equal(search_next(s), 1);
        assert_int_equal(search_live(s, 0, &live), symbols - ends);
        search_free(s);
        tape_release(&tape);
    }
}

static void test_the_beam_is_full(void **state)
{
    (void)state;
    for_each_model(check_full);
}

/* ---- a target that is given -------------------------------------------------------- */

/* Scored token by token as the loss sees it. */
static void check_forced(const struct toy *toy)
{
    const struct model *m = toy->model;
    struct decode_options o = decode_defaults();
    struct forcing f = forcing_to_measure(m->arch);
    struct tape tape, other;
    struct batch b;
    struct request target[ROWS] = { { .seed = 0 } };
    int row[ROWS];
    tape_init(&tape, &m->params);
    tape_init(&other, &m->params);
    tape_start(&tape, NULL, NULL);
    for (int r = 0; r < ROWS; r++) {
        row[r] = r;
        for (int t = 0; t < toy->pairs.tgt_n[r]; t++)
            ids_add(&target[r].prefix, pairs_tgt(&toy->pairs, r)[t]);
    }
    batch_make(&b, tape.arena, &toy->pairs, row, ROWS,
               vocab_special(m->tgt.vocab, VOCAB_SOS));
    struct node *y = arch_logits(m, &tape, &b, &f);
    tape_start(&other, NULL, NULL);
    o.penalty = (struct penalty){ .block = 1, .repetition = 3 }; /* what is forced is free */
    struct search *s = search_start(m, &other, &b, &o, target);
    while (search_next(s))
        ;
    for (int r = 0; r < ROWS; r++) {
        int path[16], last = search_answer(s, r, 0)->last;
        assert_int_equal(search_link(s, last)->len, target[r].prefix.n);
        assert_true(search_link(s, last)->score == search_link(s, last)->logp);
        search_path(s, last, path);
        for (int t = 0; t < target[r].prefix.n; t++) {
            real *x = y->x + ((size_t)t * ROWS + r) * y->cols, at = x[target[r].prefix.id[t]];
            at -= vec_softmax(y->cols, x, x);
            assert_int_equal(search_link(s, path[t])->token, target[r].prefix.id[t]);
            assert_true(fabs((double)(search_link(s, path[t])->own - at)) < 1e-5);
        }
        ids_release(&target[r].prefix);
    }
    search_free(s);
    tape_release(&tape);
    tape_release(&other);
}

static void test_forced_target(void **state)
{
    (void)state;
    for_each_model(check_forced);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_full_width_is_exhaustive),
        cmocka_unit_test(test_batches_do_not_matter),
        cmocka_unit_test(test_the_best_draw_is_given),
        cmocka_unit_test(test_empty_draws_come_last),
        cmocka_unit_test(test_what_is_within_reach),
        cmocka_unit_test(test_beam_of_one_is_argmax),
        cmocka_unit_test(test_nbest),
        cmocka_unit_test(test_diverse_groups),
        cmocka_unit_test(test_the_beam_is_full),
        cmocka_unit_test(test_forced_target),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

