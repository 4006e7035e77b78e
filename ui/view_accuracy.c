#include "ui/chart.h"

static const struct chart chart = {
    .title = "accuracy",
    .line = {
        { RUN_ACC, "train" },
        { RUN_VALID_ACC, "valid" },
        { RUN_VALID_EXACT, "exact" },
    },
    .percent = true,
};

static void draw(struct area a, const struct run_reader *r, const struct view_options *o)
{
    chart_draw(a, r, o, &chart);
}

const struct view view_accuracy = {
    .name = "accuracy",
    .help = "share of right tokens (train, valid) and of whole answers right (exact)",
    .chart = true,
    .draw = draw,
};
