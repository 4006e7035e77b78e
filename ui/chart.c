#include "ui/chart.h"

#include "base/str.h"
#include "run/optim.h"
#include "ui/fmt.h"
#include "ui/plot.h"

static const struct {
    enum ink ink;
    enum plot_dash dash;
    uint32_t sign; /* in the legend, where lines are drawn with dots */
    char mark;     /* in ASCII, legend and lines */
} style[CHART_LINES] = {
    { INK_1, PLOT_SOLID, 0x2500, '.' },
    { INK_2, PLOT_DASHED, 0x254c, 'o' },
    { INK_3, PLOT_DOTTED, 0x2508, 'x' },
};

static int lines_of(const struct chart *c)
{
    int n = 0;
    while (n < CHART_LINES && c->line[n].name)
        n++;
    return n;
}

/* " . train  o valid " in the upper edge, from the right. */
static void draw_legend(struct area a, const struct chart *c, int from)
{
    int n = lines_of(c), width = 1;
    for (int i = 0; i < n; i++)
        width += 4 + (int)strlen(c->line[i].name);
    int x = a.w - 2 - width;
    if (n < 2 || x < from)
        return;
    area_fill(area_sub(a, x, 0, width, 1), ' ', INK_DIM);
    for (int i = 0; i < n; i++) {
        bool ascii = theme()->graph == GRAPH_ASCII;
        uint32_t sign = ascii ? (uint32_t)style[i].mark : style[i].sign;
        area_char(a, x + 1, 0, sign, style[i].ink);
        x += 4 + area_text(a, x + 3, 0, INK_TEXT, c->line[i].name);
    }
}

/* " log-y  ema .60  nan 3 " after the title; returns the column after it. */
static int draw_choices(struct area a, const struct run_reader *r,
                        const struct view_options *o, const struct chart *c, int x)
{
    uint64_t holes = 0;
    bool noisy = false;
    struct str text = STR_INIT;
    char count[FMT_MAX], nan[FMT_MAX + 8] = "";
    for (int i = 0; i < lines_of(c); i++) {
        holes += r->series[c->line[i].series].holes;
        noisy |= c->line[i].noisy;
    }
    if (c->unit)
        str_addf(&text, " %s ", c->unit);
    if (o->log_y && c->may_log)
        str_add(&text, " log-y ");
    if (o->axis != VIEW_STEPS)
        str_addf(&text, " x=%s ", o->axis == VIEW_TIME ? "time" : "tokens");
    if (o->log_x)
        str_add(&text, " log-x ");
    if (o->to)
        str_add(&text, " zoom ");
    if (o->beta > 0 && noisy)
        str_addf(&text, " ema .%02d ", (int)(o->beta * 100 + 0.5));
    if (holes)
        snprintf(nan, sizeof nan, " nan %s ", fmt_count(count, (int64_t)holes));
    if (x + (int)(text.n + strlen(nan)) < a.w - 2) {
        x += area_text(a, x, 0, INK_DIM, str_cstr(&text));
        x += area_text(a, x, 0, INK_WARN, nan);
    }
    str_release(&text);
    return x;
}

/* ---- the x axis ---- */

static bool has_schedule(const struct run_reader *r)
{
    return r->has_settings && r->steps > 0 && run_reader_live(r);
}

/* The learning rate from here to the end. */
static void fill_ahead(struct series *s, const struct run_reader *r)
{
    enum { POINTS = 256 };
    int64_t from = MAX(run_reader_step(r), 0), left = MAX(r->steps - from, 0);
    for (int i = 0; i <= POINTS; i++) {
        int64_t step = from + left * i / POINTS;
        series_add(s, step, learning_rate(&r->settings, MAX(step, 1), r->steps));
    }
}

/* So that dots stay put as long as they can: the first of 1, 2, 4 ... times `least` that
 * is not below. */
static double doubling(double least, double v)
{
    while (least < v)
        least *= 2;
    return least;
}

static void choose_x(struct plot *p, const struct run_reader *r, const struct view_options *o,
                     bool whole)
{
    static const enum run_series of[VIEW_AXES] = { [VIEW_TIME] = RUN_TIME,
                                                   [VIEW_TOKENS] = RUN_TOKENS };
    bool live = run_reader_live(r);
    int64_t last = MAX(r->last_step, 1);
    p->x_end = whole ? r->steps : live ? plot_x_end(r->last_step, r->steps) : last;
    if (o->to) {
        p->x_from = o->from;
        p->x_end = o->to;
    }
    if (o->axis == VIEW_STEPS || !r->series[of[o->axis]].n)
        return;
    p->x_of = &r->series[of[o->axis]];
    p->x_clock = o->axis == VIEW_TIME;
    if (live && !o->to && !whole)
        p->x_of_end = doubling(p->x_clock ? 30 : 1000, series_at(p->x_of, (double)last));
}

void chart_draw(struct area a, const struct run_reader *r, const struct view_options *o,
                const struct chart *c)
{
    struct plot_line line[CHART_LINES + 1];
    struct series ahead;
    struct plot p = {
        .line = line,
        .n = lines_of(c),
        .hi = c->percent ? 1 : 0,
        .log_y = o->log_y && c->may_log,
        .percent = c->percent,
        .log_x = o->log_x,
        .cursor = o->cursor,
    };
    bool schedule = c->ahead && has_schedule(r);
    choose_x(&p, r, o, schedule);
    for (int i = 0; i < p.n; i++)
        line[i] = (struct plot_line){
            .series = &r->series[c->line[i].series],
            .ink = style[i].ink,
            .dash = style[i].dash,
            .mark = style[i].mark,
            .beta = c->line[i].noisy ? o->beta : 0,
        };
    series_init(&ahead);
    if (schedule) {
        fill_ahead(&ahead, r);
        line[p.n++] = (struct plot_line){ .series = &ahead, .ink = INK_FAINT, .mark = ',' };
    }
    struct area in = area_box(a, c->title, INK_FRAME);
    if (in.h) {
        int x = draw_choices(a, r, o, c, 5 + (int)strlen(c->title));
        draw_legend(a, c, x);
        plot_draw(area_sub(in, 0, 0, in.w - 1, in.h), &p);
    }
    series_release(&ahead);
}
