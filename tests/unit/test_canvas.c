/* canvas: what is drawn stands where it should, and nowhere else. */
#include "ui/canvas.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct canvas *c;

static int utf8(void **state)
{
    (void)state;
    ui_utf8_set(true);
    theme_init();
    c = canvas_new(10, 3);
    return 0;
}

static int ascii(void **state)
{
    utf8(state);
    ui_utf8_set(false);
    theme_init();
    return 0;
}

static int end(void **state)
{
    (void)state;
    canvas_free(c);
    return 0;
}

static void shows(const char *expected)
{
    struct str s = STR_INIT;
    canvas_dump(c, &s);
    assert_string_equal(str_cstr(&s), expected);
    str_release(&s);
}

static struct area all(void)
{
    return canvas_area(c);
}

static void text_is_clipped(void **state)
{
    (void)state;
    assert_int_equal(area_text(all(), 7, 0, INK_TEXT, "abcdef"), 6);
    area_text(all(), -2, 1, INK_TEXT, "abcd");
    area_text(all(), 0, -1, INK_TEXT, "above");
    area_text(all(), 0, 3, INK_TEXT, "below");
    area_textf(all(), 0, 2, INK_TEXT, "%d%%", 42);
    shows("       abc\ncd\n42%\n");
    assert_int_equal(canvas_cell(c, 7, 0)->ink, INK_TEXT);
}

static void areas_keep_to_themselves(void **state)
{
    (void)state;
    struct area inner = area_sub(all(), 2, 1, 4, 9);
    assert_int_equal(inner.h, 2);
    area_text(inner, 2, 0, INK_BAD, "overflow");
    area_text(inner, -1, 1, INK_BAD, "xy");
    area_fill(area_sub(inner, 3, 1, 50, 50), '#', INK_TEXT);
    area_char(inner, 4, 0, '!', INK_TEXT);
    area_char(inner, 0, 2, '!', INK_TEXT);
    shows("\n    ov\n  y  #\n");
    struct area corner = area_sub(inner, -3, -2, 5, 3);
    assert_true(corner.x == 2 && corner.y == 1 && corner.w == 2 && corner.h == 1);
    struct area none = area_sub(inner, 8, 8, 3, 3);
    assert_int_equal(none.w, 0);
    assert_int_equal(none.h, 0);
    area_fill(none, '#', INK_TEXT);
    shows("\n    ov\n  y  #\n");
}

static void wide_characters_are_whole_or_not_there(void **state)
{
    (void)state;
    area_text(all(), 0, 0, INK_TEXT, "日本日本日本");
    area_text(all(), 1, 0, INK_TEXT, "x"); /* the right half of the first */
    area_text(all(), 4, 0, INK_TEXT, "y"); /* the left half of the third */
    area_text(all(), 1, 1, INK_TEXT, "日本日本日"); /* the last one has no room */
    shows(" x本y 本日\n 日本日本\n\n");
    assert_int_equal(canvas_cell(c, 2, 0)->width, 2);
    assert_int_equal(canvas_cell(c, 3, 0)->width, 0);
    assert_int_equal(canvas_cell(c, 9, 1)->width, 1);
}

static void marks_stand_on_their_character(void **state)
{
    (void)state;
    assert_int_equal(area_text(all(), 0, 0, INK_TEXT, "e\u0301a日\u0302b"), 5);
    assert_int_equal(canvas_cell(c, 0, 0)->ch[1], 0x301);
    assert_int_equal(canvas_cell(c, 2, 0)->ch[1], 0x302);
    assert_int_equal(canvas_cell(c, 1, 0)->ch[1], 0);
    shows("e\u0301a日\u0302b\n\n\n");
    area_text(all(), 0, 0, INK_TEXT, "e");
    shows("ea日\u0302b\n\n\n");
}

static void foreign_text_is_made_safe(void **state)
{
    (void)state;
    area_text(all(), 0, 0, INK_TEXT, "a\033[2Jb");
    area_textn(all(), 0, 1, INK_TEXT, "a\0\n", 3);
    area_text(all(), 0, 2, INK_TEXT, "\xff\u202e");
    shows("a␛[2Jb\na␀␊\n\\xff\\u202e\n");
}

static void fields_say_when_they_are_cut(void **state)
{
    (void)state;
    assert_int_equal(area_field(all(), 1, 0, 5, INK_TEXT, "abcde", 5), 5);
    assert_int_equal(area_field(all(), 1, 1, 5, INK_TEXT, "abcdef", 6), 5);
    assert_int_equal(area_field(all(), 1, 2, 5, INK_TEXT, "日本日", 9), 5);
    shows(" abcde\n abcd…\n 日本…\n");
    area_field(all(), 0, 0, 0, INK_TEXT, "abc", 3);
    area_field(all(), 0, 0, -3, INK_TEXT, "abc", 3);
    shows(" abcde\n abcd…\n 日本…\n");
}

static void right_aligned(void **state)
{
    (void)state;
    assert_int_equal(area_right(all(), 10, 0, INK_TEXT, "abc"), 7);
    assert_int_equal(area_right(all(), 2, 1, INK_TEXT, "abc"), -1);
    shows("       abc\nbc\n\n");
}

static void boxes(void **state)
{
    (void)state;
    struct area in = area_box(all(), "loss", INK_FRAME);
    assert_int_equal(in.w, 8);
    assert_int_equal(in.h, 1);
    area_text(in, 0, 0, INK_TEXT, "0123456789");
    shows("┌─ loss ─┐\n│01234567│\n└────────┘\n");
    canvas_clear(c);
    assert_int_equal(area_box(area_sub(all(), 0, 0, 10, 2), "x", INK_FRAME).h, 0);
    area_box(area_sub(all(), 0, 0, 9, 3), "long name", INK_FRAME);
    shows("┌─ lo… ─┐\n│       │\n└───────┘\n");
}

static void boxes_in_ascii(void **state)
{
    (void)state;
    area_box(all(), "läss", INK_FRAME);
    shows("+- l\\u~ -+\n|        |\n+--------+\n");
}

static void other_sizes(void **state)
{
    (void)state;
    canvas_resize(c, 0, -4);
    assert_int_equal(c->w, 1);
    assert_int_equal(c->h, 1);
    area_text(all(), 0, 0, INK_TEXT, "日");
    shows("\n");
    canvas_resize(c, 3, 2);
    area_text(all(), 0, 1, INK_TEXT, "abc");
    shows("\nabc\n");
}

int main(void)
{
#define IN(setup, test) cmocka_unit_test_setup_teardown(test, setup, end)
    const struct CMUnitTest tests[] = {
        IN(utf8, text_is_clipped),
        IN(utf8, areas_keep_to_themselves),
        IN(utf8, wide_characters_are_whole_or_not_there),
        IN(utf8, marks_stand_on_their_character),
        IN(utf8, foreign_text_is_made_safe),
        IN(utf8, fields_say_when_they_are_cut),
        IN(utf8, right_aligned),
        IN(utf8, boxes),
        IN(ascii, boxes_in_ascii),
        IN(utf8, other_sizes),
    };
    return cmocka_run_group_tests_name("canvas", tests, NULL, NULL);
}
