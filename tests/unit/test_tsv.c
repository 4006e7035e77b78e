#include "base/file.h"
#include "tests/unit/data_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

/* Everything up to the end or the error, as "line:source>target|..."; a line that is
 * broken, as "line!why|". */
static int read_all(struct str *out, struct err *err)
{
    struct settings s;
    struct example ex;
    int got;
    settings_init(&s);
    str_clear(out);
    void *r = reader_tsv.open(&s, path, err);
    assert_non_null(r);
    while ((got = reader_tsv.next(r, &ex, err)) > 0)
        if (ex.kind == EXAMPLE_BROKEN)
            str_addf(out, "%ld!%s|", ex.line, ex.why);
        else
            str_addf(out, "%ld:%s>%s|", ex.line, ex.src, ex.tgt);
    reader_tsv.close(r);
    return got;
}

static void lines_become_examples(void **state)
{
    (void)state;
    static const struct {
        const char *file, *want;
    } cases[] = {
        { "", "" },
        { "a\tb\n", "1:a>b|" },
        { "a\tb", "1:a>b|" },
        { "\xef\xbb\xbfGo.\tVa !\r\nHi.\tSalut\r\n", "1:Go.>Va !|2:Hi.>Salut|" },
        { "a\tb\n\xef\xbb\xbfGo.\tVa !\n", "1:a>b|2:\xef\xbb\xbfGo.>Va !|" },
        { "a b\tc  d\tCC-BY 2.0\tmore\n", "1:a b>c  d|" },
        { "a\tb\t\n", "1:a>b|" },
        { "# no comment\tb\n", "1:# no comment>b|" },
        { " a \t b \n", "1: a > b |" },
    };
    struct str got = STR_INIT;
    struct err err;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        put_bytes(cases[i].file, strlen(cases[i].file));
        if (read_all(&got, &err) != 0)
            fail_msg("case %zu: %s", i, err.msg);
        assert_string_equal(str_cstr(&got), cases[i].want);
    }
    str_release(&got);
}

#define BYTES(text) text, sizeof text - 1

static void bad_lines_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *file;
        size_t n;
        const char *want;
    } cases[] = {
        { BYTES("a\tb\nab\n"), "1:a>b|2!no tab between source and target|" },
        { BYTES("a\tb\n\n"), "1:a>b|2!no tab between source and target|" },
        { BYTES("\tb\n"), "1!the source is empty|" },
        { BYTES("  \tb\n"), "1!the source is empty|" },
        { BYTES("\xef\xbb\xbf\tb\n"), "1!the source is empty|" },
        { BYTES("a\t\n"), "1!the target is empty|" },
        { BYTES("a\t\r\n"), "1!the target is empty|" },
        { BYTES("a\t \tc\n"), "1!the target is empty|" },
        { BYTES("a\tb\nc\t\xff\n"), "1:a>b|2!the line is not valid UTF-8|" },
        { BYTES("a\tb\tc\xc3\n"), "1!the line is not valid UTF-8|" },
        { BYTES("a\tb\0c\n"), "1!the line has a NUL byte|" },
        { BYTES("a\nc\td\n\te\n"), "1!no tab between source and target|2:c>d|"
                                   "3!the source is empty|" },
    };
    struct str got = STR_INIT;
    struct err err;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        put_bytes(cases[i].file, cases[i].n);
        assert_int_equal(read_all(&got, &err), 0);
        assert_string_equal(str_cstr(&got), cases[i].want);
    }
    str_release(&got);
}

static void the_longest_line_is_65535_bytes(void **state)
{
    (void)state;
    struct str text = STR_INIT, got = STR_INIT;
    struct err err;
    str_add(&text, "a\t");
    while (text.n < 65535)
        str_addc(&text, 'x');
    str_add(&text, "\nc\td\n");
    put_bytes(text.s, text.n);
    assert_int_equal(read_all(&got, &err), 0);
    assert_non_null(strstr(got.s, "|2:c>d|"));
    text.s[65535] = 'x';
    put_bytes(text.s, text.n);
    assert_int_equal(read_all(&got, &err), 0);
    assert_string_equal(got.s, "1!the line is longer than 65535 bytes|");
    str_release(&text);
    str_release(&got);
}

static void one_source_is_on_one_side(void **state)
{
    (void)state;
    struct settings s;
    struct example ex;
    struct err err;
    uint64_t key[4];
    settings_init(&s);
    put_bytes(BYTES("a\tb\na\tc\nb\ta\n"));
    for (int seed = 1; seed <= 2; seed++) {
        s.data_seed = seed;
        void *r = reader_tsv.open(&s, path, &err);
        for (int i = 0; i < 3; i++) {
            assert_int_equal(reader_tsv.next(r, &ex, &err), 1);
            key[i] = ex.key;
        }
        reader_tsv.close(r);
        assert_true(key[0] == key[1]);
        assert_true(key[0] != key[2]);
        assert_true(seed == 1 || key[0] != key[3]);
        key[3] = key[0];
    }
}

static void what_cannot_be_opened_is_said(void **state)
{
    (void)state;
    struct settings s;
    struct example ex;
    struct err err;
    settings_init(&s);
    assert_null(reader_tsv.open(&s, "/none/x.tsv", &err));
    assert_string_equal(err.msg, "cannot open '/none/x.tsv': No such file or directory");
    void *r = reader_tsv.open(&s, "/", &err);
    if (r) { /* a folder opens, but does not read */
        assert_int_equal(reader_tsv.next(r, &ex, &err), -1);
        assert_string_equal(err.msg, "cannot read '/': Is a directory");
        reader_tsv.close(r);
    }
}

static void readers_are_found_by_name_or_file(void **state)
{
    (void)state;
    struct settings s;
    struct err err;
    settings_init(&s);
    for (int i = 0; reader_table[i]; i++) {
        const struct reader *r = reader_table[i];
        assert_int_equal(settings_set(&s, "data", r->generates ? r->name : path, &err), 0);
        if (!r->generates)
            assert_int_equal(settings_set(&s, "format", r->name, &err), 0);
        assert_ptr_equal(reader_find(&s, &err), r);
    }
    assert_int_equal(settings_set(&s, "format", "tsv", &err), 0);
    assert_int_equal(settings_set(&s, "data", "tsv", &err), 0); /* no generator */
    assert_null(reader_find(&s, &err));
    assert_string_equal(err.msg, "data: 'tsv' is neither a file that can be read nor one "
                                 "of: arithmetic, reverse, waves");
    assert_int_equal(settings_set(&s, "origin", "the moon", &err), 0);
    assert_null(reader_find(&s, &err));
    assert_string_equal(err.msg, "data: there is no file 'tsv' here: get it from the moon, "
                                 "or set data to where it is");
    assert_int_equal(settings_set(&s, "data", "/", &err), 0);
    assert_null(reader_find(&s, &err));
    assert_int_equal(settings_set(&s, "data", "", &err), 0);
    assert_null(reader_find(&s, &err));
}

static void files_are_placed_by_their_folders(void **state)
{
    (void)state;
    struct settings s;
    struct err err;
    char none[] = "/none", tmp[] = "/tmp", *folders[] = { none, tmp };
    const char *base = strrchr(path, '/') + 1;
    settings_init(&s);
    assert_int_equal(reader_place(&s, folders, 2, &err), 0);
    assert_string_equal(s.data, "arithmetic");
    assert_int_equal(settings_set(&s, "data", base, &err), 0);
    assert_int_equal(reader_place(&s, folders, 2, &err), 0);
    assert_string_equal(s.data, path);
    assert_int_equal(settings_set(&s, "data", "nowhere.tsv", &err), 0);
    assert_int_equal(reader_place(&s, folders, 2, &err), 0);
    assert_string_equal(s.data, "nowhere.tsv");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_become_examples),
        cmocka_unit_test(bad_lines_are_named),
        cmocka_unit_test(the_longest_line_is_65535_bytes),
        cmocka_unit_test(one_source_is_on_one_side),
        cmocka_unit_test(what_cannot_be_opened_is_said),
        cmocka_unit_test(readers_are_found_by_name_or_file),
        cmocka_unit_test(files_are_placed_by_their_folders),
    };
    return cmocka_run_group_tests_name("tsv", tests, make_path, drop_path);
}
