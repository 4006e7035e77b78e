/* metric: what holds for every row; words, n-grams, edits, phrases and draws. */
#include "base/mem.h"
#include "metric/ngrams.h"
#include "metric/phrases.h"
#include "metric/resample.h"
#include "metric/ter_shift.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct segments text(const char *lines)
{
    struct segments s = { 0 };
    for (const char *p = lines; *p;) {
        size_t n = strcspn(p, "\n");
        segments_add(&s, p, n);
        p += n + (p[n] == '\n');
    }
    return s;
}

static double score_of(const struct metric *row, const char *hyp, const char *ref)
{
    struct metric_options o = metric_defaults();
    struct segments h = text(hyp), r = text(ref);
    struct measure m;
    measure_start(&m, row, &o);
    measure_lines(&m, &h, &r, 1);
    double score = measure_score(&m, m.sum);
    measure_release(&m);
    segments_release(&h);
    segments_release(&r);
    return score;
}

/* ---- every row -------------------------------------------------------------------- */

static const char lines[] = "the cat sat on the mat today\n\na dog, a dog and a dog\nx\n";

static void a_row_is_found_by_its_name(void **state)
{
    (void)state;
    for (int i = 0; metric_table[i]; i++) {
        assert_ptr_equal(metric_find(metric_table[i]->name), metric_table[i]);
        assert_true(strlen(metric_table[i]->summary) < 80);
    }
    assert_null(metric_find("rouge"));
    assert_null(tok_find("zh"));
}

/* The reference is as good as it gets, and nothing is as good. */
static void the_reference_is_the_best(void **state)
{
    (void)state;
    for (int i = 0; metric_table[i]; i++) {
        const struct metric *row = metric_table[i];
        if (row->alone)
            continue;
        double best = score_of(row, lines, lines);
        double worse = score_of(row, "the cat on a mat\nz\na dog and\ny\n", lines);
        assert_float_equal(best, row->lower_better ? 0 : 100, 1e-9);
        assert_true(row->lower_better ? worse > best : worse < best);
    }
}

/* The score is one of sums: those of the parts make the whole. */
static void sums_make_the_score(void **state)
{
    (void)state;
    for (int i = 0; metric_table[i]; i++) {
        struct metric_options o = metric_defaults();
        struct segments h = text(lines), r = text("a cat\ny\na dog and a dog\n\n");
        struct measure m;
        double sum[6 * METRIC_ORDER_MAX] = { 0 };
        measure_start(&m, metric_table[i], &o);
        measure_lines(&m, &h, &r, 1);
        assert_int_equal(m.n, 4);
        for (int k = 0; k < m.n * m.size; k++)
            sum[k % m.size] += m.line[k];
        assert_float_equal(measure_score(&m, sum), measure_score(&m, m.sum), 1e-12);
        measure_release(&m);
        segments_release(&h);
        segments_release(&r);
    }
}

static void nothing_but_empty_lines_does_no_harm(void **state)
{
    (void)state;
    for (int i = 0; metric_table[i]; i++) {
        double both = score_of(metric_table[i], " \n\t\n", "\n \n");
        double one = score_of(metric_table[i], "\n\n", "a b\nc\n");
        double other = score_of(metric_table[i], "a b\nc\n", "\n\n");
        assert_true(isfinite(both) && isfinite(one) && isfinite(other));
    }
}

/* ---- parts ------------------------------------------------------------------------ */

static void n_grams_count_as_often_as_a_reference_has_them(void **state)
{
    static const uint32_t once[] = { 1, 2, 3 }, twice[] = { 1, 1, 9 };
    static const uint32_t hyp[] = { 1, 1, 1, 2, 3 };
    double match[3] = { 0 };
    struct ngrams g;
    (void)state;
    ngrams_init(&g);
    for (int round = 0; round < 2; round++) {
        ngrams_clear(&g);
        memset(match, 0, sizeof match);
        ngrams_refer(&g, once, 3, 3);
        ngrams_match(&g, hyp, 5, 3, match);
        assert_float_equal(match[0], 3, 0); /* one 1 of three */
        assert_float_equal(match[1], 2, 0);
        assert_float_equal(match[2], 1, 0);
    }
    ngrams_refer(&g, twice, 3, 3); /* not 1 + 2 times */
    memset(match, 0, sizeof match);
    ngrams_match(&g, hyp, 5, 3, match);
    assert_float_equal(match[0], 4, 0);
    assert_float_equal(match[1], 3, 0);
    ngrams_release(&g);
}

/* More sequences than a trie has room for at first. */
static void a_trie_grows_and_is_emptied(void **state)
{
    struct trie t;
    (void)state;
    trie_init(&t);
    for (int round = 0; round < 3; round++) {
        for (uint32_t i = 0; i < 5000; i++)
            assert_int_equal(trie_add(&t, (int)(i / 7), i), (int)i + 1);
        for (uint32_t i = 0; i < 5000; i++)
            assert_int_equal(trie_find(&t, (int)(i / 7), i), (int)i + 1);
        assert_int_equal(trie_find(&t, 0, 5000), -1);
        trie_clear(&t);
        assert_int_equal(trie_find(&t, 0, 0), -1);
    }
    trie_release(&t);
}

static int edits(const char *hyp, const char *ref)
{
    struct codes h = { 0 }, r = { 0 };
    struct ter_shift *t = ter_shift_new();
    codes_add_utf8(&h, hyp, strlen(hyp)); /* a letter is a word here */
    codes_add_utf8(&r, ref, strlen(ref));
    int n = ter_shift_edits(t, codes_segment(&h), codes_segment(&r));
    ter_shift_free(t);
    codes_release(&h);
    codes_release(&r);
    return n;
}

static void a_moved_block_is_one_edit(void **state)
{
    (void)state;
    assert_int_equal(edits("abcdef", "abcdef"), 0);
    assert_int_equal(edits("abcdef", "defabc"), 1);
    assert_int_equal(edits("abcdefg", "efabcdg"), 1);
    assert_int_equal(edits("xbcdef", "defabc"), 2);
    assert_int_equal(edits("abc", ""), 3);
    assert_int_equal(edits("", "abc"), 3);
    assert_int_equal(edits("", ""), 0);
    assert_int_equal(edits("aaaaaaaaaa", "bbb"), 10);
}

/* A line that would take a table of 10^9 cells, were it whole. */
static void long_lines_are_quick(void **state)
{
    struct codes h = { 0 }, r = { 0 };
    struct ter_shift *t = ter_shift_new();
    (void)state;
    for (uint32_t i = 0; i < 30000; i++) {
        codes_add(&h, i);
        codes_add(&r, i + (i % 100 == 0) * 1000000);
    }
    assert_int_equal(ter_shift_edits(t, codes_segment(&h), codes_segment(&r)), 300);
    ter_shift_free(t);
    codes_release(&h);
    codes_release(&r);
}

static bool is_dull(const struct phrases *p, const char *line)
{
    struct segments s = text(line);
    bool dull = phrases_have(p, segments_at(&s, 0));
    segments_release(&s);
    return dull;
}

static void phrases_do_not_mind_case_and_punctuation(void **state)
{
    struct segments said = text("Yes!\nno\nYES\nmaybe so\nno...\nyes\nnever\n");
    struct phrases *dull = phrases_dull(), *common = phrases_frequent(&said, 2);
    (void)state;
    assert_true(is_dull(dull, "I don't know."));
    assert_true(is_dull(dull, "  i DON\u2019T   know?!"));
    assert_true(is_dull(dull, "what"));
    assert_false(is_dull(dull, "I don't know him."));
    assert_false(is_dull(dull, "I"));
    assert_false(is_dull(dull, "?"));
    assert_int_equal(phrases_count(common), 2);
    assert_true(is_dull(common, "Yes."));
    assert_true(is_dull(common, "- No -"));
    assert_false(is_dull(common, "maybe so"));
    phrases_free(dull);
    phrases_free(common);
    segments_release(&said);
}

static void broken_bytes_are_counted(void **state)
{
    struct segments s = { 0 };
    (void)state;
    segments_add(&s, "fine", 4);
    segments_add(&s, "a\xff\xc3 \xe2\x82 \r", 8);
    struct segment line = segments_at(&s, 1);
    assert_int_equal(s.broken, 4);
    assert_int_equal(s.broken_line, 2);
    assert_int_equal(line.n, 6);
    assert_int_equal(line.cp[1], 0xfffd);
    segments_release(&s);
}

/* numpy.random.default_rng(12345).choice(10, 10): 6 2 7 3 2 7 6 6 9 3 */
static void draws_are_those_of_numpy(void **state)
{
    struct metric_options o = metric_defaults();
    struct segments h = text("y\nn\ny\nn\nn\nn\ny\nn\nn\nn\n");
    struct segments r = text("y\ny\ny\ny\ny\ny\ny\ny\ny\ny\n");
    struct measure m;
    double got[1];
    (void)state;
    measure_start(&m, &metric_exact, &o);
    measure_lines(&m, &h, &r, 1);
    resample_scores(&m, 1, 12345, got);
    assert_float_equal(got[0], 50, 1e-12); /* 6 2 2 6 6 */
    measure_release(&m);
    segments_release(&h);
    segments_release(&r);
}

static void no_difference_is_chance(void **state)
{
    static const double a[] = { 1, 2, 3 }, b[] = { 5, 6, 7 };
    (void)state;
    assert_float_equal(resample_p(a, a, 3, 0), 1, 0);
    assert_float_equal(resample_p(a, b, 3, 4), 0.25, 1e-12);
    struct interval v = resample_interval(a, 3);
    assert_float_equal(v.mean, 2, 1e-12);
    assert_float_equal(v.half, 1, 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_is_found_by_its_name),
        cmocka_unit_test(the_reference_is_the_best),
        cmocka_unit_test(sums_make_the_score),
        cmocka_unit_test(nothing_but_empty_lines_does_no_harm),
        cmocka_unit_test(n_grams_count_as_often_as_a_reference_has_them),
        cmocka_unit_test(a_trie_grows_and_is_emptied),
        cmocka_unit_test(a_moved_block_is_one_edit),
        cmocka_unit_test(long_lines_are_quick),
        cmocka_unit_test(phrases_do_not_mind_case_and_punctuation),
        cmocka_unit_test(broken_bytes_are_counted),
        cmocka_unit_test(draws_are_those_of_numpy),
        cmocka_unit_test(no_difference_is_chance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
