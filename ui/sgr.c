#include "ui/sgr.h"

#include "ui/palette.h"

#include <unistd.h>
#include <unistr.h>

static bool attributes, marks;

/* Full-screen mode asks terminfo; for a few words in colour the name will do. */
static int colours_of(const char *term)
{
    size_t n = strlen(term);
    const char *more = getenv("COLORTERM");
    bool all = more && (!strcmp(more, "truecolor") || !strcmp(more, "24bit"));
    if (strstr(term, "direct"))
        return PALETTE_RGB;
    if (strstr(term, "256color"))
        return all ? PALETTE_RGB : 256;
    if (strstr(term, "16color"))
        return 16;
    if (!strncmp(term, "vt", 2) || (n > 2 && !strcmp(term + n - 2, "-m")))
        return 0;
    return 8;
}

void sgr_init(FILE *out)
{
    const char *term = getenv("TERM");
    bool able = isatty(fileno(out)) && term && *term && strcmp(term, "dumb");
    int colours = theme_colours(able ? colours_of(term) : 0);
    attributes = able || colours > 0; /* colours can be forced */
}

void sgr_marks(bool on)
{
    marks = on;
}

void sgr_add(struct str *out, enum ink ink, const char *text)
{
    if (marks) {
        str_addf(out, "%c%c%s%c", SGR_MARK, SGR_MARK_INK + (int)ink, text, SGR_MARK_END);
        return;
    }
    int attrs, colour = theme_ink(ink, &attrs);
    struct str codes = STR_INIT;
    if (attrs & ATTR_BOLD)
        str_add(&codes, ";1");
    if (attrs & ATTR_DIM)
        str_add(&codes, ";2");
    if (attrs & ATTR_UNDERLINE)
        str_add(&codes, ";4");
    if (attrs & ATTR_REVERSE)
        str_add(&codes, ";7");
    if (colour >= PALETTE_RGB)
        str_addf(&codes, ";38;2;%d;%d;%d", colour >> 16 & 255, colour >> 8 & 255,
                 colour & 255);
    else if (colour >= 16)
        str_addf(&codes, ";38;5;%d", colour);
    else if (colour >= 8)
        str_addf(&codes, ";%d", 90 + colour - 8);
    else if (colour >= 0)
        str_addf(&codes, ";%d", 30 + colour);
    if (attributes && codes.n)
        str_addf(out, "\033[%sm%s\033[m", codes.s + 1, text);
    else
        str_add(out, text);
    str_release(&codes);
}

void sgr_glyph(struct str *out, enum ink ink, uint32_t glyph)
{
    uint8_t bytes[7] = "";
    u8_uctomb(bytes, glyph, sizeof bytes);
    sgr_add(out, ink, (char *)bytes);
}

/* Cells of one ink, from x on, as one piece of text; returns where it ends. */
static int canvas_run(const struct canvas *c, int x, int y, int end, struct str *out)
{
    enum ink ink = canvas_cell(c, x, y)->ink;
    struct str run = STR_INIT;
    for (; x < end && canvas_cell(c, x, y)->ink == ink; x++) {
        const struct canvas_cell *cell = canvas_cell(c, x, y);
        for (int k = 0; cell->width && k <= UI_MARKS && cell->ch[k]; k++) {
            uint8_t bytes[6];
            str_addn(&run, bytes, (size_t)u8_uctomb(bytes, cell->ch[k], sizeof bytes));
        }
    }
    sgr_add(out, ink, str_cstr(&run));
    str_release(&run);
    return x;
}

static bool is_blank(const struct canvas_cell *cell)
{
    return cell->width == 1 && cell->ch[0] == ' ' && !cell->ch[1];
}

void sgr_canvas(struct str *out, const struct canvas *c)
{
    for (int y = 0; y < c->h; y++) {
        int end = c->w;
        while (end > 0 && is_blank(canvas_cell(c, end - 1, y)))
            end--;
        for (int x = 0; x < end;)
            x = canvas_run(c, x, y, end, out);
        str_addc(out, '\n');
    }
}
