#include "ui/watch.h"

#include "run/directive.h"
#include "ui/fmt.h"
#include "ui/width.h"

#include <math.h>

enum { LEAST_W = 20, LEAST_H = 5 };

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
    char every[32];
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
    if (a.w >= 110)
        add_count(&counts, w->all.n, "runs");
    add_count(&counts, live, "live");
    add_count(&counts, paused, "paused");
    add_count(&counts, done, "done");
    add_count(&counts, lost, "lost");
    add_count(&counts, crashed, "crashed");
    add_count(&counts, other, "other");
    snprintf(every, sizeof every, "  %.3g s", viewer_frame(&w->viewer));
    if ((int)(places.n + counts.n + strlen(every)) + 11 < a.w)
        str_add(&counts, every);
    int x = 1 + area_text(a, 1, 0, INK_STRONG, "watch") + 2;
    int room = a.w - 1 - (int)counts.n;
    area_field(a, x, 0, MAX(room - 2, x) - x, INK_TEXT, str_cstr(&places), places.n);
    if (room > x)
        area_text(a, room, 0, INK_DIM, str_cstr(&counts));
    str_release(&places);
    str_release(&counts);
}

/* ---- foot ---- */

/* The line that is being typed, and what it is for. */
static void typed_line(const struct watch *w, struct str *s)
{
    const char *run = w->at ? w->at->run->name : "";
    switch (w->ask) {
    case WATCH_FILTER: str_addf(s, "filter: %s_   %s", w->line, w->message); break;
    case WATCH_NOTE: str_addf(s, "note for %s: %s_", run, w->line); break;
    case WATCH_TAG: str_addf(s, "tags for %s (!word: away): %s_", run, w->line); break;
    case WATCH_ADD: str_addf(s, "folder, or HOST:DIR: %s_", w->line); break;
    case WATCH_CONTROL:
        str_addf(s, "tell %s (pause, resume, checkpoint, validate, stop, lr X, note TEXT): %s_",
                 run, w->line);
        break;
    case WATCH_DELETE:
        str_addf(s, "delete %s, with its models, for good? y/n", w->at ? w->at->run->dir : "");
        break;
    case WATCH_LIST: break;
    }
}

static enum ink news_line(const struct watch *w, double now, int width, struct str *s)
{
    char text[300];
    if (w->ask)
        typed_line(w, s);
    else if (w->message[0])
        str_add(s, w->message);
    else if (peers_news(&w->peers, now, text, sizeof text))
        str_add(s, text);
    if (s->n)
        return INK_WARN;
    if (w->options.cursor) {
        watch_values(w, s);
        return INK_STRONG;
    }
    peers_traffic(&w->peers, s);
    if (w->viewer.read_only)
        str_add(s, "read-only.  ");
    str_add(s, "runs keep going when this is left.  LOST: no heartbeat");
    if (width >= 110)
        str_add(s, "  read-only for runs of other users");
    return INK_DIM;
}

static void draw_news(struct area a, const struct watch *w, double now)
{
    struct str text = STR_INIT;
    enum ink ink = news_line(w, now, a.w, &text);
    area_fill(a, ' ', INK_TEXT);
    area_field(a, 1, 0, a.w - 2, ink, str_cstr(&text), text.n);
    str_release(&text);
}

static void draw_help(struct area a, int page)
{
    struct hotkey_help row[HOTKEY_HELP];
    int n = hotkey_help(watch_keys, row, 0);
    hotkey_help_draw(a, row, n, page);
}

/* What a run can be told, in as many columns as that takes. */
static void draw_control(struct area a, const struct watch *w)
{
    char title[120];
    int n = 0;
    snprintf(title, sizeof title, "control  %.80s", w->at ? w->at->run->name : "");
    struct area in = view_frame(a, title, "socket, same user");
    while (directive_table[n].name)
        n++;
    int columns = in.h ? (n + in.h - 1) / in.h : 1, width = in.w / columns;
    for (int i = 0; i < n && in.h; i++) {
        const struct directive *d = &directive_table[i];
        struct area at = area_sub(in, i / in.h * width, i % in.h, width, 1);
        int x = 1 + area_text(at, 1, 0, INK_STRONG, d->name) + 1;
        x = MAX(x + area_text(at, x, 0, INK_TEXT, d->arg) + 1, 17);
        area_field(at, x, 0, width - x, INK_DIM, d->help, strlen(d->help));
    }
}

/* ---- all together ---- */

static void draw_events(struct area a, const struct watch *w)
{
    if (w->ask == WATCH_CONTROL)
        draw_control(a, w);
    else if (w->at)
        view_events.draw(a, w->at->run, &w->options);
    else
        view_frame(a, "events", "");
}

static const struct run_metric *next_metric(const struct watch *w)
{
    const struct run_metric *exact = run_metric_find("exact", NULL, NULL);
    return w->metric == exact ? run_metric_find("loss", NULL, NULL) : exact;
}

static void draw_large(struct area a, struct watch *w, double now)
{
    int top = MAX(a.h * 36 / 100, 8), low = MAX(a.h * 30 / 100, 8), mid = a.h - top - low;
    int wide = a.w * 62 / 100, half = a.w / 2;
    watch_draw_list(area_sub(a, 0, 0, wide, top), w, now);
    watch_draw_diff(area_sub(a, wide, 0, a.w - wide, top), w, now);
    watch_draw_chart(area_sub(a, 0, top, half, mid), w, w->metric);
    watch_draw_chart(area_sub(a, half, top, a.w - half, mid), w, next_metric(w));
    watch_draw_probes(area_sub(a, 0, top + mid, wide, low), w);
    draw_events(area_sub(a, wide, top + mid, a.w - wide, low), w);
}

/* The pane that Tab chooses. */
static void draw_low(struct area a, const struct watch *w)
{
    switch (w->low) {
    case LOW_PROBES: watch_draw_probes(a, w); break;
    case LOW_EVENTS: draw_events(a, w); break;
    default: watch_draw_chart(a, w, w->metric); break;
    }
}

static void draw_small(struct area a, struct watch *w, double now)
{
    int list = a.h < 12 ? a.h : MIN(MAX(w->shown_n + 3, 6), a.h * 45 / 100), low = a.h - list;
    int side = a.w >= 60 ? MAX(a.w / 3, 26) : 0;
    watch_draw_list(area_sub(a, 0, 0, a.w, list), w, now);
    draw_low(area_sub(a, 0, list, a.w - side, low), w);
    if (side && w->ask == WATCH_CONTROL)
        draw_control(area_sub(a, a.w - side, list, side, low), w);
    else if (side)
        watch_draw_diff(area_sub(a, a.w - side, list, side, low), w, now);
}

static int foot_rows(int h)
{
    return h >= 24 ? 3 : h >= 12 ? 2 : h >= 7 ? 1 : 0;
}

int watch_copy(const struct watch *w, int width, int height, struct str *said, struct err *err)
{
    struct canvas *c = canvas_new(width, MAX(height - 1 - foot_rows(height), 1));
    struct str name = STR_INIT;
    draw_low(canvas_area(c), w);
    str_addf(&name, "watch-%s.txt", w->low == LOW_PROBES ? "probes" : w->low == LOW_EVENTS
             ? "events" : w->metric->name);
    int bad = canvas_save(c, name.s, said, err);
    canvas_free(c);
    str_release(&name);
    return bad;
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
    int foot = foot_rows(a.h);
    struct area body = area_sub(a, 0, 1, a.w, a.h - 1 - foot);
    draw_head(area_sub(a, 0, 0, a.w, 1), w);
    if (body.w >= 140 && body.h >= 33)
        draw_large(body, w, now);
    else
        draw_small(body, w, now);
    if (w->help)
        draw_help(body, w->help);
    if (foot || w->ask || w->message[0])
        draw_news(area_sub(a, 0, a.h - MAX(foot, 1), a.w, 1), w, now);
    if (foot > 1)
        hotkey_hints(area_sub(a, 0, a.h - foot + 1, a.w, foot - 1), watch_keys,
                     w->viewer.read_only);
}
