#include "ui/heat.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "ui/piece.h"
#include "ui/sgr.h"

enum {
    LABEL_MAX = 14, /* columns of a label; the rest is cut */
    CELL_MIN = 4,   /* columns of a cell, where there is room */
    UPRIGHT_MAX = 12,
};

static int label_width(const char *label)
{
    struct str s = STR_INIT;
    int width = piece_show(&s, label);
    str_release(&s);
    return width;
}

static int widest(const char *const *label, int n)
{
    int width = 1;
    for (int i = 0; i < n; i++)
        width = MAX(width, label_width(label[i]));
    return width;
}

struct heat_fit heat_fit(const struct heat *h, int width)
{
    int widths = widest(h->col, h->cols);
    struct heat_fit f = { .label = MIN(widest(h->row, h->rows), LABEL_MAX), .head = 1 };
    int room = MAX(width - 2 - f.label - 1, 1);
    f.cell = MIN(MAX(widths, CELL_MIN), LABEL_MAX);
    f.gap = 1;
    if (h->cols * (f.cell + f.gap) > room) { /* narrower, if all of it fits then */
        int least = widths <= 2 ? widths : 1;
        for (; f.cell > least && h->cols * (f.cell + f.gap) > room; f.cell--)
            ;
        if (h->cols * (f.cell + f.gap) > room)
            f.gap = 0;
    }
    if (f.cell < MIN(widths, LABEL_MAX))
        f.head = MIN(widths, UPRIGHT_MAX);
    f.cols = MIN(MAX(room / (f.cell + f.gap), 1), h->cols);
    return f;
}

/* A label from top to bottom, ending in the last row of the head. */
static void draw_upright(struct area a, int x, int head, const char *label)
{
    struct str s = STR_INIT;
    int n = piece_show(&s, label), y = MAX(head - n, 0);
    const char *p = str_cstr(&s);
    for (size_t k; y < head && *p; p += k) {
        k = utf8_next(p, strlen(p), NULL);
        k = MAX(k, 1);
        int width = area_textn(area_sub(a, x, y, 2, 1), 0, 0, INK_DIM, p, k);
        y += width > 0;
    }
    str_release(&s);
}

static void draw_label(struct area a, int x, int y, int w, enum ink ink, const char *label)
{
    struct str s = STR_INIT;
    piece_show(&s, label);
    area_field(a, x, y, w, ink, str_cstr(&s), s.n);
    str_release(&s);
}

static void draw_head(struct area a, const struct heat *h, const struct heat_fit *f,
                      int col)
{
    int x = f->label + 1 + f->gap;
    for (int j = col; j < h->cols && x + f->cell <= a.w; j++, x += f->cell + f->gap) {
        const char *label = h->col[j];
        if (f->head > 1) {
            draw_upright(a, x + (f->cell - 1) / 2, f->head, label);
            continue;
        }
        int pad = MAX(f->cell - label_width(label), 0);
        draw_label(a, x + (pad + 1) / 2, 0, f->cell, INK_DIM, label);
    }
}

void heat_draw(struct area a, const struct heat *h, const struct heat_fit *f, int row,
               int col)
{
    const struct ramp *shade = theme()->shade;
    draw_head(a, h, f, col);
    for (int i = row, y = f->head; i < h->rows && y < a.h; i++, y++) {
        int x = f->label + 1 + f->gap, width = label_width(h->row[i]);
        draw_label(a, MAX(f->label - width, 0), y, f->label, INK_TEXT, h->row[i]);
        for (int j = col; j < h->cols && x + f->cell <= a.w; j++, x += f->cell + f->gap) {
            double v = (double)h->x[i][j];
            uint32_t glyph = shade->glyph[ramp_level(shade->n, v)];
            area_fill(area_sub(a, x, y, f->cell, 1), glyph,
                      INK_HEAT + ramp_level(HEAT_LEVELS, v));
        }
    }
}

void heat_add(const struct heat *h, int width, struct str *out)
{
    struct heat_fit f = heat_fit(h, width);
    for (int col = 0; col < h->cols; col += f.cols) {
        struct canvas *c = canvas_new(width, f.head + h->rows);
        int n = MIN(f.cols, h->cols - col) * (f.cell + f.gap);
        heat_draw(area_sub(canvas_area(c), 2, 0, f.label + 1 + f.gap + n, c->h), h, &f, 0,
                  col);
        sgr_canvas(out, c);
        canvas_free(c);
    }
}

/* ---- of an answer ---------------------------------------------------------------- */

/* A blank is to be seen; what was taken out of the source has no piece. */
static const char *label(const char *piece)
{
    if (!*piece)
        return "-";
    return strspn(piece, " ") == strlen(piece) ? theme()->blank : piece;
}

bool heat_of_reply(struct heat *h, const struct reply *r)
{
    *h = (struct heat){ 0 };
    if (r->n == 0 || !r->step[0].alpha)
        return false;
    const char **row = xcalloc((size_t)r->n, sizeof *row);
    const real **x = xcalloc((size_t)r->n, sizeof *x);
    const char **col = xcalloc((size_t)r->source.n, sizeof *col);
    for (int i = 0; i < r->n; i++) {
        row[i] = label(r->step[i].piece);
        x[i] = r->step[i].alpha;
    }
    for (int j = 0; j < r->source.n; j++)
        col[j] = label(r->source.s[j]);
    *h = (struct heat){ .rows = r->n, .cols = r->source.n, .row = row, .x = x,
                        .col = col };
    return true;
}

void heat_release(struct heat *h)
{
    free((void *)h->row);
    free((void *)h->col);
    free((void *)h->x);
}
