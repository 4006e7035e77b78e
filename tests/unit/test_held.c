/*
 * What is held against tokens and answers: that they repeat something, are banned, or are
 * probable whatever the question.
 */
#include "tests/unit/search_toy.h"

#include "run/offer.h"
#include "run/prior.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* ---- penalties --------------------------------------------------------------------- */

static void check_no_repeats(const struct toy *toy)
{
    for (int row = 0; row < ROWS; row++)
        for (int block = 1; block < 3; block++) {
            struct decode_options o = beam_of(3);
            struct tape tape;
            int path[64];
            o.penalty.block = block;
            o.max_len = 4;
            struct search *s = run(toy, &tape, row, &o);
            int last = search_answer(s, 0, 0)->last, n = search_link(s, last)->len;
            search_path(s, last, path);
            for (int i = 0; i < n; i++)
                path[i] = search_link(s, path[i])->token;
            for (int i = 0; i + block <= n; i++)
                for (int k = 0; k < i; k++)
                    assert_memory_not_equal(path + i, path + k, block * sizeof *path);
            search_free(s);
            tape_release(&tape);
        }
}

static void test_nothing_twice(void **state)
{
    (void)state;
    for_each_model(check_no_repeats);
}

/* ---- words ------------------------------------------------------------------------- */

/* Letters are the tokens, so that an answer is one word. Counts the answers in which there
 * is "bc", or "da" at the end. */
static int count_banned(const struct toy *toy, const struct decode_options *o)
{
    int found = 0;
    for (int row = 0; row < ROWS; row++) {
        struct tape tape;
        struct search *s = run(toy, &tape, row, o);
        for (int i = 0; i < search_answers(s, 0); i++) {
            struct str text = STR_INIT;
            decode_text(toy->model, s, search_answer(s, 0, i)->last, &text);
            found += strstr(str_cstr(&text), "bc") != NULL ||
                     (text.n > 1 && !strcmp(text.s + text.n - 2, "da"));
            str_release(&text);
        }
        search_free(s);
        tape_release(&tape);
    }
    return found;
}

static int changed; /* searches in which a ban mattered */

static void check_banned(const struct toy *toy)
{
    for (int way = 0; strategy_table[way]; way++) {
        struct decode_options o = decode_defaults();
        o.strategy = strategy_table[way];
        o.choose.draws = o.choose.width = o.nbest = 3;
        o.choose.temperature = 2;
        changed += count_banned(toy, &o) > 0;
        snprintf(o.wording.ban, sizeof o.wording.ban, "xy,*BC*,*da");
        assert_int_equal(count_banned(toy, &o), 0);
    }
}

static void test_banned_words_are_not_said(void **state)
{
    (void)state;
    changed = 0;
    for_each_model(check_banned);
    assert_true(changed > 12);
}

/* What is refused comes last, and is forbidden unless everything is. */
static void test_refusals(void **state)
{
    (void)state;
    const real x[] = { 3, 2, 1 };
    struct penalty none = { .repetition = 1 };
    struct follow f = { .parent = 1, .forced = -1, .penalty = &none, .wanted = 3,
                        .reach = INFINITY };
    struct offers o;
    struct codec c3 = { .vocab = vocab_new() };
    for (int i = 0; i < 3; i++)
        vocab_add(c3.vocab, &"abc"[i], 1);
    offers_init(&o, &c3);
    for (int refused = 0; refused < 4; refused++) {
        struct cand c = { .parent = 1, .token = refused - 1 };
        struct cand others = { .parent = 0, .token = 2 };
        assert_true(refused == 0 || offers_refuse(&o, &c));
        assert_true(refused == 0 || !offers_refuse(&o, &c));
        assert_int_equal(offers_refuse(&o, &others), refused == 0);
        o.n = 0;
        offers_add(&o, &f, x, NULL);
        assert_int_equal(o.n, 3);
        assert_int_equal(offers_sort(&o, 0), refused == 3 ? 3 : 3 - refused);
        assert_int_equal(o.cand[0].token, refused == 3 ? 0 : refused);
    }
    offers_forgive(&o);
    o.n = 0;
    offers_add(&o, &f, x, NULL);
    assert_int_equal(offers_sort(&o, 0), 3);
    assert_int_equal(o.cand[0].token, 0);
    offers_release(&o);
    codec_release(&c3);
}

/* ---- what is probable whatever the question ---------------------------------------- */

/* Log-probabilities of an answer's tokens, the source being empty. */
static void without_question(const struct model *m, const int *token, int n, real *logp)
{
    static const int nothing[] = { -1, -1, -1, -1 };
    struct decode_options o = decode_defaults();
    struct decode_step s;
    o.forced = token;
    o.forced_n = n;
    struct decode *d = decode_start_ids(m, nothing, m->src.fixed ? m->src.len : 1, &o);
    for (int t = 0; t < n; t++) {
        assert_int_equal(decode_next(d, &s), 1);
        logp[t] = (real)log((double)s.p);
    }
    decode_free(d);
}

static void check_prior(const struct toy *toy)
{
    for (int steps = 0; steps < 3; steps++) {
        struct decode_options o = beam_of(3);
        struct tape tape;
        int path[16];
        real prior[16];
        o.mmi = .7;
        o.mmi_steps = steps;
        struct search *s = run(toy, &tape, 1, &o);
        int last = search_answer(s, 0, 0)->last, n = search_link(s, last)->len;
        double want = 0;
        search_path(s, last, path);
        for (int t = 0; t < n; t++) {
            want += (double)search_link(s, path[t])->own;
            path[t] = search_link(s, path[t])->token;
        }
        without_question(toy->model, path, n, prior);
        for (int t = 0; t < n && (steps == 0 || t < steps); t++)
            want -= .7 * (double)prior[t];
        assert_true(fabs(search_answer(s, 0, 0)->score - want) < 1e-4);
        search_free(s);
        tape_release(&tape);
    }
}

static void test_prior_is_held_against(void **state)
{
    (void)state;
    for_each_model(check_prior);
}

/* Draws are free, and compared by what is left. */
static void check_ranked(const struct toy *toy)
{
    struct decode_options o = decode_defaults();
    struct tape tape;
    o.strategy = &strategy_sample;
    o.nbest = 4;
    o.rank.mmi = 1.5;
    o.rank.length = .8;
    struct search *s = run(toy, &tape, 1, &o);
    for (int i = 0; i < 4; i++) {
        const struct hypothesis *h = search_answer(s, 0, i);
        int path[16], n = search_link(s, h->last)->len;
        double want = search_link(s, h->last)->logp;
        real prior[16];
        assert_true(fabs(search_link(s, h->last)->score - want) < 1e-9);
        search_path(s, h->last, path);
        for (int t = 0; t < n; t++)
            path[t] = search_link(s, path[t])->token;
        without_question(toy->model, path, n, prior);
        for (int t = 0; t < n; t++)
            want -= 1.5 * (double)prior[t];
        assert_true(fabs(h->score - want / pow(n, .8)) < 1e-4);
        assert_true(i == 0 || h->score <= search_answer(s, 0, i - 1)->score);
    }
    search_free(s);
    tape_release(&tape);
}

static void test_whole_answers_are_ranked(void **state)
{
    (void)state;
    for_each_model(check_ranked);
}

static void test_only_the_plausible(void **state)
{
    (void)state;
    real gain[] = { (real)log(.5), (real)log(.49), (real)log(.011), (real)log(.009) };
    const real prior[] = { (real)log(.9), (real)log(.1), (real)log(1e-9), (real)log(1e-9) };
    prior_apply(.5, prior, 4, gain);
    assert_true(fabs((double)gain[0] - log(.5 / sqrt(.9))) < 1e-5);
    assert_true(fabs((double)gain[1] - log(.49 / sqrt(.1))) < 1e-5);
    assert_true(gain[2] > 0 && gain[3] == -INFINITY); /* less than 2 % of .5 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_twice),
        cmocka_unit_test(test_banned_words_are_not_said),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_prior_is_held_against),
        cmocka_unit_test(test_whole_answers_are_ranked),
        cmocka_unit_test(test_only_the_plausible),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

