#include "ui/ctl.h"

#include "base/mem.h"
#include "run/control.h"
#include "run/directive.h"
#include "ui/attach.h"
#include "ui/remote.h"
#include "ui/run_reader.h"
#include "ui/ui_text.h"

#include <time.h>
#include <unistd.h>

enum { EXIT_USAGE = 2 };

struct ctl {
    double wait; /* seconds */
};

static int take_wait(void *own, const char *value, struct err *err)
{
    struct ctl *c = own;
    return opt_real(value, 0, 1e6, "--wait", &c->wait, err);
}

const struct opt ctl_options[] = {
    { "wait", 'w', "SECONDS", "give up on an answer after so long (default 60)", take_wait,
      NULL, NULL },
    { .name = NULL },
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* The words of the command line as one line. */
static char *line_of(char **word, int n)
{
    struct str s = STR_INIT;
    for (int i = 0; i < n; i++)
        str_addf(&s, "%s%s", i ? " " : "", word[i]);
    return str_take(&s);
}

/* Is it one that there is? Only then is it worth a call. Also whether it ends the run. */
static int check(const char *line, bool *ends, struct err *err)
{
    const struct directive *row;
    char *copy = xstrdup(line), *arg;
    int bad = directive_parse(copy, &row, &arg, err);
    *ends = bad == 0 && !strcmp(row->name, "stop");
    free(copy);
    return bad;
}

/* 1: answered, -1: the trainer has hung up, 0: too late. */
static int answer(struct remote *r, double until)
{
    int got;
    while ((got = remote_next(r)) == 0 && now() < until)
        remote_wait(r, 100);
    return got;
}

/* It has begun, but does not listen yet. */
static bool starts(const char *dir)
{
    struct run_reader *r = run_reader_new(dir);
    run_reader_poll(r, (double)time(NULL));
    bool yes = r->status.state == RUN_STARTING;
    run_reader_free(r);
    return yes;
}

static int reach(struct remote *r, const char *dir, double until, struct err *err)
{
    int bad;
    while ((bad = remote_open(r, dir, "ctl", err)) < 0 && starts(dir) && now() < until)
        usleep(50000);
    return bad;
}

static int tell(const struct ctl *c, const char *dir, const char *line, bool ends,
                struct err *err)
{
    struct remote r;
    double until = now() + c->wait;
    if (reach(&r, dir, until, err) < 0)
        return -1;
    int got = remote_send(&r, line, err) < 0 ? -1 : answer(&r, until);
    if (got < 0)
        err_set(err, "the trainer of '%s' has hung up", dir);
    else if (got == 0)
        err_set(err, "the trainer of '%s' gives no answer", dir);
    else if (!r.ok)
        err_set(err, "%s", r.answer);
    else
        ui_say(stdout, "%s", r.answer);
    bool good = got > 0 && r.ok;
    if (good && ends && answer(&r, until) == 0) { /* it hangs up when all is saved */
        err_set(err, "the trainer of '%s' is still saving", dir);
        good = false;
    }
    remote_close(&r);
    return good ? 0 : -1;
}

int ctl_main(int argc, char **argv)
{
    struct ctl c = { .wait = 60 };
    const struct opt_table tables[] = { { ctl_options, &c }, { NULL, NULL } };
    struct err err;
    char text[700], *dir = NULL, *line = NULL;
    bool ends = false;
    int status = 0, n = opt_parse(tables, argc, argv, &err);
    if (n >= 0 && n < 2)
        n = err_set(&err, "a run and what it is to do: seqsh ctl RUN pause");
    if (n > 0)
        line = line_of(argv + 2, n - 1);
    if (n < 0 || check(line, &ends, &err) < 0)
        status = EXIT_USAGE;
    else if (!(dir = attach_find(argv[1], &err)) || tell(&c, dir, line, ends, &err) < 0)
        status = 1;
    if (status)
        ui_say(stderr, "seqsh: %s", err_text(&err, text, sizeof text));
    free(line);
    free(dir);
    return status;
}
