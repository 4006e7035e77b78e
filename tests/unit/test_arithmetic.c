#include "base/rng.h"
#include "corpora/reader.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct settings config(const char *text)
{
    struct settings s;
    struct err err;
    settings_init(&s);
    if (settings_parse(&s, text, strlen(text), "test", &err) < 0)
        fail_msg("%s: %s", err.where, err.msg);
    if (settings_check(&s, &err) < 0)
        fail_msg("%s", err.msg);
    return s;
}

struct sum { /* without padding: compared as bytes */
    int a, op, b, answer;
    uint64_t key;
};

/* One example taken apart; its text must be the shortest way to write it. */
static struct sum take_apart(const struct example *ex)
{
    char again[64], op;
    struct sum x = { .key = ex->key };
    assert_int_equal(sscanf(ex->src, "%d%c%d", &x.a, &op, &x.b), 3);
    x.op = op;
    assert_int_equal(sscanf(ex->tgt, "%d", &x.answer), 1);
    snprintf(again, sizeof again, "%d%c%d", x.a, x.op, x.b);
    assert_string_equal(again, ex->src);
    snprintf(again, sizeof again, "%d", x.answer);
    assert_string_equal(again, ex->tgt);
    return x;
}

/* Every example of a configuration; the caller frees. */
static struct sum *make(const char *text, int *n)
{
    struct settings s = config(text);
    struct err err;
    struct example ex;
    int got, room = 0;
    struct sum *all = NULL;
    void *r = reader_arithmetic.open(&s, s.data, &err);
    if (!r)
        fail_msg("%s: %s", text, err.msg);
    for (*n = 0; (got = reader_arithmetic.next(r, &ex, &err)) > 0; (*n)++) {
        if (*n == room) {
            room = 2 * room + 64;
            all = xrealloc(all, (size_t)room * sizeof *all);
        }
        all[*n] = take_apart(&ex);
    }
    assert_int_equal(got, 0);
    assert_int_equal(reader_arithmetic.next(r, &ex, &err), 0);
    reader_arithmetic.close(r);
    return all;
}

static void answers_are_right(void **state)
{
    (void)state;
    int n, seen[128] = { 0 };
    struct sum *all = make("ops = +-*\nexamples = 20000\nunique = none", &n);
    assert_int_equal(n, 20000);
    for (int i = 0; i < n; i++) {
        int most = all[i].op == '*' ? 99 : 999;
        assert_in_range(all[i].a, 0, most);
        assert_in_range(all[i].b, 0, most);
        assert_int_equal(all[i].answer, all[i].op == '+'   ? all[i].a + all[i].b
                                        : all[i].op == '-' ? all[i].a - all[i].b
                                                           : all[i].a * all[i].b);
        seen[all[i].op]++;
    }
    for (const char *op = "+-*"; *op; op++)
        assert_in_range(seen[(int)*op], 6300, 7000);
    free(all);
}

static void the_largest_operands_do_not_overflow(void **state)
{
    (void)state;
    struct settings s = config("ops = *\nmul_digits = 9\noperands = upto\n"
                               "largest = 999999999\nexamples = 1000");
    struct example ex;
    struct err err;
    void *r = reader_arithmetic.open(&s, s.data, &err);
    while (reader_arithmetic.next(r, &ex, &err) > 0) {
        long long a, b;
        char want[32];
        assert_int_equal(sscanf(ex.src, "%lld*%lld", &a, &b), 2);
        snprintf(want, sizeof want, "%lld", a * b);
        assert_string_equal(ex.tgt, want);
    }
    reader_arithmetic.close(r);
}

static void operators_come_as_often_as_they_stand(void **state)
{
    (void)state;
    int n, minus = 0;
    struct sum *all = make("ops = ++-+\nexamples = 20000\nunique = none", &n);
    for (int i = 0; i < n; i++)
        minus += all[i].op == '-';
    assert_in_range(minus, 4750, 5250);
    free(all);
}

/* Share of operands from lo to hi. */
static double share(const struct sum *all, int n, int lo, int hi)
{
    int in = 0;
    for (int i = 0; i < n; i++)
        in += (all[i].a >= lo && all[i].a <= hi) + (all[i].b >= lo && all[i].b <= hi);
    return in / (2.0 * n);
}

static void laws_have_their_distribution(void **state)
{
    (void)state;
    static const struct {
        const char *law;
        int lo, hi;
        double share;
    } cases[] = {
        /* one, two or three random digits, a third each */
        { "operands = digits", 0, 9, (1 + 0.1 + 0.01) / 3 },
        { "operands = digits", 10, 99, (0.9 + 0.09) / 3 },
        { "operands = digits", 100, 999, 0.9 / 3 },
        { "operands = digits", 0, 0, (0.1 + 0.01 + 0.001) / 3 },
        { "operands = uniform", 0, 9, 0.01 },
        { "operands = uniform", 0, 499, 0.5 },
        { "operands = uniform", 990, 999, 0.01 },
        { "operands = mixed", 0, 9, (0.01 + (1 + 0.1 + 0.01) / 3) / 2 },
        { "operands = mixed", 100, 999, (0.9 + 0.9 / 3) / 2 },
        { "operands = upto\nlargest = 10", 0, 0, 0 },
        { "operands = upto\nlargest = 10", 1, 1, 0.1 },
        { "operands = upto\nlargest = 10", 10, 10, 0.1 },
        { "operands = upto\nlargest = 10", 1, 10, 1 },
        { "operands = upto\nlargest = 5000", 1001, 5000, 0.8 },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char text[100];
        int n;
        snprintf(text, sizeof text, "%s\nunique = none\nexamples = 20000", cases[i].law);
        struct sum *all = make(text, &n);
        double got = share(all, n, cases[i].lo, cases[i].hi);
        if (got < cases[i].share - 0.01 || got > cases[i].share + 0.01)
            fail_msg("%s: %g of %d..%d", cases[i].law, got, cases[i].lo, cases[i].hi);
        free(all);
    }
}

/* How often the question, or one of its two orders, came. */
static int *tally(const struct sum *all, int n, int size, bool sorted)
{
    int *seen = xcalloc((size_t)size * (size_t)size, sizeof *seen);
    for (int i = 0; i < n; i++) {
        int a = all[i].a, b = all[i].b;
        seen[sorted ? MIN(a, b) * size + MAX(a, b) : a * size + b]++;
    }
    return seen;
}

static int most_often(const int *seen, int size)
{
    int most = 0;
    for (int i = 0; i < size * size; i++)
        most = MAX(most, seen[i]);
    return most;
}

static void questions_are_unique_as_asked(void **state)
{
    (void)state;
    static const struct {
        const char *unique;
        int examples;
        bool twice, both_orders;
    } cases[] = {
        { "none", 9000, true, true },
        { "ordered", 9000, false, true },
        { "pair", 5000, false, false },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char text[100];
        int n;
        snprintf(text, sizeof text, "digits = 2\nunique = %s\nexamples = %d",
                 cases[i].unique, cases[i].examples);
        struct sum *all = make(text, &n);
        assert_int_equal(n, cases[i].examples);
        int *ordered = tally(all, n, 100, false), *sorted = tally(all, n, 100, true);
        assert_int_equal(most_often(ordered, 100) > 1, cases[i].twice);
        assert_int_equal(most_often(sorted, 100) > 1, cases[i].both_orders);
        free(ordered);
        free(sorted);
        free(all);
    }
}

static void all_that_exist_can_be_had_and_no_more(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int there_are;
    } cases[] = {
        { "digits = 1\nunique = pair", 55 },
        { "digits = 1\nunique = ordered", 100 },
        { "digits = 2\nunique = pair", 5050 },
        { "digits = 1\nmul_digits = 1\nops = +-+*\nunique = pair", 165 },
        { "operands = upto\nlargest = 10\nunique = ordered", 100 },
        { "operands = uniform\ndigits = 2\nunique = ordered", 10000 },
    };
    struct err err;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char text[200], number[20];
        int n;
        snprintf(text, sizeof text, "%s\nexamples = %d", cases[i].text,
                 cases[i].there_are);
        free(make(text, &n));
        assert_int_equal(n, cases[i].there_are);
        snprintf(text, sizeof text, "%s\nexamples = %d", cases[i].text,
                 cases[i].there_are + 1);
        struct settings s = config(text);
        assert_null(reader_arithmetic.open(&s, s.data, &err));
        snprintf(number, sizeof number, "only %d diff", cases[i].there_are);
        if (!strstr(err.msg, number))
            fail_msg("%s: %s", text, err.msg);
    }
}

static void law_all_makes_every_pair_in_order(void **state)
{
    (void)state;
    int n, at = 0;
    struct sum *all = make("operands = all\nops = +-+*\ndigits = 2\nmul_digits = 1\n"
                           "unique = pair\nexamples = 5", &n);
    assert_int_equal(n, 10000 + 10000 + 100);
    for (const char *op = "+-*"; *op; op++) {
        int size = *op == '*' ? 10 : 100;
        for (int a = 0; a < size; a++)
            for (int b = 0; b < size; b++, at++)
                if (all[at].op != *op || all[at].a != a || all[at].b != b)
                    fail_msg("%d%c%d is %d%c%d", a, *op, b, all[at].a, all[at].op,
                             all[at].b);
    }
    free(all);
    all = make("operands = all\nops = *-\ndigits = 1\nmul_digits = 1", &n);
    assert_int_equal(n, 200);
    assert_int_equal(all[0].op, '*');
    assert_int_equal(all[199].op, '-');
    free(all);
    struct settings s = config("operands = all\ndigits = 5");
    struct err err;
    assert_null(reader_arithmetic.open(&s, s.data, &err));
    assert_non_null(strstr(err.msg, "10000000000 examples"));
}

static void the_seed_decides_everything(void **state)
{
    (void)state;
    int n, m, same = 0;
    struct sum *a = make("examples = 500\nops = +-", &n);
    struct sum *b = make("examples = 500\nops = +-", &m);
    assert_int_equal(n, m);
    assert_memory_equal(a, b, (size_t)n * sizeof *a);
    free(b);
    b = make("examples = 500\nops = +-\ndata_seed = 2", &m);
    for (int i = 0; i < n; i++)
        same += a[i].a == b[i].a && a[i].b == b[i].b;
    assert_true(same < 50);
    free(b);
    b = make("examples = 500\nops = +-\nseed = 9", &m); /* that one is for weights */
    assert_memory_equal(a, b, (size_t)n * sizeof *a);
    free(a);
    free(b);
}

/* ---- what is held out ------------------------------------------------------------ */

static bool held_out(const struct sum *x)
{
    return reader_key_unit(x->key) < 0.1;
}

/* table[op][a][b]: 0 not seen, 1 in training, 2 held out. */
enum { SIZE = 100 };

static char *sides(const struct sum *all, int n)
{
    char *table = xcalloc(3 * SIZE * SIZE, 1);
    for (int i = 0; i < n; i++) {
        int op = all[i].op == '+' ? 0 : all[i].op == '-' ? 1 : 2;
        table[(op * SIZE + all[i].a) * SIZE + all[i].b] = held_out(&all[i]) ? 2 : 1;
    }
    return table;
}

static void both_orders_of_a_pair_are_on_one_side(void **state)
{
    (void)state;
    int n, out = 0, differ = 0;
    struct sum *all = make("operands = all\nops = +-*\ndigits = 2\nmul_digits = 2", &n);
    char *side = sides(all, n);
    for (int op = 0; op < 3; op++)
        for (int a = 0; a < SIZE; a++)
            for (int b = 0; b < SIZE; b++) {
                char here = side[(op * SIZE + a) * SIZE + b];
                assert_int_equal(here, side[(op * SIZE + b) * SIZE + a]);
                differ += here != side[a * SIZE + b];
                out += here == 2;
            }
    assert_in_range(out, 2700, 3300);
    assert_true(differ > 1000); /* the operators are held out apart */
    free(side);
    free(all);
}

static void what_a_law_holds_out_is_what_all_holds_out(void **state)
{
    (void)state;
    static const char *const laws[] = { "digits", "uniform", "mixed" };
    int n, every;
    struct sum *all = make("operands = all\nops = +-*\ndigits = 2", &every);
    char *side = sides(all, every);
    for (size_t l = 0; l < ARRAY_LEN(laws); l++) {
        char text[100];
        snprintf(text, sizeof text, "operands = %s\nops = +-*\ndigits = 2\n"
                                    "unique = none\nexamples = 20000", laws[l]);
        struct sum *some = make(text, &n);
        char *part = sides(some, n);
        for (int i = 0; i < 3 * SIZE * SIZE; i++)
            if (part[i])
                assert_int_equal(part[i], side[i]);
        free(part);
        free(some);
    }
    free(side);
    free(all);
    all = make("operands = all\ndigits = 2\ndata_seed = 2", &every);
    struct sum *first = make("operands = all\ndigits = 2\ndata_seed = 1", &n);
    int differ = 0;
    for (int i = 0; i < n; i++)
        differ += held_out(&all[i]) != held_out(&first[i]);
    assert_in_range(differ, 1500, 2100); /* 2 * 0.1 * 0.9 of 10,000 */
    free(first);
    free(all);
}

static void operators_can_be_spared(void **state)
{
    (void)state;
    int n, m, out = 0;
    struct sum *all = make("operands = all\nops = +-*\ndigits = 2", &n);
    struct sum *spare = make("operands = all\nops = +-*\ndigits = 2\n"
                             "split = pair\nhold_ops = +-", &m);
    assert_int_equal(n, m);
    for (int i = 0; i < n; i++) {
        assert_int_equal(held_out(&spare[i]), spare[i].op != '*' && held_out(&all[i]));
        out += held_out(&spare[i]);
    }
    assert_in_range(out, 1700, 2300);
    free(all);
    free(spare);
}

/* ---- bounds ---------------------------------------------------------------------- */

static void bounds_are_what_comes(void **state)
{
    (void)state;
    static const struct {
        const char *text, *src, *tgt;
        int src_len, tgt_len;
    } cases[] = {
        { "digits = 3", "0123456789+", "0123456789", 7, 4 },
        { "digits = 5", "0123456789+", "0123456789", 11, 6 },
        { "digits = 2\nops = -", "0123456789-", "0123456789-", 5, 3 },
        { "digits = 1\nops = *-", "0123456789-*", "0123456789-", 5, 4 },
        { "digits = 3\nops = +*", "0123456789+*", "0123456789", 7, 4 },
        { "digits = 1\nmul_digits = 3\nops = +*", "0123456789+*", "0123456789", 7, 6 },
        { "operands = upto\nlargest = 10", "0123456789+", "0123456789", 5, 2 },
        { "operands = upto\nlargest = 10\nops = -", "0123456789-", "0123456789-", 5, 2 },
        { "operands = upto\nlargest = 12\nops = *", "0123456789*", "0123456789", 5, 3 },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct settings s = config(cases[i].text);
        struct reader_bounds b;
        reader_arithmetic.bounds(&s, &b);
        assert_string_equal(b.src_alphabet, cases[i].src);
        assert_string_equal(b.tgt_alphabet, cases[i].tgt);
        assert_int_equal(b.src_len, cases[i].src_len);
        assert_int_equal(b.tgt_len, cases[i].tgt_len);
    }
}

/* ---- typed questions ------------------------------------------------------------- */

static const char trained_on[] = "ops = +-*\ndigits = 3\nmul_digits = 2";

static void questions_are_brought_into_form(void **state)
{
    (void)state;
    static const struct {
        const char *typed, *plain;
    } cases[] = {
        { "10+12", "10+12" },
        { " 10 + 12 ", "10+12" },
        { "10\t+\t12\r\n", "10+12" },
        { "010 + 0012", "10+12" },
        { "0+0", "0+0" },
        { "000-00", "0-0" },
        { "999-999", "999-999" },
        { "99*99", "99*99" },
        { "000000000000000000000000000000000000000000000000012+1", "12+1" },
    };
    struct settings s = config(trained_on);
    struct str plain = STR_INIT;
    struct err err;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        if (reader_arithmetic.question(&s, cases[i].typed, &plain, &err) < 0)
            fail_msg("'%s': %s", cases[i].typed, err.msg);
        assert_string_equal(plain.s, cases[i].plain);
    }
    str_release(&plain);
}

/* What the prompt tells people. */
static void a_model_says_what_it_knows(void **state)
{
    (void)state;
    static const struct {
        const char *config, *about, *example;
    } cases[] = {
        { "digits = 2", "sums up to 99+99", "10+12" },
        { "ops = -*\ndigits = 1", "differences up to 9-9, products up to 99*99", "9-9" },
        { "operands = upto\nlargest = 10", "sums up to 10+10", "10+10" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct settings s = config(cases[i].config);
        struct str about = STR_INIT, example = STR_INIT, plain = STR_INIT;
        struct err err;
        reader_arithmetic.about(&s, &about);
        reader_arithmetic.example(&s, &example);
        assert_string_equal(about.s, cases[i].about);
        assert_string_equal(example.s, cases[i].example);
        assert_int_equal(reader_arithmetic.question(&s, example.s, &plain, &err), 0);
        str_release(&about);
        str_release(&example);
        str_release(&plain);
    }
}

#define FORTY "1234567890123456789012345678901234567890"

static void other_text_is_refused_with_the_reason(void **state)
{
    (void)state;
    static const struct {
        const char *config, *typed, *says;
    } cases[] = {
        { "", "", "the line is empty: expected a sum such as 10+12" },
        { "", " \t\r\n", "the line is empty: expected a sum such as 10+12" },
        { "", "abc", "cannot read 'abc': expected a sum such as 10+12" },
        { "", "10+1a", "cannot read '10+1a': expected a sum such as 10+12" },
        { "", "10+12=", "cannot read '10+12=': expected a sum such as 10+12" },
        { "", "1 0+12", "cannot read '1 0+12': expected a sum such as 10+12" },
        { "", "1.5+2", "cannot read '1.5+2': expected a sum such as 10+12" },
        { "", "10+1,000", "cannot read '10+1,000': expected a sum such as 10+12" },
        { "", "10x12", "cannot read '10x12': expected a sum such as 10+12" },
        { "", "١+٢", "cannot read '١+٢': expected a sum such as 10+12" },
        { "", "\x1b[2J", "cannot read '\x1b[2J': expected a sum such as 10+12" },
        { "", "1\xff+2", "cannot read '1\xff+2': expected a sum such as 10+12" },
        { "", "10 \xe2\x88\x92 2", "cannot read '10 \xe2\x88\x92 2': expected a sum" },
        { "", "10", "the operator is missing in '10': expected a sum such as 10+12" },
        { "", "10+", "the second number is missing in '10+': expected a sum such as" },
        { "", "10+*2", "the second number is missing in '10+*2'" },
        { "", "+12", "the first number is missing in '+12': expected a sum such as" },
        { "", "+", "the first number is missing in '+'" },
        { "", "-", "the first number is missing in '-'" },
        { "", "-5+3", "'-5' is negative: this model knows only numbers without a sign" },
        { "", "5--03", "'-3' is negative" },
        { "", "5 * - 3", "'-3' is negative" },
        { "", "1+2+3", "cannot read '1+2+3': expected two numbers, as in 10+12" },
        { "", "1+2-", "expected two numbers" },
        { "", "10/2", "this model does not know the operator '/': it knows +, -, *" },
        { "", "2^3", "this model does not know the operator '^'" },
        { "", "1000+1", "'1000' has 4 digits: this model knows numbers up to 3 digits" },
        { "", "1-01000", "'1000' has 4 digits: this model knows numbers up to 3 digits" },
        { "", "100*1", "'100' has 3 digits: this model multiplies numbers up to 2" },
        { "", FORTY "+1", "'" FORTY "' has 40 digits: this model knows numbers up to 3" },
        { "", FORTY "7+1", "'" FORTY "…' has 41 digits" },
        { "", "x" FORTY, "cannot read 'x123456789012345678901234567890123456789…'" },
        { "ops = +", "5-3", "this model does not know the operator '-': it knows +" },
        { "ops = +", "5*3", "this model does not know the operator '*': it knows +" },
        { "ops = -", "5+3", "the operator '+': it knows -" },
        { "ops = -", "hi", "expected a difference such as 10-12" },
        { "ops = *", "hi", "expected a product such as 10*12" },
        { "digits = 1", "hi", "expected a sum such as 9+9" },
        { "digits = 1", "10+1", "'10' has 2 digits: this model knows numbers up to 1" },
        { "operands = upto\nlargest = 10", "11+1",
          "'11' is out of range: this model knows numbers from 1 to 10" },
        { "operands = upto\nlargest = 10", "1+0",
          "'0' is out of range: this model knows numbers from 1 to 10" },
        { "operands = upto\nlargest = 10", FORTY "+1", "' is out of range" },
        { "operands = upto\nlargest = 1", "x", "expected a sum such as 1+1" },
    };
    struct str plain = STR_INIT;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct settings s = config(*cases[i].config ? cases[i].config : trained_on);
        struct err err;
        if (reader_arithmetic.question(&s, cases[i].typed, &plain, &err) == 0)
            fail_msg("'%s' was taken for '%s'", cases[i].typed, plain.s);
        if (!strstr(err.msg, cases[i].says))
            fail_msg("'%s': %s", cases[i].typed, err.msg);
    }
    str_release(&plain);
}

/* Random text: what is taken can be asked again and fits the model's rows. */
static void hostile_text_does_no_harm(void **state)
{
    (void)state;
    static const char often[] = "0012345789  ++--**\t.a";
    struct settings s = config(trained_on);
    struct str typed = STR_INIT, plain = STR_INIT, again = STR_INIT;
    struct err err;
    struct rng r;
    int taken = 0;
    rng_init(&r, 1, RNG_DATA, 0);
    for (int round = 0; round < 50000; round++) {
        str_clear(&typed);
        for (int n = (int)rng_below(&r, 12); n > 0; n--)
            str_addc(&typed, rng_below(&r, 20) ? often[rng_below(&r, sizeof often - 1)]
                                               : (char)(1 + rng_below(&r, 255)));
        if (reader_arithmetic.question(&s, str_cstr(&typed), &plain, &err) < 0) {
            assert_true(strlen(err.msg) > 0 && strlen(err.msg) < 150);
            continue;
        }
        taken++;
        assert_in_range(plain.n, 3, 7);
        assert_int_equal(strspn(plain.s, "0123456789+-*"), plain.n);
        assert_int_equal(reader_arithmetic.question(&s, plain.s, &again, &err), 0);
        assert_string_equal(again.s, plain.s);
    }
    assert_true(taken > 500);
    str_release(&typed);
    str_release(&plain);
    str_release(&again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_are_right),
        cmocka_unit_test(the_largest_operands_do_not_overflow),
        cmocka_unit_test(operators_come_as_often_as_they_stand),
        cmocka_unit_test(laws_have_their_distribution),
        cmocka_unit_test(questions_are_unique_as_asked),
        cmocka_unit_test(all_that_exist_can_be_had_and_no_more),
        cmocka_unit_test(law_all_makes_every_pair_in_order),
        cmocka_unit_test(the_seed_decides_everything),
        cmocka_unit_test(both_orders_of_a_pair_are_on_one_side),
        cmocka_unit_test(what_a_law_holds_out_is_what_all_holds_out),
        cmocka_unit_test(operators_can_be_spared),
        cmocka_unit_test(bounds_are_what_comes),
        cmocka_unit_test(questions_are_brought_into_form),
        cmocka_unit_test(a_model_says_what_it_knows),
        cmocka_unit_test(other_text_is_refused_with_the_reason),
        cmocka_unit_test(hostile_text_does_no_harm),
    };
    return cmocka_run_group_tests_name("arithmetic", tests, NULL, NULL);
}
