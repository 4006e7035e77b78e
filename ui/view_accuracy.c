#include "ui/chart.h"

static const struct chart chart = {
    .title = "accuracy",
    .line = {
        { RUN_ACC, "train", true },
        { RUN_VALID_ACC, "valid", false },
        { RUN_VALID_EXACT, "exact", false },
    },
    .percent = true,
};

static void draw(struct area a, const struct run_reader *r, const struct view_options *o)
{
    chart_draw(a, r, o, &chart);
}

const struct view view_accuracy = {
    .name = "accuracy",
    .help = "right tokens (train, valid), whole answers right (exact)",
    .chart = true,
    .lines = &chart,
    .draw = draw,
};
