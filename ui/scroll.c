#include "ui/scroll.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "ui/sgr.h"
#include "ui/ui_text.h"
#include "ui/width.h"

enum { LINES_MAX = 20000, SQUEEZED = 2 };

void scroll_release(struct scroll *s)
{
    for (int i = 0; i < s->n; i++)
        free(s->line[i]);
    free(s->line);
    str_release(&s->open);
    *s = (struct scroll){ 0 };
}

static void close_line(struct scroll *s)
{
    if (s->n == LINES_MAX) { /* the older half is forgotten */
        for (int i = 0; i < s->n / 2; i++)
            free(s->line[i]);
        memmove(s->line, s->line + s->n / 2, (size_t)(s->n - s->n / 2) * sizeof *s->line);
        s->dropped += s->n / 2;
        s->n -= s->n / 2;
    }
    if (s->n == s->cap) {
        s->cap = s->cap ? 2 * s->cap : 64;
        s->line = xrealloc(s->line, (size_t)s->cap * sizeof *s->line);
    }
    s->line[s->n++] = xstrdup(str_cstr(&s->open));
    str_clear(&s->open);
}

void scroll_add(struct scroll *s, const char *text, size_t n)
{
    for (const char *end; (end = memchr(text, '\n', n)); text = end + 1) {
        size_t k = (size_t)(end - text);
        str_addn(&s->open, text, k);
        close_line(s);
        n -= k + 1;
    }
    str_addn(&s->open, text, n);
}

/* ---- a line in inks -------------------------------------------------------------- */

/* Goes through a line: one run of one ink after another. */
struct runs {
    const char *at;
    enum ink ink;
    struct str apart; /* see next_run */
};

/* The next run as it stands; false: there is none. */
static bool next_plain(struct runs *r, const char **text, size_t *n)
{
    static const char stops[] = { SGR_MARK, SGR_MARK_END, '\0' };
    for (;; r->at++) {
        if (*r->at == SGR_MARK && r->at[1])
            r->ink = (enum ink)(*++r->at - SGR_MARK_INK);
        else if (*r->at == SGR_MARK_END)
            r->ink = INK_TEXT;
        else
            break;
    }
    *text = r->at;
    *n = strcspn(r->at, stops);
    r->at += *n;
    return *n > 0;
}

/* The same for a grid of cells: what is joined to one character, such as emoji, is taken
 * apart, since terminals disagree about its width. At the end r->apart is released. */
static bool next_run(struct runs *r, const char **text, size_t *n)
{
    str_clear(&r->apart);
    if (!next_plain(r, text, n)) {
        str_release(&r->apart);
        return false;
    }
    ui_text(&r->apart, UI_FIELD, *text, *n);
    *text = str_cstr(&r->apart);
    *n = r->apart.n;
    return true;
}

static int line_width(const char *line)
{
    struct runs r = { .at = line };
    const char *text;
    size_t n;
    int width = 0;
    while (next_run(&r, &text, &n))
        width += width_text(text, n);
    return width;
}

/* Where the longest row of blanks is that has text on both sides, and how long it is: what
 * a line for another width can do without. */
static int longest_gap(const char *line, int *at)
{
    struct runs r = { .at = line };
    const char *text;
    size_t n;
    int x = 0, gap = 0, longest = 0;
    while (next_run(&r, &text, &n)) {
        for (size_t i = 0, k; i < n; i += k) {
            k = utf8_next(text + i, n - i, NULL);
            k = MAX(k, 1);
            if (text[i] == ' ') {
                gap++;
            } else {
                if (gap > longest && x > gap) {
                    longest = gap;
                    *at = x - gap;
                }
                gap = 0;
            }
            x += width_text(text + i, k);
        }
    }
    return longest;
}

/* ---- drawing --------------------------------------------------------------------- */

/* Bytes of the character at p and of the marks on it. */
static size_t cluster(const char *p, size_t n)
{
    size_t k = MAX(utf8_next(p, n, NULL), 1), mark;
    while (k < n && (mark = utf8_next(p + k, n - k, NULL)) && width_text(p + k, mark) == 0)
        k += mark;
    return k;
}

/* Columns of the word that begins at p; 0: none begins there. */
static int word_width(const char *p, const char *run, size_t n)
{
    if (*p == ' ' || (p > run && p[-1] != ' '))
        return 0;
    return width_text(p, strcspn(p, " ") < n ? strcspn(p, " ") : n);
}

/* Draws a line from row y on; rows outside the area are only counted. Returns its rows. */
static int draw_line(struct area a, int y, const char *line, bool wrap)
{
    struct runs r = { .at = line };
    const char *text;
    size_t n;
    int x = 0, column = 0, rows = 1, gap_at = 0, squeeze = 0;
    int over = line_width(line) - a.w;
    if (wrap && over > 0 && longest_gap(line, &gap_at) >= over + SQUEEZED)
        squeeze = over;
    while (next_run(&r, &text, &n)) {
        for (size_t i = 0, k; i < n; i += k) {
            k = cluster(text + i, n - i);
            int width = width_text(text + i, k);
            bool left_out = column >= gap_at && column < gap_at + squeeze;
            column += width;
            if (left_out)
                continue;
            int word = MAX(word_width(text + i, text, n - i), width);
            if (wrap && x > 0 && x + (word <= a.w ? word : width) > a.w) {
                x = 0;
                rows++;
                if (text[i] == ' ')
                    continue;
            }
            if (y + rows - 1 >= 0 && y + rows - 1 < a.h)
                area_textn(a, x, y + rows - 1, r.ink, text + i, k);
            x += width;
        }
    }
    return rows;
}

static const char *line_of(const struct scroll *s, int i)
{
    return i < s->n ? s->line[i] : str_cstr(&s->open);
}

int scroll_draw(struct area a, const struct scroll *s, int back)
{
    struct area nowhere = { .on = a.on, .w = a.w };
    int lines = s->n + (s->open.n > 0), first = lines, rows = 0;
    while (first > 0 && rows < a.h + back)
        rows += draw_line(nowhere, 0, line_of(s, --first), true);
    int y = rows <= a.h ? 0 : a.h + back - rows;
    for (int i = first; i < lines && y < a.h; i++)
        y += draw_line(a, y, line_of(s, i), true);
    return rows;
}

/* What stands behind the last two blanks of a line that is cut: figures, as a rule. */
static void draw_tail(struct area a, int y, const char *line)
{
    const char *tail = NULL;
    struct str plain = STR_INIT;
    struct runs r = { .at = line };
    const char *text;
    size_t n;
    while (next_run(&r, &text, &n))
        str_addn(&plain, text, n);
    for (const char *p = str_cstr(&plain); (p = strstr(p, "  ")); p += 2)
        tail = p + 2;
    int width = tail ? width_text(tail, strlen(tail)) : 0;
    if (tail && width + 4 < a.w) {
        area_char(a, a.w - width - 2, y, theme()->glyph[GLYPH_MORE], INK_DIM);
        area_textf(a, a.w - width - 1, y, INK_DIM, " %s", tail);
    }
    str_release(&plain);
}

int scroll_page(struct area a, const char *text, int skip)
{
    int y = 0;
    for (const char *end; *text; text = *end ? end + 1 : end, y++) {
        end = strchrnul(text, '\n');
        char *line = xstrndup(text, (size_t)(end - text));
        if (y >= skip && y - skip < a.h) {
            draw_line(a, y - skip, line, false);
            if (line_width(line) > a.w)
                draw_tail(a, y - skip, line);
        }
        free(line);
    }
    return y;
}

void scroll_text(const struct scroll *s, int from, struct str *out)
{
    int lines = s->n + (s->open.n > 0);
    for (int i = MAX(from - s->dropped, 0); i < lines; i++) {
        struct runs r = { .at = line_of(s, i) };
        const char *text;
        size_t n;
        while (next_plain(&r, &text, &n)) {
            char *run = xstrndup(text, n);
            sgr_add(out, r.ink, run);
            free(run);
        }
        str_addc(out, '\n');
    }
}
