#include "ui/chart.h"

static const struct chart chart = {
    .title = "learning rate",
    .line = { { RUN_LR, "train", false } },
};

static void draw(struct area a, const struct run_reader *r, const struct view_options *o)
{
    chart_draw(a, r, o, &chart);
}

const struct view view_lr = {
    .name = "learning rate",
    .help = "of the optimizer",
    .chart = true,
    .draw = draw,
};
