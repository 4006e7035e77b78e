/*
 * What stands where on the dashboard, and which charts are among it.
 */
#include "ui/dash_own.h"

#include "ui/chart.h"

#include <strings.h>

enum { LARGE_W = 180, LARGE_H = 36, WIDE_W = 110, WIDE_H = 20 };

struct dash_rows dash_rows(int w, int h)
{
    (void)w;
    return (struct dash_rows){
        .head = h >= 8 ? 2 : 1,
        .foot = h >= 24 ? 3 : h >= 12 ? 2 : h >= 6 ? 1 : 0,
    };
}

/* ---- the filter ---- */

static bool contains(const char *name, const char *word, size_t n)
{
    for (; *name; name++)
        if (!strncasecmp(name, word, n))
            return true;
    return false;
}

/* All words in the name, and none of those behind a `!`. */
static bool fits(const char *name, const char *filter)
{
    for (;;) {
        filter += strspn(filter, " ");
        bool not = *filter == '!';
        filter += not;
        size_t n = strcspn(filter, " ");
        if (!n)
            return true;
        if (contains(name, filter, n) == not)
            return false;
        filter += n;
    }
}

/* A chart goes by its name in the table, and by that in its frame. */
static bool chart_fits(const struct view *v, const struct run_reader *r, const char *filter)
{
    char names[80];
    const char *own = v->lines && v->lines->name ? v->lines->name(r) : "";
    snprintf(names, sizeof names, "%s %s", v->name, own);
    return fits(names, filter);
}

static int charts(const struct dash *d, const char *filter, int chart[DASH_CHARTS])
{
    int n = 0;
    for (int i = 0; view_table[i] && n < DASH_CHARTS; i++) {
        const struct view *v = view_table[i];
        if (v->chart && (!v->has || v->has(d->run)) && chart_fits(v, d->run, filter))
            chart[n++] = i;
    }
    return n;
}

bool dash_filter_fits(const struct dash *d, const char *filter)
{
    int chart[DASH_CHARTS];
    return charts(d, filter, chart) > 0;
}

int dash_charts(const struct dash *d, int chart[DASH_CHARTS])
{
    int n = charts(d, d->filter, chart);
    return n ? n : charts(d, "", chart);
}

/* ---- panes ---- */

/* Line charts side by side in a row; what a division leaves goes to the last. */
static int row_of(struct dash_pane *p, const struct view *const *view, int n, int x, int y,
                  int w, int h)
{
    for (int i = 0; i < n; i++) {
        int at = w * i / n;
        p[i] = (struct dash_pane){ view[i], x + at, y, w * (i + 1) / n - at, h };
    }
    return n;
}

/* Three rows: charts, numbers and charts, samples, attention and events. */
static int layout_large(const struct dash *d, struct dash_pane *p, int w, int h)
{
    const struct view *line[DASH_CHARTS];
    int chart[DASH_CHARTS], n = dash_charts(d, chart), lines = 0, k = 0;
    int low = MIN(h * 3 / 10, 14), top = (h - low) * 3 / 5, mid = h - low - top;
    bool attention = d->run->probes.probes > 0;
    for (int i = 0; i < n && lines < 6; i++)
        if (view_table[chart[i]]->lines)
            line[lines++] = view_table[chart[i]];
    int above = MIN(lines, 3), first = above == 3 ? w * 2 / 5 : 0;
    if (first)
        p[k++] = (struct dash_pane){ line[0], 0, 0, first, top };
    k += row_of(p + k, line + k, above - k, first, 0, w - first, top);
    int numbers = lines > 3 ? MAX(w * 35 / 100, 72) : w;
    p[k++] = (struct dash_pane){ &view_now, 0, top, numbers, above ? mid : top + mid };
    if (!above)
        p[k - 1].y = 0;
    k += row_of(p + k, line + above, lines - above, numbers, top, w - numbers, mid);
    int s = attention ? w * 44 / 100 : w * 56 / 100, e = attention ? w * 32 / 100 : 0;
    p[k++] = (struct dash_pane){ &view_samples, 0, top + mid, s, low };
    if (attention)
        p[k++] = (struct dash_pane){ &view_attention, s, top + mid, e, low };
    p[k++] = (struct dash_pane){ &view_events, s + e, top + mid, w - s - e, low };
    return k;
}

/* Two charts above, the first and the chosen one; numbers, samples and events below. */
static int layout_wide(const struct dash *d, struct dash_pane *p, int w, int h)
{
    const struct view *pair[2];
    int chart[DASH_CHARTS], n = dash_charts(d, chart), k = MIN(n, 2);
    int low = MIN(MAX(h / 3, 9), 14), top = h - low, s = (w - 30) / 2;
    pair[0] = view_table[chart[0]];
    pair[1] = view_table[d->chart != chart[0] || n < 2 ? d->chart : chart[1]];
    row_of(p, pair, k, 0, 0, w, top);
    p[k++] = (struct dash_pane){ &view_now, 0, top, 30, low };
    p[k++] = (struct dash_pane){ &view_samples, 30, top, s, low };
    p[k++] = (struct dash_pane){ &view_events, 30 + s, top, w - 30 - s, low };
    return k;
}

/* One chart, and beside and below it what there is room for: events go first, then
 * samples, then the numbers. */
static int layout_small(const struct dash *d, struct dash_pane *p, int w, int h)
{
    bool numbers = w >= 60 && h >= 7;
    bool samples = numbers && h >= 16;
    bool events = samples && w >= 72;
    int side = numbers ? 26 : 0, low = !samples ? 0 : h >= 22 ? 7 : 6, n = 0;
    p[n++] = (struct dash_pane){ view_table[d->chart], 0, 0, w - side, h - low };
    if (numbers)
        p[n++] = (struct dash_pane){ &view_now, w - side, 0, side, h - low };
    if (samples)
        p[n++] = (struct dash_pane){ &view_samples, 0, h - low, events ? w - side : w, low };
    if (events)
        p[n++] = (struct dash_pane){ &view_events, w - side, h - low, side, low };
    return n;
}

int dash_layout(const struct dash *d, int w, int h, struct dash_pane pane[DASH_PANES])
{
    if (d->alone) {
        pane[0] = (struct dash_pane){ view_table[d->chart], 0, 0, w, h };
        return 1;
    }
    if (w >= LARGE_W && h >= LARGE_H)
        return layout_large(d, pane, w, h);
    if (w >= WIDE_W && h >= WIDE_H)
        return layout_wide(d, pane, w, h);
    return layout_small(d, pane, w, h);
}
