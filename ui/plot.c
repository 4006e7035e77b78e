#include "ui/plot.h"

#include "base/mem.h"
#include "ui/fmt.h"
#include "ui/raster.h"

#include <math.h>

/* ---- the x axis ---- */

/* From the left edge to the right one, in what it shows, or in its logarithm. */
struct span {
    const struct plot *plot;
    double lo, hi;
};

double plot_x(const struct series *x_of, double step)
{
    return x_of ? series_at(x_of, step) : step;
}

/* A logarithm has no 0: the axis begins with the first thing there is to see. */
static double first_value(const struct plot *p)
{
    double first = INFINITY;
    for (int i = 0; i < p->n; i++) {
        const struct series *s = p->line[i].series;
        double x = 0;
        for (size_t k = 0; k < s->used && (x <= 0 || x < p->x_from); k++)
            x = s->bucket[k].n ? plot_x(p->line[i].x_of, series_x(&s->bucket[k])) : 0;
        if (x > 0 && x >= p->x_from)
            first = fmin(first, x);
    }
    return isfinite(first) ? first : 1;
}

static struct span span_of(const struct plot *p)
{
    struct span s = { .plot = p, .lo = p->x_from, .hi = p->x_end };
    if (p->log_x) {
        s.lo = log10(fmax(s.lo, first_value(p)));
        s.hi = log10(fmax(s.hi, 1e-9));
    }
    if (!(s.hi > s.lo))
        s.hi = s.lo + 1;
    return s;
}

/* Where a value of the axis is: 0 at the left edge, 1 at the right one; NaN: nowhere. */
static double span_place(const struct span *s, double v)
{
    if (s->plot->log_x)
        v = v > 0 ? log10(v) : NAN;
    double part = (v - s->lo) / (s->hi - s->lo);
    return part > -1e-9 && part < 1 + 1e-9 ? part : NAN;
}

static double span_part(const struct span *s, const struct plot_line *l, double step)
{
    return span_place(s, plot_x(l->x_of, step));
}

static double span_value(const struct span *s, double part)
{
    double v = s->lo + (s->hi - s->lo) * part;
    return s->plot->log_x ? pow(10, v) : v;
}

static const char *span_text(const struct span *s, char buf[FMT_MAX], double part)
{
    double v = span_value(s, part);
    return s->plot->x_clock ? fmt_clock(buf, v) : fmt_short(buf, v);
}

/* ---- the y axis ---- */

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

/* Least and greatest mean of what is shown; false: nothing is. */
static bool bounds(const struct axis *a, const struct span *span, double *lo, double *hi)
{
    *lo = INFINITY;
    *hi = -INFINITY;
    for (int i = 0; i < span->plot->n; i++) {
        const struct plot_line *l = &span->plot->line[i];
        for (size_t k = 0; k < l->series->used; k++) {
            const struct bucket *b = &l->series->bucket[k];
            double v = b->n ? series_mean(b) : NAN;
            if (!(v > (a->log ? 0 : -INFINITY)) || isnan(span_part(span, l, series_x(b))))
                continue;
            *lo = fmin(*lo, v);
            *hi = fmax(*hi, v);
        }
    }
    return *lo <= *hi;
}

static bool axis_from_data(struct axis *a, const struct span *span, int rows)
{
    double lo, hi;
    if (!bounds(a, span, &lo, &hi))
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
static bool axis_choose(struct axis *a, const struct span *span, int rows)
{
    const struct plot *p = span->plot;
    *a = (struct axis){ .lo = p->lo, .hi = p->hi };
    if (p->lo < p->hi)
        return true;
    a->log = p->log_y;
    if (axis_from_data(a, span, rows))
        return true;
    a->log = false;
    return p->log_y && axis_from_data(a, span, rows);
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

/* A line from top to bottom, behind the others; its digit, if it has one, at the top. */
static void mark_place(struct raster *r, const struct span *s, double v, char digit)
{
    double part = span_place(s, v);
    if (v <= 0 || isnan(part))
        return;
    int x = (int)lrint(part * (r->w * r->dw - 1));
    for (int y = 0; y < r->h * r->dh; y++)
        raster_dot(r, x, y, INK_FAINT, '|');
    if (digit)
        raster_label(r, x, 0, digit);
}

static void mark_places(struct raster *r, const struct span *s)
{
    const struct plot *p = s->plot;
    for (int i = 0; i < p->pins; i++)
        mark_place(r, s, p->pin[i], (char)('1' + i));
    mark_place(r, s, p->cursor, 0);
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
        double part = b->n ? span_part(span, l, series_x(b)) : 0;
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
        raster_label(r, last_x, last_y, l->label);
    }
}

bool plot_spreads(const struct plot *p)
{
    return !p->sparse && theme()->colours && theme()->graph != GRAPH_ASCII;
}

static void draw_lines(struct raster *r, const struct plot *p, const struct span *span,
                       const struct axis *axis)
{
    int n = r->w * r->dw;
    struct column *col = xcalloc((size_t)p->n * (size_t)n, sizeof *col);
    for (int i = 0; i < p->n; i++)
        fill_columns(span, &p->line[i], axis, col + (size_t)i * (size_t)n, n);
    if (plot_spreads(p))
        for (int i = 0; i < p->n; i++)
            draw_spread(r, axis, col + (size_t)i * (size_t)n, n);
    for (int i = 0; i < p->n; i++)
        draw_line(r, axis, &p->line[i], col + (size_t)i * (size_t)n, n);
    free(col);
}

/* Columns for the labels of the y axis, and the blank behind them. */
static int gutter_of(struct area a)
{
    return a.w >= 16 ? GUTTER + 1 : 0;
}

void plot_draw(struct area a, const struct plot *p)
{
    bool x_row = a.h >= 6 && a.w >= 16;
    struct raster r;
    struct span span = span_of(p);
    struct axis axis;
    int left = gutter_of(a);
    if (a.w < 1 || a.h < 1)
        return;
    int rows = a.h - x_row;
    if (!axis_choose(&axis, &span, rows)) {
        area_text(a, 1, a.h / 2, INK_DIM, "no data yet");
        return;
    }
    raster_init(&r, a.w - left, rows);
    struct labels labels = {
        .raster = &r,
        .axis = &axis,
        .percent = p->percent,
        .taken = xcalloc((size_t)rows, sizeof(bool)),
        .area = area_sub(a, 0, 0, MAX(left - 1, 0), rows),
    };
    label_all(&labels);
    free(labels.taken);
    draw_lines(&r, p, &span, &axis);
    mark_places(&r, &span);
    raster_draw(&r, area_sub(a, left, 0, r.w, r.h));
    if (x_row)
        label_x(area_sub(a, left, a.h - 1, r.w, 1), &span);
    raster_release(&r);
}

double plot_x_at(struct area a, const struct plot *p, int x)
{
    struct span span = span_of(p);
    int left = gutter_of(a), w = a.w - left;
    if (x < left || x >= a.w || w < 2)
        return NAN;
    return span_value(&span, (double)(x - left) / (w - 1));
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
