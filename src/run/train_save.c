/*
 * The trainer's checkpoint: a model file with the moments of the optimizer, the
 * average and the counters beside the weights. What it holds is enough to go on
 * bit for bit; wall-clock time spent is in it too, so two such files of one run
 * differ, while their weights do not.
 */
#include "base/mem.h"
#include "run/ranks.h"
#include "run/train_own.h"

#include <math.h>

static json_t *sums_json(const struct loss_sums *s)
{
    return json_pack("{s:f, s:I, s:I}", "loss", s->loss, "correct", (json_int_t)s->correct,
                     "tokens", (json_int_t)s->tokens);
}

static int sums_read(json_t *o, const char *key, struct loss_sums *s)
{
    json_int_t correct, tokens;
    if (json_unpack(o, "{s:{s:F, s:I, s:I}}", key, "loss", &s->loss, "correct", &correct,
                    "tokens", &tokens) < 0)
        return -1;
    s->correct = correct;
    s->tokens = tokens;
    return 0;
}

char *train_counters(const struct trainer *t)
{
    json_t *o = json_pack("{s:I, s:I, s:i, s:f, s:f, s:I, s:I, s:b}", "step",
                          (json_int_t)t->step, "steps", (json_int_t)t->steps, "stalls",
                          t->stalls, "seconds", t->seconds, "gnorm", t->since_log.gnorm,
                          "log_steps", (json_int_t)t->since_log.steps, "clipped",
                          (json_int_t)t->since_log.clipped, "validating",
                          t->eval || t->interrupted);
    json_object_set_new(o, "since_log", sums_json(&t->since_log.sums));
    json_object_set_new(o, "since_eval", sums_json(&t->since_eval));
    json_object_set_new(o, "best", isnan(t->best) ? json_null() : json_real(t->best));
    json_object_set_new(o, "newest", json_pack("[f, f, f]", t->newest.loss, t->newest.acc,
                                               t->newest.exact));
    if (isfinite(t->newest.score))
        json_object_set_new(o, "score", json_real(t->newest.score));
    char *text = json_dumps(o, JSON_COMPACT | JSON_REAL_PRECISION(17));
    json_decref(o);
    return text;
}

/* Every weight once more under PREFIX/, from another flat buffer. */
static void put_flat(struct ckpt_new *out, const struct params *p, const char *prefix,
                     const real *x)
{
    for (int i = 0; i < p->n; i++) {
        const struct tensor *w = p->tensor[i];
        char name[80];
        snprintf(name, sizeof name, "%s/%s", prefix, w->name);
        ckpt_put(out, name, CKPT_F32, w->rows, w->cols, x + w->at);
    }
}

static int read_flat(const struct ckpt *c, const struct params *p, const char *prefix,
                     real *x, struct err *err)
{
    for (int i = 0; i < p->n; i++) {
        const struct tensor *w = p->tensor[i];
        char name[80];
        snprintf(name, sizeof name, "%s%s%s", prefix, prefix[0] ? "/" : "", w->name);
        if (ckpt_read(c, name, w->rows, w->cols, x + w->at, err) < 0)
            return -1;
    }
    return 0;
}

static const char *const moment_name[OPTIM_MOMENTS] = { "moment1", "moment2" };

int train_save_model(struct trainer *t, const char *path, struct err *err)
{
    struct ckpt_new *out = ckpt_new();
    const real *w = t->average && !t->eval ? t->average : t->model->params.x;
    model_put(t->model, out, CKPT_F32, w);
    return ckpt_commit(out, path, NULL, err);
}

int train_save(struct trainer *t, const char *path, size_t *bytes, struct err *err)
{
    struct ckpt_new *out = ckpt_new();
    const struct params *p = &t->model->params;
    char *state = train_counters(t);
    bool validating = t->eval != NULL;
    if (validating)
        train_swap_average(t); /* the weights that are trained stand aside just now */
    model_put(t->model, out, CKPT_F32, p->x);
    ckpt_put_meta(out, "training", state);
    for (int k = 0; k < t->optim->moments; k++)
        put_flat(out, p, moment_name[k], t->moment[k]);
    if (t->average)
        put_flat(out, p, "average", t->average);
    if (t->memory)
        ckpt_put(out, "memory", CKPT_F32, t->model->set.batch, model_memory(t->model),
                 t->memory);
    int bad = ckpt_commit(out, path, bytes, err);
    if (validating)
        train_swap_average(t);
    free(state);
    return bad;
}

int train_set_counters(struct trainer *t, const char *text, struct err *err)
{
    json_error_t where;
    json_int_t step, steps, log_steps, clipped;
    int validating = 0;
    json_t *o = json_loads(text, JSON_REJECT_DUPLICATES, &where);
    json_t *best = json_object_get(o, "best"), *score = json_object_get(o, "score");
    struct trainer got = *t;
    int bad = !o || json_unpack(o, "{s:I, s:I, s:i, s:F, s:F, s:I, s:I, s:[F, F, F], s?b}",
                                "step", &step, "steps", &steps, "stalls", &got.stalls,
                                "seconds", &got.seconds, "gnorm", &got.since_log.gnorm,
                                "log_steps", &log_steps, "clipped", &clipped, "newest",
                                &got.newest.loss, &got.newest.acc, &got.newest.exact,
                                "validating", &validating) < 0 ||
              sums_read(o, "since_log", &got.since_log.sums) < 0 ||
              sums_read(o, "since_eval", &got.since_eval) < 0 || step < 0 || log_steps < 0;
    if (!bad) {
        got.step = step;
        got.since_log.steps = log_steps;
        got.since_log.clipped = clipped;
        got.interrupted = validating;
        got.best = json_is_number(best) ? json_number_value(best) : NAN;
        got.newest.score = json_is_number(score) ? json_number_value(score) : NAN;
        *t = got;
    }
    json_decref(o);
    return bad ? err_set(err, "its training state is damaged") : 0;
}

void train_set_history(struct trainer *t, const char *text)
{
    json_t *h = text ? json_loads(text, 0, NULL) : NULL;
    if (!json_is_array(h)) {
        json_decref(h);
        return;
    }
    json_decref(t->history);
    t->history = h;
    free(t->model->history);
    t->model->history = xstrdup(text);
}

bool train_validated(const struct trainer *t)
{
    json_t *last = json_array_get(t->history, json_array_size(t->history) - 1);
    return json_integer_value(json_object_get(last, "step")) == t->step;
}

static int load(struct trainer *t, const struct ckpt *c, struct err *err)
{
    struct params *p = &t->model->params;
    const char *state = ckpt_meta(c, "training");
    if (!state)
        return err_set(err, "'%s' is a finished model: it has no training state to go on from",
                       ckpt_path(c));
    if (model_check_pieces(t->model, c, err) < 0 || train_set_counters(t, state, err) < 0 ||
        read_flat(c, p, "", p->x, err) < 0 ||
        (t->average && read_flat(c, p, "average", t->average, err) < 0) ||
        (t->memory && ckpt_read(c, "memory", t->model->set.batch, model_memory(t->model),
                                t->memory, err) < 0))
        return -1;
    for (int k = 0; k < t->optim->moments; k++)
        if (read_flat(c, p, moment_name[k], t->moment[k], err) < 0)
            return -1;
    train_set_history(t, ckpt_meta(c, "history"));
    return 0;
}

int train_restore(struct trainer *t, const struct ckpt *c, struct err *err)
{
    int bad = c ? load(t, c, err) : 0;
    if (ranks_agree(bad, err) < 0 || train_share(t, err) < 0)
        return -1;
    if (c || ranks_count() > 1)
        params_pack(&t->model->params, 0, 1);
    bool due = t->step > 0 && (t->step % t->eval_steps == 0 || t->step == t->steps);
    if (t->valid->n && (due || t->interrupted) && !train_validated(t))
        train_begin_validation(t);
    if (train_validated(t))
        train_judge(t);
    return 0;
}
