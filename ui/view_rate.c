#include "ui/chart.h"

#include "ui/fmt.h"

/* "p50 48.2k": half of the last records had less. */
static void note(const struct run_reader *r, struct str *out)
{
    char text[FMT_MAX];
    double half = run_recent_quantile(&r->recent[RUN_RATE], .5);
    if (r->recent[RUN_RATE].n)
        str_addf(out, "p50 %s", fmt_short(text, half));
}

static const struct chart chart = {
    .title = "throughput",
    .line = { { RUN_RATE, "train", true } },
    .unit = "tokens/s",
    .note = note,
};

static void draw(struct area a, const struct run_reader *r, const struct view_options *o)
{
    chart_draw(a, r, o, &chart);
}

const struct view view_rate = {
    .name = "throughput",
    .help = "target tokens trained a second",
    .chart = true,
    .lines = &chart,
    .draw = draw,
};
