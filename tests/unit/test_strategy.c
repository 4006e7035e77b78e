/*
 * Which candidates a strategy keeps, and what penalties leave to choose from.
 */
#include "run/penalty.h"
#include "run/strategy.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { MOST = 8 };

/* Candidates of these probabilities, best first. */
static void cands(struct cand *c, const double *p, int n)
{
    for (int i = 0; i < n; i++)
        c[i] = (struct cand){ .token = i, .logp = (real)log(p[i]), .gain = (real)log(p[i]) };
}

/* ---- sampling ---------------------------------------------------------------------- */

static const double four[] = { .4, .3, .2, .1 };

static const struct strategy_options plain = { .width = 1, .groups = 1, .draws = 1,
                                               .temperature = 1, .top_p = 1 };

static void test_draws_by_probability(void **state)
{
    (void)state;
    struct rng r;
    int seen[4] = { 0 };
    rng_init(&r, 5, RNG_SAMPLE, 0);
    for (int i = 0; i < 20000; i++) {
        struct cand c[4];
        cands(c, four, 4);
        strategy_sample.keep(&plain, c, 4, &r);
        for (int k = 0; k < 4; k++)
            seen[k] += c[k].kept;
    }
    assert_true(abs(seen[0] - 8000) < 300 && abs(seen[1] - 6000) < 300);
    assert_true(abs(seen[2] - 4000) < 300 && abs(seen[3] - 2000) < 300);
}

static void test_filters(void **state)
{
    (void)state;
    static const struct {
        double temperature, top_p, min_p;
        int top_k;
        double p[4];
        const char *cut[4];
    } cases[] = {
        { 1, .6, 0, 0, { 4.0 / 7, 3.0 / 7, 0, 0 }, { NULL, NULL, "top-p", "top-p" } },
        { .5, .6, 0, 0, { .16 / .25, .09 / .25, 0, 0 }, { NULL, NULL, "top-p", "top-p" } },
        { 1, 1, 0, 1, { 1, 0, 0, 0 }, { NULL, "top-k", "top-k", "top-k" } },
        { 1, 1, .45, 0, { 4.0 / 9, 3.0 / 9, 2.0 / 9, 0 }, { NULL, NULL, NULL, "min-p" } },
        { 1, .5, .45, 3, { 4.0 / 7, 3.0 / 7, 0, 0 }, { NULL, NULL, "top-p", "top-k" } },
        { 2, 1, .6, 0, { .38863, .33657, .27481, 0 }, { NULL, NULL, NULL, "min-p" } },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct strategy_options o = plain;
        struct cand c[4];
        struct rng r;
        rng_init(&r, i, RNG_SAMPLE, 0);
        o.temperature = cases[i].temperature;
        o.top_p = cases[i].top_p;
        o.min_p = cases[i].min_p;
        o.top_k = cases[i].top_k;
        cands(c, four, 4);
        strategy_sample.keep(&o, c, 4, &r);
        for (int k = 0; k < 4; k++) {
            assert_true(fabs(c[k].p - cases[i].p[k]) < 1e-4);
            assert_false(c[k].kept && c[k].cut);
            if (cases[i].cut[k])
                assert_string_equal(c[k].cut, cases[i].cut[k]);
            else
                assert_null(c[k].cut);
        }
    }
}

/* Tokens within a word have a limit of their own, which is no lower than that of all. */
static void test_within_a_word(void **state)
{
    (void)state;
    static const struct {
        double min_p, within;
        const char *kept; /* the second and the last go on with a word */
    } cases[] = {
        { 0, .8, "1010" }, { 0, .7, "1110" }, { .45, .8, "1010" }, { .8, .2, "1000" },
        { 0, .2, "1111" }, { .6, 0, "1100" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct strategy_options o = plain;
        struct cand c[4];
        struct rng r;
        rng_init(&r, i, RNG_SAMPLE, 0);
        o.min_p = cases[i].min_p;
        o.min_p_within = cases[i].within;
        cands(c, four, 4);
        c[1].within = c[3].within = true;
        strategy_sample.keep(&o, c, 4, &r);
        for (int k = 0; k < 4; k++)
            assert_int_equal(c[k].p > 0, cases[i].kept[k] == '1');
    }
}

/* ---- beam -------------------------------------------------------------------------- */

static void test_beam_keeps(void **state)
{
    (void)state;
    /* + goes on, . ends; small letters are dropped */
    static const struct {
        int width;
        const char *cand, *kept;
    } cases[] = {
        { 1, "++", "10" },
        { 1, ".+", "11" }, /* an answer, and what would go on */
        { 1, "+.", "10" }, /* ends too late to be among the best */
        { 2, "+.++", "1110" },
        { 2, "..++", "1111" },
        { 3, "+.+.+++", "1110100" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct strategy_options o = plain;
        struct cand c[MOST];
        int n = (int)strlen(cases[i].cand);
        o.width = cases[i].width;
        for (int k = 0; k < n; k++)
            c[k] = (struct cand){ .ends = cases[i].cand[k] == '.', .gain = -(real)k };
        strategy_beam.keep(&o, c, n, NULL);
        for (int k = 0; k < n; k++) {
            assert_int_equal(c[k].kept, cases[i].kept[k] == '1');
            assert_int_equal(!c[k].cut, c[k].kept);
        }
    }
}

static void test_groups_share_the_width(void **state)
{
    (void)state;
    static const struct { int width, groups, each; } cases[] = {
        { 1, 1, 1 }, { 6, 1, 6 }, { 6, 3, 2 }, { 6, 4, 2 }, { 2, 5, 1 },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct strategy_options o = plain;
        o.width = cases[i].width;
        o.groups = cases[i].groups;
        assert_int_equal(strategy_beam.groups(&o), MIN(o.groups, o.width));
        assert_int_equal(strategy_beam.width(&o), cases[i].each);
        assert_int_equal(strategy_argmax.groups(&o), 1);
        assert_int_equal(strategy_sample.width(&o), 1);
    }
}

/* ---- penalties --------------------------------------------------------------------- */

/* Letters are tokens: what may come behind `said`? Blocked ones are dots. */
static void check_block(int block, int block_source, const char *said, const char *source,
                        const char *left)
{
    struct penalty p = { .block = block, .block_source = block_source, .repetition = 1 };
    int a[16], b[16], n = (int)strlen(said), m = (int)strlen(source);
    real gain[4];
    for (int i = 0; i < n; i++)
        a[i] = said[i] - 'a';
    for (int i = 0; i < m; i++)
        b[i] = source[i] == '?' ? -1 : source[i] - 'a';
    for (int v = 0; v < 4; v++)
        gain[v] = (real)(-1 - v);
    penalty_apply(&p, a, n, b, m, 4, gain);
    for (int v = 0; v < 4; v++) {
        if (left[v] == '.')
            assert_true(gain[v] == -INFINITY);
        else
            assert_true(gain[v] == -1 - v);
    }
}

static void test_blocked_runs(void **state)
{
    (void)state;
    check_block(3, 0, "abcab", "", "ab.d"); /* abc again */
    check_block(2, 0, "abac", "", "abcd");
    check_block(2, 0, "abaca", "", "a..d");
    check_block(1, 0, "ab", "", "..cd");
    check_block(3, 0, "a", "", "abcd");     /* too short to repeat anything */
    check_block(3, 0, "aa", "", "abcd");
    check_block(3, 0, "aaa", "", ".bcd");
    check_block(0, 2, "b", "abcbd", "ab..");
    check_block(0, 1, "", "a?d", ".bc.");
    check_block(0, 2, "a", "a?a", "abcd");  /* what cannot be said blocks nothing */
    check_block(2, 2, "ab", "bd", "abc.");
    check_block(1, 0, "abcd", "", "abcd");  /* all of them: then none */
}

static void test_repetition(void **state)
{
    (void)state;
    struct penalty p = { .repetition = 1.5 };
    int said[] = { 2, 0, 2 };
    real gain[] = { -1, -2, -3, -4 };
    assert_true(penalty_any(&p));
    penalty_apply(&p, said, 3, NULL, 0, 4, gain);
    assert_true(gain[0] == (real)-1.5 && gain[1] == -2);
    assert_true(gain[2] == (real)-4.5 && gain[3] == -4);
    p.repetition = 1;
    assert_false(penalty_any(&p));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_draws_by_probability),
        cmocka_unit_test(test_filters),
        cmocka_unit_test(test_within_a_word),
        cmocka_unit_test(test_beam_keeps),
        cmocka_unit_test(test_groups_share_the_width),
        cmocka_unit_test(test_blocked_runs),
        cmocka_unit_test(test_repetition),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
