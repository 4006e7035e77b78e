#include "run/job.h"

#include "base/file.h"
#include "base/mem.h"
#include "num/pool.h"
#include "run/begin.h"
#include "run/directive.h"
#include "run/follow.h"
#include "run/job_own.h"
#include "run/keep.h"
#include "run/ranks.h"

#include <time.h>

enum { REST_MS = 250 }; /* a paused run looks about this often */

double job_clock(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_REALTIME, &ts);
    return (double)ts.tv_sec + 1e-9 * (double)ts.tv_nsec;
}

/* A full disk must not end a training: the first failure is told, the run goes on, and
 * tries again when the next checkpoint is due. */
void job_trouble(struct job *j, const struct err *err)
{
    if (!j->write_failed)
        j->write_error = *err;
    j->write_failed = true;
}

static void sink_put(void *own, const struct event *e)
{
    struct job *j = own;
    struct err err;
    if (rundir_put_event(&j->dir, e, &err) < 0)
        job_trouble(j, &err);
    if (j->opt->sink.put)
        j->opt->sink.put(j->opt->sink.own, e);
    struct str text = STR_INIT;
    if (alert_feed(&j->alert, e, &text))
        sink_put(j, &(struct event){ .kind = EVENT_ALERT, .time = e->time, .step = e->step,
                                     .epoch = e->epoch, .text = str_cstr(&text) });
    str_release(&text);
}

void job_put(struct job *j, struct event *e)
{
    struct train_state s = { 0 };
    if (j->trainer)
        s = train_state(j->trainer);
    e->time = job_clock();
    e->step = s.step;
    e->epoch = s.epoch;
    sink_put(j, e);
}

static void note(struct job *j, const char *text)
{
    job_put(j, &(struct event){ .kind = EVENT_NOTE, .text = text });
}

void job_beat(struct job *j, const char *state, const char *message)
{
    struct run_status *s = &j->status;
    struct err err;
    double now = job_clock();
    char by[CONTROL_NAME + 20];
    s->state = state;
    s->message = message;
    s->idle = j->idle + (j->by[0] ? now - j->paused : 0);
    s->viewers = j->control ? control_viewers(j->control) : 0;
    if (!strcmp(state, "paused") && !*message) {
        snprintf(by, sizeof by, "paused by %s", j->by);
        s->message = by;
    }
    if (j->trainer) {
        struct train_state t = train_state(j->trainer);
        int64_t did = t.step - j->step_first;
        s->step = t.step;
        s->steps = t.steps;
        s->epoch = t.epoch;
        s->epochs = t.epochs;
        s->rate = t.rate;
        double each = did > 0 ? (now - j->step_began - s->idle) / (double)did : -1;
        s->eta = did > 0 ? each * (double)(t.steps - t.step) : -1;
    }
    if (rundir_put_status(&j->dir, s, &err) < 0)
        job_trouble(j, &err);
    j->beat = now;
}

void job_tell(struct job *j)
{
    bool validating = train_state(j->trainer).validating;
    job_beat(j, validating ? "validating" : j->by[0] ? "paused" : "running",
             j->write_failed ? "writing to the run folder failed: see the events" : "");
}

int job_save(struct job *j, size_t *bytes, struct err *err)
{
    char *path = rundir_file(&j->dir, "last.safetensors");
    double began = job_clock();
    int bad = train_save(j->trainer, path, bytes, err);
    if (bad == 0) {
        j->write_failed = false;
        j->saved_step = train_state(j->trainer).step;
        job_put(j, &(struct event){ .kind = EVENT_SAVED, .text = "last.safetensors",
                                    .bytes = (int64_t)*bytes,
                                    .seconds = job_clock() - began });
    }
    free(path);
    j->saved = job_clock();
    return bad;
}

static int save_model(struct job *j, const char *name, struct err *err)
{
    char *path = rundir_file(&j->dir, name);
    int bad = train_save_model(j->trainer, path, err);
    free(path);
    return bad;
}

static int save_mean(struct job *j, struct err *err)
{
    struct model *m = keep_mean(&j->dir, j->trainer, j->set.best_of, err);
    char *result = rundir_file(&j->dir, "model.safetensors");
    int bad = m ? model_save(m, result, model_store(j->set.store), err) : -1;
    model_free(m);
    free(result);
    return bad;
}

/* The best validated model becomes the result, or the mean of some; without one, the
 * last. */
static int save_result(struct job *j, struct err *err)
{
    if (j->data.valid.n && j->set.best_of > 1)
        return save_mean(j, err);
    char *best = rundir_file(&j->dir, "best.safetensors");
    char *result = rundir_file(&j->dir, "model.safetensors");
    bool validated = j->data.valid.n && file_is(best);
    int bad = validated ? 0 : save_model(j, "model.safetensors", err);
    struct model *m = bad ? NULL : model_load(validated ? best : result, err);
    bad = m ? model_save(m, result, model_store(j->set.store), err) : -1;
    model_free(m);
    free(best);
    free(result);
    return bad;
}

/* What broken = skip left out, where it can be looked at. */
static int put_skipped(struct job *j, struct err *err)
{
    const struct skipped *skipped = &j->data.skipped;
    char *path = rundir_file(&j->dir, "skipped.tsv");
    int bad = 0;
    remove(path); /* of an earlier run */
    if (skipped->count)
        bad = file_write(path, skipped->text.s, skipped->text.n, err);
    free(path);
    return bad;
}

/* Without the socket a run can be trained and stopped as ever. */
static void open_control(struct job *j)
{
    struct err err;
    char text[500];
    j->control = control_open(j->dir.path, &err);
    if (j->control)
        return;
    snprintf(text, sizeof text, "no control from outside: %s", err.msg);
    note(j, text);
}

static void tell_skipped(struct job *j)
{
    char text[200];
    long n = j->data.skipped.count;
    if (n == 0)
        return;
    snprintf(text, sizeof text, "%ld line%s of the data skipped: skipped.tsv in the run folder "
             "lists %s", n, n == 1 ? "" : "s", n == 1 ? "it" : "them");
    note(j, text);
}

/* ---- beginning ------------------------------------------------------------- */

static int load_config(struct job *j, struct err *err)
{
    char *path = rundir_file(&j->dir, "config");
    settings_init(&j->set);
    int bad = settings_load(&j->set, path, err);
    free(path);
    for (int i = 0; bad == 0 && j->opt->given && j->opt->given[i]; i++)
        bad = settings_assign(&j->set, j->opt->given[i], err);
    return bad;
}

void job_new_trainer(struct job *j)
{
    struct sink sink = { sink_put, j };
    train_free(j->trainer);
    j->trainer = train_new(j->model, &j->data.train, &j->data.valid, &sink);
}

static int make_model(struct job *j, const struct ckpt *last, struct err *err)
{
    j->model = begin_model(&j->set, j->opt->folder, j->opt->folders, last, &j->data, err);
    if (!j->model || put_skipped(j, err) < 0)
        return -1;
    job_new_trainer(j);
    return 0;
}

/* The checkpoint to go on from. Without one the run was killed before its first: it starts
 * again. */
static int open_last(struct job *j, struct ckpt **c, struct err *err)
{
    char *path = rundir_file(&j->dir, "last.safetensors");
    int bad = 0;
    if (j->opt->resume && file_is(path)) {
        *c = ckpt_open(path, err);
        bad = *c ? 0 : -1;
    }
    free(path);
    return bad;
}

static int ready_trainer(struct job *j, struct err *err)
{
    struct ckpt *c = NULL;
    int bad = open_last(j, &c, err) < 0 || make_model(j, c, err) < 0 ? -1 : 0;
    if (ranks_agree(bad, err) < 0 || train_restore(j->trainer, c, err) < 0)
        bad = -1;
    ckpt_close(c);
    return bad;
}

/* How much of the examples is unknown, for every side that may have such. */
static void note_unknown(struct job *j, const char *side, const struct codec *c,
                         const struct unknown *u)
{
    struct str text = STR_INIT;
    if (c->dim || vocab_special(c->vocab, VOCAB_UNK) < 0)
        return;
    str_addf(&text, "%s: %d %ss; ", side, vocab_size(c->vocab), c->tokenizer->unit);
    unknown_text(u, c, &text);
    note(j, text.s);
    str_release(&text);
}

static void tell_processes(struct job *j)
{
    char text[200];
    int hosts = ranks_hosts(), each = j->set.shards / ranks_count();
    snprintf(text, sizeof text, "%d processes on %d machine%s, each with %d of %d shards",
             ranks_count(), hosts, hosts == 1 ? "" : "s", each, j->set.shards);
    if (ranks_count() > 1)
        note(j, text);
}

/* Where lengths differ, a batch has steps that only fill it up. */
static void tell_padding(struct job *j)
{
    double src, tgt, length;
    struct str s = STR_INIT;
    train_padding(j->trainer, &src, &tgt, &length);
    if (src > 0 || tgt > 0 || j->set.batch_tokens)
        str_addf(&s, "an epoch is %d batches, padding %.1f %% of their sources' steps and "
                     "%.1f %% of their targets'",
                 train_batches(j->trainer), 100 * src, 100 * tgt);
    if (s.n)
        note(j, str_cstr(&s));
    str_release(&s);
}

/* The folder, with what is to be trained. */
static int ready_folder(struct job *j, struct err *err)
{
    const struct job_options *o = j->opt;
    struct err ignored;
    if (o->resume) {
        if (load_config(j, err) < 0)
            return -1;
    } else {
        j->set = *o->settings;
    }
    if (settings_check(&j->set, err) < 0 || train_check(&j->set, err) < 0 ||
        rundir_put_config(&j->dir, &j->set, err) < 0 ||
        rundir_open_events(&j->dir, o->resume, err) < 0)
        return -1;
    if (!o->resume) { /* results of an earlier run in this folder are not ours */
        static const char *const old[] = { "last.safetensors", "best.safetensors",
                                           "model.safetensors" };
        for (size_t i = 0; i < ARRAY_LEN(old); i++) {
            char *path = rundir_file(&j->dir, old[i]);
            remove(path);
            free(path);
        }
        keep_clear(&j->dir);
    }
    j->status = (struct run_status){ .name = o->name, .started = job_clock(), .eta = -1,
                                     .threads = pool_size() };
    (void)rundir_put_status(&j->dir, &(struct run_status){
        .state = "starting", .name = o->name, .message = "", .eta = -1,
        .started = j->status.started, .threads = pool_size() }, &ignored);
    return 0;
}

static int begin(struct job *j, struct err *err)
{
    const struct job_options *o = j->opt;
    if (ranks_agree(ready_folder(j, err), err) < 0 ||
        ranks_tell(&j->set, sizeof j->set, err) < 0 || ready_trainer(j, err) < 0 ||
        ranks_agree(job_fit(j, err), err) < 0)
        return -1;
    struct train_state s = train_state(j->trainer);
    double src, tgt, length;
    train_padding(j->trainer, &src, &tgt, &length);
    j->status.params = params_count(&j->model->params);
    j->step_first = s.step;
    j->saved_step = -1;
    j->step_began = j->saved = job_clock();
    job_put(j, &(struct event){
        .kind = o->resume ? EVENT_RESUME : EVENT_START,
        .run = o->name,
        .version = PACKAGE_VERSION,
        .params = j->status.params,
        .train = j->data.train.n,
        .valid = j->data.valid.n,
        .batch = j->set.batch_tokens ? j->data.train.n / train_batches(j->trainer)
                                     : j->set.batch,
        .steps = s.steps,
        .threads = pool_size(),
        .seed = j->set.seed,
        .length = (int)(length + .5),
        .padding = (src + tgt) / 2,
        .git = o->git,
    });
    tell_processes(j);
    note_unknown(j, "source", &j->model->src, &j->data.src_unknown);
    note_unknown(j, "target", &j->model->tgt, &j->data.tgt_unknown);
    tell_padding(j);
    tell_skipped(j);
    open_control(j);
    return 0;
}

/* ---- going on ---------------------------------------------------------------- */

static bool stop_wanted(const struct job *j)
{
    struct train_state s = train_state(j->trainer);
    return ranks_stopped() || (j->opt->stop && *j->opt->stop) || j->stop || j->killed ||
           (j->stop_at && s.step >= j->stop_at && !s.validating);
}

static bool save_wanted(struct job *j)
{
    int asked = j->opt->save ? (int)*j->opt->save : 0;
    double every = j->set.save_every, since = job_clock() - j->saved;
    bool now = asked != j->seen_save || (every > 0 && since > every);
    j->seen_save = asked;
    return now;
}

/* What is due between two pieces of work. Failing to write a checkpoint is told
 * and tried again later; the good old one stays. */
static void upkeep(struct job *j)
{
    struct err err;
    size_t bytes;
    if (train_take_best(j->trainer) && save_model(j, "best.safetensors", &err) < 0)
        job_trouble(j, &err);
    if (train_take_validated(j->trainer) && j->set.best_of > 1 &&
        keep_update(&j->dir, j->trainer, j->set.best_of, &err) < 0)
        job_trouble(j, &err);
    if (save_wanted(j) && job_save(j, &bytes, &err) < 0)
        job_trouble(j, &err);
    if (j->write_failed && j->write_error.msg[0]) {
        char text[700];
        err_text(&j->write_error, text, sizeof text);
        j->write_error.msg[0] = '\0';
        job_put(j, &(struct event){ .kind = EVENT_ALERT, .text = text });
    }
    if (job_clock() - j->beat > 1)
        job_tell(j);
}

static void listen(struct job *j)
{
    struct control_line line;
    while (j->control && control_next(j->control, &line))
        directive_obey(j, &line);
}

static bool rests(const struct job *j)
{
    return j->by[0] && !train_state(j->trainer).validating;
}

/* What comes next, also for other processes. */
static int lead(struct job *j, bool *stop, struct err *err)
{
    struct course c = {
        .stop = stop_wanted(j),
        .rest = rests(j),
        .validate = train_state(j->trainer).validating,
        .lr = j->set.lr,
        .clip = j->set.clip,
    };
    *stop = c.stop;
    return ranks_tell(&c, sizeof c, err);
}

/* Another process is gone, and with it the step that it was working on. */
static void save_after_loss(struct job *j, struct err *err)
{
    struct err why = *err;
    size_t bytes;
    if (!ranks_lost())
        return;
    job_beat(j, "saving", why.msg);
    if (job_save(j, &bytes, err) < 0)
        err_prefix(err, "%s, and then", why.msg);
    else
        err_set(err, "%s; saved at step %lld, --resume goes on", why.msg,
                (long long)train_state(j->trainer).step);
}

static enum job_end stopped(struct job *j, const char *why)
{
    struct train_state s = train_state(j->trainer);
    job_put(j, &(struct event){ .kind = EVENT_DONE, .text = why, .loss = s.loss, .acc = s.acc,
                                .exact = s.exact, .seconds = s.seconds });
    job_beat(j, "stopped", "");
    return j->killed ? JOB_KILLED : JOB_STOPPED;
}

static enum job_end work(struct job *j, struct err *err)
{
    int more = 1;
    size_t bytes;
    bool stop = false;
    job_beat(j, "running", "");
    while (more > 0) {
        if (lead(j, &stop, err) < 0)
            more = -1;
        else if (stop)
            break;
        else if (rests(j))
            control_wait(j->control, REST_MS);
        else
            more = train_next(j->trainer, err);
        if (more < 0) {
            save_after_loss(j, err);
            return JOB_FAILED;
        }
        upkeep(j);
        listen(j);
    }
    if (j->killed)
        return stopped(j, "killed");
    job_beat(j, "saving", "");
    if (job_save(j, &bytes, err) < 0)
        return JOB_FAILED;
    if (more > 0)
        return stopped(j, "stopped");
    train_shed(j->trainer);
    if (save_result(j, err) < 0)
        return JOB_FAILED;
    job_beat(j, "done", "");
    return strcmp(train_state(j->trainer).reason, "patience") ? JOB_DONE : JOB_EARLY;
}

static void fail(struct job *j, const struct err *err)
{
    char text[700];
    err_text(err, text, sizeof text);
    if (j->dir.events >= 0) {
        note(j, text);
        job_put(j, &(struct event){ .kind = EVENT_DONE, .text = "failed" });
    }
    job_beat(j, "failed", text);
}

enum job_end job_run(const struct job_options *o, struct err *err)
{
    struct job j = { .opt = o, .status = { .name = o->name, .eta = -1 } };
    if (rundir_open(&j.dir, o->dir, err) < 0) {
        ranks_agree(-1, err);
        return JOB_FAILED;
    }
    mem_give_back();
    ranks_watch(o->stop, o->patience);
    j.status.threads = pool_start(ranks_threads(o->threads));
    enum job_end end = begin(&j, err) < 0 ? JOB_FAILED : work(&j, err);
    if (end == JOB_FAILED)
        fail(&j, err);
    pool_stop();
    control_close(j.control);
    train_free(j.trainer);
    model_free(j.model);
    dataset_release(&j.data);
    rundir_close(&j.dir);
    return end;
}
