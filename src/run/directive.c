#include "run/directive.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "run/job_own.h"
#include "run/live.h"
#include "run/optim.h"
#include "run/ranks.h"
#include "run/tags.h"

#include <inttypes.h>

/* What changes the result is saved at its step: a run that is killed later goes on with it
 * from there, not from a step before. */
static void save_here(struct job *j)
{
    struct err err;
    size_t bytes;
    if (job_save(j, &bytes, &err) < 0)
        job_trouble(j, &err);
}

/* ---- the course of it ---- */

static int obey_pause(struct job *j, const struct control_line *line, const char *arg,
                      struct str *said, struct err *err)
{
    (void)arg;
    if (j->by[0])
        return err_set(err, "it is paused already, by %s", j->by);
    memcpy(j->by, line->by, sizeof j->by);
    j->paused = job_clock();
    str_addf(said, "paused at step %" PRId64, train_state(j->trainer).step);
    return 0;
}

static int obey_resume(struct job *j, const struct control_line *line, const char *arg,
                       struct str *said, struct err *err)
{
    (void)line;
    (void)arg;
    if (!j->by[0])
        return err_set(err, "it is not paused");
    j->by[0] = '\0';
    j->idle += job_clock() - j->paused;
    train_rested(j->trainer, job_clock() - j->paused);
    str_addf(said, "goes on at step %" PRId64, train_state(j->trainer).step);
    return 0;
}

static int obey_checkpoint(struct job *j, const struct control_line *line, const char *arg,
                           struct str *said, struct err *err)
{
    size_t bytes;
    (void)line;
    (void)arg;
    job_beat(j, "saving", "");
    if (job_save(j, &bytes, err) < 0)
        return -1;
    str_addf(said, "last.safetensors holds step %" PRId64 ", %.1f MB",
             train_state(j->trainer).step, (double)bytes * 1e-6);
    return 0;
}

static int obey_validate(struct job *j, const struct control_line *line, const char *arg,
                         struct str *said, struct err *err)
{
    (void)line;
    (void)arg;
    if (train_validate(j->trainer, err) < 0)
        return -1;
    save_here(j);
    str_addf(said, "validates at step %" PRId64, train_state(j->trainer).step);
    return 0;
}

static int obey_stop(struct job *j, const struct control_line *line, const char *arg,
                     struct str *said, struct err *err)
{
    (void)line;
    (void)arg;
    (void)err;
    j->stop = true;
    str_addf(said, "stops at step %" PRId64 " and saves", train_state(j->trainer).step);
    return 0;
}

static int obey_kill(struct job *j, const struct control_line *line, const char *arg,
                     struct str *said, struct err *err)
{
    int64_t step = train_state(j->trainer).step;
    int64_t saved = j->saved_step < 0 ? j->step_first : j->saved_step;
    (void)line;
    (void)arg;
    (void)err;
    j->killed = true;
    str_addf(said, "killed at step %" PRId64, step);
    if (step > saved)
        str_addf(said, "; %" PRId64 " steps are lost", step - saved);
    return 0;
}

static int obey_stop_at(struct job *j, const struct control_line *line, const char *arg,
                        struct str *said, struct err *err)
{
    struct train_state s = train_state(j->trainer);
    long step;
    (void)line;
    if (!parse_long(arg, 0, INT64_MAX, &step))
        return err_set(err, "stop-at '%s': a step is wanted, or 0 for none", arg);
    if (step && (step <= s.step || step >= s.steps))
        return err_set(err, "stop-at %ld: it is at step %" PRId64 " of %" PRId64, step,
                       s.step, s.steps);
    j->stop_at = step;
    if (step)
        str_addf(said, "will stop and save at step %ld", step);
    else
        str_add(said, "will go on to its end");
    return 0;
}

/* ---- settings ---- */

/* "lr 0.001 -> 0.0003" is appended. */
static int change(struct job *j, const char *key, const char *value, struct str *said,
                  struct err *err)
{
    const struct setting *row = setting_find(key);
    struct settings set = j->set;
    struct err trouble;
    if (live_check(key, ranks_count(), err) < 0 || settings_set(&set, key, value, err) < 0 ||
        settings_check(&set, err) < 0)
        return -1;
    if (j->saved_step != train_state(j->trainer).step)
        save_here(j);
    if (train_plan(j->trainer, &set, err) < 0)
        return -1;
    str_addf(said, "%s ", key);
    setting_show(&j->set, row, said);
    str_add(said, " -> ");
    setting_show(&set, row, said);
    j->set = set;
    if (settings_set(&j->model->set, key, value, err) < 0)
        BUG("%s was right, and is wrong", key);
    if (rundir_put_config(&j->dir, &j->set, &trouble) < 0)
        job_trouble(j, &trouble);
    return 0;
}

static int obey_lr(struct job *j, const struct control_line *line, const char *arg,
                   struct str *said, struct err *err)
{
    struct train_state s = train_state(j->trainer);
    (void)line;
    if (change(j, "lr", arg, said, err) < 0)
        return -1;
    double now = learning_rate(&j->set, s.step + 1, s.steps);
    if (now != j->set.lr)
        str_addf(said, ", by its schedule %.3g now", now);
    return 0;
}

static int obey_clip(struct job *j, const struct control_line *line, const char *arg,
                     struct str *said, struct err *err)
{
    (void)line;
    return change(j, "clip", arg, said, err);
}

/* "patience 5", "patience=5" */
static int obey_set(struct job *j, const struct control_line *line, const char *arg,
                    struct str *said, struct err *err)
{
    char key[CONTROL_LINE];
    size_t n = strcspn(arg, " \t=");
    (void)line;
    snprintf(key, sizeof key, "%.*s", (int)n, arg);
    if (live_check(key, ranks_count(), err) < 0)
        return -1;
    if (!arg[n])
        return err_set(err, "set %s wants a value behind it", key);
    return change(j, key, arg + n + 1 + strspn(arg + n + 1, " \t="), said, err);
}

/* ---- words ---- */

static int obey_note(struct job *j, const struct control_line *line, const char *arg,
                     struct str *said, struct err *err)
{
    (void)err;
    job_put(j, &(struct event){ .kind = EVENT_NOTE, .text = arg, .by = line->by });
    str_add(said, "noted");
    return 0;
}

static int obey_tag(struct job *j, const struct control_line *line, const char *arg,
                    struct str *said, struct err *err)
{
    (void)line;
    str_add(said, "tags: ");
    return tags_change(j->dir.path, arg, said, err);
}

static int obey_sample(struct job *j, const struct control_line *line, const char *arg,
                       struct str *said, struct err *err)
{
    struct err ignored;
    const struct reader *reader = reader_find(&j->set, &ignored);
    struct str plain = STR_INIT;
    int bad = 0;
    (void)line;
    str_add(&plain, arg);
    if (reader && reader->question)
        bad = reader->question(&j->set, arg, &plain, err);
    if (bad == 0) {
        str_addf(said, "%s -> ", arg);
        bad = train_answer(j->trainer, str_cstr(&plain), said, err);
    }
    str_release(&plain);
    return bad;
}

static int obey_status(struct job *j, const struct control_line *line, const char *arg,
                       struct str *said, struct err *err)
{
    struct train_state s = train_state(j->trainer);
    (void)line;
    (void)arg;
    (void)err;
    str_addf(said, "%s, step %" PRId64 "/%" PRId64 ", epoch %.2f, lr %.4g, clip %g, "
             "%.0f tokens/s, %d viewing",
             s.validating ? "validating" : j->by[0] ? "paused" : "running", s.step, s.steps,
             s.epoch, learning_rate(&j->set, s.step + 1, s.steps), j->set.clip, s.rate,
             control_viewers(j->control));
    if (j->by[0])
        str_addf(said, ", paused by %s", j->by);
    if (j->stop_at)
        str_addf(said, ", to stop at step %" PRId64, j->stop_at);
    return 0;
}

/* ---- the table ---- */

const struct directive directive_table[] = {
    { "pause", "", "rest at the end of this step, until resume", .obey = obey_pause },
    { "resume", "", "go on after a pause", .obey = obey_resume },
    { "checkpoint", "", "save now, and go on", .obey = obey_checkpoint },
    { "validate", "", "validate now, and go on", .obey = obey_validate },
    { "stop", "", "save and end; train --resume goes on", .obey = obey_stop },
    { "kill", "", "end at once, without saving", .obey = obey_kill },
    { "stop-at", "STEP", "save and end at a step; 0: not before the last",
      .obey = obey_stop_at },
    { "lr", "X", "the setting lr: the rate that warm-up and schedule begin with",
      .obey = obey_lr },
    { "clip", "X", "longest gradient; 0: any length", .obey = obey_clip },
    { "set", "NAME VALUE", "another setting that may change while it goes on",
      .obey = obey_set },
    { "note", "TEXT", "words for the events", .obey = obey_note, .silent = true },
    { "tag", "WORD...", "words to find the run by; !WORD takes one away", .obey = obey_tag },
    { "sample", "TEXT", "answer a question as it stands", .obey = obey_sample },
    { "status", "", "say how it stands", .obey = obey_status, .silent = true },
    { .name = NULL },
};

static int no_such(const char *name, size_t n, const char *what, struct err *err)
{
    struct str list = STR_INIT;
    char word[40];
    snprintf(word, sizeof word, "%.*s", (int)MIN(n, sizeof word - 1), name);
    for (const struct directive *d = directive_table; d->name; d++)
        if (!strcmp(what, "unknown") || !strncmp(d->name, name, n))
            str_addf(&list, "%s%s", list.n ? ", " : "", d->name);
    err_set(err, "%s '%s': there are %s", what, utf8_quote(word).s, list.s);
    str_release(&list);
    return -1;
}

const struct directive *directive_find(const char *name, size_t n, struct err *err)
{
    const struct directive *found = NULL;
    int like = 0;
    for (const struct directive *d = directive_table; d->name; d++) {
        if (n == 0 || strncmp(d->name, name, n) != 0)
            continue;
        if (!d->name[n])
            return d;
        found = d;
        like++;
    }
    if (like != 1)
        no_such(name, n, like ? "ambiguous" : "unknown", err);
    return like == 1 ? found : NULL;
}

int directive_parse(char *line, const struct directive **row, char **arg, struct err *err)
{
    line += strspn(line, " \t");
    size_t n = strcspn(line, " \t"), all = strlen(line);
    while (all > n && (line[all - 1] == ' ' || line[all - 1] == '\t'))
        line[--all] = '\0';
    *row = directive_find(line, n, err);
    if (!*row)
        return -1;
    *arg = line + n + strspn(line + n, " \t");
    if (**arg && !(*row)->arg[0])
        return err_set(err, "%s takes nothing behind it", (*row)->name);
    if (!**arg && (*row)->arg[0])
        return err_set(err, "%s wants something behind it: %s %s", (*row)->name,
                       (*row)->name, (*row)->arg);
    return 0;
}

int directive_rest(const char *dir, int64_t step, const char *line, struct str *said,
                   struct err *err)
{
    const struct directive *row;
    char *copy = xstrdup(line), *arg;
    struct event e = { .kind = EVENT_NOTE, .time = job_clock(), .step = step, .by = "ctl" };
    struct rundir d;
    int bad = directive_parse(copy, &row, &arg, err);
    if (!bad && !strcmp(row->name, "tag")) {
        str_add(said, "tags: ");
        bad = tags_change(dir, arg, said, err);
    } else if (!bad && strcmp(row->name, "note")) {
        bad = err_set(err, "nobody trains '%s': only note and tag are for such a run", dir);
    } else if (!bad && !(bad = rundir_open(&d, dir, err))) {
        e.text = arg;
        bad = rundir_open_events(&d, true, err) < 0 ? -1 : rundir_put_event(&d, &e, err);
        rundir_close(&d);
        str_add(said, "noted");
    }
    free(copy);
    return bad;
}

void directive_obey(struct job *j, const struct control_line *line)
{
    const struct directive *row;
    struct str said = STR_INIT;
    struct err err;
    char text[CONTROL_LINE], *arg;
    memcpy(text, line->text, sizeof text);
    int bad = directive_parse(text, &row, &arg, &err);
    if (bad == 0)
        bad = row->obey(j, line, arg, &said, &err);
    if (bad == 0 && !row->silent) { /* first, so that who gets the answer sees it done */
        job_put(j, &(struct event){ .kind = EVENT_CONTROL, .what = row->name, .arg = arg,
                                    .text = str_cstr(&said), .by = line->by });
        job_tell(j);
    }
    control_answer(j->control, line, bad == 0, bad == 0 ? str_cstr(&said) : err.msg);
    str_release(&said);
}
