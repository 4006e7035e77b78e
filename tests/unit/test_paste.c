/* paste: what is pasted stays what it is, and can do nothing. */
#include "ui/paste.h"

#include "ui/ui_text.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define OPEN "\033[200~"
#define CLOSE "\033[201~"

static char *settled(struct paste *p, struct str *keys)
{
    while (paste_waits(p))
        paste_settle(p, keys);
    return str_take(keys);
}

/* The same at once and byte by byte. */
static void becomes(const char *in, const char *out)
{
    for (size_t piece = 1; piece <= 1000; piece += 999) {
        struct paste p = { 0 };
        struct str keys = STR_INIT;
        size_t n = strlen(in);
        for (size_t i = 0; i < n; i += piece)
            paste_add(&p, in + i, MIN(piece, n - i), &keys);
        char *got = settled(&p, &keys);
        assert_string_equal(got, out);
        free(got);
        paste_release(&p);
    }
}

static void keys_pass(void **state)
{
    (void)state;
    becomes("10+12\r\033[A\003\x7f", "10+12\r\033[A\003\x7f");
    becomes("\033\033[20\033[200", "\033\033[20\033[200");
    becomes(CLOSE "x", CLOSE "x"); /* no paste was open */
}

static void a_paste_passes_whole(void **state)
{
    (void)state;
    ui_utf8_set(true);
    becomes("a" OPEN "1+1\n2+2\ttäh\r" CLOSE "b", "a" OPEN "1+1\n2+2\ttäh\r" CLOSE "b");
    becomes(OPEN CLOSE, OPEN CLOSE);
    becomes("\033" OPEN "x" CLOSE, "\033" OPEN "x" CLOSE);
    becomes(OPEN "x" CLOSE "y" OPEN "z" CLOSE, OPEN "x␛[201~y␛[200~z" CLOSE);
    becomes(OPEN "1é\n\t日本 e\xcc\x81" CLOSE, OPEN "1é\n\t日本 e\xcc\x81" CLOSE);
}

static void controls_are_shown(void **state)
{
    (void)state;
    ui_utf8_set(true);
    becomes(OPEN "\033]2;t\007\x04\x7f\xc2\x9bH" CLOSE, OPEN "␛]2;t␇␄␡\\u009bH" CLOSE);
    becomes(OPEN "\xff\xc3" CLOSE, OPEN "\\xff\\xc3" CLOSE);
    becomes(OPEN "a\xe2\x80\xae.\xc2\xad\xef\xbb\xbf" CLOSE,
            OPEN "a\\u202e.\\u00ad\\ufeff" CLOSE);
    becomes(OPEN "\n\xcc\x81" CLOSE, OPEN "\n\\u0301" CLOSE); /* on nothing */
    ui_utf8_set(false);
    becomes(OPEN "\033\003" CLOSE, OPEN "^[^C" CLOSE);
    becomes(OPEN "é\xe2\x80\xae" CLOSE, OPEN "é\\u202e" CLOSE); /* the model may know it */
    ui_utf8_set(true);
}

static void a_paste_cannot_end_itself(void **state)
{
    (void)state;
    ui_utf8_set(true);
    becomes(OPEN "a" CLOSE "/quit\r" CLOSE, OPEN "a␛[201~/quit\r" CLOSE);
    becomes(OPEN CLOSE CLOSE CLOSE "x", OPEN "␛[201~␛[201~" CLOSE "x");
    becomes(OPEN "a" OPEN "b" CLOSE, OPEN "a␛[200~b" CLOSE);
}

/* Until it is settled nothing of a paste gets through; then typing goes on as ever. */
static void a_paste_is_held(void **state)
{
    struct paste p = { 0 };
    struct str keys = STR_INIT;
    (void)state;
    paste_add(&p, "1" OPEN "ab", 9, &keys);
    assert_string_equal(keys.s, "1" OPEN);
    assert_false(paste_waits(&p));
    paste_add(&p, CLOSE, 6, &keys);
    assert_string_equal(keys.s, "1" OPEN);
    assert_true(paste_waits(&p));
    paste_settle(&p, &keys);
    assert_string_equal(keys.s, "1" OPEN "ab" CLOSE);
    assert_false(paste_waits(&p));
    paste_add(&p, "\033[A", 3, &keys);
    assert_string_equal(keys.s, "1" OPEN "ab" CLOSE "\033[A");
    str_release(&keys);
    paste_release(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_pass),
        cmocka_unit_test(a_paste_passes_whole),
        cmocka_unit_test(controls_are_shown),
        cmocka_unit_test(a_paste_cannot_end_itself),
        cmocka_unit_test(a_paste_is_held),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
