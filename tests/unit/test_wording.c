/* wording: runs of words against a slow and simple check, and lists of banned words. */
#include "run/wording.h"

#include "base/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <strings.h>

#include <cmocka.h>

/* Every piece of the list, which "|" separates, is a token; there is no other text. */
static struct codec codec_of(const char *pieces)
{
    struct codec c = { .tokenizer = &tokenizer_char, .vocab = vocab_new(), .filler = -1,
                       .keep_spaces = true };
    vocab_add_special(c.vocab, VOCAB_EOS);
    for (size_t n; *pieces; pieces += n + (pieces[n] == '|')) {
        n = strcspn(pieces, "|");
        vocab_add(c.vocab, pieces, n);
    }
    return c;
}

static void add_pieces(const struct codec *c, const char *pieces, struct ids *to)
{
    for (size_t n; *pieces; pieces += n + (pieces[n] == '|')) {
        n = strcspn(pieces, "|");
        int id = strncmp(pieces, "</s>", n) ? vocab_find(c->vocab, pieces, n)
                                            : vocab_special(c->vocab, VOCAB_EOS);
        assert_true(id >= 0);
        ids_add(to, id);
    }
}

/* ---- runs -------------------------------------------------------------------------- */

/* The words of a text: letters with their apostrophes, and any other sign by itself. */
enum { MOST = 200, LONGEST = 200 };

static int cut(const char *text, char word[][LONGEST])
{
    int n = 0;
    while (*(text += strspn(text, " "))) {
        size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'");
        length = MAX(length, 1);
        assert_true(length < LONGEST && n < MOST);
        snprintf(word[n++], LONGEST, "%.*s", (int)length, text);
        text += length;
    }
    return n;
}

static bool repeats(const char *text, int block)
{
    static char word[MOST][LONGEST];
    int n = cut(text, word);
    for (int i = 0; i + block <= n; i++)
        for (int k = 0; k < i; k++) {
            int same = 0;
            while (same < block && !strcasecmp(word[i + same], word[k + same]))
                same++;
            if (same == block)
                return true;
        }
    return false;
}

/* Talks at random as long as it may, and is told for every token whether it may. */
static void walk(const struct codec *c, int block, struct rng *r, int *refused)
{
    struct wording_options o = { .block = block };
    struct wording *w = wording_new(&o, c);
    struct ids said = { 0 };
    for (int t = 0; t < 30; t++) {
        struct str text = STR_INIT;
        ids_add(&said, 1 + (int)rng_below(r, vocab_size(c->vocab) - 1));
        codec_decode(c, said.id, said.n, &text);
        bool again = repeats(str_cstr(&text), block);
        if (wording_allows(w, &said, NULL) == again)
            fail_msg("%d: '%s'", block, str_cstr(&text));
        said.n -= again;
        *refused += again;
        str_release(&text);
    }
    ids_release(&said);
    wording_free(w);
}

static void no_run_comes_twice(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        " I| i|I| don't| do|n't| know|.|...|?!| a|b",
        "x| x|y| y|.|?|,| ",
        " so| SO|so|so so so| on",
    };
    struct rng r;
    int refused = 0;
    rng_init(&r, 1, RNG_DATA, 0);
    for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
        struct codec c = codec_of(pieces[i]);
        for (int block = 1; block < 5; block++)
            for (int n = 0; n < 50; n++)
                walk(&c, block, &r, &refused);
        codec_release(&c);
    }
    assert_true(refused > 500);
}

/* Nor does one of the question, whatever tokens either is made of; runs end with turns. */
static void no_run_of_the_question(void **state)
{
    (void)state;
    static const struct { const char *question, *said, *last; int run; bool want; } cases[] = {
        { " I| do|n't| know", " I| don't", " know", 3, false },
        { " I| do|n't| know", " I| don't", " know", 4, true },
        { " I| do|n't| know", " I| don't", " k", 3, true },
        { " I| do|n't| know", " so| i| do", "n't", 2, false },
        { " I|</s>| do|n't| know", " I", " don't", 2, true },
        { " I|</s>| do|n't| know", " don't", " KNOW", 2, false },
        { " know", "", " know", 1, false },
        { "", " know", ".", 1, true },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct codec c = codec_of(" I| i|I| don't| do|n't| know| KNOW| k|.|,| so");
        struct wording_options o = { .block_source = cases[i].run };
        struct wording *w = wording_new(&o, &c);
        struct ids question = { 0 }, said = { 0 };
        struct codes heard = { 0 };
        add_pieces(&c, cases[i].question, &question);
        add_pieces(&c, cases[i].said, &said);
        add_pieces(&c, cases[i].last, &said);
        c.turns = 2;
        wording_hear(w, &c, question.id, question.n, &heard);
        c.turns = 0;
        if (wording_allows(w, &said, &heard) != cases[i].want)
            fail_msg("%s: %s %s", cases[i].question, cases[i].said, cases[i].last);
        ids_release(&question);
        ids_release(&said);
        codes_release(&heard);
        wording_free(w);
        codec_release(&c);
    }
}

/* ---- words ------------------------------------------------------------------------- */

/* May `last` follow what was said? */
static void judge(int block, const char *ban, const char *said, const char *last, bool want)
{
    struct codec c = { .tokenizer = &tokenizer_char, .vocab = vocab_new(), .filler = -1,
                       .keep_spaces = true };
    struct ids ids = { 0 };
    vocab_add_special(c.vocab, VOCAB_EOS);
    vocab_add(c.vocab, said, strlen(said));
    vocab_add(c.vocab, last, strlen(last));
    struct wording_options o = { .block = block };
    snprintf(o.ban, sizeof o.ban, "%s", ban);
    struct wording *w = wording_new(&o, &c);
    ids_add(&ids, 1);
    ids_add(&ids, strcmp(last, said) ? 2 : 1);
    if (wording_allows(w, &ids, NULL) != want)
        fail_msg("%s: '%s' '%s'", ban, said, last);
    ids.id[1] = 0; /* </s> says nothing */
    assert_true(wording_allows(w, &ids, NULL));
    ids_release(&ids);
    wording_free(w);
    codec_release(&c);
}

static void banned_words(void **state)
{
    (void)state;
    judge(0, "darn,heck", "oh", " darn", false);
    judge(0, "darn,heck", "oh,", " DARN!", false);
    judge(0, "darn,heck", "oh d", "arn", false); /* of several tokens */
    judge(0, "darn,heck", "oh darn", "ing", true);
    judge(0, "darn*", "oh ", "darning", false);
    judge(0, "darn*", "oh ", "undarned", true);
    judge(0, "*darn", "oh ", "goldarn", false);
    judge(0, "*darn", "oh ", "goldarned", true);
    judge(0, "*darn*", "oh ", "goldarned", false);
    judge(0, "*darn*", "oh ", "dar", true);
    judge(0, "darn", "oh ", "darn's", false);
    judge(0, "darn", "well-", "darn", false);
    judge(0, "darn", "well-", "darned", true);
    judge(0, "well-da*", "well-", "darned", false);
    judge(0, "ÉTÉ", "un ", "été", false);
    judge(0, "darn", "darn", " it", true); /* it was there before */
    judge(0, "darn", "darn", " darn", false);
    judge(2, "darn", "a b a", " b", false);
    judge(2, "darn", "a b a b", " c", true); /* so was this */
}

static void lists(void **state)
{
    (void)state;
    static const char *const good[] = { "", "a", "a,b,", "*a,b*,*c*", "été", "a-b,don't" };
    static const char *const bad[] = { "*", "a,*", ",", "a,,b", "**", "*a**", "a*b", ",a",
                                       "**a", "a b", "a,b " };
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        assert_true(wording_is_list(good[i]));
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        if (wording_is_list(bad[i]))
            fail_msg("'%s' is a list", bad[i]);
}

static void nothing_forbidden(void **state)
{
    (void)state;
    struct codec c = codec_of("a|b");
    struct wording_options o = { .ban = "" };
    assert_null(wording_new(&o, &c));
    codec_release(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_run_comes_twice),
        cmocka_unit_test(no_run_of_the_question),
        cmocka_unit_test(banned_words),
        cmocka_unit_test(lists),
        cmocka_unit_test(nothing_forbidden),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
