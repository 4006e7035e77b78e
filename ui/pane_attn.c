/* Attention as a map with a cursor, and what the source got of it. */
#include "base/mem.h"
#include "ui/heat.h"
#include "ui/pane.h"
#include "ui/piece.h"

static const char *const norms[] = { "norm none", "norm row", "norm max" };

static void title(const struct full *f, struct str *out)
{
    str_addf(out, "source %s", theme()->arrow);
    if (f->col > 0)
        str_addf(out, " from %d", f->col + 1);
    if (f->threshold > 0)
        str_addf(out, "  from %.2f", f->threshold);
    str_addf(out, "  %s", norms[f->norm]);
}

/* The weights as they are to be drawn: of the row's or the map's greatest, without those
 * below the threshold. The caller frees. */
static real *weights(const struct full *f, const real **row)
{
    const struct reply *r = f->reply;
    int cols = r->source.n;
    real *x = xcalloc((size_t)(r->n * cols), sizeof *x), most = 0;
    for (int i = 0; i < r->n; i++)
        for (int j = 0; j < cols; j++)
            most = MAX(most, r->step[i].alpha[j]);
    for (int i = 0; i < r->n; i++) {
        real by = f->norm == 2 ? most : 0;
        for (int j = 0; f->norm == 1 && j < cols; j++)
            by = MAX(by, r->step[i].alpha[j]);
        row[i] = x + (size_t)(i * cols);
        for (int j = 0; j < cols; j++) {
            real v = r->step[i].alpha[j];
            if ((double)v >= f->threshold)
                x[i * cols + j] = by > 0 ? v / by : v;
        }
    }
    return x;
}

/* "coverage  10 1.2  + .3": 1 is one token's worth. */
static void draw_coverage(struct area a, const struct reply *r)
{
    struct str line = STR_INIT;
    str_add(&line, "coverage");
    for (int j = 0; j < r->source.n; j++) {
        double sum = 0;
        for (int i = 0; i < r->n; i++)
            sum += (double)r->step[i].alpha[j];
        str_add(&line, "  ");
        piece_add(&line, r->source.s[j]);
        str_addf(&line, " %.1f", sum);
    }
    area_field(a, 0, 0, a.w, INK_DIM, line.s, line.n);
    str_release(&line);
}

/* "alignment  1-2 2-2": each token and the place it looks at most. */
static void draw_alignment(struct area a, const struct reply *r)
{
    struct str line = STR_INIT;
    str_add(&line, "alignment ");
    for (int i = 0; i < r->n; i++) {
        int most = 0;
        for (int j = 1; j < r->source.n; j++)
            if (r->step[i].alpha[j] > r->step[i].alpha[most])
                most = j;
        str_addf(&line, " %d-%d", i + 1, most + 1);
    }
    area_field(a, 0, 0, a.w, INK_DIM, line.s, line.n);
    str_release(&line);
}

static void draw_cell(struct area a, const struct full *f)
{
    const struct reply *r = f->reply;
    struct str text = STR_INIT;
    char figure[16];
    str_addf(&text, "%d ", f->step + 1);
    piece_quote(&text, r->step[f->step].piece);
    str_addf(&text, " looks at %d ", f->place + 1);
    piece_add(&text, r->source.s[f->place]);
    str_addf(&text, "  %s", ask_p(figure, (double)r->step[f->step].alpha[f->place]));
    area_field(a, 0, 0, a.w, INK_STRONG, text.s, text.n);
    str_release(&text);
}

static void draw_scale(struct area a)
{
    const struct ramp *shade = theme()->shade;
    int x = area_text(a, 0, 0, INK_DIM, "0 \"");
    for (int i = 0; i < shade->n; i++)
        area_char(a, x++, 0, shade->glyph[i],
                  INK_HEAT + i * (HEAT_LEVELS - 1) / (shade->n - 1));
    area_text(a, x, 0, INK_DIM, "\" 1  rows: answer");
}

/* The first of n in a window of w that shows `at`. */
static int window(int first, int at, int w, int n)
{
    if (at < first)
        first = at;
    if (at >= first + w)
        first = at - w + 1;
    return MAX(MIN(first, n - w), 0);
}

/* Rows beneath the map: the cell, coverage, scale, alignment. */
static int rows_below(struct area a)
{
    return a.h >= 16 ? 4 : a.h >= 10 ? 3 : a.h >= 7 ? 2 : a.h >= 4;
}

/* Labels are cut rather than rows. */
static struct heat_fit fit_map(const struct heat *h, struct area a)
{
    struct heat_fit fit = heat_fit(h, a.w - 1);
    if (fit.head > MAX(a.h - h->rows, 1))
        fit.head = MAX(MIN(a.h - h->rows, a.h / 2), 1);
    return fit;
}

static void draw_map(struct full *f, struct area a, const struct heat *h)
{
    struct heat_fit fit = fit_map(h, a);
    f->col = window(f->col, f->place, MAX(fit.cols, 1), h->cols);
    f->row = window(f->row, f->step, MAX(a.h - fit.head, 1), h->rows);
    int pitch = fit.cell + fit.gap;
    heat_draw(area_sub(a, 1, 0, fit.label + 1 + fit.gap + fit.cols * pitch, a.h), h, &fit,
              f->row, f->col);
    int y = fit.head + f->step - f->row;
    int x = 1 + fit.label + 1 + fit.gap + (f->place - f->col) * pitch;
    area_char(a, 0, y, '>', INK_STRONG);
    if (f->focus == &pane_attn && fit.gap > 0) {
        area_char(a, x - 1, y, '[', INK_STRONG);
        area_char(a, x + fit.cell, y, ']', INK_STRONG);
    } else if (f->focus == &pane_attn && y + 1 < a.h) {
        area_char(a, x, y + 1, '^', INK_STRONG);
    }
}

static void draw(struct full *f, struct area a)
{
    struct heat h;
    if (!heat_of_reply(&h, f->reply)) {
        area_textf(a, 0, 0, INK_DIM, "no attention: arch = %s", f->sh->model->arch->name);
        return;
    }
    const real **row = xcalloc((size_t)f->reply->n, sizeof *row);
    real *x = weights(f, row);
    struct heat drawn = h;
    drawn.x = row;
    int low = rows_below(a);
    draw_map(f, area_sub(a, 0, 0, a.w, a.h - low), &drawn);
    if (low > 0)
        draw_cell(area_sub(a, 0, a.h - low, a.w, 1), f);
    if (low > 1)
        draw_coverage(area_sub(a, 0, a.h - low + 1, a.w, 1), f->reply);
    if (low > 2)
        draw_scale(area_sub(a, 0, a.h - 1, a.w, 1));
    if (low > 3)
        draw_alignment(area_sub(a, 0, a.h - 2, a.w, 1), f->reply);
    heat_release(&h);
    free(row);
    free(x);
}

static void change_threshold(struct full *f, double by)
{
    f->threshold = MIN(MAX(f->threshold + by, 0), .95);
}

static bool key(struct full *f, int key)
{
    int places = f->reply->source.n;
    switch (key) {
    case SCREEN_UP: pane_move(&f->step, -1, f->reply->n); break;
    case SCREEN_DOWN: pane_move(&f->step, 1, f->reply->n); break;
    case SCREEN_LEFT: pane_move(&f->place, -1, places); break;
    case SCREEN_RIGHT: pane_move(&f->place, 1, places); break;
    case 'f': pane_run(f, "/attend %d %d", f->step + 1, f->place + 1); break;
    case 'x': pane_run(f, "/mask %d", f->place + 1); break;
    case 'n': f->norm = (f->norm + 1) % (int)ARRAY_LEN(norms); break;
    case '+': change_threshold(f, .05); break;
    case '-': change_threshold(f, -.05); break;
    case '0': f->threshold = 0; break;
    case '\r': f->focus = &pane_why; break;
    default: return false;
    }
    return true;
}

/* The cell that is meant becomes the one that is told about. */
static void click(struct full *f, struct area a, int x, int y)
{
    struct heat h;
    if (!heat_of_reply(&h, f->reply))
        return;
    struct heat_fit fit = fit_map(&h, area_sub(a, 0, 0, a.w, a.h - rows_below(a)));
    x -= 1 + fit.label + 1 + fit.gap;
    y -= fit.head;
    if (x >= 0 && y >= 0 && y < a.h - rows_below(a) - fit.head) {
        f->step = MIN(f->row + y, f->reply->n - 1);
        f->place = MIN(f->col + x / (fit.cell + fit.gap), f->reply->source.n - 1);
    }
    heat_release(&h);
}

const struct pane pane_attn = {
    .name = "attention",
    .title = title,
    .draw = draw,
    .key = key,
    .click = click,
    .keys = { { "arrows", "another cell", "cell" },
              { "f", "the token looks at this place alone (/attend)", "force" },
              { "x", "answer without this piece of the source (/mask)", "mask" },
              { "n", "weights as they are, of the row's greatest, of the map's", "norm" },
              { "+ - 0", "leave out small weights: more, fewer, none", "threshold" },
              { "Enter", "why this token", "why" } },
};
