/*
 * What of the keys goes to the trainer: questions first, then a line through its socket.
 */
#include "ui/dash_own.h"

#include "base/mem.h"
#include "run/directive.h"
#include "ui/screen.h"

#include <errno.h>
#include <math.h>
#include <signal.h>

enum { CALL_EVERY = 2 }; /* seconds */

void dash_say(struct dash *d, const char *text)
{
    snprintf(d->message, sizeof d->message, "%s", text);
}

/* ---- the trainer ---- */

static void call(struct dash *d, double now, struct err *err)
{
    d->called = now;
    remote_open(&d->remote, d->run->dir, "attach", err);
}

bool dash_waits(const struct dash *d)
{
    return d->remote.fd >= 0 && d->remote.asked > 0;
}

bool dash_hear(struct dash *d)
{
    int got = 0, news = 0;
    while (d->remote.fd >= 0 && (got = remote_next(&d->remote)) > 0) {
        dash_say(d, d->remote.answer);
        news++;
    }
    return news > 0;
}

void dash_keep_in_touch(struct dash *d, double now)
{
    struct err err;
    if (d->remote.fd < 0 && run_reader_live(d->run) && fabs(now - d->called) >= CALL_EVERY)
        call(d, now, &err);
}

/* A run that nobody trains takes notes and tags. */
static int tell_resting(struct dash *d, const char *line, struct err *err)
{
    struct str said = STR_INIT;
    int bad = directive_rest(d->run->dir, MAX(d->run->last_step, 0), line, &said, err);
    if (!bad)
        dash_say(d, str_cstr(&said));
    str_release(&said);
    return bad;
}

static int tell_trainer(struct dash *d, const char *line, double now, struct err *err)
{
    if (d->remote.fd < 0)
        call(d, now, err);
    return d->remote.fd < 0 ? -1 : remote_send(&d->remote, line, err);
}

void dash_tell(struct dash *d, const char *line, double now)
{
    const struct directive *row;
    struct err err;
    char *copy = xstrdup(line), *arg;
    int bad = directive_parse(copy, &row, &arg, &err);
    bool kills = bad == 0 && !strcmp(row->name, "kill");
    free(copy);
    if (bad == 0 && d->viewer.read_only)
        bad = err_set(&err, "read-only: nothing of the run is changed from here");
    else if (kills)
        dash_kill(d, now);
    else if (bad == 0 && !run_reader_live(d->run))
        bad = tell_resting(d, line, &err);
    else if (bad == 0)
        bad = tell_trainer(d, line, now, &err);
    if (bad < 0)
        dash_say(d, err.msg);
}

/* ---- questions ---- */

static void ask(struct dash *d, enum dash_ask what, double now)
{
    if (!run_reader_live(d->run)) {
        dash_say(d, "the run is over: there is nothing to stop");
        return;
    }
    d->ask = what;
    d->asked = now;
}

void dash_stop(void *own, double now)
{
    struct dash *d = own;
    ask(d, ASK_STOP, now);
}

void dash_kill(void *own, double now)
{
    struct dash *d = own;
    ask(d, ASK_KILL, now);
}

void dash_interrupt(void *own, double now)
{
    struct dash *d = own;
    d->ask = ASK_INTERRUPT;
    d->asked = now;
}

/* Through the socket, so that it is known who did; else by a signal. */
static void end_trainer(struct dash *d, const char *line, int sig, double now)
{
    struct err err;
    long pid = run_reader_pid(d->run);
    if (tell_trainer(d, line, now, &err) == 0)
        d->stopping = now;
    else if (pid < 0)
        dash_say(d, "cannot stop it: its trainer is not to be found on this machine");
    else if (kill((pid_t)pid, sig) < 0)
        snprintf(d->message, sizeof d->message, "cannot stop process %ld: %s", pid,
                 strerror(errno));
    else
        d->stopping = now;
}

bool dash_answer(struct dash *d, int key, double now)
{
    enum dash_ask asked = d->ask;
    bool yes = key == 'y' || key == 'Y';
    d->ask = ASK_NOTHING;
    if (asked == ASK_INTERRUPT && key != SCREEN_CTRL('C'))
        return key != 'd';
    if (asked == ASK_MENU) { /* what is chosen is a key of its own */
        d->left = key == 'q';
        return key != 'd' && key != 's' && key != 'K' && key != SCREEN_CTRL('D');
    }
    if (asked == ASK_INTERRUPT || (asked == ASK_STOP && yes))
        end_trainer(d, "stop", SIGTERM, now);
    else if (asked == ASK_KILL && yes)
        end_trainer(d, "kill", SIGKILL, now);
    else
        dash_say(d, asked == ASK_KILL ? "not killed" : "not stopped");
    return true;
}

/* ---- directives ---- */

void dash_pause(void *own, double now)
{
    struct dash *d = own;
    dash_tell(d, d->run->status.state == RUN_PAUSED ? "resume" : "pause", now);
}

void dash_save(void *own, double now)
{
    struct dash *d = own;
    dash_tell(d, "checkpoint", now);
}

void dash_validate(void *own, double now)
{
    struct dash *d = own;
    dash_tell(d, "validate", now);
}

void dash_command(void *own, double now)
{
    struct dash *d = own;
    (void)now;
    entry_open(&d->entry, "");
}

void dash_sample(void *own, double now)
{
    struct dash *d = own;
    (void)now;
    entry_open(&d->entry, "sample ");
}

void dash_note(void *own, double now)
{
    struct dash *d = own;
    (void)now;
    entry_open(&d->entry, "note ");
}

/* Tab behind `:`: what all names that begin so have in common; or which they are. */
static void complete(struct dash *d)
{
    struct entry *e = &d->entry;
    const char *first = NULL;
    size_t common = 0, n = e->n;
    struct str list = STR_INIT;
    if (memchr(e->text, ' ', n) || e->at != n)
        return;
    for (const struct directive *row = directive_table; row->name; row++) {
        if (strncmp(row->name, e->text, n) != 0)
            continue;
        size_t k = 0;
        while (first && k < common && row->name[k] == first[k])
            k++;
        common = first ? k : strlen(row->name);
        first = row->name;
        str_addf(&list, "%s%s%s%s", list.n ? ", " : "", row->name, row->arg[0] ? " " : "",
                 row->arg);
    }
    if (first && common > n)
        entry_insert(e, first + n, common - n);
    if (first && !first[common])
        entry_insert(e, " ", 1);
    else if (first)
        dash_say(d, str_cstr(&list));
    str_release(&list);
}

/* The filter as far as it is typed; one that leaves no chart changes nothing. */
static void type_filter(struct dash *d, int key)
{
    enum entry_does does = entry_key(&d->search, key);
    const char *text = does == ENTRY_DROPPED ? "" : d->search.text;
    bool any = dash_filter_fits(d, text);
    if (any)
        snprintf(d->filter, sizeof d->filter, "%s", text);
    else
        snprintf(d->message, sizeof d->message, "no chart fits '%.60s'", text);
    dash_choose_shown(d);
}

void dash_type(struct dash *d, int key, double now)
{
    if (d->search.open)
        type_filter(d, key);
    else if (key == '\t')
        complete(d);
    else if (entry_key(&d->entry, key) == ENTRY_DONE && d->entry.n)
        dash_tell(d, d->entry.text, now);
}

