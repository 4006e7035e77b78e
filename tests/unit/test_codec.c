#include "text/codec.h"

#include "base/rng.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* ---- tokenizers ------------------------------------------------------------------ */

static void put_bracketed(void *own, const char *piece, size_t n)
{
    str_addf(own, "[%.*s]", (int)n, piece);
}

static void add_to_vocab(void *own, const char *piece, size_t n)
{
    vocab_add(own, piece, n);
}

static void assert_split(const struct tokenizer *t, const char *text, const char *want)
{
    struct str got = STR_INIT;
    t->split(text, strlen(text), put_bracketed, &got);
    assert_string_equal(str_cstr(&got), want);
    str_release(&got);
}

static void text_is_cut_into_pieces(void **state)
{
    (void)state;
    assert_split(&tokenizer_char, "", "");
    assert_split(&tokenizer_char, "1+ é日", "[1][+][ ][é][日]");
    assert_split(&tokenizer_char, "a\xff\xc3z", "[a][\xff][\xc3][z]");
    assert_split(&tokenizer_char, "\xe6\x97", "[\xe6][\x97]");
    assert_split(&tokenizer_word, "", "");
    assert_split(&tokenizer_word, " \t ", "");
    assert_split(&tokenizer_word, "  ça  va\tbien ?\r\n", "[ça][va][bien][?]");
    assert_split(&tokenizer_word, "a\u3000b\u2003c", "[a][b][c]");
    assert_split(&tokenizer_word, "10\u00a0000 x", "[10\u00a0000][x]");
    assert_split(&tokenizer_word, "a\xff b", "[a\xff][b]");
    assert_split(&tokenizer_token, " \t ", "");
    assert_split(&tokenizer_token, "don't go.", "[don't][go][￭.]");
    assert_split(&tokenizer_token, "¿Qué? ¡Sí!", "[¿￭][Qué][￭?][¡￭][Sí][￭!]");
    assert_split(&tokenizer_token, "\"Ah\" (x)...", "[\"￭][Ah][￭\"][(￭][x][￭)][￭...]");
    assert_split(&tokenizer_token, "1,000.5 a,b", "[1,000.5][a][￭,￭][b]");
    assert_split(&tokenizer_token, "a - b", "[a][-][b]");
    assert_split(&tokenizer_token, "\xff.", "[\xff][￭.]");
}

static void tokenizers_are_found_by_name(void **state)
{
    (void)state;
    for (int i = 0; tokenizer_table[i]; i++)
        assert_ptr_equal(tokenizer_find(tokenizer_table[i]->name), tokenizer_table[i]);
    assert_ptr_equal(tokenizer_find("word"), &tokenizer_word);
    assert_null(tokenizer_find("sub"));
}

/* ---- codecs ---------------------------------------------------------------------- */

/* Characters of alphabet, one id each. */
static struct codec codec_of(const char *alphabet, bool fixed, int len)
{
    struct codec c = { .tokenizer = &tokenizer_char, .vocab = vocab_new(), .fixed = fixed,
                       .len = len, .filler = -1 };
    for (; *alphabet; alphabet++)
        vocab_add(c.vocab, alphabet, 1);
    if (fixed)
        c.filler = vocab_find(c.vocab, " ", 1);
    return c;
}

static const char digits[] = " +0123456789";

/* The row as pieces one after the other. */
static void row_text(const struct codec *c, const struct ids *row, struct str *out)
{
    str_clear(out);
    for (int i = 0; i < row->n; i++)
        str_add(out, codec_piece(c, row->id[i]));
}

/* typed is laid out as row, and row is read as back. */
static void assert_coded(const struct codec *c, const char *typed, const char *row,
                         const char *back)
{
    struct ids ids = { 0 };
    struct str text = STR_INIT;
    struct err err;
    if (codec_encode(c, typed, &ids, &err) < 0)
        fail_msg("'%s': %s", typed, err.msg);
    row_text(c, &ids, &text);
    assert_string_equal(str_cstr(&text), row);
    str_clear(&text);
    codec_decode(c, ids.id, ids.n, &text);
    assert_string_equal(str_cstr(&text), back);
    str_release(&text);
    ids_release(&ids);
}

static void assert_refused(const struct codec *c, const char *typed, const char *why)
{
    struct ids ids = { 0 };
    struct err err;
    if (codec_encode(c, typed, &ids, &err) == 0)
        fail_msg("'%s' was taken", typed);
    assert_string_equal(err.msg, why);
    ids_release(&ids);
}

static void fixed_rows_are_filled_up(void **state)
{
    (void)state;
    struct codec c = codec_of(digits, true, 7);
    assert_coded(&c, "12+345", "12+345 ", "12+345");
    assert_coded(&c, "123+456", "123+456", "123+456");
    assert_coded(&c, " 1 + 2", "1+2    ", "1+2");
    c.reverse = true; /* the rows of Keras' addition example */
    assert_coded(&c, "12+345", " 543+21", "12+345");
    c.right = true;
    assert_coded(&c, "12+345", "543+21 ", "12+345");
    c.reverse = false; /* the rows of seed 002 */
    assert_coded(&c, "2+10", "   2+10", "2+10");
    codec_release(&c);
}

static void kept_spaces_are_pieces(void **state)
{
    (void)state;
    struct codec c = codec_of(digits, true, 7);
    c.keep_spaces = true;
    assert_coded(&c, "1 + 2", "1 + 2  ", "1 + 2");
    c.right = true;
    assert_coded(&c, "1 + 2", "  1 + 2", "1 + 2");
    codec_release(&c);
    c = codec_of("abc ", false, 0);
    c.keep_spaces = true;
    assert_coded(&c, " a  b ", " a  b ", " a  b ");
    c.keep_spaces = false;
    assert_coded(&c, " a \t b ", "ab", "ab");
    codec_release(&c);
}

static void free_rows_end_in_the_end(void **state)
{
    (void)state;
    struct codec c = codec_of("0123456789", false, 0);
    assert_coded(&c, "22", "22", "22");
    vocab_add_special(c.vocab, VOCAB_EOS);
    assert_coded(&c, "22", "22</s>", "22");
    c.reverse = true;
    assert_coded(&c, "123", "321</s>", "123");
    codec_release(&c);
}

static void decoding_stops_at_the_end_and_skips_specials(void **state)
{
    (void)state;
    struct codec c = codec_of("01 ", false, 0);
    int sos = vocab_add_special(c.vocab, VOCAB_SOS);
    int eos = vocab_add_special(c.vocab, VOCAB_EOS);
    const int row[] = { sos, 0, -1, 1, sos, 0, 2, eos, 1, eos };
    struct str text = STR_INIT;
    str_add(&text, "= ");
    codec_decode(&c, row, ARRAY_LEN(row), &text);
    assert_string_equal(text.s, "= 010 ");
    c.fixed = true;
    c.filler = 2;
    str_clear(&text);
    codec_decode(&c, row, ARRAY_LEN(row), &text);
    assert_string_equal(text.s, "010");
    str_clear(&text);
    codec_decode(&c, row, 0, &text);
    assert_string_equal(text.s, "");
    str_release(&text);
    codec_release(&c);
}

static void words_are_joined_with_single_spaces(void **state)
{
    (void)state;
    struct codec c = { .tokenizer = &tokenizer_word, .vocab = vocab_new(), .filler = -1 };
    int eos = vocab_add_special(c.vocab, VOCAB_EOS);
    int unk = vocab_add_special(c.vocab, VOCAB_UNK);
    vocab_add(c.vocab, "ça", 3);
    vocab_add(c.vocab, "va", 2);
    assert_coded(&c, " ça   va ", "çava</s>", "ça va");
    assert_coded(&c, "ça roule", "ça<unk></s>", "ça");
    assert_coded(&c, "<unk> </s> va", "<unk><unk>va</s>", "va");
    const int row[] = { 2, unk, 3, eos };
    struct str text = STR_INIT;
    str_add(&text, "> ");
    codec_decode(&c, row, ARRAY_LEN(row), &text);
    assert_string_equal(text.s, "> ça va");
    str_release(&text);
    c.len = 3;
    assert_refused(&c, "va va va", "3 words are too many: at most 2");
    assert_refused(&c, " \t ", "the text is empty");
    codec_release(&c);
}

/* Everything that is said comes back as it was written. */
static void tokens_are_joined_as_they_were(void **state)
{
    static const char *const lines[] = {
        "don't", "rock 'n' roll", "the dogs' tails", "O’Hara’s ’90s", "'quoted'",
        "¿Qué? ¡No! ¿¡Cómo!?", "\"Yes,\" she said, \"no.\"", "«Sí», dijo; “no” — ‘quizá’…",
        "a-b well-known -x- x- -x", "1,000.50 € (50 %), -3.5°C; 3:45 p.m.", "e.g. U.S.A.",
        "f(x)=[a,b]; {c}", "http://a.b/c?d=e&f#g", "me@there.org", "... wait...what?",
        ":-) :( ^_^", "#tag @you $5 50% A&B c/o", "日本語、テスト。", "שלום, עולם!", "नमस्ते।",
        "e\xcc\x81t\xc3\xa9", "👍🏽!!", "a\xc2\xa0: b", "'", ".", "\"\"", "a.b.c",
        "<s> </s>", "\xe2\x96\xa0 x", "\xff(\xfe)",
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        struct str pieces = STR_INIT;
        struct codec c = { .tokenizer = &tokenizer_token, .vocab = vocab_new(),
                           .filler = -1, .keep_spaces = true };
        codec_split(&c, lines[i], add_to_vocab, c.vocab);
        codec_split(&c, lines[i], put_bracketed, &pieces);
        struct ids row = { 0 };
        struct str back = STR_INIT;
        assert_int_equal(codec_encode(&c, lines[i], &row, NULL), 0);
        codec_decode(&c, row.id, row.n, &back);
        if (strcmp(back.s, lines[i]) != 0)
            fail_msg("'%s' came back as '%s' of %s", lines[i], back.s, pieces.s);
        str_clear(&back);
        codec_decode(&c, row.id, 1, &back); /* an answer that has only begun */
        assert_null(strstr(back.s, "￭"));
        str_release(&back);
        str_release(&pieces);
        ids_release(&row);
        codec_release(&c);
    }
    struct str square = STR_INIT;
    tokenizer_token.split("a\xef\xbf\xad", 4, put_bracketed, &square);
    assert_string_equal(square.s, "[a][￭■]");
    str_release(&square);
}

static void what_cannot_be_a_row_is_refused(void **state)
{
    (void)state;
    struct codec c = codec_of(digits, true, 7);
    assert_refused(&c, "", "the text is empty");
    assert_refused(&c, "   ", "the text is empty");
    assert_refused(&c, "123+4567", "8 characters are too many: at most 7");
    assert_refused(&c, "1 + a", "cannot read 'a' (character 5): not in the vocabulary");
    assert_refused(&c, "1é2", "cannot read 'é' (character 2): not in the vocabulary");
    assert_refused(&c, "\xff", "cannot read '\xff' (character 1): not in the vocabulary");
    assert_coded(&c, "1 2 3 + 4 5 6", "123+456", "123+456");
    codec_release(&c);
    c = codec_of("12", false, 3);
    assert_coded(&c, "121", "121", "121");
    assert_refused(&c, "1212", "4 characters are too many: at most 3");
    vocab_add_special(c.vocab, VOCAB_EOS);
    assert_refused(&c, "121", "3 characters are too many: at most 2");
    assert_refused(&c, "</s>", "cannot read '<' (character 1): not in the vocabulary");
    codec_release(&c);
}

static void a_huge_text_is_refused(void **state)
{
    (void)state;
    struct str text = STR_INIT;
    struct codec c = codec_of("1", false, 0);
    for (int i = 0; i <= CODEC_ROW_MAX; i++)
        str_addc(&text, '1');
    assert_refused(&c, text.s, "65536 characters are too many: at most 65535");
    str_release(&text);
    codec_release(&c);
}

static void every_layout_gives_the_text_back(void **state)
{
    (void)state;
    struct rng r;
    struct str text = STR_INIT, back = STR_INIT;
    struct ids row = { 0 };
    struct err err;
    rng_init(&r, 1, RNG_DATA, 0);
    for (int round = 0; round < 4000; round++) {
        struct codec c = codec_of(digits, round & 1, 12);
        c.right = round & 2;
        c.reverse = round & 4;
        if (round & 8)
            vocab_add_special(c.vocab, VOCAB_EOS);
        str_clear(&text);
        for (int n = 1 + (int)rng_below(&r, 11); n > 0; n--)
            str_addc(&text, digits[1 + rng_below(&r, sizeof digits - 2)]);
        assert_int_equal(codec_encode(&c, text.s, &row, &err), 0);
        if (c.fixed)
            assert_int_equal(row.n, 12);
        str_clear(&back);
        codec_decode(&c, row.id, row.n, &back);
        assert_string_equal(back.s, text.s);
        codec_release(&c);
    }
    ids_release(&row);
    str_release(&text);
    str_release(&back);
}

/* ---- JSON ------------------------------------------------------------------------ */

static void json_keeps_the_layout(void **state)
{
    (void)state;
    struct err err;
    for (int i = 0; i < 16; i++) {
        struct codec c = codec_of(digits, i & 1, 7), back;
        c.right = i & 2;
        c.reverse = i & 4;
        c.keep_spaces = i & 8;
        if (i & 1)
            c.tokenizer = &tokenizer_word;
        json_t *json = codec_to_json(&c);
        assert_int_equal(codec_from_json(&back, json, &err), 0);
        assert_ptr_equal(back.tokenizer, c.tokenizer);
        assert_int_equal(back.fixed, c.fixed);
        assert_int_equal(back.right, c.right);
        assert_int_equal(back.reverse, c.reverse);
        assert_int_equal(back.keep_spaces, c.keep_spaces);
        assert_int_equal(back.len, c.len);
        assert_int_equal(back.filler, c.filler);
        assert_int_equal(vocab_size(back.vocab), vocab_size(c.vocab));
        json_decref(json);
        codec_release(&c);
        codec_release(&back);
    }
}

/* A sound one, with `change` (key: value pairs) put over it. */
static json_t *changed(const char *change)
{
    struct codec c = codec_of(digits, true, 7);
    json_t *json = codec_to_json(&c);
    json_t *over = json_loads(change, 0, NULL);
    assert_non_null(over);
    json_object_update(json, over);
    json_decref(over);
    codec_release(&c);
    return json;
}

static void hostile_json_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *change, *says; /* NULL: sound */
    } cases[] = {
        { "{}", NULL },
        { "{\"len\": 65535}", NULL },
        { "{\"fixed\": false, \"len\": 0, \"filler\": -1}", NULL },
        { "{\"len\": 0}", "len = 0 is out of range" },
        { "{\"len\": 65536}", "len = 65536 is out of range" },
        { "{\"len\": 4294967303}", "len = 4294967303 is out of range" },
        { "{\"fixed\": false, \"len\": -1}", "len = -1 is out of range" },
        { "{\"len\": \"7\"}", "text layout: Expected integer" },
        { "{\"len\": 7.5}", "text layout: Expected integer" },
        { "{\"filler\": -2}", "filler = -2 is no piece" },
        { "{\"filler\": 12}", "filler = 12 is no piece" },
        { "{\"filler\": 4294967296}", "filler = 4294967296 is no piece" },
        { "{\"fixed\": 1}", "text layout: Expected true or false" },
        { "{\"tokenizer\": \"sub\"}", "unknown tokenizer 'sub'" },
        { "{\"tokenizer\": \"subword\"}", "subwords in rows of a fixed length" },
        { "{\"normal\": \"nfc\"}", NULL },
        { "{\"normal\": \"nfd\"}", "unknown normal form 'nfd'" },
        { "{\"normal\": 1}", "text layout: Expected string" },
        { "{\"tokenizer\": null}", "text layout: Expected string" },
        { "{\"vocab\": []}", "vocabulary: 'pieces' or 'special' is missing" },
        { "{\"vocab\": {\"pieces\": [], \"special\": {}}}", "a vocabulary of 0 pieces" },
    };
    struct err err;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        json_t *json = changed(cases[i].change);
        struct codec c = { 0 };
        int got = codec_from_json(&c, json, &err);
        if (got != (cases[i].says ? -1 : 0))
            fail_msg("%s: %d", cases[i].change, got);
        if (cases[i].says && !strstr(err.msg, cases[i].says))
            fail_msg("%s: '%s'", cases[i].change, err.msg);
        codec_release(&c);
        json_decref(json);
    }
    struct codec c;
    json_t *json = changed("{}");
    json_object_del(json, "reverse");
    assert_int_equal(codec_from_json(&c, json, &err), -1);
    json_decref(json);
    assert_int_equal(codec_from_json(&c, NULL, &err), -1);
}

static void ids_of_more_than_two_bytes_are_refused(void **state)
{
    (void)state;
    struct err err;
    char piece[16];
    for (int size = CODEC_VOCAB_MAX; size <= CODEC_VOCAB_MAX + 1; size++) {
        struct codec c = codec_of("", false, 0), back = { 0 };
        for (int i = 0; i < size; i++)
            vocab_add(c.vocab, piece, (size_t)snprintf(piece, sizeof piece, "w%d", i));
        json_t *json = codec_to_json(&c);
        assert_int_equal(codec_from_json(&back, json, &err),
                         size == CODEC_VOCAB_MAX ? 0 : -1);
        json_decref(json);
        codec_release(&back);
        codec_release(&c);
    }
    assert_non_null(strstr(err.msg, "a vocabulary of 65536 pieces: 1 to 65535"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_cut_into_pieces),
        cmocka_unit_test(tokenizers_are_found_by_name),
        cmocka_unit_test(fixed_rows_are_filled_up),
        cmocka_unit_test(kept_spaces_are_pieces),
        cmocka_unit_test(free_rows_end_in_the_end),
        cmocka_unit_test(decoding_stops_at_the_end_and_skips_specials),
        cmocka_unit_test(words_are_joined_with_single_spaces),
        cmocka_unit_test(tokens_are_joined_as_they_were),
        cmocka_unit_test(what_cannot_be_a_row_is_refused),
        cmocka_unit_test(a_huge_text_is_refused),
        cmocka_unit_test(every_layout_gives_the_text_back),
        cmocka_unit_test(json_keeps_the_layout),
        cmocka_unit_test(hostile_json_is_refused),
        cmocka_unit_test(ids_of_more_than_two_bytes_are_refused),
    };
    return cmocka_run_group_tests_name("codec", tests, NULL, NULL);
}
