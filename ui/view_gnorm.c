#include "ui/chart.h"

static const struct chart chart = {
    .title = "gradient norm",
    .line = { { RUN_GNORM, "train", true } },
    .may_log = true,
};

static void draw(struct area a, const struct run_reader *r, const struct view_options *o)
{
    chart_draw(a, r, o, &chart);
}

const struct view view_gnorm = {
    .name = "gradient norm",
    .help = "before it is clipped",
    .chart = true,
    .draw = draw,
};
