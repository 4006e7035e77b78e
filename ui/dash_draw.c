#include "ui/dash.h"

#include "ui/dash_table.h"
#include "ui/fmt.h"
#include "ui/width.h"

#include <ctype.h>
#include <math.h>

enum { LEAST_W = 20, LEAST_H = 5 };

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
        snprintf(buf, n, "ep %.0f/%.4g", fmin(now, ceil(h->epochs)), h->epochs);
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

/* "ETA 00:12:40" while it runs, else "took 01:22:07"; "" when not known. */
static void time_text(char *buf, size_t n, const struct run_reader *r)
{
    char text[FMT_MAX];
    const struct heartbeat *h = &r->status;
    buf[0] = '\0';
    if (run_reader_live(r))
        snprintf(buf, n, "ETA %s", h->eta >= 0 ? fmt_clock(text, h->eta) : "--:--:--");
    else if (heartbeat_elapsed(h) >= 0)
        snprintf(buf, n, "took %s", fmt_clock(text, heartbeat_elapsed(h)));
}

static void draw_head(struct area a, const struct dash *d)
{
    const struct run_reader *r = d->run;
    const struct heartbeat *h = &r->status;
    char text[120], epoch[64], step[100], clock[FMT_MAX];
    bool live = run_reader_live(r);
    time_text(text, sizeof text, r);
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
    if (a.w < 110)
        return;
    if (live && heartbeat_elapsed(h) >= 0) {
        snprintf(text, sizeof text, "elapsed %s", fmt_clock(clock, heartbeat_elapsed(h)));
        fill(&f, INK_DIM, text);
    }
    if (h->host[0]) {
        snprintf(text, sizeof text, "host %s", h->host);
        fill(&f, INK_DIM, text);
    }
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

static void draw_progress(struct area a, const struct run_reader *r)
{
    char text[160], rate[FMT_MAX], exact[FMT_MAX];
    double part = r->steps > 0 ? (double)run_reader_step(r) / (double)r->steps : 0;
    part = fmin(fmax(part, 0), 1);
    int n = snprintf(text, sizeof text, "%3.0f%%", floor(part * 100));
    if (a.w >= 50 && run_reader_live(r))
        n += snprintf(text + n, sizeof text - (size_t)n, "  %6s tok/s",
                      fmt_short(rate, r->status.rate));
    if (a.w >= 66 && r->series[RUN_VALID_EXACT].n)
        snprintf(text + n, sizeof text - (size_t)n, "  exact %s",
                 fmt_percent(exact, r->series[RUN_VALID_EXACT].last));
    int x = area_right(a, a.w - 1, 0, INK_TEXT, text);
    draw_bar(a, 1, MAX(x - 3, 0), part);
}

/* ---- foot: what to know, what to press ---- */

/* "viewers 2  runs/add3  41.2 KiB  disk 61 GiB  safe to leave: training goes on" */
static void system_line(const struct dash *d, char *buf, size_t n)
{
    char disk[FMT_MAX + 8] = "", viewers[32] = "", size[FMT_MAX];
    if (d->disk >= 0)
        snprintf(disk, sizeof disk, "  disk %s", fmt_bytes(size, d->disk));
    if (d->run->status.viewers)
        snprintf(viewers, sizeof viewers, "viewers %d  ", d->run->status.viewers);
    fmt_bytes(size, (double)d->run->bytes);
    snprintf(buf, n, "%s%s  log %s%s  safe to leave: training goes on", viewers, d->run->dir,
             size, disk);
}

/* How it stands, when nothing more pressing is to be said. */
static enum ink state_line(const struct dash *d, char *buf, size_t n)
{
    const struct run_reader *r = d->run;
    switch (r->status.state) {
    case RUN_WAITING:
        snprintf(buf, n, d->ours ? "waiting for the trainer" : "nothing is written yet");
        return INK_DIM;
    case RUN_LOST:
        snprintf(buf, n, "its trainer is gone; seqsh train --resume --out %s", r->dir);
        return INK_BAD;
    case RUN_FAILED:
        snprintf(buf, n, "failed: %s", r->status.message);
        return INK_BAD;
    case RUN_STOPPED:
        snprintf(buf, n, "stopped; seqsh train --resume --out %s goes on", r->dir);
        return INK_WARN;
    case RUN_DONE:
        snprintf(buf, n, "done; seqsh %s opens it", r->dir);
        return INK_GOOD;
    default:
        if (r->status.message[0])
            snprintf(buf, n, "%s", r->status.message);
        else
            system_line(d, buf, n);
        return INK_DIM;
    }
}

static enum ink news_line(const struct dash *d, double now, char *buf, size_t n)
{
    if (d->ask == ASK_STOP) {
        snprintf(buf, n, "stop the training and save? y/n");
        return INK_WARN;
    }
    if (d->ask == ASK_INTERRUPT) {
        snprintf(buf, n, "Ctrl-C again within 3 s: stop and save.  d detach.  "
                         "any key: continue");
        return INK_WARN;
    }
    if (d->stopping > 0) {
        snprintf(buf, n, "saving, please wait (%.0f s); Ctrl-\\ leaves",
                 fmax(now - d->stopping, 0));
        return INK_WARN;
    }
    if (d->message[0]) {
        snprintf(buf, n, "%s", d->message);
        return INK_WARN;
    }
    if (d->options.cursor) {
        struct str values = STR_INIT;
        view_values(&d->options, d->run, &values);
        snprintf(buf, n, "%s", str_cstr(&values));
        str_release(&values);
        return INK_STRONG;
    }
    return state_line(d, buf, n);
}

static void draw_news(struct area a, const struct dash *d, double now)
{
    char text[600];
    enum ink ink = news_line(d, now, text, sizeof text);
    area_fill(a, ' ', INK_TEXT);
    if (d->entry.open && !d->message[0]) {
        entry_draw(&d->entry, a, ':');
        return;
    }
    area_field(a, 1, 0, a.w - 2, ink, text, strlen(text));
}

static void draw_hints(struct area a)
{
    int x = 1, y = 0;
    for (const struct dash_key *k = dash_keys; k->name; k++) {
        int width = k->hint ? (int)(strlen(k->name) + 1 + strlen(k->hint)) : 0;
        if (!k->hint)
            continue;
        if (x + width > a.w) {
            x = 1;
            y++;
        }
        if (y == a.h || x + width > a.w)
            break;
        area_text(a, x, y, INK_STRONG, k->name);
        area_text(a, x + (int)strlen(k->name) + 1, y, INK_DIM, k->hint);
        x += width + 2;
    }
}

/* ---- panes ---- */

struct pane {
    const struct view *view;
    int x, y, w, h;
};

enum { MOST_PANES = 9 };

/* Three rows: charts, charts and numbers, samples and events. */
static int layout_large(struct pane *p, int w, int h, bool attention)
{
    int low = MIN(h * 3 / 10, 14), top = (h - low) * 3 / 5, mid = h - low - top;
    int a = w * 42 / 100, b = (w - a) / 2, s = w * 56 / 100;
    p[0] = (struct pane){ &view_loss, 0, 0, a, top };
    p[1] = (struct pane){ &view_accuracy, a, 0, b, top };
    p[2] = (struct pane){ &view_gnorm, a + b, 0, w - a - b, top };
    p[3] = (struct pane){ &view_now, 0, top, a, mid };
    p[4] = (struct pane){ &view_lr, a, top, b, mid };
    p[5] = (struct pane){ &view_rate, a + b, top, w - a - b, mid };
    if (attention)
        s = w * 44 / 100;
    int e = attention ? w * 32 / 100 : 0;
    p[6] = (struct pane){ &view_samples, 0, top + mid, s, low };
    p[7] = (struct pane){ &view_events, s + e, top + mid, w - s - e, low };
    p[8] = (struct pane){ &view_attention, s, top + mid, e, low };
    return attention ? 9 : 8;
}

/* The loss and another chart above, numbers, samples and events below. */
static int layout_wide(struct pane *p, int w, int h, const struct view *chart)
{
    int low = MIN(MAX(h / 3, 9), 14), top = h - low, a = w / 2, s = (w - 30) / 2;
    p[0] = (struct pane){ &view_loss, 0, 0, a, top };
    p[1] = (struct pane){ chart, a, 0, w - a, top };
    p[2] = (struct pane){ &view_now, 0, top, 30, low };
    p[3] = (struct pane){ &view_samples, 30, top, s, low };
    p[4] = (struct pane){ &view_events, 30 + s, top, w - 30 - s, low };
    return 5;
}

/* One chart, and beside and below it what there is room for: events go first, then
 * samples, then the numbers. */
static int layout_small(struct pane *p, int w, int h, const struct view *chart)
{
    bool numbers = w >= 60 && h >= 7;
    bool samples = numbers && h >= 16;
    bool events = samples && w >= 72;
    int side = numbers ? 26 : 0, low = samples ? 7 : 0, n = 0;
    p[n++] = (struct pane){ chart, 0, 0, w - side, h - low };
    if (numbers)
        p[n++] = (struct pane){ &view_now, w - side, 0, side, h - low };
    if (samples)
        p[n++] = (struct pane){ &view_samples, 0, h - low, events ? w - side : w, low };
    if (events)
        p[n++] = (struct pane){ &view_events, w - side, h - low, side, low };
    return n;
}

static void draw_panes(struct area a, const struct dash *d)
{
    struct pane pane[MOST_PANES];
    const struct view *chart = view_table[d->chart];
    int n;
    if (d->table) {
        dash_table_draw(a, d->run, d->row);
        return;
    }
    if (d->alone) {
        chart->draw(a, d->run, &d->options);
        return;
    }
    if (a.w >= 180 && a.h >= 36)
        n = layout_large(pane, a.w, a.h, d->run->probes.probes > 0);
    else if (a.w >= 110 && a.h >= 20)
        n = layout_wide(pane, a.w, a.h, d->chart ? chart : &view_accuracy);
    else
        n = layout_small(pane, a.w, a.h, chart);
    for (int i = 0; i < n; i++) {
        const struct pane *p = &pane[i];
        p->view->draw(area_sub(a, p->x, p->y, p->w, p->h), d->run, &d->options);
    }
}

/* One row of the help, if it falls on the page; *at counts all of them. */
static void help_row(struct area in, int page, int *at, const char *name, const char *help)
{
    int y = (*at)++ - (page - 1) * in.h;
    if (y < 0 || y >= in.h)
        return;
    area_right(in, 15, y, INK_STRONG, name);
    area_field(in, 17, y, in.w - 17, INK_TEXT, help, strlen(help));
}

static int help_rows(void)
{
    int n = 1;
    for (const struct dash_key *k = dash_keys; k->name; k++)
        n += k->help != NULL;
    for (int i = 0; view_table[i]; i++)
        n++;
    return n;
}

static void draw_help(struct area a, int page)
{
    int w = MIN(76, a.w), rows = help_rows(), h = MIN(rows + 2, a.h), at = 0;
    int pages = h > 2 ? (rows + h - 3) / (h - 2) : 1;
    char title[80] = "help: any key goes back";
    page = (page - 1) % pages + 1;
    if (pages > 1)
        snprintf(title, sizeof title, "help: any key goes back, ? goes on (%d/%d)", page, pages);
    struct area box = area_sub(a, (a.w - w) / 2, (a.h - h) / 2, w, h);
    area_fill(a, ' ', INK_TEXT);
    struct area in = area_box(box, title, INK_STRONG);
    for (const struct dash_key *k = dash_keys; k->name; k++)
        if (k->help)
            help_row(in, page, &at, k->name, k->help);
    help_row(in, page, &at, "", "");
    for (int i = 0; view_table[i]; i++)
        help_row(in, page, &at, view_table[i]->name, view_table[i]->help);
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
    int head = a.h >= 8 ? 2 : 1, foot = a.h >= 24 ? 3 : a.h >= 12 ? 2 : a.h >= 6 ? 1 : 0;
    draw_head(area_sub(a, 0, 0, a.w, 1), d);
    if (head > 1)
        draw_progress(area_sub(a, 0, 1, a.w, 1), d->run);
    draw_panes(area_sub(a, 0, head, a.w, a.h - head - foot), d);
    if (d->help)
        draw_help(area_sub(a, 0, head, a.w, a.h - head - foot), d->help);
    bool urgent = d->ask != ASK_NOTHING || d->stopping > 0 || d->entry.open;
    if (foot || urgent)
        draw_news(area_sub(a, 0, a.h - MAX(foot, 1), a.w, 1), d, now);
    if (foot > 1)
        draw_hints(area_sub(a, 0, a.h - foot + 1, a.w, foot - 1));
}
