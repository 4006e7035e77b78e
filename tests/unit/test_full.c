/* The full-screen prompt without a terminal: keys as bytes, running text in a pane. */
#include "base/mem.h"
#include "ui/keys.h"
#include "ui/scroll.h"
#include "ui/sgr.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* ---- keys ------------------------------------------------------------------------ */

static void reads(const char *bytes, bool over, int key, size_t taken)
{
    size_t n;
    assert_int_equal(keys_next(bytes, strlen(bytes), over, &n), key);
    assert_int_equal(n, taken);
}

static void keys_are_read_from_bytes(void **state)
{
    (void)state;
    reads("abc", false, 'a', 1);
    reads("\r", false, '\r', 1);
    reads("\033[A\033[B", false, SCREEN_UP, 3);
    reads("\033OQx", false, SCREEN_F2, 3);
    reads("\033[[Bx", false, SCREEN_F2, 4);
    reads("\033[12~", false, SCREEN_F2, 5);
    reads("\033o", false, SCREEN_F6, 2);
    reads("\033[200~1+1", false, SCREEN_PASTE, 6);
    reads("\033[1;5C!", false, SCREEN_OTHER, 6);
    reads("é", false, SCREEN_OTHER, 2);
    reads("\xff", false, SCREEN_OTHER, 1);
    reads("\033é", false, SCREEN_OTHER, 3);
}

static void the_mouse_is_read_from_bytes(void **state)
{
    (void)state;
    reads("\033[<0;5;12Mx", false, SCREEN_CLICK | 4 | 11 << 12, 10);
    reads("\033[<64;1;1M", false, SCREEN_WHEEL_UP, 10);
    reads("\033[<65;200;50M", false, SCREEN_WHEEL_DOWN | 199 | 49 << 12, 13);
    reads("\033[<0;5;12m", false, SCREEN_POINTER | 4 | 11 << 12, 10); /* let go */
    reads("\033[<2;5;12M", false, SCREEN_POINTER | 4 | 11 << 12, 10); /* the other button */
    reads("\033[<0;999999999;0M", false, SCREEN_CLICK | 0xfff, 17);
    reads("\033[<0;5", false, SCREEN_NONE, 0);
    assert_int_equal(SCREEN_DONE(SCREEN_CLICK | 4 | 11 << 12), SCREEN_CLICK);
    assert_int_equal(SCREEN_AT_X(SCREEN_CLICK | 4 | 11 << 12), 4);
    assert_int_equal(SCREEN_AT_Y(SCREEN_CLICK | 4 | 11 << 12), 11);
}

static void half_a_key_is_waited_for(void **state)
{
    (void)state;
    reads("", false, SCREEN_NONE, 0);
    reads("\033", false, SCREEN_NONE, 0);
    reads("\033[", false, SCREEN_NONE, 0);
    reads("\033[1;", false, SCREEN_NONE, 0);
    reads("\033O", false, SCREEN_NONE, 0);
    reads("\033", true, SCREEN_ESCAPE, 1);
    reads("\033[1", true, SCREEN_ESCAPE, 1);
    reads("\033\033[A", false, SCREEN_ESCAPE, 1);
}

static void every_sequence_is_its_key(void **state)
{
    static const int known[] = { SCREEN_UP, SCREEN_F1, SCREEN_F2, SCREEN_F3, SCREEN_F4,
                                 SCREEN_F6, SCREEN_F9, SCREEN_F11,
                                 SCREEN_PAGE_UP, SCREEN_BACK_TAB };
    (void)state;
    for (size_t k = 0; k < ARRAY_LEN(known); k++) {
        const char *s;
        int i = 0;
        for (; (s = keys_sequence(known[k], i)); i++)
            reads(s, false, known[k], strlen(s));
        assert_true(i > 0);
    }
}

/* ---- running text ---------------------------------------------------------------- */

static void shows(struct canvas *c, const char *expected)
{
    struct str got = STR_INIT;
    canvas_dump(c, &got);
    assert_string_equal(got.s, expected);
    str_release(&got);
    canvas_clear(c);
}

static void add(struct scroll *s, const char *text)
{
    scroll_add(s, text, strlen(text));
}

static void the_end_of_a_text_is_shown(void **state)
{
    struct canvas *c = canvas_new(8, 3);
    struct scroll s = { 0 };
    (void)state;
    add(&s, "one\ntw");
    scroll_draw(canvas_area(c), &s, 0);
    shows(c, "one\ntw\n\n");
    add(&s, "o\nthree\nfour\n");
    scroll_draw(canvas_area(c), &s, 0);
    shows(c, "two\nthree\nfour\n");
    scroll_draw(canvas_area(c), &s, 1);
    shows(c, "one\ntwo\nthree\n");
    scroll_release(&s);
    canvas_free(c);
}

static void long_lines_are_wrapped_between_words(void **state)
{
    struct canvas *c = canvas_new(8, 3);
    struct scroll s = { 0 };
    (void)state;
    add(&s, "to be or not\n");
    assert_int_equal(scroll_draw(canvas_area(c), &s, 0), 2);
    shows(c, "to be or\nnot\n\n");
    add(&s, "1234567890");
    scroll_draw(canvas_area(c), &s, 0);
    shows(c, "not\n12345678\n90\n");
    scroll_release(&s);
    canvas_free(c);
}

/* Figures at the right edge of a wider pane move in, rather than below. */
static void gaps_make_room(void **state)
{
    struct canvas *c = canvas_new(12, 2);
    struct scroll s = { 0 };
    (void)state;
    add(&s, "22            p .98\n");
    scroll_draw(canvas_area(c), &s, 0);
    shows(c, "22     p .98\n\n");
    scroll_release(&s);
    canvas_free(c);
}

static void inks_go_through(void **state)
{
    struct canvas *c = canvas_new(12, 1);
    struct scroll s = { 0 };
    struct str text = STR_INIT, again = STR_INIT;
    (void)state;
    sgr_marks(true);
    str_add(&text, "a ");
    sgr_add(&text, INK_DIM, "日e\xcc\x81");
    str_addc(&text, '\n');
    add(&s, text.s);
    scroll_draw(canvas_area(c), &s, 0);
    assert_int_equal(canvas_cell(c, 0, 0)->ink, INK_TEXT);
    assert_int_equal(canvas_cell(c, 2, 0)->ink, INK_DIM);
    assert_int_equal(canvas_cell(c, 2, 0)->width, 2);
    assert_int_equal(canvas_cell(c, 4, 0)->ch[1], 0x301);
    sgr_marks(false);
    scroll_text(&s, 0, &again);
    assert_string_equal(again.s, "a 日e\xcc\x81\n");
    str_release(&text);
    str_release(&again);
    scroll_release(&s);
    canvas_free(c);
}

static void pages_are_cut_but_keep_their_figures(void **state)
{
    struct canvas *c = canvas_new(16, 2);
    (void)state;
    assert_int_equal(scroll_page(canvas_area(c), "a\n<s> two men are standing  -3.9\n", 0), 2);
    shows(c, "a\n<s> two me… -3.9\n");
    assert_int_equal(scroll_page(canvas_area(c), "a\nb\nc\n", 1), 3);
    shows(c, "b\nc\n");
    canvas_free(c);
}

static int use_utf8(void **state)
{
    (void)state;
    ui_utf8_set(true);
    theme_init();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_read_from_bytes),
        cmocka_unit_test(the_mouse_is_read_from_bytes),
        cmocka_unit_test(half_a_key_is_waited_for),
        cmocka_unit_test(every_sequence_is_its_key),
        cmocka_unit_test(the_end_of_a_text_is_shown),
        cmocka_unit_test(long_lines_are_wrapped_between_words),
        cmocka_unit_test(gaps_make_room),
        cmocka_unit_test(inks_go_through),
        cmocka_unit_test(pages_are_cut_but_keep_their_figures),
    };
    return cmocka_run_group_tests(tests, use_utf8, NULL);
}
