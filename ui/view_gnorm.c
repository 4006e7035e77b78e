#include "ui/chart.h"

#include <math.h>

/* "clip 5 z +0.2" */
static void note(const struct run_reader *r, struct str *out)
{
    if (r->has_settings && r->settings.clip > 0)
        str_addf(out, "clip %.4g", r->settings.clip);
    double z = run_recent_z(&r->recent[RUN_GNORM]);
    if (!isnan(z))
        str_addf(out, "%sz %+.1f", out->n ? " " : "", z);
}

static const struct chart chart = {
    .title = "gradient norm",
    .line = { { RUN_GNORM, "train", true } },
    .may_log = true,
    .note = note,
};

static void draw(struct area a, const struct run_reader *r, const struct view_options *o)
{
    chart_draw(a, r, o, &chart);
}

const struct view view_gnorm = {
    .name = "gradient norm",
    .help = "before it is clipped",
    .chart = true,
    .lines = &chart,
    .draw = draw,
};
