#include "run/train.h"

#include "base/mem.h"
#include "num/pool.h"
#include "num/vec.h"
#include "num/vmath.h"
#include "run/ranks.h"
#include "run/train_own.h"

#include <math.h>
#include <time.h>

double train_clock(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec + 1e-9 * (double)ts.tv_nsec;
}

static int64_t at_least_one(double v)
{
    return v < 1 ? 1 : (int64_t)llround(v);
}

/* Loss, accuracy and exact answers are counted anyway. */
static const struct metric *watched(const struct settings *s)
{
    return strcmp(s->watch, "exact") ? metric_find(s->watch) : NULL;
}

int train_check(const struct settings *s, struct err *err)
{
    if (!strcmp(s->precision, "bf16") && !gemm_has(PRECISION_BF16))
        return err_set(err, "precision = bf16: this CPU has neither AVX512_BF16 nor AMX; "
                       "set precision = f32");
    int each = s->shards / ranks_count();
    if (s->shards % ranks_count() == 0 && (each & (each - 1)) == 0)
        return 0;
    return err_set(err, "shards = %d cannot be shared by %d processes, each of which takes 1, "
                   "2, 4, 8 ... of them: --set shards=%d", s->shards, ranks_count(),
                   ranks_count());
}

static int64_t steps_of(const struct trainer *t, const struct settings *s)
{
    return at_least_one(ceil(s->epochs * (double)t->epoch_steps));
}

/* When what is due. */
static void plan(struct trainer *t, const struct settings *s)
{
    settings_stop(s, &t->stop, NULL);
    t->steps = steps_of(t, s);
    t->eval_steps = at_least_one(s->eval_every * (double)t->epoch_steps);
    t->log_steps = s->log_every ? s->log_every : MAX(t->epoch_steps / 20, 1);
}

int train_plan(struct trainer *t, const struct settings *s, struct err *err)
{
    if (steps_of(t, s) <= t->step)
        return err_set(err, "epochs = %g is over already: it is at epoch %.2f", s->epochs,
                       (double)t->step / (double)t->epoch_steps);
    plan(t, s);
    return 0;
}

/* The chunks that lie in sparse gradients. */
static void mark_sparse(struct trainer *t)
{
    const struct params *p = &t->model->params;
    for (int i = 0; i < p->n; i++) {
        const struct tensor *w = p->tensor[i];
        size_t first = (w->at + TRAIN_RANGE - 1) / TRAIN_RANGE;
        size_t end = (w->at + (size_t)w->rows * w->cols) / TRAIN_RANGE;
        for (size_t c = first; tape_is_sparse(w) && c < end; c++)
            t->chunk[c] = CHUNK_ZERO;
    }
}

struct trainer *train_new(struct model *m, const struct pairs *train,
                          const struct pairs *valid, const struct sink *sink)
{
    const struct settings *s = &m->set;
    struct trainer *t = xcalloc(1, sizeof *t);
    size_t bytes = m->params.total * sizeof(real);
    t->model = m;
    t->train = train;
    t->valid = valid;
    t->sink = *sink;
    t->optim = optim_find(s->optimizer);
    t->metric = watched(s);
    order_init(&t->order, s, train);
    t->order_of = -1;
    if (s->subword_dropout > 0 || s->subword_alpha > 0)
        t->respelled_row = xcalloc((size_t)train->n, sizeof *t->respelled_row);
    for (int i = 0; t->respelled_row && i < train->n; i++)
        t->respelled_row[i] = i;
    t->shards = s->shards / ranks_count();
    t->shard_first = ranks_own() * t->shards;
    t->sums = xcalloc(s->shards, sizeof *t->sums);
    t->shard = xcalloc(t->shards, sizeof *t->shard);
    for (int k = 0; k < t->shards; k++) {
        tape_init(&t->shard[k].tape, &m->params);
        t->shard[k].grad = xaligned(bytes);
    }
    t->grad = t->shard[0].grad;
    for (int k = 0; k < t->optim->moments; k++)
        t->moment[k] = xaligned(bytes);
    if (s->average > 0) {
        t->average = xaligned(bytes);
        memcpy(t->average, m->params.x, bytes);
    }
    if (model_memory(m))
        t->memory = xcalloc((size_t)s->batch * model_memory(m), sizeof *t->memory);
    t->chunks = (m->params.total + TRAIN_RANGE - 1) / TRAIN_RANGE;
    t->square = xcalloc(t->chunks, sizeof *t->square);
    t->moved = xcalloc(t->chunks, sizeof *t->moved);
    t->size = xcalloc(t->chunks, sizeof *t->size);
    t->chunk = xcalloc(t->chunks, sizeof *t->chunk);
    if (ranks_count() == 1) /* else others add to rows that this process does not know */
        mark_sparse(t);
    t->epoch_steps = (t->order.batches + s->accumulate - 1) / s->accumulate;
    plan(t, s);
    t->history = json_array();
    t->best = NAN;
    t->log_began = train_clock();
    return t;
}

void train_shed(struct trainer *t)
{
    for (int k = 0; k < t->shards; k++) {
        tape_release(&t->shard[k].tape);
        free(t->shard[k].grad);
        t->shard[k].grad = NULL;
    }
    t->grad = NULL;
}

void train_free(struct trainer *t)
{
    if (!t)
        return;
    train_shed(t);
    for (int k = 0; k < OPTIM_MOMENTS; k++)
        free(t->moment[k]);
    order_release(&t->order);
    pairs_release(&t->respelled);
    free(t->respelled_row);
    eval_free(t->eval);
    json_decref(t->history);
    free(t->shard);
    free(t->sums);
    free(t->average);
    free(t->memory);
    free(t->square);
    free(t->moved);
    free(t->size);
    free(t->chunk);
    free(t);
}

void train_put(struct trainer *t, struct event *e)
{
    struct timespec ts;
    clock_gettime(CLOCK_REALTIME, &ts);
    e->time = (double)ts.tv_sec + 1e-9 * (double)ts.tv_nsec;
    e->step = t->step;
    e->epoch = (double)t->step / (double)t->epoch_steps;
    t->sink.put(t->sink.own, e);
}

/* ---- one step, on all threads -------------------------------------------- */

/* a += share (w - a): where they are equal, they stay so. */
VEC_CLONES
static void blend(size_t n, real share, const real *restrict w, real *restrict a)
{
    for (size_t i = 0; i < n; i++)
        a[i] += share * (w[i] - a[i]);
}

/* How far an update went, and how large the weights are. */
static void measure(struct trainer *t, size_t chunk, size_t n, real *before, const real *w)
{
    for (size_t i = 0; i < n; i++)
        before[i] -= w[i];
    t->moved[chunk] = vec_sum_squares(n, before);
    t->size[chunk] = vec_sum_squares(n, w);
}

static void work_update(void *own, int id, int n)
{
    static const real zeros[TRAIN_RANGE];
    struct trainer *t = own;
    const struct settings *s = &t->model->set;
    real before[TRAIN_RANGE], sum[TRAIN_RANGE];
    for (size_t c = train_next_chunk(t, 0, id, n); c < t->chunks;
         c = train_next_chunk(t, c + 1, id, n)) {
        size_t len, at = train_range(t, c, &len);
        bool zero = t->chunk[c] == CHUNK_ZERO; /* then it need not be read */
        real *g = t->grad + at, *w = t->model->params.x + at;
        if (!t->together) { /* one pass over it, in the first level cache */
            g = train_add_shards(t, c, sum);
            t->square[c] = zero ? 0 : vec_sum_squares(len, g);
            if (!isfinite(t->square[c]))
                continue; /* the weights stay what they were, and the step fails */
        }
        real *moment[OPTIM_MOMENTS] = { NULL };
        for (int k = 0; k < t->optim->moments; k++)
            moment[k] = t->moment[k] + at;
        if (t->clip < 1 && !zero)
            vec_scale(len, (real)t->clip, g);
        if (t->recorded)
            memcpy(before, w, len * sizeof *w);
        t->optim->update(s, len, t->lr, t->step + 1, zero ? zeros : g, moment, w);
        if (t->recorded)
            measure(t, c, len, before, w);
        if (t->average)
            blend(len, (real)(1 - t->decay), w, t->average + at);
    }
}

static void work_pack(void *own, int id, int n)
{
    struct trainer *t = own;
    params_pack(&t->model->params, id, n);
}

/* A step has produced something that is no number: says where it is first seen. */
static int not_finite(struct trainer *t, struct err *err)
{
    const struct params *p = &t->model->params;
    char step[40];
    snprintf(step, sizeof step, "step %lld", (long long)t->step + 1);
    if (params_check_finite(p, err) < 0)
        return err_prefix(err, "%s", step);
    if (!t->together)
        train_bring_together(t);
    for (int i = 0; i < p->n; i++) {
        const struct tensor *w = p->tensor[i];
        const real *g = t->grad + w->at;
        for (size_t k = 0; k < (size_t)w->rows * w->cols; k++)
            if (!isfinite(g[k]))
                return err_set(err, "%s: the gradient of weight '%s' [%zu,%zu] is not finite: "
                               "try a lower lr, or set clip", step, w->name,
                               k / (size_t)w->cols, k % (size_t)w->cols);
    }
    return err_set(err, "%s: the gradient is too large to measure: try a lower lr", step);
}

/* The length of the update that was measured, over that of the weights. */
static double update_size(const struct trainer *t)
{
    double moved = 0, size = 0;
    for (size_t c = 0; c < t->chunks; c++) {
        moved += t->moved[c];
        size += t->size[c];
    }
    return sqrt(moved / MAX(size, 1e-30));
}

/* The share of the threads' time that went into making batches. */
static double data_share(struct trainer *t, double seconds)
{
    double waited = 0;
    for (int k = 0; k < t->shards; k++) {
        waited += t->shard[k].waited;
        t->shard[k].waited = 0;
    }
    return waited / MAX(seconds * MIN(t->shards, pool_size()), 1e-9);
}

static void log_step(struct trainer *t)
{
    double now = train_clock(), seconds = now - t->log_began;
    double tokens = (double)MAX(t->since_log.sums.tokens, 1);
    double steps = (double)t->since_log.steps;
    t->rate = tokens / MAX(seconds, 1e-9);
    train_put(t, &(struct event){
        .kind = EVENT_STEP,
        .loss = t->since_log.sums.loss / tokens,
        .acc = (double)t->since_log.sums.correct / tokens,
        .gnorm = t->since_log.gnorm / steps,
        .lr = t->lr,
        .rate = t->rate,
        .ms = 1e3 * seconds / steps,
        .clipped = (double)t->since_log.clipped / steps,
        .wait = data_share(t, seconds),
        .delta = update_size(t),
    });
    memset(&t->since_log, 0, sizeof t->since_log);
    t->log_began = train_clock();
}

/* The teacher forcing ratio of this step: a straight line over the run. */
static double teacher_ratio(const struct trainer *t)
{
    const struct settings *s = &t->model->set;
    double done = (double)t->step / (double)t->steps;
    return s->teacher_end < 0 ? s->teacher : s->teacher + (s->teacher_end - s->teacher) * done;
}

static double gradient_norm(const struct trainer *t)
{
    double squares = 0;
    for (size_t c = 0; c < t->chunks; c++)
        squares += t->square[c];
    return sqrt(squares);
}

static int train_step(struct trainer *t, struct err *err)
{
    const struct settings *s = &t->model->set;
    double began = train_clock(), norm = 0;
    train_ready_order(t);
    t->teacher = teacher_ratio(t);
    t->lr = learning_rate(s, t->step + 1, t->steps);
    /* at first the average is one of few steps, or it would be full of first weights */
    t->decay = MIN(s->average, (double)(1 + t->step) / (double)(10 + t->step));
    if (train_gradient(t, err) < 0)
        return -1;
    if (t->together)
        norm = gradient_norm(t);
    t->clip = s->clip > 0 && norm > s->clip ? s->clip / norm : 1;
    t->recorded = (t->step + 1) % t->log_steps == 0 || t->step + 1 == t->steps;
    if (isfinite(norm))
        pool_run(work_update, t);
    if (!t->together)
        norm = gradient_norm(t);
    if (!isfinite(norm))
        return not_finite(t, err);
    pool_run(work_pack, t);

    t->step++;
    t->since_log.gnorm += norm;
    t->since_log.clipped += t->clip < 1;
    t->since_log.steps++;
    t->seconds += train_clock() - began;
    if (t->recorded)
        log_step(t);
    return 1;
}

/* ---- validation ------------------------------------------------------------ */

void train_swap_average(struct trainer *t)
{
    struct params *p = &t->model->params;
    if (!t->average)
        return;
    for (size_t i = 0; i < p->total; i++) {
        real w = p->x[i];
        p->x[i] = t->average[i];
        t->average[i] = w;
    }
    params_pack(p, 0, 1);
}

static bool target_reached(const struct trainer *t, const struct eval_result *r)
{
    const struct stop_rule *rule = &t->stop;
    double v = !strcmp(rule->metric, "loss")  ? r->loss
             : !strcmp(rule->metric, "acc")   ? r->acc
             : !strcmp(rule->metric, "exact") ? r->exact : r->score;
    return rule->metric[0] && (rule->at_least ? v >= rule->value : v <= rule->value);
}

/* What is watched, the more the better. Of two models with as many exact answers, the
 * one with the lower loss is the better. */
static double score_of(const struct trainer *t, const struct eval_result *r)
{
    const char *watch = t->model->set.watch;
    if (!strcmp(watch, "loss"))
        return -r->loss;
    if (t->metric)
        return t->metric->lower_better ? -r->score : r->score;
    return !strcmp(watch, "acc") ? r->acc : r->exact - 1e-6 * r->loss;
}

static void note_history(struct trainer *t, const struct eval_result *r)
{
    double tokens = (double)MAX(t->since_eval.tokens, 1);
    json_t *o = json_object();
    json_object_set_new(o, "step", json_integer(t->step));
    json_object_set_new(o, "epoch", json_real((double)t->step / (double)t->epoch_steps));
    json_object_set_new(o, "loss", json_real(t->since_eval.loss / tokens));
    json_object_set_new(o, "val_loss", json_real(r->loss));
    json_object_set_new(o, "val_acc", json_real(r->acc));
    json_object_set_new(o, "exact", json_real(r->exact));
    if (t->metric)
        json_object_set_new(o, "score", json_real(r->score));
    json_array_append_new(t->history, o);
    free(t->model->history);
    t->model->history = json_dumps(t->history, JSON_COMPACT | JSON_REAL_PRECISION(7));
    t->since_eval = (struct loss_sums){ 0 };
}

void train_judge(struct trainer *t)
{
    int patience = t->model->set.patience;
    if (target_reached(t, &t->newest))
        t->reason = "target";
    else if (patience > 0 && t->stalls >= patience)
        t->reason = "patience";
}

static void end_validation(struct trainer *t)
{
    struct eval_result r = eval_result(t->eval);
    if (t->metric)
        r.score = eval_score(t->eval, t->metric);
    t->newest = r;
    eval_free(t->eval);
    t->eval = NULL;
    double score = score_of(t, &r);
    bool best = isnan(t->best) || score > t->best;
    if (best)
        t->best = score;
    t->stalls = best ? 0 : t->stalls + 1;
    t->new_best = best;
    t->validated = true;
    note_history(t, &r);
    if (ranks_own() == 0) {
        train_put_samples(t);
        train_put_probes(t);
    }
    train_swap_average(t);
    train_put(t, &(struct event){
        .kind = EVENT_EVAL,
        .loss = r.loss,
        .acc = r.acc,
        .exact = r.exact,
        .metric = t->metric ? t->metric->name : NULL,
        .score = r.score,
        .count = r.count,
        .seconds = train_clock() - t->eval_began,
        .best = best,
    });
    train_judge(t);
    t->log_began = train_clock(); /* the rate is of training alone */
}

void train_begin_validation(struct trainer *t)
{
    t->eval_began = train_clock();
    t->interrupted = false;
    for (int k = 0; k < t->shards; k++)
        arena_rest(t->shard[k].tape.arena); /* validation is to have the memory of steps */
    train_swap_average(t);
    t->eval = eval_start(t->model, t->valid, 0);
    eval_decode(t->eval, t->model->set.eval_limit);
    if (t->metric)
        eval_keep(t->eval);
}

/* ---- the iterator ---------------------------------------------------------- */

int train_next(struct trainer *t, struct err *err)
{
    if (t->reason)
        return 0;
    if (t->eval) {
        int more = eval_next_shared(t->eval, err);
        if (more < 0)
            return -1;
        if (!more)
            end_validation(t);
    } else if (t->step < t->steps) {
        if (train_step(t, err) < 0)
            return -1;
        if (t->valid->n && (t->step % t->eval_steps == 0 || t->step == t->steps))
            train_begin_validation(t);
    }
    if (!t->eval && !t->reason && t->step >= t->steps)
        t->reason = "epochs";
    if (!t->reason)
        return 1;
    train_put(t, &(struct event){
        .kind = EVENT_DONE,
        .text = t->reason,
        .loss = t->newest.loss,
        .acc = t->newest.acc,
        .exact = t->newest.exact,
        .seconds = t->seconds,
    });
    return 0;
}

struct train_state train_state(const struct trainer *t)
{
    struct train_state s = {
        .step = t->step,
        .steps = t->steps,
        .epoch = (double)t->step / (double)t->epoch_steps,
        .epochs = t->model->set.epochs,
        .loss = t->newest.loss,
        .acc = t->newest.acc,
        .exact = t->newest.exact,
        .best = t->best,
        .rate = t->rate,
        .seconds = t->seconds,
        .validating = t->eval != NULL,
        .reason = t->reason,
    };
    return s;
}

void train_padding(struct trainer *t, double *src, double *tgt, double *length)
{
    train_ready_order(t);
    order_padding(&t->order, t->train, src, tgt, length);
}

int train_batches(const struct trainer *t)
{
    return t->order.batches;
}

bool train_take_validated(struct trainer *t)
{
    bool ended = t->validated;
    t->validated = false;
    return ended;
}

int train_best_steps(const struct trainer *t, int n, int64_t *step)
{
    /* the history as it is written down, so that a resumed run sees the same numbers */
    json_t *all = t->model->history ? json_loads(t->model->history, 0, NULL) : NULL, *v;
    double *score = xcalloc(n + 1, sizeof *score);
    int have = 0;
    size_t i;
    json_array_foreach(all, i, v) {
        struct eval_result r = {
            .loss = json_number_value(json_object_get(v, "val_loss")),
            .acc = json_number_value(json_object_get(v, "val_acc")),
            .exact = json_number_value(json_object_get(v, "exact")),
            .score = json_number_value(json_object_get(v, "score")),
        };
        double here = score_of(t, &r);
        int at = have;
        for (; at > 0 && here > score[at - 1]; at--)
            if (at < n) {
                score[at] = score[at - 1];
                step[at] = step[at - 1];
            }
        if (at < n) {
            score[at] = here;
            step[at] = json_integer_value(json_object_get(v, "step"));
        }
        have = MIN(have + 1, n);
    }
    free(score);
    json_decref(all);
    return have;
}

bool train_take_best(struct trainer *t)
{
    bool best = t->new_best;
    t->new_best = false;
    return best;
}
