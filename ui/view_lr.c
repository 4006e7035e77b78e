#include "ui/chart.h"

static const struct chart chart = {
    .title = "learning rate",
    .line = { { RUN_LR, "train", false } },
    .ahead = true,
};

static void draw(struct area a, const struct run_reader *r, const struct view_options *o)
{
    chart_draw(a, r, o, &chart);
}

const struct view view_lr = {
    .name = "learning rate",
    .help = "of the optimizer; faint, as its schedule will go on",
    .chart = true,
    .draw = draw,
};
