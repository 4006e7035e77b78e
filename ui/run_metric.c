#include "ui/run_metric.h"

#include "base/utf8.h"
#include "ui/pick.h"

const struct run_metric run_metric_table[] = {
    { .name = "loss", .help = "of the training steps since the last record", .ev = "step",
      .field = FIELD_LOSS, .series = RUN_LOSS, .tag = "train/loss", .log = true },
    { .name = "acc", .help = "training tokens that were right", .ev = "step",
      .field = FIELD_ACC, .series = RUN_ACC, .tag = "train/acc", .percent = true },
    { .name = "gnorm", .help = "norm of the gradient, before clipping", .ev = "step",
      .field = FIELD_GNORM, .series = RUN_GNORM, .tag = "train/gnorm", .log = true },
    { .name = "lr", .help = "learning rate", .ev = "step", .field = FIELD_LR,
      .series = RUN_LR, .tag = "train/lr" },
    { .name = "rate", .help = "target tokens a second", .ev = "step",
      .field = FIELD_RATE, .series = RUN_RATE, .tag = "train/rate" },
    { .name = "ms", .help = "milliseconds a step", .ev = "step", .field = FIELD_MS,
      .series = RUN_MS, .tag = "train/ms" },
    { .name = "clipped", .help = "share of the steps whose gradient was clipped",
      .ev = "step", .field = FIELD_CLIPPED, .series = RUN_CLIPPED,
      .tag = "train/clipped", .percent = true },
    { .name = "valid-loss", .help = "of the validation", .ev = "eval",
      .field = FIELD_LOSS, .series = RUN_VALID_LOSS, .tag = "valid/loss", .log = true },
    { .name = "valid-acc", .help = "validation tokens that were right", .ev = "eval",
      .field = FIELD_ACC, .series = RUN_VALID_ACC, .tag = "valid/acc", .percent = true },
    { .name = "exact", .help = "validation answers that were right as a whole",
      .ev = "eval", .field = FIELD_EXACT, .series = RUN_VALID_EXACT,
      .tag = "valid/exact", .percent = true },
    { .name = "score", .help = "of the validation: the metric that is watched",
      .ev = "eval", .field = FIELD_SCORE, .series = RUN_VALID_SCORE, .tag = "valid/score" },
    { .name = NULL },
};

const char *run_score_name(const struct settings *s)
{
    static const char *const others[] = { "exact", "acc", "loss" }; /* watched, but no scores */
    for (size_t i = 0; s && i < ARRAY_LEN(others); i++)
        if (!strcmp(s->watch, others[i]))
            s = NULL;
    return s ? s->watch : "score";
}

const char *run_metric_name(const struct run_metric *m, const struct settings *s)
{
    return m->series == RUN_VALID_SCORE ? run_score_name(s) : m->name;
}

static void no_such(const char *name, const struct settings *s, struct err *err)
{
    struct str all = STR_INIT;
    for (const struct run_metric *m = run_metric_table; m->name; m++)
        str_addf(&all, "%s%s", m == run_metric_table ? "" : ", ", run_metric_name(m, s));
    err_set(err, "no metric '%s': there are %s", utf8_quote(name).s, str_cstr(&all));
    str_release(&all);
}

const struct run_metric *run_metric_find(const char *name, const struct settings *s,
                                         struct err *err)
{
    const struct run_metric *found = NULL;
    struct pick pick = pick_of(name);
    for (const struct run_metric *m = run_metric_table; m->name; m++) {
        const char *own = run_metric_name(m, s);
        if (pick_try(&pick, own) || (own != m->name && pick_try(&pick, m->name)))
            found = m;
    }
    if (!pick.fits && !pick.near.best) {
        pick_end(&pick, "metric", "", NULL);
        no_such(name, s, err);
        return NULL;
    }
    return pick_end(&pick, "metric", "", err) < 0 ? NULL : found;
}

bool run_metric_in(const struct run_metric *m, const struct run_line *l, double *v)
{
    if (!run_line_is(l, m->ev) || !run_line_has(l, m->field))
        return false;
    *v = run_line_number(l, m->field);
    return true;
}
