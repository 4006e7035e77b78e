/* The layouts of rows that the seed systems have. */
#include "base/file.h"
#include "tests/unit/data_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

static void assert_ids(const uint16_t *got, int n, const int *want, int want_n)
{
    assert_int_equal(n, want_n);
    for (int i = 0; i < n; i++)
        assert_int_equal(pairs_id(got[i]), want[i]);
}

/* Keras' lstm_seq2seq: TAB and newline are the first two of the sorted characters, rows
 * are as long as start, text and end, and spaces fill them up. */
static void rows_of_fixed_length_may_have_an_end(void **state)
{
    (void)state;
    struct dataset ds;
    struct batch b;
    struct arena *a = arena_new();
    load(&ds, "arch = transfer\nspaces = yes\nmark_end = yes\nvalid = 0\n",
         "a b\txyz\nb\ty\n");
    assert_pieces(&ds.src, " ab");
    assert_pieces(&ds.tgt, "<s></s> xyz");
    assert_ids(pairs_src(&ds.train, 1), ds.train.src_n[1], (int[]){ 2, 0, 0 }, 3);
    assert_ids(pairs_tgt(&ds.train, 0), ds.train.tgt_n[0], (int[]){ 3, 4, 5, 1, 2 }, 5);
    assert_ids(pairs_tgt(&ds.train, 1), ds.train.tgt_n[1], (int[]){ 4, 1, 2, 2, 2 }, 5);
    batch_make(&b, a, &ds.train, (int[]){ 1 }, 1, 0);
    static const int in[] = { 0, 4, 1, 2, 2 }, out[] = { 4, 1, 2, 2, 2 };
    assert_memory_equal(b.in, in, sizeof in);
    assert_memory_equal(b.out, out, sizeof out);
    struct str text = STR_INIT;
    codec_decode(&ds.tgt, out, 5, &text);
    assert_string_equal(text.s, "y");
    str_release(&text);
    dataset_release(&ds);

    /* 2017: zero vectors, which cost nothing, but which a row's length counts */
    load(&ds, "arch = transfer\nspaces = yes\nmark_end = yes\npad = nothing\n"
              "valid = 0\n",
         "a b\txyz\nb\ty\n");
    assert_pieces(&ds.tgt, "<s></s>xyz");
    assert_ids(pairs_src(&ds.train, 1), ds.train.src_n[1], (int[]){ 2, -1, -1 }, 3);
    batch_make(&b, a, &ds.train, (int[]){ 1 }, 1, 0);
    static const int in17[] = { 0, 3, 1, -1, -1 }, out17[] = { 3, 1, -1, -1, -1 };
    assert_memory_equal(b.in, in17, sizeof in17);
    assert_memory_equal(b.out, out17, sizeof out17);
    assert_int_equal(b.targets, 5);
    dataset_release(&ds);
    arena_free(a);
}

static void sources_may_be_wrapped(void **state)
{
    (void)state;
    static const char file[] = "how are you\tca va\nhello\tbonjour\n";
    struct dataset ds;
    load(&ds, "arch = transfer\ntokenizer = word\nlength = free\nwrap = yes\nvalid = 0\n",
         file);
    assert_pieces(&ds.src, "<s></s><unk>arehellohowyou");
    assert_int_equal(ds.src.len, 5);
    assert_ids(pairs_src(&ds.train, 0), ds.train.src_n[0], (int[]){ 0, 5, 3, 6, 1 }, 5);
    dataset_release(&ds);
    load(&ds, "arch = repeat\ntokenizer = word\nlength = free\nspecials = all\n"
              "valid = 0\n",
         file);
    assert_pieces(&ds.src, "<pad><s></s><unk>arehellohowyou");
    assert_pieces(&ds.tgt, "<pad><s></s><unk>bonjourcava");
    dataset_release(&ds);
}

static void capitals_may_become_small(void **state)
{
    (void)state;
    struct dataset ds;
    struct ids row = { 0 };
    load(&ds, "tokenizer = word\nlength = free\nlower = yes\nvalid = 0\n",
         "Éa B\tC c\nb\tÜ\n");
    assert_pieces(&ds.src, "<unk>béa");
    assert_pieces(&ds.tgt, "</s><unk>cü");
    assert_int_equal(codec_encode(&ds.src, "ÉA", &row, NULL), 0);
    assert_int_equal(row.id[0], 2);
    ids_release(&row);
    dataset_release(&ds);
}

static void what_is_too_long_may_be_cut(void **state)
{
    (void)state;
    struct settings s;
    struct dataset ds;
    struct err err;
    static const char file[] = "a b c d\tx y z\n";
    load(&ds, "tokenizer = word\nlength = free\ncut = yes\nsrc_len = 3\ntgt_len = 2\n"
              "valid = 0\n",
         file);
    assert_int_equal(ds.train.src_n[0], 3);
    assert_int_equal(ds.train.tgt_n[0], 3); /* x y </s> */
    assert_string_equal(codec_piece(&ds.tgt, pairs_tgt(&ds.train, 0)[2]), "</s>");
    dataset_release(&ds);
    s = config("tokenizer = word\nlength = free\nsrc_len = 3\nvalid = 0\n", file);
    assert_int_equal(dataset_load(&ds, &s, &err), -1);
    assert_non_null(strstr(err.msg, "4 words are too many: at most 3"));
}

static void rare_words_may_be_left_out(void **state)
{
    (void)state;
    struct dataset ds;
    load(&ds, "tokenizer = word\nlength = free\nwords = 2\nvalid = 0\nunk_limit = 1\n",
         "b a c\ty\nc b d\tx\n");
    assert_pieces(&ds.src, "<unk>bc"); /* twice each */
    assert_pieces(&ds.tgt, "</s><unk>xy");
    assert_ids(pairs_src(&ds.train, 0), ds.train.src_n[0], (int[]){ 1, 0, 2 }, 3);
    dataset_release(&ds);
}

static void the_first_lines_may_be_enough(void **state)
{
    (void)state;
    struct dataset ds;
    load(&ds, "length = free\nfirst = 2\nvalid = 0\n", "a\tx\nb\ty\nc\tz\nno pair\n");
    assert_int_equal(ds.train.n, 2);
    assert_pieces(&ds.src, "ab");
    dataset_release(&ds);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_of_fixed_length_may_have_an_end),
        cmocka_unit_test(sources_may_be_wrapped),
        cmocka_unit_test(capitals_may_become_small),
        cmocka_unit_test(what_is_too_long_may_be_cut),
        cmocka_unit_test(rare_words_may_be_left_out),
        cmocka_unit_test(the_first_lines_may_be_enough),
    };
    return cmocka_run_group_tests_name("layout", tests, make_path, drop_path);
}
