/*
 * Curves of several runs over each other, and the same as numbers.
 */
#include "ui/watch.h"

#include "base/file.h"
#include "ui/fmt.h"
#include "ui/plot.h"

#include <math.h>

/* What is compared, as plot_draw needs it; may not be moved. */
struct overlay {
    struct run_entry *run[WATCH_MARKS];
    int n;
    const struct run_metric *metric;
    struct plot_line line[WATCH_MARKS];
    struct plot plot;
};

/* A line is known by its digit; colour and dash repeat after three and nine. */
static struct plot_line line_of(const struct run_entry *e, const struct watch *w,
                                const struct run_metric *m)
{
    int i = e->mark ? e->mark - 1 : 0;
    return (struct plot_line){
        .series = &e->run->series[m->series],
        .x_of = view_x(&w->options, e->run),
        .ink = (enum ink)(INK_1 + i % 3),
        .dash = (enum plot_dash)(i / 3 % 3),
        .mark = e->mark ? (char)('0' + e->mark) : '.',
        .label = e->mark ? (char)('0' + e->mark) : 0,
        .beta = strcmp(m->ev, "step") ? 0 : w->options.beta,
    };
}

/* Where a run's curves end, or will soon, on the x axis. */
static double end_of(const struct run_reader *r, const struct view_options *o)
{
    const struct series *x_of = view_x(o, r);
    double last = plot_x(x_of, (double)MAX(r->last_step, 1));
    if (!run_reader_live(r))
        return last;
    return (double)(x_of ? plot_x_end((int64_t)ceil(last), 0)
                         : plot_x_end(r->last_step, r->steps));
}

static void prepare(struct overlay *v, const struct watch *w, const struct run_metric *m)
{
    const struct view_options *o = &w->options;
    double end = 1;
    v->metric = m;
    v->n = watch_compared(w, v->run);
    for (int i = 0; i < v->n; i++) {
        v->line[v->n - 1 - i] = line_of(v->run[i], w, m); /* the first ones on top */
        end = fmax(end, end_of(v->run[i]->run, o));
    }
    v->plot = (struct plot){
        .line = v->line,
        .n = v->n,
        .x_from = (double)o->from,
        .x_end = o->to ? (double)o->to : end,
        .x_clock = o->axis == VIEW_TIME,
        .log_x = o->log_x,
        .cursor = (double)o->cursor,
        .hi = m->percent ? 1 : 0,
        .log_y = m->log && o->log_y,
        .percent = m->percent,
        .sparse = o->sparse,
    };
}

/* ---- zoom and cursor ---- */

static double whole(const struct watch *w)
{
    struct run_entry *e[WATCH_MARKS];
    int n = watch_compared(w, e);
    double end = 1;
    for (int i = 0; i < n; i++)
        end = fmax(end, plot_x(view_x(&w->options, e[i]->run),
                               (double)MAX(e[i]->run->last_step, 1)));
    return end;
}

void watch_zoom(struct watch *w, double factor)
{
    enum { SMALLEST = 200 }; /* parts of the whole */
    double all = whole(w);
    view_zoom_in(&w->options, all, fmax(all / SMALLEST, 2), factor);
}

void watch_cursor(struct watch *w, int by)
{
    struct view_options *o = &w->options;
    double all = whole(w), from = (double)o->from, to = o->to ? (double)o->to : all;
    double at = o->cursor ? (double)o->cursor + by * fmax((to - from) / 100, 1) : to;
    o->cursor = MAX((int64_t)llround(fmin(fmax(at, fmax(from, 1)), to)), 1);
}

/* The newest value of a run up to a place on the x axis; NaN: none. */
static double value_at(const struct plot_line *l, double x)
{
    double v = NAN;
    for (size_t i = 0; i < l->series->used; i++) {
        const struct bucket *b = &l->series->bucket[i];
        if (b->n && plot_x(l->x_of, series_x(b)) <= x)
            v = series_mean(b);
    }
    return v;
}

/* By its own name where the runs agree about that. */
static const char *name_of(const struct overlay *v)
{
    const char *name = NULL;
    for (int i = 0; i < v->n; i++) {
        const struct run_reader *r = v->run[i]->run;
        const char *own = run_metric_name(v->metric, r->has_settings ? &r->settings : NULL);
        if (name && strcmp(name, own))
            return v->metric->name;
        name = own;
    }
    return name ? name : v->metric->name;
}

static const char *number(char buf[FMT_MAX], const struct run_metric *m, double v)
{
    return m->percent ? fmt_percent(buf, v) : fmt_real(buf, v);
}

void watch_values(const struct watch *w, struct str *out)
{
    struct overlay v;
    char text[FMT_MAX];
    double at = (double)w->options.cursor;
    prepare(&v, w, w->metric);
    str_addf(out, "%s at %s:", name_of(&v),
             v.plot.x_clock ? fmt_clock(text, at) : fmt_count(text, w->options.cursor));
    for (int i = 0; i < v.n; i++) {
        number(text, v.metric, value_at(&v.line[v.n - 1 - i], at));
        if (v.run[i]->mark)
            str_addf(out, "  %d %s", v.run[i]->mark, text);
        else
            str_addf(out, "  %s", text);
    }
}

/* ---- numbers ---- */

/* The steps a row stands for: those of the longest bucket, so that all have a value. */
static int64_t row_length(const struct overlay *v)
{
    int64_t length = 1;
    for (int i = 0; i < v->n; i++)
        length = MAX(length, v->line[i].series->length);
    return length;
}

/* The rows that have a value, in order: *row is the one before, -1 at first. */
static bool next_row(const struct overlay *v, int64_t length, int64_t *row)
{
    int64_t last = 0;
    for (int i = 0; i < v->n; i++)
        last = MAX(last, v->run[i]->run->last_step / length);
    while (++*row <= last)
        for (int i = 0; i < v->n; i++)
            if (!isnan(series_mean_in(v->line[i].series, (double)(*row * length),
                                      (double)((*row + 1) * length))))
                return true;
    return false;
}

static double cell(const struct overlay *v, int run, int64_t row, int64_t length)
{
    return series_mean_in(v->line[v->n - 1 - run].series, (double)(row * length),
                          (double)((row + 1) * length));
}

/* The last step of a row that has a value. */
static int64_t row_step(const struct overlay *v, int64_t row, int64_t length)
{
    double step = (double)(row * length);
    for (int i = 0; i < v->n; i++) {
        const struct bucket *b = series_before(v->line[i].series,
                                               (double)((row + 1) * length - 1));
        if (b)
            step = fmax(step, series_x(b));
    }
    return (int64_t)llround(step);
}

static void draw_numbers(struct area in, const struct overlay *v)
{
    enum { STEP_W = 11, MOST = 4096 };
    static int64_t rows[MOST];
    int64_t length = row_length(v), row = -1;
    int n = 0, width = MAX((in.w - STEP_W - 1) / MAX(v->n, 1), 8);
    char text[FMT_MAX], head[200];
    while (n < MOST && next_row(v, length, &row))
        rows[n++] = row;
    area_right(in, STEP_W, 0, INK_DIM, "step");
    for (int i = 0; i < v->n; i++) {
        if (v->run[i]->mark)
            snprintf(head, sizeof head, "%d %s", v->run[i]->mark, v->run[i]->run->name);
        else
            snprintf(head, sizeof head, "%s", v->run[i]->run->name);
        area_field(in, STEP_W + 1 + i * width, 0, width - 1, INK_STRONG, head, strlen(head));
    }
    for (int y = 1; y < in.h && y <= n; y++) {
        area_right(in, STEP_W, y, INK_STRONG,
                   fmt_count(text, row_step(v, rows[n - y], length)));
        for (int i = 0; i < v->n; i++) {
            double x = cell(v, i, rows[n - y], length);
            number(text, v->metric, x);
            area_text(in, STEP_W + 1 + i * width, y, isnan(x) ? INK_DIM : INK_TEXT, text);
        }
    }
}

/* A field of a table: a name with a comma or a quote in it goes into quotes. */
static void add_field(struct str *out, const char *text)
{
    bool plain = !strpbrk(text, ",\"\r\n");
    str_add(out, plain ? "," : ",\"");
    for (; *text; text++) {
        if (*text == '"')
            str_addc(out, '"');
        str_addc(out, *text);
    }
    str_add(out, plain ? "" : "\"");
}

int watch_write(const struct watch *w, struct str *said, struct err *err)
{
    struct overlay v;
    struct str text = STR_INIT, name = STR_INIT;
    int rows = 0;
    prepare(&v, w, w->metric);
    int64_t length = row_length(&v), row = -1;
    str_add(&text, "step");
    for (int i = 0; i < v.n; i++)
        add_field(&text, v.run[i]->run->name);
    for (; next_row(&v, length, &row); rows++) {
        str_addf(&text, "\n%lld", (long long)row_step(&v, row, length));
        for (int i = 0; i < v.n; i++) {
            double x = cell(&v, i, row, length);
            str_addc(&text, ',');
            if (!isnan(x))
                str_add_double(&text, x);
        }
    }
    str_addc(&text, '\n');
    str_addf(&name, "watch-%s.csv", name_of(&v));
    int bad = rows ? file_write(name.s, text.s, text.n, err) : err_set(err, "no data yet");
    if (bad == 0)
        str_addf(said, "wrote %s: %d rows of %d run%s", name.s, rows, v.n, v.n == 1 ? "" : "s");
    str_release(&name);
    str_release(&text);
    return bad;
}

/* ---- the pane ---- */

/* "valid-loss log-y ema .6 x=step" */
static void title_of(const struct overlay *v, const struct watch *w, char *buf, size_t n)
{
    const struct view_options *o = &w->options;
    char beta[24] = "";
    if (!strcmp(v->metric->ev, "step") && o->beta > 0)
        snprintf(beta, sizeof beta, " ema %.2g", o->beta);
    snprintf(buf, n, "%s%s%s%s%s x=%s", name_of(v), v->plot.log_y ? " log-y" : "",
             o->log_x ? " log-x" : "", o->to ? " zoom" : "", beta, view_axis_name[o->axis]);
}

/* "1 - 2 - 3 -", each in its colour, in the upper edge. */
static void draw_legend(struct area a, const struct overlay *v, int right)
{
    static const uint32_t sign[] = { 0x2500, 0x254c, 0x2508 };
    int x = right - 4 * v->n;
    if (!theme()->utf8 || theme()->graph == GRAPH_ASCII || x < a.w / 2)
        return; /* there, the digits draw the lines */
    area_fill(area_sub(a, x, 0, 4 * v->n, 1), ' ', INK_DIM);
    for (int i = 0; i < v->n; i++, x += 4) {
        const struct plot_line *l = &v->line[v->n - 1 - i];
        area_char(a, x + 1, 0, (uint32_t)l->mark, l->ink);
        area_char(a, x + 2, 0, sign[l->dash], l->ink);
    }
}

void watch_draw_chart(struct area a, const struct watch *w, const struct run_metric *m)
{
    struct overlay v;
    char title[120], note[40] = "";
    prepare(&v, w, m);
    title_of(&v, w, title, sizeof title);
    if (v.n && v.run[0]->mark)
        snprintf(note, sizeof note, "overlay %d", v.n);
    struct area in = view_frame(a, title, note);
    if (in.h && v.n && v.run[0]->mark)
        draw_legend(a, &v, a.w - 4 - (int)strlen(note));
    if (in.h && !v.n)
        area_text(in, 1, in.h / 2, INK_DIM, "no run to show");
    else if (in.h && w->table)
        draw_numbers(in, &v);
    else if (in.h)
        plot_draw(area_sub(in, 0, 0, in.w - 1, in.h), &v.plot);
}
