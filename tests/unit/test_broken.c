/* Data that is not as it should be: refused, or skipped and listed. */
#include "tests/unit/data_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

static const char broken_file[] = "a\tb\nab\n\tc\nc\td\ne f\tg\n";

static void broken_lines_refuse_the_file(void **state)
{
    (void)state;
    struct settings s = config("tokenizer = word\nlength = free\nvalid = 0", broken_file);
    struct dataset ds;
    struct err err;
    assert_int_equal(dataset_load(&ds, &s, &err), -1);
    assert_string_equal(err.msg, "no tab between source and target (and 1 more bad line)");
    assert_non_null(strstr(err.where, ":2"));
    s = config("tokenizer = word\nlength = free\nvalid = 0", "a\n");
    assert_int_equal(dataset_load(&ds, &s, &err), -1);
    assert_string_equal(err.msg, "no tab between source and target");
}

static void broken_lines_are_skipped_and_listed(void **state)
{
    (void)state;
    struct dataset ds;
    struct str want = STR_INIT;
    load(&ds, "tokenizer = word\nlength = free\nvalid = 0\nbroken = skip", broken_file);
    assert_int_equal(ds.train.n, 3);
    assert_int_equal(ds.skipped.count, 2);
    str_addf(&want, "%s:2\tno tab between source and target\n%s:3\tthe source is empty\n",
             path, path);
    assert_string_equal(ds.skipped.text.s, want.s);
    dataset_release(&ds);
    str_release(&want);
}

static void lines_too_long_to_encode_are_skipped_too(void **state)
{
    (void)state;
    struct str file = STR_INIT;
    struct dataset ds;
    str_add(&file, "a\tb\n");
    for (int i = 0; i < 20000; i++)
        str_add(&file, "w ");
    str_add(&file, "\tc\nc\td\n");
    load(&ds, "tokenizer = word\nlength = free\nvalid = 0\nbroken = skip", file.s);
    assert_int_equal(ds.train.n, 2);
    assert_int_equal(ds.skipped.count, 1);
    assert_non_null(strstr(ds.skipped.text.s, ":2\t"));
    assert_true(ds.src.len < 10);
    dataset_release(&ds);
    str_release(&file);
}

static void only_the_file_that_is_meant_is_trained_on(void **state)
{
    (void)state;
    struct settings s;
    struct dataset ds;
    struct err err;
    load(&ds, "valid = 0\n"
         "sha256 = 5dd1197866f479824d9b483e1b7ae9ad3e518f3b4fd447c6b92d127dda6178c5", "a\tb\n");
    dataset_release(&ds);
    s = config("valid = 0\n"
               "sha256 = 5dd1197866f479824d9b483e1b7ae9ad3e518f3b4fd447c6b92d127dda6178c5",
               "a\tc\n");
    assert_int_equal(dataset_load(&ds, &s, &err), -1);
    assert_non_null(strstr(err.msg, "is not the file that is meant: its SHA-256 is"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(broken_lines_refuse_the_file),
        cmocka_unit_test(broken_lines_are_skipped_and_listed),
        cmocka_unit_test(lines_too_long_to_encode_are_skipped_too),
        cmocka_unit_test(only_the_file_that_is_meant_is_trained_on),
    };
    return cmocka_run_group_tests_name("broken", tests, make_path, drop_path);
}
