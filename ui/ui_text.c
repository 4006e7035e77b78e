#include "ui/ui_text.h"

#include "ui/charset.h"
#include "ui/width.h"

#include <langinfo.h>
#include <locale.h>
#include <stdarg.h>
#include <unictype.h>
#include <unistr.h>

enum {
    ZWNJ = 0x200c,
    ZWJ = 0x200d,
    TEXT_SELECTOR = 0xfe0e,
    EMOJI_SELECTOR = 0xfe0f,
    VIRAMA = 9, /* the combining class */
    TAB_STOP = 8,
};

static bool utf8_terminal, carets;

void ui_locale(void)
{
    setlocale(LC_CTYPE, "");
    utf8_terminal = !strcmp(nl_langinfo(CODESET), "UTF-8");
    charset_init();
}

bool ui_utf8(void)
{
    return utf8_terminal;
}

void ui_utf8_set(bool utf8)
{
    utf8_terminal = utf8;
    charset_leave(!utf8);
}

void ui_carets(void)
{
    carets = true;
}

void ui_text_start(struct ui_text *t, enum ui_mode mode)
{
    *t = (struct ui_text){ .mode = mode, .utf8 = utf8_terminal };
}

/* ---- what is spelled out ---- */

static int spelled(struct ui_text *t, struct str *out, const char *text, int width)
{
    str_add(out, text);
    t->base = t->last = 0;
    t->marks = 0;
    return width;
}

static int spell_point(struct ui_text *t, struct str *out, uint32_t c)
{
    char text[16];
    int n = snprintf(text, sizeof text, c > 0xffff ? "\\U%08x" : "\\u%04x", (unsigned)c);
    return spelled(t, out, text, n);
}

static int spell_byte(struct ui_text *t, struct str *out, unsigned char b)
{
    char text[8];
    int n = snprintf(text, sizeof text, "\\x%02x", b);
    return spelled(t, out, text, n);
}

/* c < 0x20 or 0x7f: the picture of the control, or ^C. */
static int spell_control(struct ui_text *t, struct str *out, uint32_t c)
{
    char caret[3] = { '^', (char)(c ^ 0x40), '\0' };
    if (!t->utf8 || carets)
        return spelled(t, out, caret, 2);
    char picture[4] = { (char)0xe2, (char)0x90, (char)(0x80 + (c == 0x7f ? 0x21 : c)) };
    return spelled(t, out, picture, 1);
}

/* ---- what is kept ---- */

static int keep(struct ui_text *t, struct str *out, uint32_t c, int width)
{
    uint8_t bytes[6];
    int n = u8_uctomb(bytes, c, sizeof bytes);
    str_addn(out, bytes, (size_t)n);
    t->last = c;
    return width;
}

static bool pictograph(uint32_t c)
{
    return c && uc_is_property_extended_pictographic(c);
}

/* May a joiner stand between t and next? The rules of RFC 5892, appendix A.1 and
 * A.2 (after a virama, or between letters that connect), and between emoji. */
static bool joins(const struct ui_text *t, uint32_t next)
{
    if (!t->base || !t->last)
        return false;
    if (uc_combining_class(t->last) == VIRAMA)
        return true;
    if (t->joiner == ZWJ)
        return t->mode == UI_FLOW && pictograph(t->base) && pictograph(next);
    int before = uc_joining_type(t->base), after = uc_joining_type(next);
    return (before == UC_JOINING_TYPE_L || before == UC_JOINING_TYPE_D) &&
           (after == UC_JOINING_TYPE_R || after == UC_JOINING_TYPE_D);
}

/* The joiner that waited, now that the code point after it is known (0: none). */
static int settle_joiner(struct ui_text *t, struct str *out, uint32_t next)
{
    uint32_t joiner = t->joiner;
    if (!joiner)
        return 0;
    bool good = t->marks < UI_MARKS && joins(t, next);
    t->joiner = 0;
    if (!good)
        return spell_point(t, out, joiner);
    t->marks++;
    return keep(t, out, joiner, 0);
}

/* A code point of width 0. */
static int mark(struct ui_text *t, struct str *out, uint32_t c)
{
    bool allowed = t->base && t->marks < UI_MARKS;
    if (uc_is_property_variation_selector(c)) /* the others say nothing a font knows */
        allowed = allowed && t->mode == UI_FLOW && t->last == t->base &&
                  (c == TEXT_SELECTOR || c == EMOJI_SELECTOR) &&
                  uc_is_property_emoji(t->base);
    if (!allowed)
        return spell_point(t, out, c);
    t->marks++;
    return keep(t, out, c, 0);
}

static int control(struct ui_text *t, struct str *out, uint32_t c)
{
    if (t->mode == UI_FLOW && c == '\n') {
        str_add(out, "\n  ");
        t->column = t->base = t->last = 0;
        t->marks = 0;
        return 2;
    }
    if (t->mode == UI_FLOW && c == '\t') {
        int n = TAB_STOP - t->column % TAB_STOP;
        for (int i = 0; i < n; i++)
            str_addc(out, ' ');
        t->base = t->last = 0;
        return n;
    }
    return spell_control(t, out, c);
}

static int point_shown(struct ui_text *t, struct str *out, uint32_t c)
{
    if (c < 0x20 || c == 0x7f)
        return control(t, out, c);
    if (c >= 0x80 && !t->utf8 && !charset_has(c))
        return spell_point(t, out, c);
    int width = width_char(c);
    if (width < 0)
        return spell_point(t, out, c);
    if (width == 0)
        return mark(t, out, c);
    bool tone = c >= 0x1f3fb && c <= 0x1f3ff; /* colours the emoji before it */
    if (tone && t->mode == UI_FIELD && pictograph(t->last))
        return spell_point(t, out, c);
    t->base = c;
    t->marks = 0;
    return keep(t, out, c, width);
}

static int point(struct ui_text *t, struct str *out, uint32_t c)
{
    int width = settle_joiner(t, out, c);
    if ((c == ZWJ || c == ZWNJ) && t->utf8)
        t->joiner = c;
    else
        width += point_shown(t, out, c);
    return width;
}

/* ---- UTF-8 in pieces ---- */

/* Of t->part: 1 when it is a whole character (in *c), 0 when it may become one,
 * -1 when it cannot. */
static int part_state(const struct ui_text *t, uint32_t *c)
{
    ucs4_t got;
    int used = u8_mbtoucr(&got, t->part, (size_t)t->part_n);
    if (used == -2)
        return 0;
    *c = got;
    return used == t->part_n ? 1 : -1;
}

/* The bytes held, each for itself. */
static int spell_part(struct ui_text *t, struct str *out)
{
    int width = settle_joiner(t, out, 0);
    for (int i = 0; i < t->part_n; i++)
        width += spell_byte(t, out, t->part[i]);
    t->part_n = 0;
    return width;
}

static int byte(struct ui_text *t, struct str *out, unsigned char b)
{
    uint32_t c = 0;
    int width = 0;
    t->part[t->part_n++] = b;
    int state = part_state(t, &c);
    if (state < 0 && t->part_n > 1) { /* b ends a bad beginning and begins anew */
        t->part_n--;
        width = spell_part(t, out);
        t->part[t->part_n++] = b;
        state = part_state(t, &c);
    }
    if (state < 0)
        return width + spell_part(t, out);
    if (state > 0) {
        t->part_n = 0;
        width += point(t, out, c);
    }
    return width;
}

int ui_text_add(struct ui_text *t, struct str *out, const void *bytes, size_t n)
{
    const unsigned char *p = bytes;
    int width = 0;
    for (size_t i = 0; i < n; i++) {
        int w = byte(t, out, p[i]);
        t->column += w;
        width += w;
    }
    return width;
}

int ui_text_end(struct ui_text *t, struct str *out)
{
    int width = settle_joiner(t, out, 0) + spell_part(t, out);
    t->column += width;
    return width;
}

int ui_text(struct str *out, enum ui_mode mode, const void *bytes, size_t n)
{
    struct ui_text t;
    ui_text_start(&t, mode);
    int width = ui_text_add(&t, out, bytes, n);
    return width + ui_text_end(&t, out);
}

void ui_say(FILE *out, const char *fmt, ...)
{
    struct str line = STR_INIT;
    char text[1000];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    ui_text(&line, UI_FIELD, text, MIN((size_t)MAX(n, 0), sizeof text - 1));
    char *bytes = charset_outside(str_take(&line));
    fprintf(out, "%s\n", bytes);
    free(bytes);
}
