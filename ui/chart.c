#include "ui/chart.h"

#include "base/str.h"
#include "run/optim.h"
#include "ui/fmt.h"
#include "ui/plot.h"

#include <math.h>

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

static int legend_width(const struct chart *c)
{
    int n = lines_of(c), width = 1;
    for (int i = 0; i < n; i++)
        width += 3 + (int)strlen(c->line[i].name);
    return n > 1 ? width : 0;
}

/* " . train o valid " in the upper edge, and " 1/6 ", from the right: what there is room
 * for. */
static void draw_legend(struct area a, const struct chart *c, const struct view_options *o,
                        int from)
{
    char number[32] = "";
    bool ascii = theme()->graph == GRAPH_ASCII;
    if (o->of)
        snprintf(number, sizeof number, " %d/%d ", o->number, o->of);
    int right = a.w - 2, width = legend_width(c), room = right - from - width;
    if (room < 0)
        return;
    if (*number && (int)strlen(number) <= room)
        right = area_right(a, right, 0, INK_DIM, number);
    int x = right - width;
    area_fill(area_sub(a, x, 0, width, 1), ' ', INK_DIM);
    for (int i = 0; i < lines_of(c) && width; i++) {
        uint32_t sign = ascii ? (uint32_t)style[i].mark : style[i].sign;
        area_char(a, x + 1, 0, sign, style[i].ink);
        x += 3 + area_text(a, x + 3, 0, INK_TEXT, c->line[i].name);
    }
}

/* "log-y ema .6 x=step ": how it is drawn. */
static void add_choices(struct str *s, const struct view_options *o, const struct chart *c,
                        bool spreads)
{
    char beta[16];
    bool noisy = false;
    for (int i = 0; i < lines_of(c); i++)
        noisy |= c->line[i].noisy && o->beta > 0;
    snprintf(beta, sizeof beta, "%.2g", o->beta);
    str_addf(s, "%s%s%s", o->log_y && c->may_log ? "log-y " : "", o->log_x ? "log-x " : "",
             o->to ? "zoom " : "");
    if (noisy)
        str_addf(s, "ema %s %s", beta + 1, spreads ? "raw faint " : "");
    str_addf(s, "x=%s ", view_axis_name[o->axis]);
}

/* Beside the name, which ends before column x: what it is drawn of, how, and how many holes
 * there are; the words there is room for, the legend left its own. Returns the column after
 * it. */
static int draw_choices(struct area a, const struct run_reader *r,
                        const struct view_options *o, const struct chart *c, int x,
                        bool spreads)
{
    struct str text = STR_INIT;
    char nan[FMT_MAX + 8] = "", count[FMT_MAX];
    uint64_t holes = 0;
    for (int i = 0; i < lines_of(c); i++)
        holes += r->series[c->line[i].series].holes;
    if (holes)
        snprintf(nan, sizeof nan, "nan %s ", fmt_count(count, (int64_t)holes));
    str_add(&text, c->unit ? c->unit : "");
    str_add(&text, c->unit ? " " : "");
    if (c->note)
        c->note(r, &text);
    if (c->note && text.n && text.s[text.n - 1] != ' ')
        str_addc(&text, ' ');
    add_choices(&text, o, c, spreads && a.w >= 70);
    int room = a.w - 3 - x - (int)strlen(nan) - legend_width(c);
    while ((int)text.n > room && text.n) { /* a word less */
        str_cut(&text, text.n - 1);
        while (text.n && text.s[text.n - 1] != ' ')
            str_cut(&text, text.n - 1);
    }
    if (text.n || *nan) {
        x += area_textf(a, x, 0, INK_DIM, " %s", str_cstr(&text));
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

/* Edges, cursor and pins in what the axis shows. */
static void choose_x(struct plot *p, double pin[VIEW_PINS], const struct run_reader *r,
                     const struct view_options *o, bool whole)
{
    const struct series *x_of = view_x(o, r);
    bool live = run_reader_live(r);
    int64_t last = MAX(r->last_step, 1);
    int64_t end = whole ? r->steps : live ? plot_x_end(r->last_step, r->steps) : last;
    p->x_clock = x_of && o->axis == VIEW_TIME;
    p->x_from = o->to ? plot_x(x_of, (double)o->from) : 0;
    p->x_end = plot_x(x_of, (double)(o->to ? o->to : end));
    if (x_of && live && !o->to && !whole)
        p->x_end = doubling(p->x_clock ? 30 : 1000, plot_x(x_of, (double)last));
    p->cursor = o->cursor ? plot_x(x_of, (double)o->cursor) : 0;
    p->pin = pin;
    p->pins = o->pins;
    for (int i = 0; i < o->pins; i++)
        pin[i] = plot_x(x_of, (double)o->pin[i]);
}

/* ---- all of it ---- */

/* What plot_draw needs; may not be moved. */
struct prepared {
    struct plot plot;
    struct plot_line line[CHART_LINES + 1];
    double pin[VIEW_PINS];
    struct series ahead;
};

static void prepare(struct prepared *d, const struct run_reader *r,
                    const struct view_options *o, const struct chart *c)
{
    bool schedule = c->ahead && has_schedule(r);
    struct plot *p = &d->plot;
    *p = (struct plot){
        .line = d->line,
        .n = lines_of(c),
        .hi = c->percent ? 1 : 0,
        .log_y = o->log_y && c->may_log,
        .percent = c->percent,
        .log_x = o->log_x,
        .sparse = o->sparse,
    };
    choose_x(p, d->pin, r, o, schedule);
    for (int k = 0; k < p->n; k++) {
        int i = (k + o->order) % p->n;
        d->line[k] = (struct plot_line){
            .series = &r->series[c->line[i].series],
            .x_of = view_x(o, r),
            .ink = style[i].ink,
            .dash = style[i].dash,
            .mark = style[i].mark,
            .beta = c->line[i].noisy ? o->beta : 0,
        };
    }
    series_init(&d->ahead);
    if (!schedule)
        return;
    fill_ahead(&d->ahead, r);
    d->line[p->n++] = (struct plot_line){ .series = &d->ahead, .x_of = view_x(o, r),
                                          .ink = INK_FAINT, .mark = ',' };
}

/* Of what is inside the frame, a column is left free at the right. */
static struct area plot_area(struct area in)
{
    return area_sub(in, 0, 0, in.w - 1, in.h);
}

int64_t chart_step(struct area a, int x, const struct run_reader *r,
                   const struct view_options *o, const struct chart *c)
{
    struct prepared d;
    const struct series *x_of = view_x(o, r);
    prepare(&d, r, o, c);
    double v = plot_x_at(plot_area(area_sub(a, 1, 1, a.w - 2, a.h - 2)), &d.plot, x - 1);
    series_release(&d.ahead);
    int64_t low = 0, high = MAX(r->last_step, 1);
    if (isnan(v))
        return 0;
    while (x_of && low < high) { /* the first step that is there or beyond */
        int64_t middle = low + (high - low) / 2;
        if (series_at(x_of, (double)middle) < v)
            low = middle + 1;
        else
            high = middle;
    }
    return MIN(MAX(x_of ? low : (int64_t)llround(v), 1), MAX(r->last_step, 1));
}

void chart_draw(struct area a, const struct run_reader *r, const struct view_options *o,
                const struct chart *c)
{
    struct prepared d;
    char title[80];
    prepare(&d, r, o, c);
    const char *name = c->name ? c->name(r) : c->title;
    if (o->number && !o->of)
        snprintf(title, sizeof title, "%d %s", o->number, name);
    else
        snprintf(title, sizeof title, "%s", name);
    struct area in = area_box(a, title, INK_FRAME);
    if (o->focus)
        area_heavy(a);
    if (in.h) {
        int x = draw_choices(a, r, o, c, 5 + (int)strlen(title), plot_spreads(&d.plot));
        draw_legend(a, c, o, x);
        plot_draw(plot_area(in), &d.plot);
    }
    series_release(&d.ahead);
}
