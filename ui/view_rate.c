#include "ui/chart.h"

static const struct chart chart = {
    .title = "throughput",
    .line = { { RUN_RATE, "train", true } },
    .unit = "tokens/s",
};

static void draw(struct area a, const struct run_reader *r, const struct view_options *o)
{
    chart_draw(a, r, o, &chart);
}

const struct view view_rate = {
    .name = "throughput",
    .help = "target tokens trained a second",
    .chart = true,
    .draw = draw,
};
