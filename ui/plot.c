#include "ui/plot.h"

#include "base/mem.h"
#include "ui/fmt.h"

#include <math.h>

/* ---- dots ---- */

/* A grid of dots over cells, each cell in the ink of the line drawn last. */
struct raster {
    int w, h;   /* cells */
    int dw, dh; /* dots in a cell, dw * dh <= 8 */
    struct spot {
        uint8_t mask; /* bit dy * dw + dx */
        uint8_t ink;
        char mark, label; /* label: instead of dots and mark; 0: none */
    } *spot;      /* [h][w] */
};

static const uint8_t dots_in_cell[][2] = {
    [GRAPH_BRAILLE] = { 2, 4 },
    [GRAPH_QUADRANT] = { 2, 2 },
    [GRAPH_BLOCK] = { 1, 8 },
    [GRAPH_ASCII] = { 1, 1 },
};

/* Dots of a line take a cell over from the faint spread behind it. */
static void raster_dot(struct raster *r, int x, int y, enum ink ink, char mark)
{
    if (x < 0 || y < 0 || x >= r->w * r->dw || y >= r->h * r->dh)
        return;
    struct spot *s = &r->spot[(size_t)(y / r->dh) * (size_t)r->w + (size_t)(x / r->dw)];
    if (s->mask && s->ink != ink) {
        if (ink == INK_FAINT)
            return;
        if (s->ink == INK_FAINT)
            s->mask = 0;
    }
    s->mask |= (uint8_t)(1 << (y % r->dh * r->dw + x % r->dw));
    s->ink = (uint8_t)ink;
    s->mark = mark;
}

static uint32_t braille(uint8_t mask)
{
    /* bit dy * 2 + dx to the dot numbers of the braille block */
    static const uint8_t dot[8] = { 0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80 };
    uint32_t c = 0x2800;
    for (int i = 0; i < 8; i++)
        if (mask & (1 << i))
            c |= dot[i];
    return c;
}

static uint32_t quadrant(uint8_t mask)
{
    static const uint16_t glyph[16] = {
        ' ',    0x2598, 0x259d, 0x2580, 0x2596, 0x258c, 0x259e, 0x259b,
        0x2597, 0x259a, 0x2590, 0x259c, 0x2584, 0x2599, 0x259f, 0x2588,
    };
    return glyph[mask & 15];
}

/* Filled from below up to the highest dot. */
static uint32_t block(uint8_t mask)
{
    uint32_t height = 8;
    while (!(mask & 1)) {
        mask >>= 1;
        height--;
    }
    return 0x2580 + height;
}

static uint32_t spot_glyph(const struct spot *s, enum graph graph)
{
    if (s->label)
        return (unsigned char)s->label;
    switch (graph) {
    case GRAPH_BRAILLE: return braille(s->mask);
    case GRAPH_QUADRANT: return quadrant(s->mask);
    case GRAPH_BLOCK: return block(s->mask);
    default: return (unsigned char)s->mark;
    }
}

static void raster_draw(const struct raster *r, struct area a, enum graph graph)
{
    for (int y = 0; y < r->h; y++) {
        for (int x = 0; x < r->w; x++) {
            const struct spot *s = &r->spot[(size_t)y * (size_t)r->w + (size_t)x];
            if (s->mask)
                area_char(a, x, y, spot_glyph(s, graph), (enum ink)s->ink);
        }
    }
}

/* ---- axes ---- */

enum { GUTTER = 6 }; /* columns for the labels of the y axis */

struct axis {
    double lo, hi; /* in the scale drawn: log10 of the values when log */
    bool log;
};

static double axis_at(const struct axis *a, double v)
{
    return a->log ? (v > 0 ? log10(v) : NAN) : v;
}

static const double linear_steps[] = { 1, 2, 5, 10, 0 };
static const double log_steps[] = { 1, 2, 3, 5, 7, 10, 0 };

/* One of the steps times a power of ten: the least >= v (up) or the greatest <= v. */
static double round_number(const double *steps, double v, bool up)
{
    double power = pow(10, floor(log10(v)));
    double best = power;
    for (; *steps > 0; steps++) {
        double candidate = *steps * power;
        if (up && candidate >= v * (1 - 1e-9))
            return candidate;
        if (!up && candidate <= v * (1 + 1e-9))
            best = candidate;
    }
    return best;
}

/* The distance of labels on a linear axis of so many rows. */
static double tick_step(double lo, double hi, int rows)
{
    return round_number(linear_steps, (hi - lo) / MAX((rows + 1) / 3, 1), true);
}

static bool axis_from_data(struct axis *a, const struct plot *p, int rows)
{
    double lo = INFINITY, hi = -INFINITY, l, h;
    for (int i = 0; i < p->n; i++) {
        if (series_bounds_in(p->line[i].series, a->log ? 0 : -INFINITY, (double)p->x_from,
                             (double)p->x_end, &l, &h)) {
            lo = fmin(lo, l);
            hi = fmax(hi, h);
        }
    }
    if (lo > hi)
        return false;
    if (a->log) {
        a->lo = log10(round_number(log_steps, lo, false));
        a->hi = log10(round_number(log_steps, hi, true));
        if (a->hi - a->lo < 0.3)
            a->lo -= 1;
        return true;
    }
    if (hi - lo <= fabs(hi) * 1e-6) { /* one value: put it in the middle */
        double half = hi == 0 ? 1 : fabs(hi) / 2;
        lo -= half;
        hi += half;
    }
    double step = tick_step(lo, hi, rows);
    a->lo = floor(lo / step) * step;
    a->hi = ceil(hi / step) * step;
    return true;
}

/* false: there is nothing to draw. */
static bool axis_choose(struct axis *a, const struct plot *p, int rows)
{
    *a = (struct axis){ .lo = p->lo, .hi = p->hi };
    if (p->lo < p->hi)
        return true;
    a->log = p->log_y;
    if (axis_from_data(a, p, rows))
        return true;
    a->log = false;
    return p->log_y && axis_from_data(a, p, rows);
}

/* The dot row of a value, 0 at the top; outside values go to the edge. */
static int axis_dot(const struct axis *a, double at, int dots)
{
    double part = (a->hi - at) / (a->hi - a->lo);
    return (int)lrint(fmin(fmax(part, 0), 1) * (dots - 1));
}

/* At most GUTTER columns: 0.25, 48k, 1.5e-5. */
static void tick_text(char buf[FMT_MAX], double v, bool percent)
{
    double size = fabs(v);
    if (percent)
        snprintf(buf, FMT_MAX, "%.3g%%", v * 100);
    else if (size >= 1000)
        fmt_short(buf, v);
    else if (size >= 1e-3 || size < 1e-30)
        snprintf(buf, FMT_MAX, "%.3g", size < 1e-30 ? 0 : v);
    else {
        int e = (int)floor(log10(size) + 1e-9);
        snprintf(buf, FMT_MAX, "%.2ge%d", v / pow(10, e), e);
    }
}

/* One label in a row or none. */
struct labels {
    struct area area;
    const struct raster *raster;
    const struct axis *axis;
    bool percent;
    bool *taken; /* [rows] */
};

static void label(struct labels *l, double v)
{
    char text[FMT_MAX];
    double at = axis_at(l->axis, v), slack = (l->axis->hi - l->axis->lo) * 1e-6;
    if (!(at >= l->axis->lo - slack && at <= l->axis->hi + slack))
        return;
    int row = axis_dot(l->axis, at, l->raster->h * l->raster->dh) / l->raster->dh;
    if (l->taken[row] || (row > 0 && l->taken[row - 1]) ||
        (row + 1 < l->raster->h && l->taken[row + 1]))
        return;
    l->taken[row] = true;
    tick_text(text, v, l->percent);
    area_right(l->area, l->area.w, row, INK_DIM, text);
}

/* The ends first, then what lies between, as far as there are free rows. */
static void label_all(struct labels *l)
{
    const struct axis *a = l->axis;
    if (!a->log) {
        double step = tick_step(a->lo, a->hi, l->raster->h);
        label(l, a->hi);
        label(l, a->lo);
        for (double v = a->hi - step; v > a->lo; v -= step)
            label(l, v);
        return;
    }
    label(l, pow(10, a->hi));
    label(l, pow(10, a->lo));
    for (int e = (int)ceil(a->lo - 1e-9); e <= a->hi; e++)
        label(l, pow(10, e));
    for (int e = (int)floor(a->lo); e <= a->hi; e++) {
        label(l, 2 * pow(10, e));
        label(l, 5 * pow(10, e));
    }
}

/* ---- the x axis ---- */

/* From the left edge to the right one, in what it shows, or in its logarithm. */
struct span {
    const struct plot *plot;
    double lo, hi;
};

static double span_value(const struct plot *p, double step)
{
    return p->x_of ? series_at(p->x_of, step) : step;
}

/* A logarithm has no 0: the axis begins with the first thing there is to see. */
static double first_value(const struct plot *p)
{
    double first = INFINITY;
    for (int i = 0; i < p->n; i++) {
        const struct series *s = p->line[i].series;
        size_t k = 0;
        while (k < s->used && (!s->bucket[k].n || series_x(&s->bucket[k]) < (double)p->x_from ||
                               span_value(p, series_x(&s->bucket[k])) <= 0))
            k++;
        if (k < s->used)
            first = fmin(first, span_value(p, series_x(&s->bucket[k])));
    }
    return isfinite(first) ? first : 1;
}

static struct span span_of(const struct plot *p)
{
    struct span s = { .plot = p, .lo = span_value(p, (double)p->x_from) };
    s.hi = p->x_of_end > 0 ? p->x_of_end : span_value(p, (double)MAX(p->x_end, 1));
    if (p->log_x) {
        s.lo = log10(fmax(s.lo, first_value(p)));
        s.hi = log10(fmax(s.hi, 1e-9));
    }
    if (!(s.hi > s.lo))
        s.hi = s.lo + 1;
    return s;
}

/* 0 at the left edge, 1 at the right one; NaN: nowhere. */
static double span_part(const struct span *s, double step)
{
    double v = span_value(s->plot, step);
    if (s->plot->log_x)
        v = v > 0 ? log10(v) : NAN;
    double part = (v - s->lo) / (s->hi - s->lo);
    return part > -1e-9 && part < 1 + 1e-9 ? part : NAN;
}

static const char *span_text(const struct span *s, char buf[FMT_MAX], double part)
{
    double v = s->lo + (s->hi - s->lo) * part;
    if (s->plot->log_x)
        v = pow(10, v);
    return s->plot->x_clock ? fmt_clock(buf, v) : fmt_short(buf, v);
}

static void label_x(struct area a, const struct span *s)
{
    char text[FMT_MAX];
    area_text(a, 0, 0, INK_DIM, span_text(s, text, 0));
    int from = area_right(a, a.w, 0, INK_DIM, span_text(s, text, 1));
    span_text(s, text, .5);
    int middle = a.w / 2 + (int)strlen(text) / 2;
    if (a.w >= 30 && middle + 2 < from)
        area_right(a, middle, 0, INK_DIM, text);
}

/* A line from top to bottom, behind the others. */
static void mark_cursor(struct raster *r, const struct span *s)
{
    double part = span_part(s, (double)s->plot->cursor);
    if (s->plot->cursor <= 0 || isnan(part))
        return;
    int x = (int)lrint(part * (r->w * r->dw - 1));
    for (int y = 0; y < r->h * r->dh; y++)
        raster_dot(r, x, y, INK_FAINT, '|');
}

/* ---- lines ---- */

/* What a column of dots shows of one line. */
struct column {
    double sum;    /* of the smoothed values */
    double lo, hi; /* of the raw ones */
    int n;
    bool broken;   /* a hole comes before */
};

static void fill_columns(const struct span *span, const struct plot_line *l,
                         const struct axis *axis, struct column *col, int n)
{
    const struct series *s = l->series;
    double *y = xmalloc(MAX(s->used, 1) * sizeof *y);
    bool hole = false;
    series_smooth(s, l->beta, y);
    for (size_t i = 0; i < s->used; i++) {
        const struct bucket *b = &s->bucket[i];
        if (!b->n && !b->holes)
            continue;
        double part = b->n ? span_part(span, series_x(b)) : 0;
        if (isnan(part))
            continue;
        double at = b->n ? axis_at(axis, y[i]) : NAN;
        if (isnan(at)) {
            hole = true;
            continue;
        }
        int x = (int)lrint(part * (n - 1));
        struct column *c = &col[MIN(MAX(x, 0), n - 1)];
        double lo = axis_at(axis, b->min), hi = axis_at(axis, b->max);
        c->lo = c->n ? fmin(c->lo, lo) : lo;
        c->hi = c->n ? fmax(c->hi, hi) : hi;
        c->broken |= hole && !c->n;
        hole = false;
        c->sum += at;
        c->n++;
    }
    free(y);
}

/* On and off along the path, in dots. */
static bool pen_down(enum plot_dash dash, int pen)
{
    switch (dash) {
    case PLOT_DASHED: return pen % 6 < 4;
    case PLOT_DOTTED: return pen % 4 < 2;
    default: return true;
    }
}

/* Every dot from (x0, y0) to (x1, y1), the first one left out when they differ. */
static void stroke(struct raster *r, const struct plot_line *l, int x0, int y0, int x1,
                   int y1, int *pen)
{
    int dx = abs(x1 - x0), dy = abs(y1 - y0), n = MAX(dx, dy);
    enum plot_dash dash = r->dw * r->dh > 1 ? l->dash : PLOT_SOLID;
    for (int i = MIN(n, 1); i <= n; i++) {
        int x = n ? x0 + (int)lrint((double)(x1 - x0) * i / n) : x0;
        int y = n ? y0 + (int)lrint((double)(y1 - y0) * i / n) : y0;
        if (pen_down(dash, (*pen)++))
            raster_dot(r, x, y, l->ink, l->mark);
    }
}

static void draw_spread(struct raster *r, const struct axis *axis,
                        const struct column *col, int n)
{
    int dots = r->h * r->dh;
    for (int x = 0; x < n; x++) {
        if (!col[x].n || isnan(col[x].lo))
            continue;
        int low = axis_dot(axis, col[x].lo, dots);
        for (int y = axis_dot(axis, col[x].hi, dots); y <= low; y++)
            raster_dot(r, x, y, INK_FAINT, ' ');
    }
}

static void draw_line(struct raster *r, const struct axis *axis,
                      const struct plot_line *l, const struct column *col, int n)
{
    int last_x = -1, last_y = 0, pen = 0;
    for (int x = 0; x < n; x++) {
        if (!col[x].n)
            continue;
        int y = axis_dot(axis, col[x].sum / col[x].n, r->h * r->dh);
        bool joined = last_x >= 0 && !col[x].broken;
        stroke(r, l, joined ? last_x : x, joined ? last_y : y, x, y, &pen);
        last_x = x;
        last_y = y;
    }
    if (l->label && last_x >= 0) {
        raster_dot(r, last_x, last_y, l->ink, l->mark);
        r->spot[(size_t)(last_y / r->dh) * (size_t)r->w + (size_t)(last_x / r->dw)].label =
            l->label;
    }
}

static void draw_lines(struct raster *r, const struct plot *p, const struct span *span,
                       const struct axis *axis)
{
    int n = r->w * r->dw;
    struct column *col = xcalloc((size_t)p->n * (size_t)n, sizeof *col);
    for (int i = 0; i < p->n; i++)
        fill_columns(span, &p->line[i], axis, col + (size_t)i * (size_t)n, n);
    if (theme()->colours && theme()->graph != GRAPH_ASCII)
        for (int i = 0; i < p->n; i++)
            draw_spread(r, axis, col + (size_t)i * (size_t)n, n);
    for (int i = 0; i < p->n; i++)
        draw_line(r, axis, &p->line[i], col + (size_t)i * (size_t)n, n);
    free(col);
}

void plot_draw(struct area a, const struct plot *p)
{
    enum graph graph = theme()->graph;
    bool x_row = a.h >= 6 && a.w >= 16;
    struct raster r = { .dw = dots_in_cell[graph][0], .dh = dots_in_cell[graph][1] };
    struct axis axis;
    if (a.w < 1 || a.h < 1)
        return;
    r.h = a.h - x_row;
    if (!axis_choose(&axis, p, r.h)) {
        area_text(a, 1, a.h / 2, INK_DIM, "no data yet");
        return;
    }
    struct labels labels = {
        .raster = &r,
        .axis = &axis,
        .percent = p->percent,
        .taken = xcalloc((size_t)r.h, sizeof(bool)),
        .area = area_sub(a, 0, 0, a.w >= 16 ? GUTTER : 0, r.h),
    };
    label_all(&labels);
    free(labels.taken);
    int left = labels.area.w ? labels.area.w + 1 : 0;
    r.w = a.w - left;
    r.spot = xcalloc((size_t)r.w * (size_t)r.h, sizeof *r.spot);
    struct span span = span_of(p);
    draw_lines(&r, p, &span, &axis);
    mark_cursor(&r, &span);
    raster_draw(&r, area_sub(a, left, 0, r.w, r.h), graph);
    if (x_row)
        label_x(area_sub(a, left, a.h - 1, r.w, 1), &span);
    free(r.spot);
}

int64_t plot_x_end(int64_t last, int64_t total)
{
    int64_t end = 64;
    if (total <= 0 || total < last) {
        while (end < last)
            end *= 2;
        return end;
    }
    for (end = total; end / 2 >= MAX(last, 16); end /= 2)
        ;
    return end;
}
