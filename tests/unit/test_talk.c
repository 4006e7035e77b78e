/* Talks: several turns in one text, as sources, and put together from a dialogue. */
#include "text/talk.h"

#include "corpora/context.h"
#include "tests/unit/data_file.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void turn_is(const char **at, const char *want)
{
    size_t n;
    const char *turn = talk_turn(at, &n);
    assert_int_equal(n, strlen(want));
    assert_memory_equal(turn, want, n);
}

static void turns_are_found(void **state)
{
    const char *at = " a b __eou__c__eou__  __eou__ d";
    (void)state;
    assert_int_equal(talk_turns(""), 0);
    assert_int_equal(talk_turns("a"), 1);
    assert_int_equal(talk_turns(at), 4);
    assert_string_equal(talk_last(at), "d");
    assert_string_equal(talk_last(" a"), " a");
    assert_string_equal(talk_last("a __eou__"), "");
    turn_is(&at, "a b");
    turn_is(&at, "c");
    turn_is(&at, "");
    turn_is(&at, "d");
    assert_null(at);
}

static void talks_grow_and_are_shortened(void **state)
{
    struct str s = STR_INIT;
    (void)state;
    talk_keep(&s, 2);
    assert_string_equal(str_cstr(&s), "");
    talk_add(&s, "a", 1);
    talk_add(&s, "bc", 1);
    talk_add(&s, "c", 1);
    assert_string_equal(s.s, "a __eou__ b __eou__ c");
    talk_keep(&s, 3);
    assert_string_equal(s.s, "a __eou__ b __eou__ c");
    talk_keep(&s, 2);
    assert_string_equal(s.s, "b __eou__ c");
    talk_drop(&s);
    assert_string_equal(s.s, "b");
    talk_drop(&s);
    talk_drop(&s);
    assert_string_equal(s.s, "");
    talk_add(&s, "a", 1);
    talk_keep(&s, 0);
    assert_string_equal(s.s, "");
    str_release(&s);
}

/* ---- as a source ----------------------------------------------------------------- */

static struct codec talk_codec(int turns)
{
    struct codec c = { .tokenizer = &tokenizer_word, .vocab = vocab_new(), .turns = turns,
                       .filler = -1, .keep_spaces = true };
    vocab_add_special(c.vocab, VOCAB_EOS);
    vocab_add_special(c.vocab, VOCAB_UNK);
    for (const char *p = "abcde"; *p; p++)
        vocab_add(c.vocab, p, 1);
    return c;
}

static void row_is(const struct codec *c, const char *text, const char *row, const char *back)
{
    struct ids ids = { 0 };
    struct str got = STR_INIT;
    struct err err;
    assert_int_equal(codec_encode(c, text, &ids, &err), 0);
    for (int i = 0; i < ids.n; i++)
        str_add(&got, codec_piece(c, ids.id[i]));
    assert_string_equal(got.s, row);
    str_clear(&got);
    codec_decode(c, ids.id, ids.n, &got);
    assert_string_equal(str_cstr(&got), back);
    str_release(&got);
    ids_release(&ids);
}

static void the_last_turns_are_read(void **state)
{
    struct codec c = talk_codec(2), again;
    struct ids ids = { 0 };
    struct err err;
    (void)state;
    row_is(&c, "a b", "ab</s>", "a b");
    row_is(&c, "a b __eou__ c", "ab</s>c</s>", "a b __eou__ c");
    row_is(&c, "d __eou__ a b __eou__ c", "ab</s>c</s>", "a b __eou__ c");
    c.len = 4;
    assert_int_equal(codec_encode(&c, "a b c __eou__ d", &ids, &err), -1);
    c.cut = true;
    row_is(&c, "a b c __eou__ d e", "de</s>", "d e");
    row_is(&c, "a b c __eou__ d", "c</s>d</s>", "c __eou__ d");
    json_t *json = codec_to_json(&c);
    assert_int_equal(codec_from_json(&again, json, &err), 0);
    assert_int_equal(again.turns, 2);
    row_is(&again, "d __eou__ a __eou__ c", "a</s>c</s>", "a __eou__ c");
    codec_release(&again);
    json_object_set_new(json, "reverse", json_true());
    assert_int_equal(codec_from_json(&again, json, &err), -1);
    json_object_set_new(json, "reverse", json_false());
    json_object_set_new(json, "turns", json_integer(CODEC_TURNS_MAX + 1));
    assert_int_equal(codec_from_json(&again, json, &err), -1);
    json_decref(json);
    ids_release(&ids);
    codec_release(&c);
}

/* ---- out of a dialogue ----------------------------------------------------------- */

static void joins(struct context *c, const char *src, const char *tgt, bool opens,
                  const char *want)
{
    struct example ex = { .src = src, .tgt = tgt, .opens = opens };
    assert_string_equal(context_join(c, &ex), want);
}

static void a_prompt_goes_on_with_its_talk(void **state)
{
    struct context c = { .most = 2 }, none = { .most = 0 };
    (void)state;
    joins(&c, "a", "b", false, "a");
    joins(&c, "b", "c", false, "a __eou__ b");
    joins(&c, "c", "d", false, "a __eou__ b __eou__ c");
    joins(&c, "d", "e", false, "b __eou__ c __eou__ d");
    joins(&c, "x", "y", false, "x");
    joins(&c, "y", "z", true, "y");
    joins(&c, "p __eou__ q", "r", false, "p __eou__ q");
    joins(&c, "r", "s", false, "p __eou__ q __eou__ r");
    joins(&none, "a", "b", false, "a");
    joins(&none, "b", "c", false, "b");
    context_release(&c);
    context_release(&none);
}

static void data_sets_have_context(void **state)
{
    struct dataset ds;
    struct str got = STR_INIT;
    (void)state;
    load(&ds, "format = dialog\nturns = all\ntokenizer = word\nlength = free\ncontext = 1\n"
              "valid = 0\narch = attention\n", "hi\nyo\nso\n\nhi\nno\n");
    assert_pieces(&ds.src, "</s><unk>hiyo");
    for (int i = 0; i < ds.train.n; i++) {
        for (int k = 0; k < ds.train.src_n[i]; k++)
            str_add(&got, codec_piece(&ds.src, pairs_src(&ds.train, i)[k]));
        str_addc(&got, '|');
    }
    assert_string_equal(got.s, "hi</s>|hi</s>yo</s>|hi</s>|");
    assert_int_equal(ds.src.turns, 2);
    assert_int_equal(ds.tgt.turns, 0);
    dataset_release(&ds);
    str_release(&got);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(turns_are_found),
        cmocka_unit_test(talks_grow_and_are_shortened),
        cmocka_unit_test(the_last_turns_are_read),
        cmocka_unit_test(a_prompt_goes_on_with_its_talk),
        cmocka_unit_test(data_sets_have_context),
    };
    return cmocka_run_group_tests_name("talk", tests, make_path, drop_path);
}
