#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* The textbook encoder, as the reference. */
static size_t encode(uint32_t c, char *out)
{
    unsigned char *u = (unsigned char *)out;
    if (c < 0x80) {
        u[0] = (unsigned char)c;
        return 1;
    }
    size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i > 0; i--, c >>= 6)
        u[i] = (unsigned char)(0x80 | (c & 0x3f));
    u[0] = (unsigned char)((0xf00u >> n) | c);
    return n;
}

static void every_code_point_is_read(void **state)
{
    (void)state;
    char s[4];
    for (uint32_t c = 0; c < 0x110000; c++) {
        uint32_t got = ~c;
        size_t n = encode(c, s);
        bool surrogate = c >= 0xd800 && c < 0xe000;
        if (utf8_next(s, n, &got) != (surrogate ? 0 : n) || (!surrogate && got != c))
            fail_msg("U+%04X", c);
        if (utf8_next(s, n - 1, NULL) != 0)
            fail_msg("U+%04X cut short", c);
    }
}

static void what_is_no_utf8_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xf0\x8f\xbf\xbf",
        "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xfe", "\xff", "\xc3(", "\xe2\x82(",
        "\xf0\x9f\x98(", "\xed\xa0\x80",
    };
    char text[16];
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        if (utf8_next(bad[i], strlen(bad[i]), NULL))
            fail_msg("case %zu", i);
        int n = snprintf(text, sizeof text, "a%sb", bad[i]);
        assert_false(utf8_valid(text, (size_t)n));
    }
    assert_true(utf8_valid("", 0));
    assert_true(utf8_valid("a\0é", 4));
}

static void control_characters_are_known(void **state)
{
    (void)state;
    static const uint32_t yes[] = { 0, '\n', 0x1b, 0x1f, 0x7f, 0x80, 0x9b, 0x9f };
    static const uint32_t no[] = { ' ', '~', 0xa0, 0xe9, 0x1f600 };
    for (size_t i = 0; i < ARRAY_LEN(yes); i++)
        assert_true(utf8_control(yes[i]));
    for (size_t i = 0; i < ARRAY_LEN(no); i++)
        assert_false(utf8_control(no[i]));
}

#define TEN "0123456789"

static void quotes_are_cut_between_characters(void **state)
{
    (void)state;
    static const struct {
        const char *text, *quote;
    } cases[] = {
        { "", "" },
        { "abc", "abc" },
        { TEN TEN TEN TEN, TEN TEN TEN TEN },
        { TEN TEN TEN TEN "x", TEN TEN TEN TEN "…" },
        { TEN TEN TEN "012345678" "é", TEN TEN TEN "012345678" "…" },
        { TEN TEN TEN "01234567" "éx", TEN TEN TEN "01234567" "é…" },
        { TEN TEN TEN "01234567" "\xf0\x9f\x98\x80", TEN TEN TEN "01234567" "…" },
        { TEN TEN TEN "012345678" "\xff\xff", TEN TEN TEN "012345678" "\xff…" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_string_equal(utf8_quote(cases[i].text).s, cases[i].quote);
    assert_string_equal(utf8_quoten("abcdef", 3).s, "abc");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_point_is_read),
        cmocka_unit_test(what_is_no_utf8_is_refused),
        cmocka_unit_test(control_characters_are_known),
        cmocka_unit_test(quotes_are_cut_between_characters),
    };
    return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
