#include "ui/chart.h"

/* "cosine+warmup" */
static void note(const struct run_reader *r, struct str *out)
{
    if (r->has_settings)
        str_addf(out, "%.20s%s", r->settings.schedule, r->settings.warmup ? "+warmup" : "");
}

static const struct chart chart = {
    .title = "learning rate",
    .line = { { RUN_LR, "train", false } },
    .ahead = true,
    .note = note,
};

static void draw(struct area a, const struct run_reader *r, const struct view_options *o)
{
    chart_draw(a, r, o, &chart);
}

const struct view view_lr = {
    .name = "learning rate",
    .help = "of the optimizer; faint, as its schedule will go on",
    .chart = true,
    .lines = &chart,
    .draw = draw,
};
