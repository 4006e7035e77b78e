/*
 * The list of runs: how each stands, and what is wrong.
 */
#include "ui/watch.h"

#include "ui/fmt.h"
#include "ui/width.h"

#include <math.h>

enum { TREND_MAX = 20 };

static void steps_text(char buf[FMT_MAX * 2 + 2], const struct run_reader *r, bool full)
{
    char step[FMT_MAX], steps[FMT_MAX];
    if (full)
        fmt_count(step, run_reader_step(r));
    else
        fmt_short(step, (double)run_reader_step(r));
    if (!r->steps)
        snprintf(buf, FMT_MAX * 2 + 2, "%s", step);
    else
        snprintf(buf, FMT_MAX * 2 + 2, "%s/%s", step,
                 full ? fmt_count(steps, r->steps) : fmt_short(steps, (double)r->steps));
}

/* 45s 12m 3h 5d: how long ago; "--" when that is not known. */
static void age_text(char *buf, size_t n, const struct run_entry *e, double now)
{
    static const struct {
        char unit;
        double seconds, until;
    } units[] = { { 's', 1, 120 }, { 'm', 60, 7200 }, { 'h', 3600, 172800 }, { 'd', 86400, 1e12 } };
    double beat = e->run->status.beat, s = fmax(now - beat, 0);
    size_t u = 0;
    while (u + 1 < ARRAY_LEN(units) && s >= units[u].until)
        u++;
    if (beat > 0)
        snprintf(buf, n, "%.0f%c", floor(fmin(s / units[u].seconds, 99999)), units[u].unit);
    else
        snprintf(buf, n, "--");
}

/* Time left of a run at work; how long ago, of one that is lost. */
static void eta_text(char *buf, size_t n, const struct run_entry *e, double now, bool full)
{
    const struct heartbeat *h = &e->run->status;
    char clock[FMT_MAX];
    if (h->state == RUN_DONE) {
        snprintf(buf, n, "done");
    } else if (h->state == RUN_LOST && h->beat > 0) {
        age_text(clock, sizeof clock, e, now);
        snprintf(buf, n, full ? "%s ago" : "-%s", clock);
    } else if (run_reader_live(e->run) && h->eta >= 0) {
        fmt_clock(clock, h->eta);
        snprintf(buf, n, "%.*s", full ? FMT_MAX : (int)strlen(clock) - 3, clock);
    } else {
        snprintf(buf, n, "--");
    }
}

static enum ink state_ink(enum run_state state)
{
    switch (state) {
    case RUN_LOST:
    case RUN_FAILED: return INK_BAD;
    case RUN_PAUSED:
    case RUN_STOPPED: return INK_WARN;
    case RUN_WAITING: return INK_DIM;
    case RUN_DONE: return INK_TEXT;
    default: return INK_GOOD;
    }
}

/* The validation loss so far, or the training loss: high is more. */
static void draw_trend(struct area a, const struct run_reader *r)
{
    const struct series *s = &r->series[r->series[RUN_VALID_LOSS].n > 1 ? RUN_VALID_LOSS
                                                                         : RUN_LOSS];
    const struct ramp *bar = theme()->bar;
    double sum[TREND_MAX] = { 0 }, lo, hi;
    int n[TREND_MAX] = { 0 }, w = MIN(a.w, (int)TREND_MAX);
    if (!series_bounds(s, 0, &lo, &hi) || w < 1)
        return;
    for (size_t i = 0; i < s->used; i++) {
        int x = (int)(i * (size_t)w / s->used);
        if (s->bucket[i].n && series_mean(&s->bucket[i]) > 0) {
            sum[x] += log(series_mean(&s->bucket[i]));
            n[x]++;
        }
    }
    for (int x = 0; x < w; x++) {
        if (!n[x])
            continue;
        double part = hi > lo ? (sum[x] / n[x] - log(lo)) / (log(hi) - log(lo)) : 0.5;
        area_char(a, x, 0, bar->glyph[ramp_level(bar->n, part)], INK_DIM);
    }
}

/* "bleu 31.2" of a run that is judged by it, else "exact 94.0 %". */
static void metric_text(char *buf, size_t n, const struct run_reader *r, bool full)
{
    char text[FMT_MAX];
    const struct series *score = &r->series[RUN_VALID_SCORE];
    if (score->n) {
        fmt_real(text, score->last);
        snprintf(buf, n, full ? "%.8s %s" : "%.0s%s", r->has_settings ? r->settings.watch : "",
                 text);
        return;
    }
    fmt_percent(text, r->series[RUN_VALID_EXACT].last);
    snprintf(buf, n, "%s%s", full && r->series[RUN_VALID_EXACT].n ? "exact " : "", text);
    if (!full && strlen(buf) > 6) /* 99.4 % */
        buf[strcspn(buf, " ")] = '\0';
}

enum column { COL_NAME, COL_WHERE, COL_STATE, COL_STEP, COL_LOSS, COL_VALID, COL_METRIC,
              COL_RATE, COL_ETA, COL_AGE, COL_TREND, COLS };

static const struct {
    const char *title;
    int width, wide;  /* columns of text; where there is room */
    int rank;         /* those of the highest rank go first */
    bool left;
} cols[COLS] = {
    [COL_NAME] = { "run", 8, 20, 0, true },     [COL_WHERE] = { "where", 0, 8, 8, true },
    [COL_STATE] = { "state", 7, 7, 0, true },   [COL_STEP] = { "step", 11, 15, 1, false },
    [COL_LOSS] = { "loss", 6, 6, 3, false },    [COL_VALID] = { "valid", 6, 6, 2, false },
    [COL_METRIC] = { "exact", 6, 12, 4, false }, [COL_RATE] = { "tok/s", 5, 6, 6, false },
    [COL_ETA] = { "ETA", 6, 9, 5, false },      [COL_AGE] = { "age", 0, 5, 9, false },
    [COL_TREND] = { "trend", 6, 12, 7, true },
};

struct table {
    int x[COLS], w[COLS]; /* w 0: not shown */
    bool full;
};

enum { TABLE_LEFT = 4 }; /* cursor and digit */

static struct table layout_table(int width)
{
    struct table t = { .full = width >= 110 };
    int used = TABLE_LEFT, x = TABLE_LEFT;
    for (int rank = 0; rank < 10; rank++) {
        for (int c = 0; c < COLS; c++) {
            int w = t.full ? cols[c].wide : cols[c].width;
            if (cols[c].rank != rank || !w || (rank && used + w + 1 > width))
                continue;
            t.w[c] = w;
            used += w + 1;
        }
    }
    t.w[COL_NAME] += MIN(MAX(width - used, 0), 12);
    for (int c = 0; c < COLS; c++) {
        t.x[c] = x;
        x += t.w[c] ? t.w[c] + 1 : 0;
    }
    return t;
}

static void draw_cell(struct area row, const struct table *t, enum column c, enum ink ink,
                      const char *text)
{
    if (!t->w[c])
        return;
    if (cols[c].left || width_text(text, strlen(text)) > t->w[c])
        area_field(row, t->x[c], 0, t->w[c], ink, text, strlen(text));
    else
        area_right(row, t->x[c] + t->w[c], 0, ink, text);
}

static void draw_run(struct area row, const struct table *t, const struct watch *w,
                     const struct run_entry *e, double now)
{
    const struct run_reader *r = e->run;
    enum ink ink = e == w->at ? INK_STRONG : INK_TEXT;
    char text[300], buf[FMT_MAX];
    if (e == w->at)
        area_char(row, 0, 0, '>', INK_STRONG);
    if (e->pinned)
        area_char(row, 1, 0, '^', INK_STRONG);
    if (e->mark)
        area_char(row, 2, 0, (uint32_t)('0' + e->mark), (enum ink)(INK_1 + (e->mark - 1) % 3));
    if (e->where[0] && !t->w[COL_WHERE])
        snprintf(text, sizeof text, "%s:%s", e->where, r->name);
    else
        snprintf(text, sizeof text, "%s", r->name);
    draw_cell(row, t, COL_NAME, ink, text);
    draw_cell(row, t, COL_WHERE, INK_DIM, e->where[0] ? e->where : "local");
    draw_cell(row, t, COL_STATE, state_ink(r->status.state), run_state_word(r->status.state));
    steps_text(text, r, t->full);
    draw_cell(row, t, COL_STEP, ink, text);
    draw_cell(row, t, COL_LOSS, ink, fmt_real(buf, r->series[RUN_LOSS].last));
    draw_cell(row, t, COL_VALID, ink, fmt_real(buf, r->series[RUN_VALID_LOSS].last));
    metric_text(text, sizeof text, r, t->full);
    draw_cell(row, t, COL_METRIC, ink, text);
    draw_cell(row, t, COL_RATE, ink,
              run_reader_live(r) ? fmt_short(buf, r->series[RUN_RATE].last) : "--");
    eta_text(text, sizeof text, e, now, t->full);
    draw_cell(row, t, COL_ETA, ink, text);
    age_text(text, sizeof text, e, now);
    draw_cell(row, t, COL_AGE, INK_DIM, text);
    if (t->w[COL_TREND])
        draw_trend(area_sub(row, t->x[COL_TREND], 0, t->w[COL_TREND], 1), r);
}

static void list_title(const struct watch *w, char *buf, size_t n)
{
    snprintf(buf, n, "runs  sort:%s%s%s%s", w->sort ? w->sort->name : "folder",
             w->reverse ? " reversed" : "", w->filter_text[0] ? "  filter: " : "",
             w->filter_text);
}

/* What is wrong with a run, appended; false: nothing is. */
static bool add_trouble(struct str *s, const struct run_entry *e, double now)
{
    const struct run_reader *r = e->run;
    const struct run_event *event = NULL, *at;
    char ago[FMT_MAX];
    for (int back = 0; !event && (at = run_reader_event(r, back)); back++)
        if (at->kind >= RUN_EV_ALERT)
            event = at;
    age_text(ago, sizeof ago, e, now);
    if (e->mark)
        str_addf(s, "%d ", e->mark);
    str_addf(s, "%s: ", r->name);
    if (r->status.state == RUN_LOST)
        str_addf(s, "no heartbeat for %s", ago);
    else if (r->status.state == RUN_FAILED)
        str_addf(s, "failed: %s", r->status.message);
    else if (event && r->status.state != RUN_DONE)
        str_add(s, event->text);
    else
        return false;
    return true;
}

/* Below the runs, as far as there is room: what is wrong, and what digits are for. */
static void draw_troubles(struct area in, const struct watch *w, double now, int y)
{
    struct str s = STR_INIT;
    for (int i = 0; i < w->shown_n && y < in.h - 1; i++) {
        str_clear(&s);
        if (!add_trouble(&s, w->shown[i], now))
            continue;
        area_char(in, 1, y, theme()->glyph[GLYPH_WARN], INK_WARN);
        area_field(in, 3, y++, in.w - 4, INK_WARN, s.s, s.n);
    }
    str_release(&s);
    if (y < in.h)
        area_text(in, 1, in.h - 1, INK_DIM, "digit: in the charts, with its colour and line  "
                  "^: pinned");
}

void watch_draw_list(struct area a, struct watch *w, double now)
{
    char title[300], note[40];
    list_title(w, title, sizeof title);
    snprintf(note, sizeof note, "%d of %d", w->shown_n, w->all.n);
    struct area in = view_frame(a, title, note);
    struct table t = layout_table(in.w);
    int rows = in.h - 1, at = 0;
    if (in.h < 1)
        return;
    w->rows = rows;
    for (int c = 0; c < COLS; c++)
        draw_cell(area_sub(in, 0, 0, in.w, 1), &t, (enum column)c, INK_DIM,
                  t.full && c == COL_METRIC ? "metric" : cols[c].title);
    while (at < w->shown_n && w->shown[at] != w->at)
        at++;
    if (at < w->shown_n && at < w->top)
        w->top = at;
    if (at < w->shown_n && at >= w->top + rows)
        w->top = at - rows + 1;
    w->top = MAX(MIN(w->top, w->shown_n - rows), 0);
    for (int y = 0; y < rows && w->top + y < w->shown_n; y++)
        draw_run(area_sub(in, 0, 1 + y, in.w, 1), &t, w, w->shown[w->top + y], now);
    if (t.full && w->shown_n + 2 < rows)
        draw_troubles(in, w, now, w->shown_n + 2);
    if (!w->all.n)
        area_text(in, 1, 1, INK_DIM, "no run yet: seqsh train starts one");
}
