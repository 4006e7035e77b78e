/* ui_text: whatever bytes come in, what comes out is harmless, complete and as wide
 * as it says. */
#include "ui/ui_text.h"

#include "base/mem.h"
#include "base/rng.h"
#include "base/utf8.h"
#include "ui/width.h"

#include <setjmp.h>
#include <stdarg.h>
#include <unistr.h>

#include <cmocka.h>

static char *shown(enum ui_mode mode, const char *bytes, size_t n)
{
    struct str s = STR_INIT;
    int width = ui_text(&s, mode, bytes, n);
    if (!memchr(str_cstr(&s), '\n', s.n))
        assert_int_equal(width, width_text(str_cstr(&s), s.n));
    return str_take(&s);
}

static void gives(enum ui_mode mode, const char *in, const char *out)
{
    char *got = shown(mode, in, strlen(in));
    assert_string_equal(got, out);
    free(got);
}

static void text_that_is_fine_stays(void **state)
{
    (void)state;
    ui_utf8_set(true);
    gives(UI_FIELD, "10+12 = 22", "10+12 = 22");
    gives(UI_FIELD, "Männer stehen vor dem Haus …", "Männer stehen vor dem Haus …");
    gives(UI_FIELD, "e\u0301te\u0301", "e\u0301te\u0301");
    gives(UI_FIELD, "日本語 한국어", "日本語 한국어");
    gives(UI_FIELD, "a\\b", "a\\b");
    gives(UI_FIELD, "", "");
}

static void controls_become_symbols(void **state)
{
    (void)state;
    ui_utf8_set(true);
    gives(UI_FIELD, "a\033[31mb", "a␛[31mb");
    gives(UI_FIELD, "\a\b\r\177", "␇␈␍␡");
    gives(UI_FIELD, "one\ntwo\tthree", "one␊two␉three");
    gives(UI_FLOW, "\r\b\v\f", "␍␈␋␌");
    ui_utf8_set(false);
    gives(UI_FIELD, "a\033[31mb\177", "a^[[31mb^?");
    gives(UI_FIELD, "one\ntwo", "one^Jtwo");
}

static void lines_in_running_text_are_indented(void **state)
{
    (void)state;
    ui_utf8_set(true);
    gives(UI_FLOW, "22\n> 1+1\n2", "22\n  > 1+1\n  2");
    gives(UI_FLOW, "a\tb", "a       b");
    gives(UI_FLOW, "12345678\tb", "12345678        b");
    gives(UI_FLOW, "\n\tx", "\n        x");
    gives(UI_FLOW, "日\tb", "日      b");
}

static void the_invisible_is_spelled_out(void **state)
{
    (void)state;
    ui_utf8_set(true);
    gives(UI_FIELD, "\u202eabc\u2069", "\\u202eabc\\u2069");
    gives(UI_FIELD, "a\u200bb\ufeffc\u00add", "a\\u200bb\\ufeffc\\u00add");
    gives(UI_FIELD, "\u2028\u2029\u200e", "\\u2028\\u2029\\u200e");
    gives(UI_FIELD, "\xc2\x9b" "31m", "\\u009b31m");
    gives(UI_FIELD, "\ue000\U000e0041\U0010ffff", "\\ue000\\U000e0041\\U0010ffff");
    gives(UI_FIELD, "\u0378", "\\u0378"); /* unassigned */
}

static void bytes_that_are_no_text_are_spelled_out(void **state)
{
    (void)state;
    ui_utf8_set(true);
    gives(UI_FIELD, "\x9b" "31m", "\\x9b31m");
    gives(UI_FIELD, "\xc3(", "\\xc3(");
    gives(UI_FIELD, "\xc0\xaf", "\\xc0\\xaf");                   /* overlong */
    gives(UI_FIELD, "\xed\xa0\x80", "\\xed\\xa0\\x80");          /* surrogate */
    gives(UI_FIELD, "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"); /* above 10ffff */
    gives(UI_FIELD, "\xe2\x82", "\\xe2\\x82");                   /* ends early */
    gives(UI_FIELD, "\xe2\x82\xe2\x82\xac", "\\xe2\\x82€");
    char *zero = shown(UI_FIELD, "a\0b", 3);
    assert_string_equal(zero, "a␀b");
    free(zero);
}

static void without_utf8_only_ascii(void **state)
{
    (void)state;
    ui_utf8_set(false);
    gives(UI_FIELD, "Männer", "M\\u00e4nner");
    gives(UI_FIELD, "\U0001f600", "\\U0001f600");
    gives(UI_FIELD, "e\u0301", "e\\u0301");
    gives(UI_FIELD, "\xff", "\\xff");
}

static void marks_need_a_base_and_are_counted(void **state)
{
    (void)state;
    ui_utf8_set(true);
    gives(UI_FIELD, "\u0301a", "\\u0301a");
    gives(UI_FIELD, "\033\u0301", "␛\\u0301");
    gives(UI_FIELD, "a\u0301\u0302\u0303\u0304\u0305\u0306",
          "a\u0301\u0302\u0303\u0304\\u0305\\u0306");
    gives(UI_FIELD, "\u0915\u094d\u200d\u094d\u200d\u094d",
          "\u0915\u094d\u200d\u094d\u200d\\u094d"); /* a joiner counts */
    gives(UI_FLOW, "a\n\u0301", "a\n  \\u0301");
}

static void joiners_stay_where_they_belong(void **state)
{
    (void)state;
    ui_utf8_set(true);
    gives(UI_FLOW, "a\u200db", "a\\u200db");
    gives(UI_FLOW, "a\u200d", "a\\u200d");
    gives(UI_FLOW, "\u0915\u094d\u200d\u0937", "\u0915\u094d\u200d\u0937"); /* virama */
    gives(UI_FLOW, "\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e"); /* Persian */
    gives(UI_FLOW, "\U0001f468\u200d\U0001f469", "\U0001f468\u200d\U0001f469");
    gives(UI_FIELD, "\U0001f468\u200d\U0001f469", "\U0001f468\\u200d\U0001f469");
    gives(UI_FLOW, "\u2764\ufe0f", "\u2764\ufe0f");
    gives(UI_FIELD, "\u2764\ufe0f", "\u2764\\ufe0f");
    gives(UI_FLOW, "a\ufe0f", "a\\ufe0f");
    gives(UI_FLOW, "a\ufe01", "a\\ufe01"); /* selectors that smuggle bytes */
    gives(UI_FIELD, "\U0001f44d\U0001f3fd", "\U0001f44d\\U0001f3fd");
}

/* Attacks on terminals; none may keep a byte that a terminal obeys. */
static const char *const payload[] = {
    "\033]2;PWNED\a",
    "\033]52;c;cHduZWQ=\a",
    "\033]8;;http://evil\033\\click\033]8;;\033\\",
    "\033P$q\"p\033\\",
    "\033_Gi=1\033\\",
    "\033^pm\033\\",
    "\033[6n\033[c\033[>0q",
    "\033[2J\033[H\033[?1049l",
    "\033]0;no end",
    "\033c",
    "\x9d" "2;title\x9c",
    "\xc2\x9d" "52;c;AAAA\xc2\x9c",
    "\xc2\x90q\xc2\x9c",
    "\033[200~rm -rf\n\033[201~",
    "a\rb\b\b\bc",
    "\xe2\x80\xae" "evil\xe2\x80\xac",
    "\016\017\033(0lqqk",
};

static void harmless(const char *out, size_t n, bool utf8)
{
    for (size_t i = 0, k; i < n; i += k) {
        uint32_t c;
        k = utf8_next(out + i, n - i, &c);
        assert_true(k > 0);
        assert_true(c == '\n' || !utf8_control(c));
        assert_true(utf8 || c < 0x80);
        assert_true(c != 0x202e && c != 0x202c);
    }
}

static void attacks_are_harmless_in_any_pieces(void **state)
{
    (void)state;
    for (int mode = UI_FLOW; mode <= UI_FIELD; mode++) {
        for (int utf8 = 0; utf8 < 2; utf8++) {
            ui_utf8_set(utf8);
            for (size_t p = 0; p < ARRAY_LEN(payload); p++) {
                size_t n = strlen(payload[p]);
                char *whole = shown((enum ui_mode)mode, payload[p], n);
                harmless(whole, strlen(whole), utf8);
                for (size_t cut = 0; cut <= n; cut++) {
                    struct ui_text t;
                    struct str s = STR_INIT;
                    ui_text_start(&t, (enum ui_mode)mode);
                    ui_text_add(&t, &s, payload[p], cut);
                    harmless(str_cstr(&s), s.n, utf8);
                    ui_text_add(&t, &s, payload[p] + cut, n - cut);
                    ui_text_end(&t, &s);
                    assert_string_equal(str_cstr(&s), whole);
                    str_release(&s);
                }
                free(whole);
            }
        }
    }
}

/* The way back, as a person would read it. */
static void unspell(const char *s, size_t n, struct str *out)
{
    for (size_t i = 0; i < n;) {
        char hex[9] = "";
        uint32_t c;
        uint8_t bytes[6];
        size_t k = utf8_next(s + i, n - i, &c), digits = 0;
        assert_true(k > 0);
        if (c == '\\') {
            digits = s[i + 1] == 'x' ? 2 : s[i + 1] == 'u' ? 4 : 8;
            memcpy(hex, s + i + 2, digits);
            c = (uint32_t)strtoul(hex, NULL, 16);
            k = 2 + digits;
        } else if (c >= 0x2400 && c <= 0x2421) {
            c = c == 0x2421 ? 0x7f : c - 0x2400;
        } else if (c == '^') {
            c = (uint32_t)(s[i + 1] ^ 0x40);
            k = 2;
        }
        if (digits == 2)
            str_addc(out, (char)c);
        else
            str_addn(out, bytes, (size_t)u8_uctomb(bytes, c, sizeof bytes));
        i += k;
    }
}

/* Pieces of every kind but what the spelling itself is made of. */
static void random_text(struct rng *r, struct str *out)
{
    static const uint32_t kind[][2] = {
        { 0x00, 0x1f }, { 0x20, 0x5b }, { 0x5f, 0x7f }, { 0x80, 0x24f }, { 0x300, 0x36f },
        { 0x600, 0x6ff }, { 0x900, 0x97f }, { 0x200b, 0x200f }, { 0x4e00, 0x4eff },
        { 0xfe00, 0xfe0f }, { 0x1f3f0, 0x1f4ff }, { 0xe0000, 0xe0100 },
    };
    for (int i = 0; i < 12; i++) {
        const uint32_t *range = kind[rng_below(r, ARRAY_LEN(kind))];
        uint8_t bytes[6];
        uint32_t c = range[0] + (uint32_t)rng_below(r, range[1] - range[0] + 1);
        if (rng_below(r, 6) == 0)
            str_addc(out, (char)(0x80 + rng_below(r, 0x80)));
        else
            str_addn(out, bytes, (size_t)u8_uctomb(bytes, c, sizeof bytes));
    }
}

static void nothing_is_lost(void **state)
{
    (void)state;
    struct rng r;
    rng_init(&r, 7, RNG_DATA, 0);
    for (int i = 0; i < 20000; i++) {
        struct str in = STR_INIT, back = STR_INIT;
        ui_utf8_set(i & 1);
        random_text(&r, &in);
        char *out = shown(UI_FIELD, str_cstr(&in), in.n);
        harmless(out, strlen(out), i & 1);
        unspell(out, strlen(out), &back);
        assert_int_equal(back.n, in.n);
        assert_memory_equal(back.s, in.s, in.n);
        free(out);
        str_release(&in);
        str_release(&back);
    }
}

static void pieces_make_the_whole(void **state)
{
    (void)state;
    struct rng r;
    rng_init(&r, 8, RNG_DATA, 0);
    for (int i = 0; i < 5000; i++) {
        struct str in = STR_INIT, out = STR_INIT;
        struct ui_text t;
        int width = 0;
        ui_utf8_set(i & 1);
        random_text(&r, &in);
        char *whole = shown(UI_FLOW, str_cstr(&in), in.n);
        ui_text_start(&t, UI_FLOW);
        for (size_t k = 0; k < in.n; k++)
            width += ui_text_add(&t, &out, in.s + k, 1);
        width += ui_text_end(&t, &out);
        assert_string_equal(str_cstr(&out), whole);
        if (!strchr(whole, '\n'))
            assert_int_equal(width, t.column);
        free(whole);
        str_release(&in);
        str_release(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_that_is_fine_stays),
        cmocka_unit_test(controls_become_symbols),
        cmocka_unit_test(lines_in_running_text_are_indented),
        cmocka_unit_test(the_invisible_is_spelled_out),
        cmocka_unit_test(bytes_that_are_no_text_are_spelled_out),
        cmocka_unit_test(without_utf8_only_ascii),
        cmocka_unit_test(marks_need_a_base_and_are_counted),
        cmocka_unit_test(joiners_stay_where_they_belong),
        cmocka_unit_test(attacks_are_harmless_in_any_pieces),
        cmocka_unit_test(nothing_is_lost),
        cmocka_unit_test(pieces_make_the_whole),
    };
    return cmocka_run_group_tests_name("ui_text", tests, NULL, NULL);
}
