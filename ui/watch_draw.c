#include "ui/watch.h"

#include "ui/fmt.h"
#include "ui/width.h"

#include <math.h>
#include <stdarg.h>

enum { LEAST_W = 20, LEAST_H = 5, TREND_MAX = 20 };

/* ---- head ---- */

static void add_count(struct str *s, int n, const char *what)
{
    if (n)
        str_addf(s, "%s%d %s", s->n ? "  " : "", n, what);
}

static void draw_head(struct area a, const struct watch *w)
{
    int live = 0, paused = 0, done = 0, lost = 0, crashed = 0, other = 0;
    struct str places = STR_INIT, counts = STR_INIT;
    for (int i = 0; i < w->all.n; i++) {
        switch (w->all.at[i]->run->status.state) {
        case RUN_PAUSED: paused++; break;
        case RUN_DONE: done++; break;
        case RUN_LOST: lost++; break;
        case RUN_FAILED: crashed++; break;
        case RUN_WAITING:
        case RUN_STOPPED: other++; break;
        default: live++; break;
        }
    }
    for (int i = 0; i < w->places.n; i++)
        str_addf(&places, "%s%s", places.n ? " + " : "", w->places.s[i]);
    for (int i = 0; i < w->peers.n; i++)
        str_addf(&places, "%s%s", places.n ? " + " : "", w->peers.at[i].place);
    add_count(&counts, live, "live");
    add_count(&counts, paused, "paused");
    add_count(&counts, done, "done");
    add_count(&counts, lost, "lost");
    add_count(&counts, crashed, "crashed");
    add_count(&counts, other, "other");
    int x = 1 + area_text(a, 1, 0, INK_STRONG, "watch") + 2;
    int room = a.w - 1 - (int)counts.n;
    area_field(a, x, 0, MAX(room - 2, x) - x, INK_TEXT, str_cstr(&places), places.n);
    if (room > x)
        area_text(a, room, 0, INK_DIM, str_cstr(&counts));
    str_release(&places);
    str_release(&counts);
}

/* ---- the list ---- */

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

enum column { COL_NAME, COL_WHERE, COL_STATE, COL_STEP, COL_LOSS, COL_VALID, COL_EXACT,
              COL_RATE, COL_ETA, COL_AGE, COL_TREND, COLS };

static const struct {
    const char *title;
    int width, wide;  /* columns of text; where there is room */
    int rank;         /* those of the highest rank go first */
    bool left;
} cols[COLS] = {
    [COL_NAME] = { "run", 8, 28, 0, true },     [COL_WHERE] = { "where", 0, 8, 8, true },
    [COL_STATE] = { "state", 7, 7, 0, true },   [COL_STEP] = { "step", 11, 15, 1, false },
    [COL_LOSS] = { "loss", 6, 6, 3, false },    [COL_VALID] = { "valid", 6, 6, 2, false },
    [COL_EXACT] = { "exact", 6, 6, 4, false },  [COL_RATE] = { "tok/s", 5, 6, 6, false },
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
    fmt_percent(buf, r->series[RUN_VALID_EXACT].last);
    if (strlen(buf) > 6) /* 99.4 % */
        buf[strcspn(buf, " ")] = '\0';
    draw_cell(row, t, COL_EXACT, ink, buf);
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

static void draw_list(struct area a, struct watch *w, double now)
{
    char title[300], note[40];
    list_title(w, title, sizeof title);
    snprintf(note, sizeof note, "%d of %d", w->shown_n, w->all.n);
    struct area in = view_frame(a, title, note);
    struct table t = layout_table(in.w);
    int rows = in.h - 1, at = 0;
    if (in.h < 1)
        return;
    for (int c = 0; c < COLS; c++)
        draw_cell(area_sub(in, 0, 0, in.w, 1), &t, (enum column)c, INK_DIM, cols[c].title);
    while (at < w->shown_n && w->shown[at] != w->at)
        at++;
    if (at < w->shown_n && at < w->top)
        w->top = at;
    if (at < w->shown_n && at >= w->top + rows)
        w->top = at - rows + 1;
    w->top = MAX(MIN(w->top, w->shown_n - rows), 0);
    for (int y = 0; y < rows && w->top + y < w->shown_n; y++)
        draw_run(area_sub(in, 0, 1 + y, in.w, 1), &t, w, w->shown[w->top + y], now);
    if (!w->all.n)
        area_text(in, 1, 1, INK_DIM, "no run yet: seqsh train starts one");
}

/* ---- foot ---- */

static void draw_news(struct area a, const struct watch *w, double now)
{
    char text[600];
    enum ink ink = INK_DIM;
    if (w->ask == WATCH_FILTER)
        snprintf(text, sizeof text, "filter: %s_   %s", w->line, w->message);
    else if (w->ask == WATCH_CONTROL)
        snprintf(text, sizeof text, "tell %s (pause, resume, checkpoint, validate, stop, "
                 "lr X, note TEXT): %s_", w->at ? w->at->run->name : "", w->line);
    else if (w->message[0])
        snprintf(text, sizeof text, "%s", w->message);
    else if (!peers_news(&w->peers, now, text, sizeof text))
        snprintf(text, sizeof text, "runs keep going when this is left.  LOST: no sign of life");
    else
        ink = INK_WARN;
    if (w->ask || w->message[0])
        ink = INK_WARN;
    area_fill(a, ' ', INK_TEXT);
    area_field(a, 1, 0, a.w - 2, ink, text, strlen(text));
}

static void draw_hints(struct area a)
{
    int x = 1;
    for (const struct watch_key *k = watch_keys; k->name; k++) {
        int width = k->hint ? (int)(strlen(k->name) + 1 + strlen(k->hint)) : 0;
        if (!width || x + width > a.w)
            continue;
        area_text(a, x, 0, INK_STRONG, k->name);
        area_text(a, x + (int)strlen(k->name) + 1, 0, INK_DIM, k->hint);
        x += width + 2;
    }
}

static void draw_help(struct area a)
{
    int h = 2, y = 0, width = MIN(78, a.w);
    for (const struct watch_key *k = watch_keys; k->name; k++)
        h += k->help != NULL;
    h = MIN(h, a.h);
    struct area box = area_sub(a, (a.w - width) / 2, (a.h - h) / 2, width, h);
    area_fill(box, ' ', INK_TEXT);
    struct area in = area_box(box, "help: any key goes back", INK_STRONG);
    for (const struct watch_key *k = watch_keys; k->name; k++) {
        if (!k->help)
            continue;
        area_right(in, 11, y, INK_STRONG, k->name);
        area_field(in, 13, y++, in.w - 13, INK_TEXT, k->help, strlen(k->help));
    }
}

/* ---- all together ---- */

static void draw_events(struct area a, const struct watch *w)
{
    if (w->at)
        view_events.draw(a, w->at->run, &w->options);
    else
        view_frame(a, "events", "");
}

static const struct run_metric *next_metric(const struct watch *w)
{
    const struct run_metric *exact = run_metric_find("exact", NULL);
    return w->metric == exact ? run_metric_find("loss", NULL) : exact;
}

static void draw_large(struct area a, struct watch *w, double now)
{
    int top = MAX(a.h * 36 / 100, 8), low = MAX(a.h * 30 / 100, 8), mid = a.h - top - low;
    int wide = a.w * 62 / 100, half = a.w / 2;
    draw_list(area_sub(a, 0, 0, wide, top), w, now);
    watch_draw_diff(area_sub(a, wide, 0, a.w - wide, top), w, now);
    watch_draw_chart(area_sub(a, 0, top, half, mid), w, w->metric);
    watch_draw_chart(area_sub(a, half, top, a.w - half, mid), w, next_metric(w));
    watch_draw_probes(area_sub(a, 0, top + mid, wide, low), w);
    draw_events(area_sub(a, wide, top + mid, a.w - wide, low), w);
}

static void draw_small(struct area a, struct watch *w, double now)
{
    int list = a.h < 12 ? a.h : MIN(MAX(w->shown_n + 3, 6), a.h * 45 / 100), low = a.h - list;
    int side = a.w >= 60 ? MAX(a.w / 3, 26) : 0;
    struct area pane = area_sub(a, 0, list, a.w - side, low);
    draw_list(area_sub(a, 0, 0, a.w, list), w, now);
    switch (w->low) {
    case LOW_PROBES: watch_draw_probes(pane, w); break;
    case LOW_EVENTS: draw_events(pane, w); break;
    default: watch_draw_chart(pane, w, w->metric); break;
    }
    if (side)
        watch_draw_diff(area_sub(a, a.w - side, list, side, low), w, now);
}

void watch_draw(struct watch *w, struct canvas *c, double now)
{
    struct area a = canvas_area(c);
    canvas_clear(c);
    if (a.w < LEAST_W || a.h < LEAST_H) {
        area_textf(a, 0, 0, INK_TEXT, "seqsh: %dx%d is too small (need %dx%d)", a.w, a.h,
                   LEAST_W, LEAST_H);
        return;
    }
    int foot = a.h >= 12 ? 2 : a.h >= 7 ? 1 : 0;
    struct area body = area_sub(a, 0, 1, a.w, a.h - 1 - foot);
    draw_head(area_sub(a, 0, 0, a.w, 1), w);
    if (body.w >= 140 && body.h >= 33)
        draw_large(body, w, now);
    else
        draw_small(body, w, now);
    if (w->help)
        draw_help(body);
    if (foot || w->ask || w->message[0])
        draw_news(area_sub(a, 0, a.h - MAX(foot, 1), a.w, 1), w, now);
    if (foot > 1)
        draw_hints(area_sub(a, 0, a.h - 1, a.w, 1));
}
