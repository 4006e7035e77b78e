/* Other subwords for the same text: as the formulas say, and from the seed alone. */
#include "text/respell.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* Scores are log-probabilities, or the order of merges: each piece its own. */
static const struct { const char *piece; double score; } pieces[] = {
    { "▁ab", -0.5 }, { "abc", -1 }, { "bc", -1.5 }, { "ab", -2 }, { "▁a", -2.5 },
    { "▁", -3 },     { "a", -3.5 }, { "b", -4 },    { "c", -4.5 }, { "ñ", -5 },
};

/* Ids: <s> 0, </s> 1, <unk> 2, the pieces from 3. */
static struct codec codec_of(const char *model)
{
    struct codec c = { .tokenizer = &tokenizer_subword, .vocab = vocab_new(), .filler = -1,
                       .keep_spaces = true };
    struct err err;
    json_t *scores = json_pack("[f, f, f]", 0.0, 0.0, 0.0);
    vocab_add_special(c.vocab, VOCAB_SOS);
    vocab_add_special(c.vocab, VOCAB_EOS);
    vocab_add_special(c.vocab, VOCAB_UNK);
    for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
        vocab_add(c.vocab, pieces[i].piece, strlen(pieces[i].piece));
        json_array_append_new(scores, json_real(pieces[i].score));
    }
    json_t *json = json_pack("{s:s, s:b, s:o}", "model", model, "bytes", false, "scores",
                             scores);
    c.subword = subword_from_json(json, c.vocab, &err);
    if (!c.subword)
        fail_msg("%s", err.msg);
    json_decref(json);
    return c;
}

static void show(const struct codec *c, const struct ids *row, struct str *out)
{
    str_clear(out);
    for (int i = 0; i < row->n; i++)
        str_addf(out, "%s%s", i ? " " : "", codec_piece(c, row->id[i]));
}

/* The row of a text drawn once, as pieces between blanks. */
static void draw(const struct codec *c, const char *text, double strength, uint64_t counter,
                 struct str *out)
{
    struct ids row = { 0 }, other = { 0 };
    struct rng r;
    struct err err;
    if (codec_encode(c, text, &row, &err) < 0)
        fail_msg("%s", err.msg);
    rng_init(&r, 1, RNG_RESPELL, counter);
    respell_row(c, row.id, row.n, strength, &r, &other);
    show(c, &other, out);
    ids_release(&row);
    ids_release(&other);
}

static void assert_drawn(const struct codec *c, const char *text, double strength,
                         const char *want)
{
    struct str got = STR_INIT;
    draw(c, text, strength, 0, &got);
    assert_string_equal(got.s, want);
    str_release(&got);
}

static void the_ends_of_the_strength(void **state)
{
    (void)state;
    struct codec c = codec_of("bpe");
    assert_drawn(&c, "abc", 0, "▁ abc </s>");
    assert_drawn(&c, "abc", 1, "▁ a b c </s>");
    assert_drawn(&c, "abc xx cab", 1, "▁ a b c ▁ <unk> ▁ c a b </s>");
    assert_drawn(&c, "ñabñ", 0, "▁ ñ ab ñ </s>");
    c.start = c.reverse = true;
    assert_drawn(&c, "abc ab", 0, "<s> ▁ab abc ▁ </s>");
    assert_drawn(&c, "ab", 1, "<s> b a ▁ </s>");
    codec_release(&c);
    c = codec_of("unigram");
    assert_drawn(&c, "cab", 100, "▁ c ab </s>"); /* -9.5; with a and b: -15 */
    codec_release(&c);
}

/* How often each of the words comes in n draws. */
static void count(const struct codec *c, double strength, const char *const *way, int ways,
                  int n, int *times)
{
    struct str got = STR_INIT;
    for (int k = 0; k < ways; k++)
        times[k] = 0;
    for (int i = 0; i < n; i++) {
        int k = 0;
        draw(c, "abc", strength, (uint64_t)i, &got);
        while (k < ways && strcmp(got.s, way[k]))
            k++;
        if (k == ways)
            fail_msg("'%s' is no way to cut it", got.s);
        times[k]++;
    }
    str_release(&got);
}

/* Within five standard deviations of a share p of n. */
static void assert_share(int times, double p, int n)
{
    double off = fabs(times - n * p), sd = sqrt(n * p * (1 - p));
    if (off > 5 * sd + 1e-9)
        fail_msg("%d of %d, not %.1f", times, n, n * p);
}

enum { DRAWS = 20000 };

/* Every way to cut "▁abc", and the sum of its scores. */
static const char *const cut[] = { "▁ a b c </s>", "▁ a bc </s>", "▁ ab c </s>",
                                   "▁ abc </s>", "▁a b c </s>", "▁a bc </s>",
                                   "▁ab c </s>" };
static const double sum[] = { -15, -8, -9.5, -4, -11, -4, -5 };

static void unigrams_are_drawn_by_their_probability(void **state)
{
    static const double alphas[] = { 0.1, 0.5, 1 };
    int times[ARRAY_LEN(cut)];
    struct codec c = codec_of("unigram");
    (void)state;
    for (size_t a = 0; a < ARRAY_LEN(alphas); a++) {
        double all = 0;
        for (size_t k = 0; k < ARRAY_LEN(cut); k++)
            all += exp(alphas[a] * sum[k]);
        count(&c, alphas[a], cut, ARRAY_LEN(cut), DRAWS, times);
        for (size_t k = 0; k < ARRAY_LEN(cut); k++)
            assert_share(times[k], exp(alphas[a] * sum[k]) / all, DRAWS);
    }
    codec_release(&c);
}

/*
 * "▁ a b c" with p = 0.5. First step: bc if it is not passed over (it comes before ab,
 * which comes before ▁a), else ab, else ▁a, else the end. After bc: abc, else ▁a; after
 * ab: ▁ab, else abc; after ▁a: ▁ab, else bc.
 */
static void merges_are_passed_over_by_the_probability(void **state)
{
    static const double p[] = {
        0.125,                             /* nothing at all */
        0.5 * 0.25,                        /* bc */
        0.25 * 0.25,                       /* ab */
        0.5 * 0.5 + 0.25 * 0.25,           /* abc over bc, over ab */
        0.125 * 0.25,                      /* ▁a */
        0.5 * 0.25 + 0.125 * 0.25,         /* ▁a bc */
        0.25 * 0.5 + 0.125 * 0.5,          /* ▁ab over ab, over ▁a */
    };
    int times[ARRAY_LEN(cut)];
    struct codec c = codec_of("bpe");
    (void)state;
    count(&c, 0.5, cut, ARRAY_LEN(cut), DRAWS, times);
    for (size_t k = 0; k < ARRAY_LEN(cut); k++)
        assert_share(times[k], p[k], DRAWS);
    codec_release(&c);
}

/* A pair's pieces depend on seed, epoch and row, not on what stands beside it. */
static void draws_belong_to_the_pair(void **state)
{
    struct codec c = codec_of("bpe");
    struct pairs all, whole, part;
    struct ids row = { 0 };
    int order[64], alike = 0;
    (void)state;
    pairs_init(&all);
    pairs_init(&whole);
    pairs_init(&part);
    for (int i = 0; i < 64; i++) {
        assert_int_equal(codec_encode(&c, "abc abc abc", &row, NULL), 0);
        pairs_add(&all, row.id, row.n, row.id, row.n);
        order[i] = 63 - i;
    }
    respell_pairs(&whole, &all, order, 64, &c, &c, 0.5, 7, 3);
    for (int i = 0; i < 64; i += 5) {
        respell_pairs(&part, &all, order + i, MIN(5, 64 - i), &c, &c, 0.5, 7, 3);
        for (int k = 0; k < part.n; k++) {
            int n = whole.src_n[i + k] + whole.tgt_n[i + k];
            assert_int_equal(n, part.src_n[k] + part.tgt_n[k]);
            assert_memory_equal(pairs_src(&part, k), pairs_src(&whole, i + k),
                                (size_t)n * sizeof(uint16_t));
        }
    }
    respell_pairs(&part, &all, order, 64, &c, &c, 0.5, 7, 4);
    for (int i = 0; i < 64; i++)
        alike += part.src_n[i] == whole.src_n[i] &&
                 !memcmp(pairs_src(&part, i), pairs_src(&whole, i),
                         part.src_n[i] * sizeof(uint16_t));
    assert_true(alike < 32); /* another epoch, other pieces */
    ids_release(&row);
    pairs_release(&all);
    pairs_release(&whole);
    pairs_release(&part);
    codec_release(&c);
}

static void long_words_stay_as_they_are(void **state)
{
    struct codec c = codec_of("bpe");
    struct str text = STR_INIT, got = STR_INIT;
    (void)state;
    for (int i = 0; i < 100; i++)
        str_add(&text, "abc");
    draw(&c, text.s, 1, 0, &got);
    assert_non_null(strstr(got.s, "abc abc"));
    str_cut(&text, 30);
    draw(&c, text.s, 1, 0, &got);
    assert_null(strstr(got.s, "ab"));
    str_release(&text);
    str_release(&got);
    codec_release(&c);
}

/* (Of the subword itself.) Letters that no space comes before. */
static void what_goes_on_with_a_word(void **state)
{
    (void)state;
    struct codec c = codec_of("bpe");
    for (int id = 0; id < vocab_size(c.vocab); id++) {
        const char *piece = codec_piece(&c, id);
        assert_int_equal(subword_continues(c.subword, id),
                         strncmp(piece, "▁", strlen("▁")) && *piece != '<');
    }
    codec_release(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_ends_of_the_strength),
        cmocka_unit_test(unigrams_are_drawn_by_their_probability),
        cmocka_unit_test(merges_are_passed_over_by_the_probability),
        cmocka_unit_test(draws_belong_to_the_pair),
        cmocka_unit_test(long_words_stay_as_they_are),
        cmocka_unit_test(what_goes_on_with_a_word),
    };
    return cmocka_run_group_tests_name("respell", tests, NULL, NULL);
}
