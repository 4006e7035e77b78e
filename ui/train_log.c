#include "ui/train_log.h"

#include "ui/out.h"
#include "ui/ui_text.h"

#include <sys/wait.h>
#include <unistd.h>

void train_log_init(struct train_log *l, double every)
{
    *l = (struct train_log){ .every = every };
}

static void put_start(struct train_log *l, const struct event *e)
{
    ui_say(stdout, "%s %s: %lld weights, %lld examples, %lld held out, batch %d, %lld steps, "
           "%d threads, seed %d", e->kind == EVENT_RESUME ? "going on with" : "training",
           e->run, (long long)e->params, (long long)e->train, (long long)e->valid, e->batch,
           (long long)e->steps, e->threads, e->seed);
    if (e->kind == EVENT_RESUME)
        ui_say(stdout, "from step %lld", (long long)e->step);
    l->steps = e->steps;
}

static void put_step(struct train_log *l, const struct event *e)
{
    if (e->time - l->last < l->every)
        return;
    l->last = e->time;
    ui_say(stdout, "epoch %.2f  step %lld/%lld  loss %.4f  acc %.4f  gnorm %.3g  lr %.3g  "
           "%.0f tokens/s", e->epoch, (long long)e->step, (long long)l->steps, e->loss, e->acc,
           e->gnorm, e->lr, e->rate);
}

static void put_eval(struct train_log *l, const struct event *e)
{
    l->last = e->time;
    char score[40] = "";
    if (e->metric)
        snprintf(score, sizeof score, "  %s %.2f", e->metric, e->score);
    ui_say(stdout, "epoch %.2f  step %lld/%lld  valid loss %.4f  acc %.4f  exact %.4f%s%s",
           e->epoch, (long long)e->step, (long long)l->steps, e->loss, e->acc, e->exact,
           score, e->best ? "  best" : "");
}

/* A grandchild, so that nobody waits for it. */
static void tell_alert(const char *command, const char *text)
{
    pid_t child = fork();
    if (child == 0) {
        if (fork() == 0)
            execl("/bin/sh", "sh", "-c", command, "sh", text, (char *)NULL);
        _exit(0);
    }
    if (child > 0)
        waitpid(child, NULL, 0);
}

static void put_json(const struct event *e)
{
    struct str line = STR_INIT;
    event_json(e, &line);
    out_write(stdout, &line);
    str_release(&line);
}

void train_log_put(void *own, const struct event *e)
{
    struct train_log *l = own;
    if (e->kind == EVENT_ALERT && l->on_alert)
        tell_alert(l->on_alert, e->text);
    if (l->json) {
        put_json(e);
        return;
    }
    switch (e->kind) {
    case EVENT_START:
    case EVENT_RESUME:
        put_start(l, e);
        break;
    case EVENT_STEP:
        put_step(l, e);
        break;
    case EVENT_EVAL:
        put_eval(l, e);
        break;
    case EVENT_NOTE:
        ui_say(stdout, "note: %s", e->text);
        break;
    case EVENT_ALERT:
        ui_say(stdout, "alert: %s", e->text);
        break;
    case EVENT_CONTROL:
        ui_say(stdout, "%s: %s", e->by, e->text);
        break;
    case EVENT_DONE:
        ui_say(stdout, "over (%s): valid loss %.4f  acc %.4f  exact %.4f after %.1f s of "
               "training", e->text, e->loss, e->acc, e->exact, e->seconds);
        break;
    case EVENT_SAMPLES:
    case EVENT_PROBE:
    case EVENT_SAVED:
        break;
    }
    fflush(stdout);
}
