/* The full-screen prompt as it is drawn: golden screens of a small model that attends, every
 * other size without harm, and what the keys of the panes do.
 *
 * After a change that is meant: GOLDEN=write tests/unit/test_panes, then look at the
 * difference of tests/screen/golden. */
#include "base/mem.h"
#include "tests/toy.h"
#include "tests/unit/golden.h"
#include "ui/pane.h"
#include "ui/sgr.h"

#include <setjmp.h>
#include <stdarg.h>
#include <ctype.h>

#include <cmocka.h>

static struct toy toy;
static struct shell sh;
static struct full *f;
static char name[] = "toy", path[] = "toy.safetensors";

/* Fractions differ in their last digits from one processor to the next. */
static void mask_figures(char *s)
{
    for (; *s; s++)
        if (s[0] == '.' && isdigit((unsigned char)s[1]))
            while (isdigit((unsigned char)*++s))
                *s = '0';
}

static char *drawn(int w, int h)
{
    struct canvas *c = canvas_new(w, h);
    struct str text = STR_INIT;
    full_follow(f);
    full_draw(f, c, "> ", "abc", 3);
    full_draw(f, c, "> ", "abc", 3); /* what has room is known now */
    canvas_dump(c, &text);
    canvas_free(c);
    mask_figures(text.s);
    return text.s;
}

static void golden(const char *file, int w, int h)
{
    char *screen = drawn(w, h);
    golden_same(file, screen);
    free(screen);
}

static void say(const char *text)
{
    scroll_add(&f->scroll, text, strlen(text));
}

/* An answer by a beam, as if it had been asked for. */
static void ask(const char *question)
{
    struct decode_step s;
    struct err err;
    struct ask a;
    sh.knobs.decode.strategy = &strategy_beam;
    sh.knobs.decode.choose.width = 3;
    if (ask_start(&a, toy.model, NULL, &sh.knobs, REPLY_CANDS, question, strlen(question),
                  &err) < 0)
        fail_msg("%s", err.msg);
    struct reply *r = reply_new(question);
    while (ask_next(&a, &s))
        ;
    reply_end(r, toy.model, &a, &sh.knobs, false);
    r->sums.seconds = .002;
    ask_end(&a);
    transcript_add(&sh.said, r, false);
    say("> ");
    say(question);
    say("\n");
    say(str_cstr(&r->text));
    say("\n");
}

static void in_ascii(void **state)
{
    (void)state;
    ui_utf8_set(false);
    theme_init();
    golden("prompt-80x24-ascii.txt", 80, 24);
    full_key(f, SCREEN_F6);
    full_key(f, SCREEN_RIGHT);
    golden("prompt-80x24-ascii-why.txt", 80, 24);
    full_key(f, '?');
    golden("prompt-80x24-ascii-help.txt", 80, 24);
}

static void in_utf8(void **state)
{
    (void)state;
    full_key(f, SCREEN_F6);
    full_key(f, 'a');
    full_key(f, SCREEN_RIGHT);
    full_key(f, SCREEN_DOWN);
    golden("prompt-200x50-utf8.txt", 200, 50);
}

static void small(void **state)
{
    (void)state;
    golden("prompt-40x12-utf8.txt", 40, 12);
}

/* Whatever the size and the focus: rows as wide as the screen or less, all ASCII. */
static void any_size(void **state)
{
    (void)state;
    ui_utf8_set(false);
    theme_init();
    for (int h = 1; h <= 60; h += h < 30 ? 1 : 10) {
        for (int w = 1; w <= 240; w += w < 90 ? 3 : 17) {
            f->focus = (w + h) % 3 ? pane_table[(w + h) % 5] : NULL;
            f->help = w % 7 == 0;
            f->zoom = h % 5 == 0;
            char *screen = drawn(w, h), *line = screen;
            for (int y = 0; y < h; y++) {
                size_t n = strcspn(line, "\n");
                assert_true(n <= (size_t)w);
                for (size_t i = 0; i < n; i++)
                    assert_true(line[i] >= ' ' && line[i] < 0x7f);
                line += n + 1;
            }
            assert_int_equal(*line, '\0');
            free(screen);
        }
    }
}

static void every_key_is_harmless(void **state)
{
    static const int keys[] = { SCREEN_UP, SCREEN_DOWN, SCREEN_LEFT, SCREEN_RIGHT, SCREEN_HOME,
                                SCREEN_END, SCREEN_PAGE_UP, SCREEN_PAGE_DOWN, SCREEN_BACK_TAB,
                                SCREEN_F1, SCREEN_F4, SCREEN_F6, SCREEN_F11, SCREEN_ESCAPE,
                                '\t', 'a', 'b', 'w', 'y', '?', 'n', '+', '-', '0', 'g', 'G',
                                'm', 'o', '1', '2', '3', '4', '5', 'z', ' ', '[', ']', '{',
                                '}', 'l', SCREEN_OTHER,
                                SCREEN_CLICK | 5 | 3 << 12, SCREEN_CLICK | 60 | 9 << 12,
                                SCREEN_CLICK | 9 | 17 << 12, SCREEN_WHEEL_UP | 5 | 3 << 12,
                                SCREEN_WHEEL_DOWN | 60 | 16 << 12, SCREEN_POINTER };
    unsigned draw = 1;
    (void)state;
    for (int i = 0; i < 3000; i++) {
        draw = draw * 1103515245u + 12345u;
        full_key(f, keys[draw >> 16 & 0x7fff ? (draw >> 16) % ARRAY_LEN(keys) : 0]);
        assert_true(f->step >= 0 && f->step < f->reply->n);
        assert_true(f->place >= 0 && f->place < f->reply->source.n);
        if (i % 50 == 0)
            free(drawn(20 + i % 150, 5 + i % 40));
    }
}

static void cursors_stay_where_there_is_something(void **state)
{
    (void)state;
    full_key(f, SCREEN_F6);
    for (int i = 0; i < 20; i++)
        full_key(f, SCREEN_RIGHT);
    assert_int_equal(f->step, f->reply->n - 1);
    full_key(f, 'a');
    for (int i = 0; i < 20; i++)
        full_key(f, SCREEN_RIGHT);
    assert_int_equal(f->place, f->reply->source.n - 1);
    assert_false(full_key(f, SCREEN_PASTE)); /* is for the line, which has the focus now */
    assert_null(f->focus);
    ask("ba");
    full_follow(f);
    assert_int_equal(f->step, 0);
    f->step = 99; /* of a longer answer to the same question */
    full_follow(f);
    assert_int_equal(f->step, f->reply->n - 1);
}

/* A screen without an answer, and with one that has no tokens. */
static void nothing_to_show(void **state)
{
    (void)state;
    transcript_release(&sh.said);
    full_forget(f);
    char *screen = drawn(80, 24);
    assert_non_null(strstr(screen, "> abc"));
    assert_null(strstr(screen, "step"));
    free(screen);
    full_key(f, SCREEN_F6);
    full_key(f, 'o');
    full_key(f, SCREEN_LEFT);
    assert_int_equal(f->step, 0);
}

static int make(void **state)
{
    struct settings s;
    struct err err;
    (void)state;
    ui_utf8_set(true);
    theme_init();
    toy_settings(&s);
    settings_set(&s, "arch", "attention", &err);
    settings_set(&s, "length", "free", &err);
    toy_make(&toy, &s, 2);
    sh = (struct shell){ .model = toy.model, .knobs = knobs_defaults(), .name = name,
                         .path = path, .mode = mode_own };
    sh.knobs.probs = PROBS_ON;
    f = full_new(&sh);
    sgr_marks(true);
    ask("abcd");
    full_follow(f);
    return 0;
}

static int unmake(void **state)
{
    (void)state;
    full_free(f);
    transcript_release(&sh.said);
    toy_release(&toy);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(in_ascii, make, unmake),
        cmocka_unit_test_setup_teardown(in_utf8, make, unmake),
        cmocka_unit_test_setup_teardown(small, make, unmake),
        cmocka_unit_test_setup_teardown(any_size, make, unmake),
        cmocka_unit_test_setup_teardown(every_key_is_harmless, make, unmake),
        cmocka_unit_test_setup_teardown(cursors_stay_where_there_is_something, make, unmake),
        cmocka_unit_test_setup_teardown(nothing_to_show, make, unmake),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
