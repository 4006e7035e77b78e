#include "ui/chart.h"
#include "ui/run_metric.h"

static bool has(const struct run_reader *r)
{
    return r->series[RUN_VALID_SCORE].n > 0;
}

/* Which metric it is, the settings say. */
static const char *name(const struct run_reader *r)
{
    return run_score_name(r->has_settings ? &r->settings : NULL);
}

static const struct chart chart = {
    .title = "score",
    .name = name,
    .line = { { RUN_VALID_SCORE, "valid", false } },
};

static void draw(struct area a, const struct run_reader *r, const struct view_options *o)
{
    chart_draw(a, r, o, &chart);
}

const struct view view_score = {
    .name = "score",
    .help = "the metric that is watched, where one is: bleu, chrf, ter",
    .chart = true,
    .lines = &chart,
    .has = has,
    .draw = draw,
};
