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

static void ppl(struct line *l, const struct run_reader *r)
{
    char best[FMT_MAX];
    fmt_real(l->value, r->series[RUN_VALID_PPL].last);
    if (r->least_step >= 0 && r->series[RUN_VALID_PPL].n > 1)
        snprintf(l->note, sizeof l->note, "min %s", fmt_real(best, exp(r->least_loss)));
}

static void score(struct line *l, const struct run_reader *r)
{
    const struct series *s = &r->series[RUN_VALID_SCORE];
    if (s->n)
        fmt_real(l->value, s->last);
    if (r->has_settings)
        snprintf(l->note, sizeof l->note, "%.20s", r->settings.watch);
}

static void acc(struct line *l, const struct run_reader *r)
{
    char valid[FMT_MAX];
    fmt_percent(l->value, r->series[RUN_ACC].last);
    if (r->series[RUN_VALID_ACC].n)
        snprintf(l->note, sizeof l->note, "val %.4s",
                 fmt_percent(valid, r->series[RUN_VALID_ACC].last));
}

static void exact(struct line *l, const struct run_reader *r)
{
    char n[FMT_MAX];
    fmt_percent(l->value, r->series[RUN_VALID_EXACT].last);
    if (r->valid_n)
        snprintf(l->note, sizeof l->note, "of %s", fmt_count(n, r->valid_n));
}

static void lr(struct line *l, const struct run_reader *r)
{
    fmt_real(l->value, r->series[RUN_LR].last);
    if (r->has_settings)
        snprintf(l->note, sizeof l->note, "%.20s%s", r->settings.schedule,
                 r->settings.warmup ? "+w" : "");
}

static void gnorm(struct line *l, const struct run_reader *r)
{
    fmt_real(l->value, r->series[RUN_GNORM].last);
    note_z(l, &r->recent[RUN_GNORM]);
}

static void rate(struct line *l, const struct run_reader *r)
{
    fmt_short(l->value, run_recent_ema(&r->recent[RUN_RATE]));
    snprintf(l->note, sizeof l->note, "ema");
}

/* Half, 95 and 99 of 100 steps take no longer. */
static void step_time(struct line *l, const struct run_reader *r)
{
    const struct run_recent *c = &r->recent[RUN_MS];
    if (!c->n)
        return;
    snprintf(l->value, sizeof l->value, "%.3gms", run_recent_quantile(c, .5));
    snprintf(l->note, sizeof l->note, "p95 %.3g  99 %.3g", run_recent_quantile(c, .95),
             run_recent_quantile(c, .99));
}

static void memory(struct line *l, const struct run_reader *r)
{
    fmt_bytes(l->value, r->status.rss);
    if (r->status.threads)
        snprintf(l->note, sizeof l->note, "%d thr", r->status.threads);
}

static void peak(struct line *l, const struct run_reader *r)
{
    if (r->status.peak > 0)
        fmt_bytes(l->value, r->status.peak);
    snprintf(l->note, sizeof l->note, "of memory");
}

static void processor(struct line *l, const struct run_reader *r)
{
    if (!(r->status.cpu >= 0))
        return;
    snprintf(l->value, sizeof l->value, "%.0f %%", r->status.cpu * 100);
    if (r->status.load >= 0)
        snprintf(l->note, sizeof l->note, "load %.1f", r->status.load);
}

static void saved(struct line *l, const struct run_reader *r)
{
    if (r->saved_step < 0)
        return;
    fmt_count(l->value, r->saved_step);
    fmt_bytes(l->note, r->saved_bytes);
}

static void holes(struct line *l, const struct run_reader *r)
{
    uint64_t n = r->series[RUN_LOSS].holes + r->series[RUN_GNORM].holes;
    fmt_count(l->value, (int64_t)n);
    if (r->series[RUN_CLIPPED].n)
        snprintf(l->note, sizeof l->note, "clip %.0f%%", r->series[RUN_CLIPPED].last * 100);
}

static void waiting(struct line *l, const struct run_reader *r)
{
    if (r->series[RUN_WAIT].n)
        fmt_percent(l->value, r->series[RUN_WAIT].last);
    snprintf(l->note, sizeof l->note, "for data");
}

static void delta(struct line *l, const struct run_reader *r)
{
    if (r->series[RUN_DELTA].n)
        fmt_real(l->value, r->series[RUN_DELTA].last);
    snprintf(l->note, sizeof l->note, "of weights");
}

static void batch(struct line *l, const struct run_reader *r)
{
    char part[FMT_MAX];
    if (!r->batch)
        return;
    if (r->batch_steps)
        snprintf(l->value, sizeof l->value, "%dx%d", r->batch, r->batch_steps);
    else
        snprintf(l->value, sizeof l->value, "%d", r->batch);
    if (!isnan(r->padding))
        snprintf(l->note, sizeof l->note, "pad %s", fmt_percent(part, r->padding));
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

static void optimizer(struct line *l, const struct run_reader *r)
{
    if (r->has_settings)
        snprintf(l->value, sizeof l->value, "%.8s", r->settings.optimizer);
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

static void tags(struct line *l, const struct run_reader *r)
{
    snprintf(l->value, sizeof l->value, "%.30s", r->tags);
}

/* Most wanted first: a small pane shows the beginning. */
static const struct {
    const char *label;
    void (*fill)(struct line *, const struct run_reader *);
} row_table[] = {
    { "loss", loss },     { "valid", valid_loss }, { "ppl", ppl },     { "score", score },
    { "exact", exact },   { "acc", acc },          { "lr", lr },       { "gnorm", gnorm },
    { "tok/s", rate },    { "mem", memory },       { "saved", saved }, { "nan", holes },
    { "peak", peak },     { "cpu", processor },    { "step", step_time },
    { "wait", waiting },  { "dw/w", delta },
    { "batch", batch },   { "net", model },        { "optim", optimizer },
    { "time", elapsed },  { "tags", tags },        { "bad", damage },
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
