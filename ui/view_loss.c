#include "ui/chart.h"

static const struct chart chart = {
    .title = "loss",
    .line = { { RUN_LOSS, "train", true }, { RUN_VALID_LOSS, "valid", false } },
    .may_log = true,
};

static void draw(struct area a, const struct run_reader *r, const struct view_options *o)
{
    chart_draw(a, r, o, &chart);
}

const struct view view_loss = {
    .name = "loss",
    .help = "of the last training steps, and of the validation",
    .chart = true,
    .lines = &chart,
    .draw = draw,
};
