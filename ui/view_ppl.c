#include "ui/chart.h"

#include "ui/fmt.h"

#include <math.h>

static bool has(const struct run_reader *r)
{
    return !r->has_settings || strcmp(r->settings.loss, "mse") != 0;
}

/* "best 21.4 @60k": of the validation whose loss was the lowest. */
static void note(const struct run_reader *r, struct str *out)
{
    char value[FMT_MAX], step[FMT_MAX];
    if (r->least_step < 0)
        return;
    fmt_short(step, (double)r->least_step);
    str_addf(out, "best %s @%s", fmt_real(value, exp(r->least_loss)), step);
}

static const struct chart chart = {
    .title = "perplexity",
    .line = { { RUN_VALID_PPL, "valid", false } },
    .may_log = true,
    .note = note,
};

static void draw(struct area a, const struct run_reader *r, const struct view_options *o)
{
    chart_draw(a, r, o, &chart);
}

const struct view view_ppl = {
    .name = "perplexity",
    .help = "of the validation: e to the loss",
    .chart = true,
    .lines = &chart,
    .has = has,
    .draw = draw,
};
