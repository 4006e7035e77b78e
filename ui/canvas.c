#include "ui/canvas.h"

#include "base/file.h"
#include "base/mem.h"
#include "ui/width.h"

#include <stdarg.h>
#include <unistr.h>

static const struct canvas_cell blank = { .ch = { ' ' }, .width = 1, .ink = INK_TEXT };

struct canvas *canvas_new(int w, int h)
{
    struct canvas *c = xcalloc(1, sizeof *c);
    canvas_resize(c, w, h);
    return c;
}

void canvas_free(struct canvas *c)
{
    if (!c)
        return;
    free(c->cells);
    free(c);
}

void canvas_resize(struct canvas *c, int w, int h)
{
    c->w = MAX(w, 1);
    c->h = MAX(h, 1);
    free(c->cells);
    c->cells = xcalloc((size_t)c->w * (size_t)c->h, sizeof *c->cells);
    canvas_clear(c);
}

void canvas_clear(struct canvas *c)
{
    for (size_t i = 0; i < (size_t)c->w * (size_t)c->h; i++)
        c->cells[i] = blank;
}

void canvas_dump(const struct canvas *c, struct str *out)
{
    for (int y = 0; y < c->h; y++) {
        size_t end = out->n; /* of what is to be seen in this row */
        for (int x = 0; x < c->w; x++) {
            const struct canvas_cell *cell = canvas_cell(c, x, y);
            for (int k = 0; cell->width && k <= UI_MARKS && cell->ch[k]; k++) {
                uint8_t bytes[6];
                int n = u8_uctomb(bytes, cell->ch[k], sizeof bytes);
                str_addn(out, bytes, (size_t)n);
            }
            if (cell->width && (cell->ch[0] != ' ' || cell->ch[1]))
                end = out->n;
        }
        str_cut(out, end);
        str_addc(out, '\n');
    }
}

int canvas_save(const struct canvas *c, const char *file, struct str *said, struct err *err)
{
    struct str text = STR_INIT;
    canvas_dump(c, &text);
    int bad = file_write(file, text.s, text.n, err);
    if (bad == 0)
        str_addf(said, "wrote %s: this pane as text", file);
    str_release(&text);
    return bad;
}

struct area canvas_area(struct canvas *c)
{
    return (struct area){ .on = c, .w = c->w, .h = c->h };
}

struct area area_sub(struct area a, int x, int y, int w, int h)
{
    int left = MAX(x, 0), top = MAX(y, 0);
    int right = MIN(x + w, a.w), low = MIN(y + h, a.h);
    return (struct area){
        .on = a.on,
        .x = a.x + left,
        .y = a.y + top,
        .w = MAX(right - left, 0),
        .h = MAX(low - top, 0),
    };
}

void area_fill(struct area a, uint32_t ch, enum ink ink)
{
    for (int y = 0; y < a.h; y++)
        for (int x = 0; x < a.w; x++)
            area_char(a, x, y, ch, ink);
}

/* Takes away what is on the canvas at (x, y); of a wide character both halves. */
static void wipe(struct canvas *c, int x, int y)
{
    struct canvas_cell *cell = canvas_cell(c, x, y);
    if (cell->width == 0 && x > 0)
        cell[-1] = blank;
    if (cell->width == 2 && x + 1 < c->w)
        cell[1] = blank;
    *cell = blank;
}

static void put(struct area a, int x, int y, uint32_t ch, int width, enum ink ink)
{
    if (x < 0 || y < 0 || y >= a.h || x >= a.w)
        return;
    if (x + width > a.w) { /* half a character is none */
        ch = ' ';
        width = 1;
    }
    for (int i = 0; i < width; i++)
        wipe(a.on, a.x + x + i, a.y + y);
    struct canvas_cell *cell = canvas_cell(a.on, a.x + x, a.y + y);
    *cell = (struct canvas_cell){ .ch = { ch }, .width = (uint8_t)width, .ink = (uint8_t)ink };
    if (width == 2)
        cell[1] = (struct canvas_cell){ .ink = (uint8_t)ink };
}

/* Adds a mark to the character that ends before column x. */
static void put_mark(struct area a, int x, int y, uint32_t mark)
{
    if (x < 1 || y < 0 || y >= a.h || x > a.w)
        return;
    struct canvas_cell *cell = canvas_cell(a.on, a.x + x - 1, a.y + y);
    if (cell->width == 0 && x > 1)
        cell--;
    for (int k = 1; k <= UI_MARKS; k++) {
        if (!cell->ch[k]) {
            cell->ch[k] = mark;
            return;
        }
    }
}

void area_char(struct area a, int x, int y, uint32_t ch, enum ink ink)
{
    int width = width_char(ch);
    if (width < 1)
        BUG("U+%04X has no cell of its own", (unsigned)ch);
    put(a, x, y, ch, width, ink);
}

/* Draws shown text (out of ui_text) in columns [x, end). */
static void draw(struct area a, int x, int y, int end, enum ink ink, const struct str *s)
{
    struct area row = area_sub(a, 0, 0, end, a.h);
    const uint8_t *p = (const uint8_t *)str_cstr(s), *stop = p + s->n;
    while (p < stop) {
        ucs4_t c;
        p += u8_mbtouc(&c, p, (size_t)(stop - p));
        int width = width_char(c);
        if (width > 0)
            put(row, x, y, c, width, ink);
        else
            put_mark(row, x, y, c);
        x += MAX(width, 0);
    }
}

int area_textn(struct area a, int x, int y, enum ink ink, const char *text, size_t n)
{
    struct str shown = STR_INIT;
    int width = ui_text(&shown, UI_FIELD, text, n);
    draw(a, x, y, a.w, ink, &shown);
    str_release(&shown);
    return width;
}

int area_text(struct area a, int x, int y, enum ink ink, const char *text)
{
    return area_textn(a, x, y, ink, text, strlen(text));
}

int area_textf(struct area a, int x, int y, enum ink ink, const char *fmt, ...)
{
    char text[1000];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    return area_text(a, x, y, ink, text);
}

int area_field(struct area a, int x, int y, int w, enum ink ink, const char *text,
               size_t n)
{
    struct str shown = STR_INIT;
    int width = ui_text(&shown, UI_FIELD, text, n);
    bool cut = width > w;
    draw(a, x, y, MIN(x + w - cut, a.w), ink, &shown);
    if (cut && w > 0)
        area_char(a, x + w - 1, y, theme()->glyph[GLYPH_MORE], ink);
    str_release(&shown);
    return MIN(width, MAX(w, 0));
}

int area_right(struct area a, int x, int y, enum ink ink, const char *text)
{
    struct str shown = STR_INIT;
    int width = ui_text(&shown, UI_FIELD, text, strlen(text));
    draw(a, x - width, y, MIN(x, a.w), ink, &shown);
    str_release(&shown);
    return x - width;
}

struct area area_box(struct area a, const char *title, enum ink ink)
{
    const uint32_t *g = theme()->glyph;
    int right = a.w - 1, low = a.h - 1;
    if (a.w < 3 || a.h < 3)
        return area_sub(a, 0, 0, 0, 0);
    area_fill(area_sub(a, 1, 0, right - 1, 1), g[GLYPH_HLINE], ink);
    area_fill(area_sub(a, 1, low, right - 1, 1), g[GLYPH_HLINE], ink);
    area_fill(area_sub(a, 0, 1, 1, low - 1), g[GLYPH_VLINE], ink);
    area_fill(area_sub(a, right, 1, 1, low - 1), g[GLYPH_VLINE], ink);
    area_char(a, 0, 0, g[GLYPH_TOP_LEFT], ink);
    area_char(a, right, 0, g[GLYPH_TOP_RIGHT], ink);
    area_char(a, 0, low, g[GLYPH_LOW_LEFT], ink);
    area_char(a, right, low, g[GLYPH_LOW_RIGHT], ink);
    if (a.w >= 8) {
        int n = area_field(a, 3, 0, a.w - 6, INK_TITLE, title, strlen(title));
        area_char(a, 2, 0, ' ', ink);
        area_char(a, 3 + n, 0, ' ', ink);
    }
    return area_sub(a, 1, 1, a.w - 2, a.h - 2);
}

void area_heavy(struct area a)
{
    const uint32_t *g = theme()->glyph;
    int right = a.w - 1, low = a.h - 1;
    if (a.w < 3 || a.h < 3)
        return;
    for (int x = 1; x < right; x++) { /* the title stays */
        const struct canvas_cell *top = canvas_cell(a.on, a.x + x, a.y);
        if (top->ch[0] == g[GLYPH_HLINE] && top->ink != INK_TITLE)
            area_char(a, x, 0, g[GLYPH_HEAVY_HLINE], INK_STRONG);
    }
    area_fill(area_sub(a, 1, low, right - 1, 1), g[GLYPH_HEAVY_HLINE], INK_STRONG);
    area_fill(area_sub(a, 0, 1, 1, low - 1), g[GLYPH_HEAVY_VLINE], INK_STRONG);
    area_fill(area_sub(a, right, 1, 1, low - 1), g[GLYPH_HEAVY_VLINE], INK_STRONG);
    area_char(a, 0, 0, g[GLYPH_HEAVY_TOP_LEFT], INK_STRONG);
    area_char(a, right, 0, g[GLYPH_HEAVY_TOP_RIGHT], INK_STRONG);
    area_char(a, 0, low, g[GLYPH_HEAVY_LOW_LEFT], INK_STRONG);
    area_char(a, right, low, g[GLYPH_HEAVY_LOW_RIGHT], INK_STRONG);
}
