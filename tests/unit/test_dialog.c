/* Dialogues, line by line. */
#include "tests/unit/data_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

/* "a>b@2 b>c@3 " for the pairs that are read, "!LINE: WHY " for what is broken; want may
 * leave out the end of the last reason. */
static void reads(const char *turns, const char *text, const char *want)
{
    struct settings s;
    struct example ex;
    struct err err;
    struct str got = STR_INIT;
    put_file(text);
    settings_init(&s);
    assert_int_equal(settings_set(&s, "turns", turns, NULL), 0);
    void *r = reader_dialog.open(&s, path, &err);
    int more;
    bool broken = false;
    while ((more = reader_dialog.next(r, &ex, &err)) > 0) {
        broken = ex.kind == EXAMPLE_BROKEN;
        if (broken)
            str_addf(&got, "!%ld: %s ", ex.line, ex.why);
        else
            str_addf(&got, "%s>%s@%ld ", ex.src, ex.tgt, ex.line);
    }
    assert_int_equal(more, 0);
    reader_dialog.close(r);
    if (strncmp(str_cstr(&got), want, strlen(want)) || (!broken && got.n != strlen(want)))
        fail_msg("%s: '%s', not '%s'", turns, str_cstr(&got), want);
    str_release(&got);
}

static void every_second_line_replies(void **state)
{
    (void)state;
    reads("pairs", "a\nb\nc\nd\n", "a>b@2 c>d@4 ");
    reads("pairs", "\xef\xbb\xbf" "a\r\nb\r\n", "a>b@2 ");
    reads("pairs", "a\nb\n\n  \nc\nd", "a>b@2 c>d@6 ");
    reads("pairs", "a\nb\nc\n", "a>b@2 !3: a prompt without a reply: set turns = all");
    reads("pairs", "a\n\nb\nc\n",
          "!1: a prompt without a reply: set turns = all if every line replies to "
          "the one before b>c@4 ");
    reads("pairs", "", "");
}

static void every_line_replies(void **state)
{
    (void)state;
    reads("all", "a\nb\nc\nd\n", "a>b@2 b>c@3 c>d@4 ");
    reads("all", "a\nb\n\nc\nd\n", "a>b@2 c>d@5 ");
    reads("all", "a\n\nb\n", "");
}

static void bad_lines_are_named(void **state)
{
    (void)state;
    reads("all", "a\nb\xff\n", "!2: the line is not valid UTF-8");
}

static void nothing_to_open(void **state)
{
    (void)state;
    struct settings s;
    struct err err;
    settings_init(&s);
    assert_null(reader_dialog.open(&s, "/none/x", &err));
    assert_string_equal(err.msg, "cannot open '/none/x': No such file or directory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_second_line_replies),
        cmocka_unit_test(every_line_replies),
        cmocka_unit_test(bad_lines_are_named),
        cmocka_unit_test(nothing_to_open),
    };
    return cmocka_run_group_tests_name("dialog", tests, make_path, drop_path);
}
