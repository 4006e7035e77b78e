#include "ui/view.h"

#include "ui/fmt.h"

#include <math.h>

/* One line: "gnorm   0.7100   z +0.2". */
struct line {
    char value[FMT_MAX];
    char note[64];
};

static void note_z(struct line *l, const struct run_recent *c)
{
    double z = run_recent_z(c);
    if (!isnan(z))
        snprintf(l->note, sizeof l->note, "z %+.1f", z);
}

static void loss(struct line *l, const struct run_reader *r)
{
    fmt_real(l->value, r->series[RUN_LOSS].last);
    note_z(l, &r->recent[RUN_LOSS]);
}

static void valid_loss(struct line *l, const struct run_reader *r)
{
    const struct series *s = &r->series[RUN_VALID_LOSS];
    char step[FMT_MAX];
    fmt_real(l->value, s->last);
    if (r->best_step >= 0 && r->best_step == s->last_step)
        snprintf(l->note, sizeof l->note, "best");
    else if (r->best_step >= 0)
        snprintf(l->note, sizeof l->note, "@%s", fmt_count(step, r->best_step));
}

static void acc(struct line *l, const struct run_reader *r)
{
    fmt_percent(l->value, r->series[RUN_ACC].last);
}

static void valid_acc(struct line *l, const struct run_reader *r)
{
    fmt_percent(l->value, r->series[RUN_VALID_ACC].last);
}

static void exact(struct line *l, const struct run_reader *r)
{
    fmt_percent(l->value, r->series[RUN_VALID_EXACT].last);
}

static void lr(struct line *l, const struct run_reader *r)
{
    fmt_real(l->value, r->series[RUN_LR].last);
    if (r->has_settings)
        snprintf(l->note, sizeof l->note, "%.20s", r->settings.optimizer);
}

static void gnorm(struct line *l, const struct run_reader *r)
{
    fmt_real(l->value, r->series[RUN_GNORM].last);
    note_z(l, &r->recent[RUN_GNORM]);
}

static void rate(struct line *l, const struct run_reader *r)
{
    fmt_short(l->value, r->series[RUN_RATE].last);
}

static void step_time(struct line *l, const struct run_reader *r)
{
    double last = r->series[RUN_MS].last;
    double p95 = run_recent_quantile(&r->recent[RUN_MS], .95);
    if (isnan(last) || isnan(p95))
        return;
    snprintf(l->value, sizeof l->value, "%.1f ms", last);
    snprintf(l->note, sizeof l->note, "p95 %.1f", p95);
}

static void memory(struct line *l, const struct run_reader *r)
{
    fmt_bytes(l->value, r->status.rss);
    if (r->status.threads)
        snprintf(l->note, sizeof l->note, "%d thr", r->status.threads);
}

static void saved(struct line *l, const struct run_reader *r)
{
    if (r->saved_step < 0)
        return;
    fmt_count(l->value, r->saved_step);
    fmt_bytes(l->note, r->saved_bytes);
}

static void clipped(struct line *l, const struct run_reader *r)
{
    fmt_percent(l->value, r->series[RUN_CLIPPED].last);
    if (r->series[RUN_CLIPPED].n)
        snprintf(l->note, sizeof l->note, "of steps");
}

static void model(struct line *l, const struct run_reader *r)
{
    if (!r->status.params)
        return;
    fmt_short(l->value, (double)r->status.params);
    if (r->has_settings)
        snprintf(l->note, sizeof l->note, "%.20s %d", r->settings.cell,
                 r->settings.hidden.enc);
}

static void elapsed(struct line *l, const struct run_reader *r)
{
    double elapsed = heartbeat_elapsed(&r->status);
    if (elapsed >= 0)
        fmt_clock(l->value, elapsed);
}

static void damage(struct line *l, const struct run_reader *r)
{
    if (!r->bad_lines)
        return;
    fmt_count(l->value, (int64_t)r->bad_lines);
    snprintf(l->note, sizeof l->note, "damaged lines");
}

/* Most wanted first: a small pane shows the beginning. */
static const struct {
    const char *label;
    void (*fill)(struct line *, const struct run_reader *);
} row_table[] = {
    { "loss", loss },     { "valid", valid_loss }, { "exact", exact },
    { "acc", acc },       { "v.acc", valid_acc },  { "lr", lr },
    { "gnorm", gnorm },   { "tok/s", rate },       { "mem", memory },
    { "saved", saved },   { "net", model },     { "step", step_time },
    { "clip", clipped },  { "time", elapsed },     { "bad", damage },
};

enum { COLUMN = 34, VALUE_AT = 6, NOTE_AT = 15 }; /* columns */

static void draw(struct area a, const struct run_reader *r, const struct view_options *o)
{
    struct area in = view_frame(a, "now", "z: deviation from the last 200 records");
    int columns = MAX(in.w / COLUMN, 1), shown = 0;
    (void)o;
    for (size_t i = 0; i < ARRAY_LEN(row_table) && shown < columns * in.h; i++) {
        struct line l = { "", "" };
        row_table[i].fill(&l, r);
        if (!l.value[0])
            continue;
        struct area at = area_sub(in, shown / in.h * COLUMN + 1, shown % in.h,
                                  COLUMN - 2, 1);
        area_text(at, 0, 0, INK_DIM, row_table[i].label);
        area_text(at, VALUE_AT, 0, INK_STRONG, l.value);
        area_text(at, NOTE_AT, 0, INK_DIM, l.note);
        shown++;
    }
}

const struct view view_now = {
    .name = "now",
    .help = "the newest of everything; z: against the last 200 records",
    .draw = draw,
};
