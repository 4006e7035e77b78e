/* width: columns of code points and clusters. */
#include "ui/width.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <unictype.h>
#include <wchar.h>

#include <cmocka.h>

static void code_points(void **state)
{
    (void)state;
    static const struct {
        uint32_t c;
        int width;
    } known[] = {
        { 'a', 1 }, { ' ', 1 }, { '~', 1 }, { 0xe4, 1 }, { 0x2588, 1 }, { 0x28ff, 1 },
        { 0x2800, 1 }, { 0x2611, 1 }, { 0x26a0, 1 }, { 0x4e2d, 2 }, { 0xac00, 2 },
        { 0xff21, 2 }, { 0x1f600, 2 }, { 0x1f3d3, 2 }, { 0x1f1e6, 1 }, { 0x301, 0 },
        { 0x94d, 0 }, { 0xfe0f, 0 }, { 0x20e3, 0 }, { 0x1160, 0 }, { 0x4dc0, 2 },
        { 0, -1 }, { 0x1b, -1 }, { 0x7f, -1 }, { 0x9b, -1 }, { 0xad, -1 }, { 0x200b, -1 },
        { 0x200d, -1 }, { 0x202e, -1 }, { 0x2028, -1 }, { 0xd800, -1 }, { 0xe000, -1 },
        { 0xfeff, -1 }, { 0xffff, -1 }, { 0xe0041, -1 }, { 0x10ffff, -1 },
        { 0x110000, -1 }, { UINT32_MAX, -1 },
    };
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (width_char(known[i].c) != known[i].width)
            fail_msg("U+%04X: %d", (unsigned)known[i].c, width_char(known[i].c));
}

static void clusters(void **state)
{
    (void)state;
    static const struct {
        uint32_t c[8];
        size_t n;
        int width;
    } known[] = {
        { { 'e', 0x301 }, 2, 1 },
        { { 0x4e2d, 0x301 }, 2, 2 },
        { { 0x1f468, 0x200d, 0x1f469, 0x200d, 0x1f467 }, 5, 2 }, /* family */
        { { 0x1f1e9, 0x1f1ea }, 2, 2 },                          /* flag */
        { { 0x1f1e9 }, 1, 1 },
        { { 0x2764, 0xfe0f }, 2, 2 },                            /* red heart */
        { { 0x2764 }, 1, 1 },
        { { '1', 0xfe0f, 0x20e3 }, 3, 2 },                       /* keycap */
        { { 0x1f44d, 0x1f3fd }, 2, 2 },                          /* skin tone */
        { { 'a', 0x202e }, 2, -1 },
        { { 0x200d }, 1, -1 },
    };
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        assert_int_equal(width_cluster(known[i].c, known[i].n), known[i].width);
}

static void text(void **state)
{
    (void)state;
    assert_int_equal(width_text("", 0), 0);
    assert_int_equal(width_text("10+12", 5), 5);
    assert_int_equal(width_text("日本", 6), 4);
    assert_int_equal(width_text("e\xcc\x81", 3), 1);
    assert_int_equal(width_text("\xff\xfe", 2), 2);
}

/* ncurses counts with wcwidth(): where it counts otherwise, screen.c must give way.
 * That has to stay an exception, so newer tables may differ in few places only. */
static void as_the_c_library(void **state)
{
    (void)state;
    int checked = 0, different = 0;
    if (!setlocale(LC_CTYPE, "C.UTF-8"))
        skip();
    for (uint32_t c = 0x20; c < 0x30000; c++) {
        int ours = width_char(c), theirs = wcwidth((wchar_t)c);
        if (ours < 0 || theirs < 0)
            continue;
        checked++;
        different += ours != theirs;
    }
    assert_true(checked > 100000);
    assert_in_range(different, 0, 250);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(code_points),
        cmocka_unit_test(clusters),
        cmocka_unit_test(text),
        cmocka_unit_test(as_the_c_library),
    };
    return cmocka_run_group_tests_name("width", tests, NULL, NULL);
}
