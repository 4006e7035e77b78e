#include "text/vocab.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static int add(struct vocab *v, const char *piece)
{
    return vocab_add(v, piece, strlen(piece));
}

static int find(const struct vocab *v, const char *piece)
{
    return vocab_find(v, piece, strlen(piece));
}

static void ids_follow_the_order_of_adding(void **state)
{
    (void)state;
    struct vocab *v = vocab_new();
    assert_int_equal(vocab_size(v), 0);
    assert_int_equal(add(v, "b"), 0);
    assert_int_equal(add(v, "é"), 1);
    assert_int_equal(add(v, "a"), 2);
    assert_int_equal(add(v, "word"), 3);
    assert_int_equal(add(v, "é"), 1);
    assert_int_equal(add(v, "b"), 0);
    assert_int_equal(vocab_size(v), 4);
    assert_string_equal(vocab_piece(v, 1), "é");
    assert_int_equal(find(v, "word"), 3);
    assert_int_equal(vocab_find(v, "words", 4), 3);
    assert_int_equal(find(v, "wor"), -1);
    assert_int_equal(find(v, "c"), -1);
    assert_int_equal(find(v, "\xc3"), -1);
    assert_int_equal(find(v, ""), -1);
    vocab_free(v);
}

static void many_pieces_are_all_found(void **state)
{
    (void)state;
    enum { MANY = 20000 };
    char word[20];
    struct vocab *v = vocab_new();
    vocab_add_special(v, VOCAB_UNK);
    for (int i = 0; i < MANY; i++) {
        int n = snprintf(word, sizeof word, "w%d", i);
        assert_int_equal(vocab_add(v, word, (size_t)n), i + 1);
    }
    for (int i = 0; i < MANY; i++) {
        snprintf(word, sizeof word, "w%d", i);
        assert_int_equal(find(v, word), i + 1);
        assert_string_equal(vocab_piece(v, i + 1), word);
    }
    assert_int_equal(find(v, "w20000"), -1);
    vocab_free(v);
}

/* Wherever a lookup lands among these, it meets a piece that starts as it does. */
static void a_beginning_is_not_the_piece(void **state)
{
    (void)state;
    static const char start[] = "the same start of all";
    char word[40];
    struct vocab *v = vocab_new();
    for (int i = 0; i < 1000; i++)
        vocab_add(v, word, (size_t)snprintf(word, sizeof word, "%s %d", start, i));
    for (size_t n = 1; n < sizeof start; n++)
        assert_int_equal(vocab_find(v, start, n), -1);
    vocab_free(v);
}

static void specials_have_ids_but_match_no_text(void **state)
{
    (void)state;
    struct vocab *v = vocab_new();
    for (int i = 0; i < VOCAB_SPECIALS; i++)
        assert_int_equal(vocab_special(v, i), -1);
    add(v, "x");
    assert_int_equal(vocab_add_special(v, VOCAB_EOS), 1);
    assert_int_equal(vocab_add_special(v, VOCAB_EOS), 1);
    assert_int_equal(vocab_special(v, VOCAB_EOS), 1);
    assert_int_equal(vocab_special(v, VOCAB_SOS), -1);
    assert_string_equal(vocab_piece(v, 1), "</s>");
    assert_int_equal(find(v, "</s>"), -1);
    assert_int_equal(add(v, "</s>"), 2); /* somebody's text, not the end */
    assert_int_equal(find(v, "</s>"), 2);
    assert_int_equal(vocab_special(v, VOCAB_EOS), 1);
    assert_true(vocab_is_special(v, 1));
    assert_false(vocab_is_special(v, 2));
    assert_false(vocab_is_special(v, 0));
    assert_false(vocab_is_special(v, -1));
    vocab_free(v);
}

static void specials_survive_growing(void **state)
{
    (void)state;
    char word[20];
    struct vocab *v = vocab_new();
    vocab_add_special(v, VOCAB_SOS);
    for (int i = 0; i < 1000; i++)
        vocab_add(v, word, (size_t)snprintf(word, sizeof word, "w%d", i));
    assert_int_equal(find(v, "<s>"), -1);
    vocab_free(v);
}

static void json_keeps_everything(void **state)
{
    (void)state;
    static const char *const pieces[] = { "b", "\"", "日本", "</s>", " ", "<s>" };
    struct err err;
    struct vocab *v = vocab_new();
    vocab_add_special(v, VOCAB_SOS);
    add(v, pieces[0]);
    vocab_add_special(v, VOCAB_UNK);
    for (size_t i = 1; i < ARRAY_LEN(pieces); i++)
        add(v, pieces[i]);
    json_t *json = vocab_to_json(v);
    char *text = json_dumps(json, 0);
    json_t *read = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    struct vocab *w = vocab_from_json(read, &err);
    assert_non_null(w);
    assert_int_equal(vocab_size(w), vocab_size(v));
    for (int i = 0; i < vocab_size(v); i++)
        assert_string_equal(vocab_piece(w, i), vocab_piece(v, i));
    for (int i = 0; i < VOCAB_SPECIALS; i++)
        assert_int_equal(vocab_special(w, i), vocab_special(v, i));
    for (size_t i = 0; i < ARRAY_LEN(pieces); i++)
        assert_int_equal(find(w, pieces[i]), find(v, pieces[i]));
    vocab_free(v);
    vocab_free(w);
    json_decref(json);
    json_decref(read);
    free(text);
}

static void hostile_json_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *json, *says;
    } cases[] = {
        { "[]", "'pieces' or 'special' is missing" },
        { "{}", "'pieces' or 'special' is missing" },
        { "{\"pieces\": [\"a\"]}", "'pieces' or 'special' is missing" },
        { "{\"pieces\": {\"a\": 1}, \"special\": {}}", "'pieces' or" },
        { "{\"pieces\": [\"a\", \"a\"], \"special\": {}}", "piece 1, 'a', is there" },
        { "{\"pieces\": [\"a\", \"\"], \"special\": {}}", "piece 1 is not a text" },
        { "{\"pieces\": [\"a\\u0000b\"], \"special\": {}}", "piece 0 is not a text" },
        { "{\"pieces\": [1], \"special\": {}}", "piece 0 is not a text" },
        { "{\"pieces\": [null], \"special\": {}}", "piece 0 is not a text" },
        { "{\"pieces\": [\"a\"], \"special\": {\"eos\": 1}}", "bad id of the special" },
        { "{\"pieces\": [\"a\"], \"special\": {\"eos\": -1}}", "bad id of" },
        { "{\"pieces\": [\"a\"], \"special\": {\"eos\": 4294967296}}", "bad id of" },
        { "{\"pieces\": [\"a\"], \"special\": {\"eos\": \"0\"}}", "bad id of" },
        { "{\"pieces\": [\"a\"], \"special\": {\"eos\": 0, \"sos\": 0}}", "bad id of" },
        { "{\"pieces\": [\"a\"], \"special\": {\"end\": 0}}", "unknown special 'end'" },
    };
    struct err err;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        json_t *json = json_loads(cases[i].json, JSON_ALLOW_NUL, NULL);
        assert_non_null(json);
        assert_null(vocab_from_json(json, &err));
        if (!strstr(err.msg, cases[i].says))
            fail_msg("%s: '%s'", cases[i].json, err.msg);
        json_decref(json);
    }
    assert_null(vocab_from_json(NULL, &err));
}

static void oversized_json_is_refused(void **state)
{
    (void)state;
    struct err err;
    char piece[VOCAB_PIECE_MAX + 1];
    memset(piece, 'x', sizeof piece);
    for (size_t n = VOCAB_PIECE_MAX; n <= VOCAB_PIECE_MAX + 1; n++) {
        json_t *json = json_pack("{s:[s%], s:{}}", "pieces", piece, n, "special");
        struct vocab *v = vocab_from_json(json, &err);
        assert_int_equal(v != NULL, n == VOCAB_PIECE_MAX);
        vocab_free(v);
        json_decref(json);
    }
    json_t *many = json_array(), *one = json_string("a");
    for (int i = 0; i <= VOCAB_MAX; i++)
        json_array_append(many, one);
    json_t *json = json_pack("{s:o, s:{}}", "pieces", many, "special");
    assert_null(vocab_from_json(json, &err));
    assert_string_equal(err.msg, "vocabulary: 1000001 pieces: at most 1000000");
    json_decref(one);
    json_decref(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_follow_the_order_of_adding),
        cmocka_unit_test(many_pieces_are_all_found),
        cmocka_unit_test(a_beginning_is_not_the_piece),
        cmocka_unit_test(specials_have_ids_but_match_no_text),
        cmocka_unit_test(specials_survive_growing),
        cmocka_unit_test(json_keeps_everything),
        cmocka_unit_test(hostile_json_is_refused),
        cmocka_unit_test(oversized_json_is_refused),
    };
    return cmocka_run_group_tests_name("vocab", tests, NULL, NULL);
}
