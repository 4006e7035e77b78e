#include "ui/run_fact.h"

#include "base/near.h"
#include "base/utf8.h"

#include <inttypes.h>
#include <math.h>

/* ---- rows ---- */

static const char *text_run(const struct run_entry *e)
{
    return e->run->name;
}

static const char *text_where(const struct run_entry *e)
{
    return e->where;
}

static const char *text_dir(const struct run_entry *e)
{
    return e->run->dir;
}

static const char *text_state(const struct run_entry *e)
{
    return run_state_word(e->run->status.state);
}

static const char *text_preset(const struct run_entry *e)
{
    return e->run->status.preset;
}

static const char *text_git(const struct run_entry *e)
{
    return e->run->git;
}

static const char *text_tags(const struct run_entry *e)
{
    return e->run->tags;
}

static const char *text_message(const struct run_entry *e)
{
    return e->run->status.message;
}

static double known(int64_t n)
{
    return n > 0 ? (double)n : NAN;
}

static double number_step(const struct run_entry *e, double now)
{
    (void)now;
    return (double)run_reader_step(e->run);
}

static double number_steps(const struct run_entry *e, double now)
{
    (void)now;
    return known(e->run->steps);
}

static double number_epoch(const struct run_entry *e, double now)
{
    (void)now;
    return e->run->status.epoch;
}

static double number_eta(const struct run_entry *e, double now)
{
    (void)now;
    double eta = e->run->status.eta;
    return run_reader_live(e->run) && eta >= 0 ? eta : NAN;
}

static double number_age(const struct run_entry *e, double now)
{
    double beat = e->run->status.beat;
    return beat > 0 ? fmax(now - beat, 0) : NAN;
}

static double number_started(const struct run_entry *e, double now)
{
    (void)now;
    return e->run->status.started > 0 ? e->run->status.started : NAN;
}

static double number_params(const struct run_entry *e, double now)
{
    (void)now;
    return known(e->run->status.params);
}

static double number_pid(const struct run_entry *e, double now)
{
    (void)now;
    return known(e->run->status.pid);
}

static double number_best(const struct run_entry *e, double now)
{
    (void)now;
    return known(e->run->best_step);
}

static double number_saved(const struct run_entry *e, double now)
{
    (void)now;
    return known(e->run->saved_step);
}

static double number_nan(const struct run_entry *e, double now)
{
    (void)now;
    return (double)e->run->series[RUN_LOSS].holes;
}

#define SERIES(s) .series = (s) + 1

const struct run_fact run_fact_table[] = {
    { .name = "run", .help = "its name", .text = text_run },
    { .name = "where", .help = "the machine it is on", .text = text_where },
    { .name = "dir", .help = "its folder", .text = text_dir },
    { .name = "state", .help = "WAIT RUN PAUSED DONE STOPPED CRASHED LOST",
      .text = text_state },
    { .name = "step", .help = "steps done", .kind = FACT_COUNT, .number = number_step },
    { .name = "steps", .help = "steps in all", .kind = FACT_COUNT, .number = number_steps },
    { .name = "epoch", .help = "epochs done", .kind = FACT_REAL, .number = number_epoch },
    { .name = "loss", .help = "training loss", .kind = FACT_REAL, SERIES(RUN_LOSS) },
    { .name = "acc", .help = "training tokens right", .kind = FACT_PART, SERIES(RUN_ACC) },
    { .name = "gnorm", .help = "gradient norm", .kind = FACT_REAL, SERIES(RUN_GNORM) },
    { .name = "lr", .help = "learning rate", .kind = FACT_REAL, SERIES(RUN_LR) },
    { .name = "valid-loss", .help = "validation loss", .kind = FACT_REAL,
      SERIES(RUN_VALID_LOSS) },
    { .name = "valid-acc", .help = "validation tokens right", .kind = FACT_PART,
      SERIES(RUN_VALID_ACC) },
    { .name = "exact", .help = "validation answers right", .kind = FACT_PART,
      SERIES(RUN_VALID_EXACT) },
    { .name = "ppl", .help = "validation perplexity", .kind = FACT_REAL,
      SERIES(RUN_VALID_PPL) },
    { .name = "metric", .help = "score of the metric that is watched", .kind = FACT_REAL,
      SERIES(RUN_VALID_SCORE) },
    { .name = "rate", .help = "target tokens a second", .kind = FACT_SHORT,
      SERIES(RUN_RATE) },
    { .name = "ms", .help = "milliseconds a step", .kind = FACT_REAL, SERIES(RUN_MS) },
    { .name = "eta", .help = "seconds left", .kind = FACT_CLOCK, .number = number_eta },
    { .name = "age", .help = "seconds since its last sign of life", .kind = FACT_CLOCK,
      .number = number_age },
    { .name = "started", .help = "when, in Unix seconds", .kind = FACT_TIME,
      .number = number_started },
    { .name = "params", .help = "parameters", .kind = FACT_COUNT, .number = number_params },
    { .name = "pid", .help = "process of its trainer", .kind = FACT_TIME,
      .number = number_pid },
    { .name = "best", .help = "step of the best validation", .kind = FACT_COUNT,
      .number = number_best },
    { .name = "saved", .help = "step of the newest checkpoint", .kind = FACT_COUNT,
      .number = number_saved },
    { .name = "nan", .help = "losses that were no numbers", .kind = FACT_COUNT,
      .number = number_nan },
    { .name = "preset", .help = "what it was started from", .text = text_preset },
    { .name = "git", .help = "revision of the folder it was started in", .text = text_git },
    { .name = "tag", .help = "words given by `seqsh ctl RUN tag`", .text = text_tags },
    { .name = "message", .help = "what its trainer says", .text = text_message },
    { .name = NULL },
};

/* ---- values ---- */

const struct run_fact *run_fact_find(const char *name)
{
    for (const struct run_fact *f = run_fact_table; f->name; f++)
        if (!strcmp(f->name, name))
            return f;
    return NULL;
}

double run_fact_number(const struct run_fact *f, const struct run_entry *e, double now)
{
    if (f->series)
        return e->run->series[f->series - 1].last;
    return f->number ? f->number(e, now) : NAN;
}

const char *run_fact_text(const struct run_fact *f, const struct run_entry *e)
{
    return f->text ? f->text(e) : "";
}

void run_fact_show(const struct run_fact *f, const struct run_entry *e, double now,
                   struct str *out)
{
    char buf[FMT_MAX] = "";
    double v = run_fact_number(f, e, now);
    switch (f->kind) {
    case FACT_TEXT: str_add(out, run_fact_text(f, e)); break;
    case FACT_COUNT: fmt_count(buf, isnan(v) ? -1 : (int64_t)v); break;
    case FACT_REAL: fmt_real(buf, v); break;
    case FACT_PART: fmt_percent(buf, v); break;
    case FACT_SHORT: fmt_short(buf, v); break;
    case FACT_CLOCK: fmt_clock(buf, v); break;
    case FACT_TIME:
        if (isnan(v))
            snprintf(buf, sizeof buf, "-");
        else
            snprintf(buf, sizeof buf, "%.0f", v);
        break;
    }
    str_add(out, buf);
}

static void get_setting(const struct run_entry *e, const struct setting *s,
                        struct fact_value *value)
{
    struct str text = STR_INIT;
    if (!e->run->has_settings)
        return;
    setting_show(&e->run->settings, s, &text);
    snprintf(value->text, sizeof value->text, "%s", str_cstr(&text));
    if (!parse_double(value->text, &value->v))
        value->v = NAN;
    str_release(&text);
}

/* Metrics that can be watched have names of their own, too. */
static bool is_score(const char *name)
{
    for (const char *const *c = setting_find("watch")->choice; *c; c++)
        if (!strcmp(*c, name))
            return true;
    return false;
}

bool run_fact_get(const struct run_entry *e, const char *name, double now,
                  struct fact_value *value)
{
    const struct run_fact *f = run_fact_find(name);
    const struct setting *s = setting_find(name);
    struct str text = STR_INIT;
    bool score = !f && is_score(name);
    *value = (struct fact_value){ .v = NAN };
    if (score && e->run->has_settings && !strcmp(e->run->settings.watch, name))
        f = run_fact_find("metric");
    if (!f && s)
        get_setting(e, s, value);
    if (f) {
        value->v = run_fact_number(f, e, now);
        if (!isnan(value->v))
            str_add_double(&text, value->v);
        snprintf(value->text, sizeof value->text, "%s",
                 f->text ? f->text(e) : str_cstr(&text));
        str_release(&text);
    }
    return f || s || score;
}

bool run_fact_known(const char *name, struct err *err)
{
    struct near near = near_to(name);
    if (run_fact_find(name) || setting_find(name) || is_score(name))
        return true;
    for (const struct run_fact *f = run_fact_table; f->name; f++)
        near_try(&near, f->name);
    for (int i = 0; i < setting_count; i++)
        near_try(&near, setting_table[i].key);
    if (near.best)
        err_set(err, "no run has a '%s': did you mean '%s'?", utf8_quote(name).s, near.best);
    else
        err_set(err, "no run has a '%s': there are state, step, loss, exact and others, "
                "and the settings", utf8_quote(name).s);
    return false;
}

int run_fact_order(const struct run_fact *f, bool reverse, const struct run_entry *a,
                   const struct run_entry *b, double now)
{
    double x = run_fact_number(f, a, now), y = run_fact_number(f, b, now);
    int order = 0;
    if (f->text)
        order = strcmp(f->text(a), f->text(b));
    else if (isnan(x) || isnan(y))
        return isnan(x) && isnan(y) ? strcmp(a->run->name, b->run->name) : isnan(x) ? 1 : -1;
    else
        order = (x > y) - (x < y);
    if (!order)
        return strcmp(a->run->name, b->run->name);
    return reverse ? -order : order;
}
