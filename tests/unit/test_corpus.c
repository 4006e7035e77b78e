/* Corpora in memory: cleaned, split without leaks, sifted. */
#include "corpora/sift.h"
#include "corpora/split.h"

#include "base/rng.h"
#include "tests/unit/data_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

static void read_in(struct corpus *c, const char *text)
{
    struct settings s;
    struct err err;
    put_file(text);
    settings_init(&s);
    corpus_init(c);
    if (corpus_read(c, &s, path, &err) < 0)
        fail_msg("%s", err.msg);
}

static void cleans(const char *text, const char *want)
{
    struct str out = STR_INIT;
    corpus_clean(text, &out);
    assert_string_equal(str_cstr(&out), want);
    str_release(&out);
}

static void keys(const char *text, const char *want)
{
    struct str out = STR_INIT;
    corpus_key(text, &out);
    assert_string_equal(str_cstr(&out), want);
    str_release(&out);
}

static void texts_are_cleaned(void **state)
{
    (void)state;
    cleans("  Va\xc2\xa0!\t\xe2\x80\xaf ok ", "Va ! ok");
    cleans("cafe\xcc\x81 co\xc2\xad" "op\xe2\x80\x8b", "café coop");
    cleans("می‌شه", "می‌شه");
    cleans("", "");
    keys("Don\xe2\x80\x99t  STOP, Ñandú 3!", "don't stop ñandú 3");
    keys("?!", "?!");
}

static void what_is_no_pair_is_noted(void **state)
{
    struct corpus c;
    struct str report = STR_INIT, want = STR_INIT;
    (void)state;
    read_in(&c, "a\tb\nab\n\xc2\xad\tc\nd\te\tfilm 1\n");
    assert_int_equal(c.n, 2);
    assert_int_equal(c.pair[1].group, 0);
    corpus_report(&c, &report);
    str_addf(&want, "%s:2\tbroken\tno tab between source and target\t1\t\t\n"
             "%s:3\tleft out\tthe source is empty\t1\t\tc\n", path, path);
    assert_string_equal(report.s, want.s);
    str_release(&report);
    str_release(&want);
    corpus_release(&c);
}

/* Pairs of few sentences, so that many share one. */
static void random_pairs(struct str *out, int n)
{
    struct rng r;
    rng_init(&r, 5, RNG_DATA, 0);
    for (int i = 0; i < n; i++) {
        int a = (int)rng_below(&r, (uint64_t)n), b = (int)rng_below(&r, (uint64_t)n);
        str_addf(out, "%s %d.\tfrase %d%s\tfilm %d\n", i % 2 ? "Line" : "line", a, b,
                 i % 3 ? "!" : "", a % 40);
    }
}

static void no_sentence_is_in_two_parts(void **state)
{
    struct corpus c;
    struct str text = STR_INIT;
    (void)state;
    random_pairs(&text, 400);
    read_in(&c, text.s);
    for (int seed = 1; seed <= 3; seed++) {
        struct split_ask ask = { .dev = 0.2, .test = 0.2, .seed = seed };
        unsigned char *part = split_make(&c, &ask), *again = split_make(&c, &ask);
        int count[SPLIT_PARTS] = { 0 };
        assert_memory_equal(part, again, (size_t)c.n);
        assert_int_equal(split_leaks(&c, part), 0);
        for (int i = 0; i < c.n; i++)
            count[part[i]]++;
        assert_true(count[SPLIT_TRAIN] > 0 && count[SPLIT_DEV] > 0 && count[SPLIT_TEST] > 0);
        /* development and test share nothing either */
        for (int i = 0; i < c.n; i++)
            part[i] = part[i] == SPLIT_DEV ? SPLIT_TRAIN : SPLIT_TEST;
        assert_int_equal(split_leaks(&c, part), 0);
        /* and the check itself sees a leak */
        for (int i = 0; i < c.n; i++)
            part[i] = i % 2 ? SPLIT_TRAIN : SPLIT_TEST;
        assert_true(split_leaks(&c, part) > 0);
        free(part);
        free(again);
    }
    str_release(&text);
    corpus_release(&c);
}

static void the_order_of_lines_does_not_matter(void **state)
{
    struct corpus a, b;
    (void)state;
    read_in(&a, "a\tb\nc\td\na\te\nf\tg\nh\ti\nj\tk\nl\tm\n");
    read_in(&b, "l\tm\nj\tk\nh\ti\nf\tg\na\te\nc\td\na\tb\n");
    struct split_ask ask = { .dev = 0.3, .test = 0.3, .seed = 2 };
    unsigned char *x = split_make(&a, &ask), *y = split_make(&b, &ask);
    for (int i = 0; i < a.n; i++)
        assert_int_equal(x[i], y[a.n - 1 - i]);
    free(x);
    free(y);
    corpus_release(&a);
    corpus_release(&b);
}

static void films_stay_whole(void **state)
{
    struct corpus c;
    struct str text = STR_INIT;
    int of[40];
    (void)state;
    random_pairs(&text, 400);
    read_in(&c, text.s);
    struct split_ask ask = { .dev = 0.2, .test = 0.2, .seed = 1, .by_group = true };
    unsigned char *part = split_make(&c, &ask);
    memset(of, -1, sizeof of);
    for (int i = 0; i < c.n; i++) {
        int g = c.pair[i].group;
        assert_true(of[g] < 0 || of[g] == part[i]);
        of[g] = part[i];
    }
    free(part);
    corpus_release(&c);
    str_release(&text);
    str_init(&text); /* both films say the same: only one may keep it */
    for (int i = 0; i < 40; i++)
        str_addf(&text, "same\tpair\tfilm %d\n", i);
    read_in(&c, text.s);
    part = split_make(&c, &ask);
    for (int i = 0; i < c.n; i++)
        assert_int_equal(c.pair[i].gone, part[i] != SPLIT_TRAIN);
    assert_true(c.notes > 0);
    free(part);
    corpus_release(&c);
    str_release(&text);
}

/* As Python's hashlib tells: of m0 to m9 the numbers modulo 100 are below. */
static void parts_of_films_are_those_of_other_programs(void **state)
{
    static const int percent[] = { 54, 53, 9, 34, 13, 6, 80, 9, 14, 95 };
    struct corpus c;
    struct str text = STR_INIT;
    (void)state;
    for (int i = 0; i < 10; i++)
        str_addf(&text, "a%d\tb%d\tm%d\n", i, i, i);
    read_in(&c, text.s);
    struct split_ask ask = { .dev = 0.3, .test = 0.4, .seed = 1, .by_group = true };
    unsigned char *part = split_make(&c, &ask);
    for (int i = 0; i < 10; i++)
        assert_int_equal(part[i], percent[i] < 30   ? SPLIT_DEV
                                  : percent[i] < 70 ? SPLIT_TEST
                                                    : SPLIT_TRAIN);
    free(part);
    ask.seed = 2;
    part = split_make(&c, &ask);
    int same = 0;
    for (int i = 0; i < 10; i++)
        same += part[i] == (percent[i] < 30 ? SPLIT_DEV : percent[i] < 70 ? SPLIT_TEST
                                                                        : SPLIT_TRAIN);
    assert_true(same < 10);
    free(part);
    corpus_release(&c);
    str_release(&text);
}

static void what_touches_the_outside_is_held_out(void **state)
{
    struct corpus c, outside;
    (void)state;
    read_in(&outside, "Hello!\tx\n");
    read_in(&c, "hello\ta\nb\ta\nc\td\n");
    struct split_ask ask = { .seed = 1, .outside = &outside };
    unsigned char *part = split_make(&c, &ask);
    assert_int_equal(part[0], SPLIT_HELD_OUT);
    assert_int_equal(part[1], SPLIT_HELD_OUT);
    assert_int_equal(part[2], SPLIT_TRAIN);
    free(part);
    corpus_release(&c);
    corpus_release(&outside);
}

/* "why|" for each pair that goes. */
static void sifts(const char *text, struct sift_ask ask, const char *want)
{
    struct corpus c;
    struct str got = STR_INIT;
    read_in(&c, text);
    sift(&c, &ask);
    for (int i = 0; i < c.notes; i++)
        str_addf(&got, "%ld %s|", c.note[i].line, c.note[i].why);
    assert_string_equal(str_cstr(&got), want);
    str_release(&got);
    corpus_release(&c);
}

static void pairs_are_sifted(void **state)
{
    (void)state;
    sifts("a b\tc d\na\tb c\na b c\td e\n", (struct sift_ask){ .min_words = 2, .max_words = 2 },
          "2 too few words|3 too many words|");
    sifts("a\tb c d\na\tb c\n", (struct sift_ask){ .ratio = 2 },
          "1 one side is much longer than the other|");
    sifts("a\tb\na\ta\na\tb\n", (struct sift_ask){ .twice = true, .same = true },
          "2 the target is the source|3 the same pair again|");
    sifts("a\tb\na\tb\n", (struct sift_ask){ 0 }, "");
}

/* Four prompts of a reply have 2 bits, two have 1. */
static void dull_replies_are_thinned_out(void **state)
{
    static const char text[] = "a\tYes.\nb\tyes\nc\tyes\nd\tyes!\ne\tf\ng\tf\nh\ti\n";
    (void)state;
    sifts(text, (struct sift_ask){ .dull = 2 }, "");
    sifts(text, (struct sift_ask){ .dull = 1 },
          "1 the reply is given to many prompts (dull)|"
          "3 the reply is given to many prompts (dull)|");
}

/* Of a talk the last turn is the prompt. */
static void talks_are_sifted_and_split_by_their_last_turn(void **state)
{
    struct corpus c;
    struct split_ask ask = { .dev = 0.3, .test = 0.3, .seed = 1 };
    (void)state;
    sifts("a b c __eou__ d\te\na __eou__ b c\td\n", (struct sift_ask){ .max_words = 1 },
          "2 too many words|");
    sifts("a __eou__ b\tb\n", (struct sift_ask){ .same = true },
          "1 the target is the source|");
    read_in(&c, "x __eou__ Hello!\ta\nhello\tb\ny __eou__ z __eou__ hello\tc\n");
    for (ask.seed = 1; ask.seed < 20; ask.seed++) {
        unsigned char *part = split_make(&c, &ask);
        assert_int_equal(part[0], part[1]);
        assert_int_equal(part[0], part[2]);
        free(part);
    }
    corpus_release(&c);
}

static void dull_pairs_have_entropy(void **state)
{
    struct corpus c;
    double *src, *tgt;
    (void)state;
    read_in(&c, "a\tx\na\ty\na\tz\na\tw\nb\tx\nb\tx\nc\tq\n");
    sift_entropies(&c, &src, &tgt);
    assert_float_equal(src[0], 2, 1e-9);
    assert_float_equal(src[4], 0, 1e-9);
    assert_float_equal(tgt[0], 0.9182958, 1e-6);
    assert_float_equal(tgt[6], 0, 1e-9);
    free(src);
    free(tgt);
    corpus_release(&c);
    sifts("a\tx\na\ty\na\tz\na\tw\nb\tx\nb\tx\nc\tq\n", (struct sift_ask){ .entropy = 0.5 },
          "1 the source has many targets (entropy)|2 the source has many targets (entropy)|"
          "3 the source has many targets (entropy)|4 the source has many targets (entropy)|"
          "5 the target has many sources (entropy)|6 the target has many sources (entropy)|");
}

static void other_languages_are_seen(void **state)
{
    static const char *const en[] = { "the", "house", "is", "where", "they", "think", "with",
                                      "something", "would", "right", "have", "been" };
    static const char *const es[] = { "la", "casa", "esta", "donde", "ellos", "piensan", "con",
                                      "alguna", "cosa", "seria", "tienen", "sido" };
    struct str text = STR_INIT;
    struct rng r;
    (void)state;
    rng_init(&r, 1, RNG_DATA, 0);
    for (int i = 0; i < 600; i++) {
        for (int k = 0; k < 7; k++)
            str_addf(&text, "%s ", en[rng_below(&r, ARRAY_LEN(en))]);
        str_addc(&text, '\t');
        for (int k = 0; k < 7; k++)
            str_addf(&text, "%s ", es[rng_below(&r, ARRAY_LEN(es))]);
        str_addc(&text, '\n');
    }
    str_add(&text, "where would they have been with the house\tthink something is right with\n");
    str_add(&text, "donde esta la casa con alguna cosa\tellos piensan con alguna cosa\n");
    str_add(&text, "где же они были вчера вечером\tellos piensan con alguna cosa\n");
    str_add(&text, "the house\tok\n");
    str_add(&text, "早上好\tla casa\n");
    sifts(text.s, (struct sift_ask){ .language = 1 },
          "601 the target is in the language of the sources|"
          "602 the source is in the language of the targets|"
          "603 the source is in another language|605 the source is in another language|");
    str_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_cleaned),
        cmocka_unit_test(what_is_no_pair_is_noted),
        cmocka_unit_test(no_sentence_is_in_two_parts),
        cmocka_unit_test(the_order_of_lines_does_not_matter),
        cmocka_unit_test(films_stay_whole),
        cmocka_unit_test(parts_of_films_are_those_of_other_programs),
        cmocka_unit_test(what_touches_the_outside_is_held_out),
        cmocka_unit_test(pairs_are_sifted),
        cmocka_unit_test(dull_pairs_have_entropy),
        cmocka_unit_test(dull_replies_are_thinned_out),
        cmocka_unit_test(talks_are_sifted_and_split_by_their_last_turn),
        cmocka_unit_test(other_languages_are_seen),
    };
    return cmocka_run_group_tests_name("corpus", tests, make_path, drop_path);
}
