/*
 * Answers that are steered: tokens forced, attention held at a place, a source that is
 * given as ids. For every architecture.
 */
#include "tests/toy.h"

#include "run/decode.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { STEPS = 6, SYMBOLS = 16 };

/* What an answer did. */
struct trace {
    int n, src_steps;
    int token[STEPS];
    real p[STEPS], alpha[STEPS][8];
    real logp[STEPS][SYMBOLS]; /* by token */
    bool looked;
};

static struct trace trace(const struct model *m, const struct decode_options *opt)
{
    static const int src[] = { 2, 3, 1 };
    struct trace t = { 0 };
    struct decode_options o = *opt;
    struct decode_step s;
    o.show = SYMBOLS;
    o.max_len = STEPS;
    struct decode *d = decode_start_ids(m, src, m->src.fixed ? m->src.len : 3, &o);
    while (decode_next(d, &s)) {
        assert_true(s.t < STEPS && s.src_steps <= 8);
        assert_memory_equal(s.src, src, 3 * sizeof *src);
        t.src_steps = s.src_steps;
        t.token[s.t] = s.token;
        t.p[s.t] = s.p;
        t.looked = s.alpha != NULL;
        for (int j = 0; s.alpha && j < s.src_steps; j++)
            t.alpha[s.t][j] = s.alpha[j];
        for (int i = 0; i < s.cands; i++)
            t.logp[s.t][s.cand[i].token] = s.cand[i].logp;
        t.n = s.t + 1;
    }
    decode_free(d);
    return t;
}

static void set(struct settings *s, const char *key, const char *value)
{
    struct err err;
    if (settings_set(s, key, value, &err) < 0)
        fail_msg("%s", err.msg);
}

static void for_each_arch(void (*f)(const struct model *))
{
    for (int a = 0; arch_table[a]; a++)
        for (int k = 0; k < (arch_table[a] == &arch_attention ? 3 : 1); k++) {
            struct settings s;
            struct toy toy;
            toy_settings(&s);
            set(&s, "arch", arch_table[a]->name);
            set(&s, "length", "free");
            if (k)
                set(&s, "attend", "after");
            if (k == 2)
                set(&s, "input_feeding", "yes");
            toy_make(&toy, &s, 2);
            f(toy.model);
            toy_release(&toy);
        }
}

static bool fed_tokens(const struct model *m)
{
    return m->arch->food == FOOD_TOKEN;
}

/* ---- tokens ------------------------------------------------------------------------ */

static void force_what_comes(const struct model *m)
{
    struct decode_options o = decode_defaults();
    struct trace free = trace(m, &o), again;
    o.forced = free.token;
    o.forced_n = free.n;
    again = trace(m, &o);
    assert_memory_equal(&again, &free, sizeof free);
    /* a draw is used up by a forced token, too */
    o = decode_defaults();
    o.strategy = &strategy_sample;
    o.choose.temperature = 3;
    for (o.seed = 0; o.seed < 10; o.seed++) {
        o.forced_n = 0;
        free = trace(m, &o);
        o.forced = free.token;
        o.forced_n = 1;
        again = trace(m, &o);
        assert_memory_equal(&again, &free, sizeof free);
    }
}

static void test_forcing_what_comes_anyway(void **state)
{
    (void)state;
    for_each_arch(force_what_comes);
}

static void force_another(const struct model *m)
{
    struct decode_options o = decode_defaults();
    struct trace free = trace(m, &o), other;
    int symbols = vocab_size(m->tgt.vocab), eos = vocab_special(m->tgt.vocab, VOCAB_EOS);
    for (int token = 0; token < symbols; token++) {
        int first[] = { -1, token }; /* free at first */
        if (free.n < 2 || token == eos || token == free.token[1])
            continue;
        o.forced = first;
        o.forced_n = 2;
        other = trace(m, &o);
        assert_int_equal(other.token[0], free.token[0]);
        assert_int_equal(other.token[1], token);
        assert_true(fabs(other.p[1] - exp((double)free.logp[1][token])) < 1e-6);
        assert_true(other.logp[1][token] == free.logp[1][token]);
        bool same = !memcmp(other.logp[2], free.logp[2], symbols * sizeof **free.logp);
        assert_true(free.n < 3 || same == !fed_tokens(m)); /* what follows has heard it */
    }
}

static void test_forcing_another(void **state)
{
    (void)state;
    for_each_arch(force_another);
}

/* A token beyond those that the strategy saw. */
static void force_unseen(const struct model *m)
{
    struct decode_options o = decode_defaults();
    struct trace free = trace(m, &o);
    struct decode_step s;
    int src[] = { 2, 3, 1 }, worst = 0;
    for (int v = 1; v < vocab_size(m->tgt.vocab); v++)
        if (free.logp[0][v] < free.logp[0][worst])
            worst = v;
    o.forced = &worst;
    o.forced_n = 1;
    struct decode *d = decode_start_ids(m, src, 3, &o);
    assert_int_equal(decode_next(d, &s), 1);
    assert_int_equal(s.cands, 2);
    assert_int_equal(s.token, worst);
    assert_true(s.cand[1].kept && !s.cand[0].kept);
    assert_true(fabs(decode_score(d) - (double)free.logp[0][worst]) < 1e-6);
    decode_free(d);
}

static void test_forcing_the_unseen(void **state)
{
    (void)state;
    for_each_arch(force_unseen);
}

/* ---- attention ----------------------------------------------------------------------- */

static void hold_attention(const struct model *m)
{
    struct decode_options o = decode_defaults();
    struct trace free = trace(m, &o), held;
    assert_int_equal(free.looked, m->arch == &arch_attention);
    for (int j = 0; free.looked && j < free.src_steps; j++) {
        int at[] = { -1, j };
        double sum = 0;
        for (int i = 0; i < free.src_steps; i++)
            sum += free.alpha[0][i];
        assert_true(fabs(sum - 1) < 1e-5);
        o.attend = at;
        o.attend_n = 2;
        o.forced = free.token;
        o.forced_n = free.n; /* so that steps can be compared */
        held = trace(m, &o);
        assert_memory_equal(held.alpha[0], free.alpha[0], sizeof *free.alpha);
        for (int i = 0; i < free.src_steps; i++)
            assert_true(held.alpha[1][i] == (i == j));
        assert_memory_equal(held.logp[0], free.logp[0], sizeof *free.logp);
        assert_true(memcmp(held.logp[1], free.logp[1], sizeof *free.logp) != 0);
    }
}

static void test_attention_is_held(void **state)
{
    (void)state;
    for_each_arch(hold_attention);
}

/* ---- the source ---------------------------------------------------------------------- */

static void blank_source(const struct model *m)
{
    static const int src[] = { 2, 3, 1 }, less[] = { 2, -1, 1 };
    struct decode_options o = decode_defaults();
    struct decode_step s, t;
    struct decode *d = decode_start_ids(m, src, 3, &o);
    struct decode *e = decode_start_ids(m, less, 3, &o);
    assert_int_equal(decode_next(d, &s), 1);
    assert_int_equal(decode_next(e, &t), 1);
    assert_int_equal(t.src[1], -1);
    assert_true(s.entropy != t.entropy);
    decode_free(d);
    decode_free(e);
}

static void test_blanks_in_the_source(void **state)
{
    (void)state;
    for_each_arch(blank_source);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forcing_what_comes_anyway),
        cmocka_unit_test(test_forcing_another),
        cmocka_unit_test(test_forcing_the_unseen),
        cmocka_unit_test(test_attention_is_held),
        cmocka_unit_test(test_blanks_in_the_source),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
