#include "ui/dash_own.h"

#include "ui/dash_table.h"
#include "ui/fmt.h"
#include "ui/width.h"

#include <ctype.h>
#include <math.h>
#include <time.h>

enum { LEAST_W = 20, LEAST_H = 5, LITTLE_DISK = 1 << 16 };

/* ---- head: who, how far, how long ---- */

/* A line that is filled from the left as long as things fit. */
struct filler {
    struct area at;
    int x, end;
};

static void fill(struct filler *f, enum ink ink, const char *text)
{
    int width = width_text(text, strlen(text));
    if (!*text || f->x + width > f->end)
        return;
    f->x += area_text(f->at, f->x, 0, ink, text) + 2;
}

static enum ink state_ink(enum run_state state)
{
    switch (state) {
    case RUN_LOST:
    case RUN_FAILED: return INK_BAD;
    case RUN_STOPPED: return INK_WARN;
    case RUN_WAITING: return INK_DIM;
    default: return INK_GOOD;
    }
}

static void fill_state(struct filler *f, const struct dash *d)
{
    enum run_state state = d->run->status.state;
    const char *name = run_state_name(state);
    char text[32];
    size_t n = 0;
    for (; name[n] && n + 1 < sizeof text; n++)
        text[n] = (char)toupper((unsigned char)name[n]);
    text[n] = '\0';
    if (run_reader_live(d->run) && theme()->utf8 && f->x + 2 < f->end) {
        area_char(f->at, f->x, 0, theme()->glyph[GLYPH_LIVE], INK_GOOD);
        f->x += 2;
    }
    fill(f, state_ink(state), text);
}

/* "ep 7/30": the epoch it is in, from 1; "" when not known. */
static void epoch_text(char *buf, size_t n, const struct heartbeat *h)
{
    double now = floor(h->epoch) + 1;
    buf[0] = '\0';
    if (!(h->epoch >= 0 && h->epoch < 1e9))
        return;
    if (h->epochs > 0)
        snprintf(buf, n, "ep %.0f/%.7g", fmin(now, ceil(h->epochs)), h->epochs);
    else
        snprintf(buf, n, "ep %.0f", now);
}

static void step_text(char *buf, size_t n, const struct run_reader *r)
{
    char step[FMT_MAX], steps[FMT_MAX];
    fmt_count(step, run_reader_step(r));
    if (r->steps)
        snprintf(buf, n, "step %s/%s", step, fmt_count(steps, r->steps));
    else
        snprintf(buf, n, "step %s", step);
}

/* " (+-6 min)": two standard errors of what the steps left will take; "" when not known. */
static void spread_text(char *buf, size_t n, const struct run_reader *r)
{
    double error = run_recent_error(&r->recent[RUN_MS]);
    double left = (double)(r->steps - run_reader_step(r));
    double s = 2 * error * left * 1e-3;
    const char *sign = theme()->utf8 ? "±" : "+-";
    buf[0] = '\0';
    if (!(s >= 0) || r->status.state != RUN_RUNNING)
        return;
    if (s < 90)
        snprintf(buf, n, " (%s%.0f s)", sign, ceil(s));
    else if (s < 5400)
        snprintf(buf, n, " (%s%.0f min)", sign, s / 60);
    else
        snprintf(buf, n, " (%s%.1f h)", sign, fmin(s / 3600, 9999));
}

/* "ETA 00:12:40" while it runs, else "took 01:22:07"; "" when not known. */
static void time_text(char *buf, size_t n, const struct run_reader *r, bool wide)
{
    char text[FMT_MAX], spread[FMT_MAX] = "";
    const struct heartbeat *h = &r->status;
    buf[0] = '\0';
    if (wide && h->eta >= 0)
        spread_text(spread, sizeof spread, r);
    if (run_reader_live(r))
        snprintf(buf, n, "ETA %s%s", h->eta >= 0 ? fmt_clock(text, h->eta) : "--:--:--",
                 spread);
    else if (heartbeat_elapsed(h) >= 0)
        snprintf(buf, n, "took %s", fmt_clock(text, heartbeat_elapsed(h)));
}

/* What there is room for on a wide screen: host, start, time at work. */
static void fill_more(struct filler *f, const struct dash *d)
{
    const struct heartbeat *h = &d->run->status;
    char text[120], clock[FMT_MAX];
    time_t started = (time_t)h->started;
    struct tm when;
    if (h->host[0]) {
        snprintf(text, sizeof text, "host %s", h->host);
        fill(f, INK_DIM, text);
    }
    if (h->started > 0 && localtime_r(&started, &when)) {
        strftime(text, sizeof text, "started %H:%M", &when);
        fill(f, INK_DIM, text);
    }
    if (run_reader_live(d->run) && heartbeat_elapsed(h) >= 0 && !d->viewer.slow) {
        snprintf(text, sizeof text, "elapsed %s", fmt_clock(clock, heartbeat_elapsed(h)));
        fill(f, INK_DIM, text);
    }
    if (d->run->tags[0]) {
        snprintf(text, sizeof text, "tags %.100s", d->run->tags);
        fill(f, INK_DIM, text);
    }
}

static void draw_head(struct area a, const struct dash *d)
{
    const struct run_reader *r = d->run;
    const struct heartbeat *h = &r->status;
    char text[120], epoch[64], step[100];
    bool live = run_reader_live(r), wide = a.w >= 110;
    time_text(text, sizeof text, r, wide && !d->viewer.slow);
    int end = area_right(a, a.w - 1, 0, INK_STRONG, text) - 2;
    struct filler f = { area_sub(a, 0, 0, end, 1), 1, end };
    fill(&f, INK_DIM, "train");
    f.x--;
    f.x += area_field(f.at, f.x, 0, MAX(end / 3, 8), INK_STRONG, r->name,
                      strlen(r->name)) + 2;
    fill_state(&f, d);
    epoch_text(epoch, sizeof epoch, h);
    step_text(step, sizeof step, r);
    snprintf(text, sizeof text, "pid %ld", h->pid);
    int more = (int)(strlen(text) + strlen(epoch) + strlen(step)) + 4;
    if (live && h->pid > 0 && f.x + more <= end)
        fill(&f, INK_DIM, text);
    fill(&f, INK_TEXT, epoch);
    fill(&f, INK_TEXT, step);
    if (wide)
        fill_more(&f, d);
}

/* The bar in `w` columns, frame included. */
static void draw_bar(struct area a, int x, int w, double part)
{
    const uint32_t *g = theme()->glyph;
    if (!theme()->utf8) {
        area_char(a, x, 0, '[', INK_FRAME);
        area_char(a, x + w - 1, 0, ']', INK_FRAME);
        x++;
        w -= 2;
    }
    int full = (int)floor(part * w);
    area_fill(area_sub(a, x, 0, full, 1), g[GLYPH_FULL], INK_BAR);
    area_fill(area_sub(a, x + full, 0, w - full, 1), g[GLYPH_EMPTY], INK_FAINT);
}

/* "  23%   48.2k tok/s  p95 21ms  exact 94.1 %  saved 9,500" */
static void progress_text(char *buf, size_t n, const struct run_reader *r, double part, int w)
{
    char text[FMT_MAX];
    struct str s = STR_INIT;
    double p95 = run_recent_quantile(&r->recent[RUN_MS], .95);
    str_addf(&s, "%3.0f%%", floor(part * 100));
    if (w >= 50 && run_reader_live(r))
        str_addf(&s, "  %6s tok/s", fmt_short(text, r->status.rate));
    if (w >= 66 && !isnan(p95))
        str_addf(&s, "  p95 %.3gms", p95);
    if (w >= 76 && r->series[RUN_VALID_EXACT].n)
        str_addf(&s, "  exact %s", fmt_percent(text, r->series[RUN_VALID_EXACT].last));
    if (w >= 110 && r->saved_step >= 0)
        str_addf(&s, "  saved %s", fmt_count(text, r->saved_step));
    snprintf(buf, n, "%s", s.s);
    str_release(&s);
}

static void draw_progress(struct area a, const struct run_reader *r)
{
    char text[200];
    double part = r->steps > 0 ? (double)run_reader_step(r) / (double)r->steps : 0;
    part = fmin(fmax(part, 0), 1);
    progress_text(text, sizeof text, r, part, a.w);
    int x = area_right(a, a.w - 1, 0, INK_TEXT, text);
    draw_bar(a, 1, MAX(x - 3, 0), part);
}

/* ---- foot: what to know, what to press ---- */

/* "viewers 2  runs/add3/events.jsonl 41.2 KiB  disk 61 GiB  net 0.4 KiB/s" */
static void system_line(const struct dash *d, double now, int w, struct str *s)
{
    const struct heartbeat *h = &d->run->status;
    char size[FMT_MAX];
    bool wide = w >= 110;
    if (h->viewers)
        str_addf(s, "viewers %d  ", h->viewers);
    if (wide || d->viewer.read_only)
        str_addf(s, "this one: %s  ", d->viewer.read_only ? "read-only" : "control");
    str_addf(s, "log %s%s %s", d->run->dir, wide ? "/events.jsonl" : "",
             fmt_bytes(size, (double)d->run->bytes));
    if (d->disk >= 0)
        str_addf(s, "  disk %s", fmt_bytes(size, d->disk));
    if (d->net >= 0)
        str_addf(s, "  net %.1f KiB/s", d->net / 1024);
    if (wide && d->net >= 0)
        str_addf(s, "  %.3g frames/s", 1 / viewer_frame(&d->viewer));
    if (wide && h->beat > 0 && h->state == RUN_RUNNING && !d->viewer.slow)
        str_addf(s, "  heartbeat %.1f s", fmax(now - h->beat, 0));
    str_add(s, "  safe to leave: training goes on");
}

/* How it stands, when nothing more pressing is to be said. */
static enum ink state_line(const struct dash *d, double now, int w, struct str *s)
{
    const struct run_reader *r = d->run;
    switch (r->status.state) {
    case RUN_WAITING:
        str_add(s, d->ours ? "waiting for the trainer" : "nothing is written yet");
        return INK_DIM;
    case RUN_LOST:
        str_addf(s, "its trainer is gone; seqsh train --resume --out %s", r->dir);
        return INK_BAD;
    case RUN_FAILED:
        str_addf(s, "failed: %s", r->status.message);
        return INK_BAD;
    case RUN_STOPPED:
        str_addf(s, "%s; seqsh train --resume --out %s goes on",
                 r->killed ? "killed" : "stopped", r->dir);
        return INK_WARN;
    case RUN_DONE:
        str_addf(s, "done; seqsh %s opens it", r->dir);
        return INK_GOOD;
    default:
        if (d->disk >= 0 && d->disk < LITTLE_DISK) {
            str_addf(s, "the disk is full: the last good checkpoint is kept, training goes on");
            return INK_WARN;
        }
        if (r->status.message[0])
            str_add(s, r->status.message);
        else
            system_line(d, now, w, s);
        return INK_DIM;
    }
}

/* "412 steps since 9,500 was saved are lost" */
static void what_is_lost(const struct dash *d, struct str *s)
{
    const struct run_reader *r = d->run;
    char steps[FMT_MAX], saved[FMT_MAX];
    fmt_count(steps, MAX(run_reader_step(r) - MAX(r->saved_step, 0), 0));
    if (r->saved_step >= 0)
        str_addf(s, "%s steps since %s was saved are lost", steps,
                 fmt_count(saved, r->saved_step));
    else
        str_addf(s, "all %s steps are lost", steps);
}

static enum ink news_line(const struct dash *d, double now, int w, struct str *s)
{
    if (d->ask == ASK_STOP) {
        str_add(s, "stop the training and save? y/n");
    } else if (d->ask == ASK_KILL) {
        str_add(s, "kill it? ");
        what_is_lost(d, s);
        str_add(s, ": y/n");
    } else if (d->ask == ASK_MENU) {
        str_add(s, "q leave  s stop and save  K kill  any other key: back");
    } else if (d->ask == ASK_INTERRUPT) {
        str_add(s, "Ctrl-C again within 3 s: stop and save.  d detach.  any key: continue");
    } else if (d->stopping > 0) {
        str_addf(s, "saving, please wait (%.0f s); Ctrl-\\ leaves",
                 fmax(now - d->stopping, 0));
    } else if (d->message[0]) {
        str_add(s, d->message);
    }
    if (s->n)
        return INK_WARN;
    if (!d->options.cursor)
        return state_line(d, now, w, s);
    view_values(&d->options, d->run, s);
    return INK_STRONG;
}

static void draw_news(struct area a, const struct dash *d, double now)
{
    struct str text = STR_INIT;
    enum ink ink = news_line(d, now, a.w, &text);
    area_fill(a, ' ', INK_TEXT);
    if (d->search.open) {
        entry_draw(&d->search, area_sub(a, 0, 0, a.w / 2, 1), '/');
        area_field(a, a.w / 2, 0, a.w / 2, INK_WARN, d->message, strlen(d->message));
    } else if (d->entry.open && !d->message[0]) {
        entry_draw(&d->entry, a, ':');
    } else {
        area_field(a, 1, 0, a.w - 2, ink, str_cstr(&text), text.n);
    }
    str_release(&text);
}

/* ---- panes ---- */

/* The place of a view among the charts, from 1; 0: it is none of them. */
static int number_of(const struct view *v, const int *chart, int n)
{
    for (int i = 0; i < n; i++)
        if (view_table[chart[i]] == v)
            return i + 1;
    return 0;
}

/* Its view, into the area; seen: how many charts are. */
static void draw_pane(struct area a, const struct dash *d, const struct dash_pane *p, int seen)
{
    int chart[DASH_CHARTS], charts = dash_charts(d, chart);
    struct view_options o = d->options;
    o.number = number_of(p->view, chart, charts);
    o.of = seen == 1 ? charts : 0;
    o.focus = seen > 1 && p->view == view_table[d->chart];
    p->view->draw(a, d->run, &o);
}

static void draw_panes(struct area a, const struct dash *d)
{
    struct dash_pane pane[DASH_PANES];
    int seen = 0;
    if (d->table) {
        dash_table_draw(a, d->run, d->row);
        return;
    }
    int n = dash_layout(d, a.w, a.h, pane);
    for (int i = 0; i < n; i++)
        seen += pane[i].view->chart;
    for (int i = 0; i < n; i++)
        draw_pane(area_sub(a, pane[i].x, pane[i].y, pane[i].w, pane[i].h), d, &pane[i], seen);
}

int dash_copy(const struct dash *d, int w, int h, struct str *said, struct err *err)
{
    struct dash_rows rows = dash_rows(w, h);
    struct dash_pane pane[DASH_PANES], *p = pane;
    struct dash_pane table = { .w = w, .h = h - rows.head - rows.foot };
    struct str name = STR_INIT;
    int n = dash_layout(d, w, h - rows.head - rows.foot, pane);
    for (int i = 0; i < n; i++)
        if (pane[i].view == view_table[d->chart])
            p = &pane[i];
    if (d->table)
        p = &table;
    struct canvas *c = canvas_new(MAX(p->w, 1), MAX(p->h, 1));
    if (d->table)
        dash_table_draw(canvas_area(c), d->run, d->row);
    else
        draw_pane(canvas_area(c), d, p, 1);
    str_addf(&name, "%s-%lld-", d->run->name, (long long)run_reader_step(d->run));
    for (const char *s = d->table ? "table" : p->view->name; *s; s++)
        str_addc(&name, *s == ' ' ? '-' : *s);
    str_add(&name, ".txt");
    int bad = canvas_save(c, name.s, said, err);
    canvas_free(c);
    str_release(&name);
    return bad;
}

/* The keys, then what the panes show. */
static void draw_help(struct area a, int page)
{
    struct hotkey_help row[HOTKEY_HELP];
    int n = hotkey_help(dash_keys, row, 0);
    row[n++] = (struct hotkey_help){ "", "" };
    for (int i = 0; view_table[i] && n < HOTKEY_HELP; i++)
        row[n++] = (struct hotkey_help){ view_table[i]->name, view_table[i]->help };
    hotkey_help_draw(a, row, n, page);
}

/* What to do about a run at work. */
static void draw_menu(struct area a, const struct dash *d)
{
    struct str leave = STR_INIT, lost = STR_INIT;
    str_addf(&leave, "leave: training goes on (pid %ld)", d->run->status.pid);
    str_add(&lost, "kill it: ");
    what_is_lost(d, &lost);
    const struct hotkey_help row[] = {
        { "q", leave.s }, { "s", "stop and save" }, { "K", lost.s }, { "any other", "back" },
    };
    hotkey_menu_draw(a, d->run->name, row, (int)ARRAY_LEN(row));
    str_release(&leave);
    str_release(&lost);
}

void dash_draw(const struct dash *d, struct canvas *c, double now)
{
    struct area a = canvas_area(c);
    canvas_clear(c);
    if (a.w < LEAST_W || a.h < LEAST_H) {
        area_textf(a, 0, 0, INK_TEXT, "seqsh: %dx%d is too small (need %dx%d)", a.w, a.h,
                   LEAST_W, LEAST_H);
        return;
    }
    struct dash_rows rows = dash_rows(a.w, a.h);
    int head = rows.head, foot = rows.foot;
    draw_head(area_sub(a, 0, 0, a.w, 1), d);
    if (head > 1)
        draw_progress(area_sub(a, 0, 1, a.w, 1), d->run);
    draw_panes(area_sub(a, 0, head, a.w, a.h - head - foot), d);
    if (d->help)
        draw_help(area_sub(a, 0, head, a.w, a.h - head - foot), d->help);
    else if (d->ask == ASK_MENU)
        draw_menu(area_sub(a, 0, head, a.w, a.h - head - foot), d);
    bool urgent = d->ask != ASK_NOTHING || d->stopping > 0 || d->entry.open || d->search.open;
    if (foot || urgent)
        draw_news(area_sub(a, 0, a.h - MAX(foot, 1), a.w, 1), d, now);
    if (foot > 1)
        hotkey_hints(area_sub(a, 0, a.h - foot + 1, a.w, foot - 1), dash_keys,
                     d->viewer.read_only);
}
