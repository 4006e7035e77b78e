#include "ui/ctl.h"

#include "base/mem.h"
#include "run/control.h"
#include "run/directive.h"
#include "ui/attach.h"
#include "ui/remote.h"
#include "ui/run_reader.h"
#include "ui/ui_text.h"

#include <errno.h>
#include <signal.h>
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

/* What is wanted, and what follows from it. */
struct wish {
    const char *line;
    bool ends;  /* the run: it hangs up when all is saved */
    bool kills;
    bool rests; /* can be had of a run that nobody trains */
};

/* Is it one that there is? Only then is it worth a call. */
static int check(const char *line, struct wish *w, struct err *err)
{
    const struct directive *row;
    char *copy = xstrdup(line), *arg;
    int bad = directive_parse(copy, &row, &arg, err);
    if (bad == 0)
        *w = (struct wish){
            .line = line,
            .kills = !strcmp(row->name, "kill"),
            .ends = !strcmp(row->name, "stop") || !strcmp(row->name, "kill"),
            .rests = !strcmp(row->name, "note") || !strcmp(row->name, "tag"),
        };
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

/* The run as it stands; the caller frees. */
static struct run_reader *look(const char *dir)
{
    struct run_reader *r = run_reader_new(dir);
    run_reader_poll(r, (double)time(NULL));
    return r;
}

/* It has begun, but does not listen yet. */
static bool starts(const char *dir)
{
    struct run_reader *r = look(dir);
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

/* Of a trainer that does not listen: by a signal. */
static int kill_process(const char *dir, struct err *err)
{
    struct run_reader *r = look(dir);
    long pid = run_reader_pid(r);
    run_reader_free(r);
    if (pid < 0)
        return err_set(err, "the trainer of '%s' is not to be found on this machine", dir);
    if (kill((pid_t)pid, SIGKILL) < 0)
        return err_set(err, "cannot kill process %ld: %s", pid, strerror(errno));
    ui_say(stdout, "process %ld did not listen, and was killed", pid);
    return 0;
}

static int tell_resting(const char *dir, const struct wish *w, struct err *err)
{
    struct run_reader *r = look(dir);
    struct str said = STR_INIT;
    int bad = directive_rest(dir, MAX(r->last_step, 0), w->line, &said, err);
    if (!bad)
        ui_say(stdout, "%s", str_cstr(&said));
    str_release(&said);
    run_reader_free(r);
    return bad;
}

static bool is_live(const char *dir)
{
    struct run_reader *r = look(dir);
    bool yes = run_reader_live(r);
    run_reader_free(r);
    return yes;
}

/* Whether it could be saved. */
static int check_end(const char *dir, struct err *err)
{
    struct run_reader *r = look(dir);
    int bad = r->status.state == RUN_FAILED ? err_set(err, "the run failed: %s",
                                                      r->status.message) : 0;
    run_reader_free(r);
    return bad;
}

static int tell(const struct ctl *c, const char *dir, const struct wish *w, struct err *err)
{
    struct remote r;
    double until = now() + c->wait;
    if (w->rests && !is_live(dir))
        return tell_resting(dir, w, err);
    if (reach(&r, dir, until, err) < 0)
        return w->kills && is_live(dir) ? kill_process(dir, err) : -1;
    int got = remote_send(&r, w->line, err) < 0 ? -1 : answer(&r, until);
    if (got < 0)
        err_set(err, "the trainer of '%s' has hung up", dir);
    else if (got == 0)
        err_set(err, "the trainer of '%s' gives no answer", dir);
    else if (!r.ok)
        err_set(err, "%s", r.answer);
    else
        ui_say(stdout, "%s", r.answer);
    bool good = got > 0 && r.ok;
    if (good && w->ends && answer(&r, until) == 0) {
        err_set(err, "the trainer of '%s' is still saving", dir);
        good = false;
    } else if (good && w->ends) {
        good = check_end(dir, err) == 0;
    }
    remote_close(&r);
    if (got == 0 && w->kills)
        return kill_process(dir, err);
    return good ? 0 : -1;
}

int ctl_main(int argc, char **argv)
{
    struct ctl c = { .wait = 60 };
    const struct opt_table tables[] = { { ctl_options, &c }, { NULL, NULL } };
    struct err err;
    char text[700], *dir = NULL, *line = NULL;
    struct wish wish = { 0 };
    int status = 0, n = opt_parse(tables, argc, argv, &err);
    if (n >= 0 && n < 2)
        n = err_set(&err, "a run and what it is to do: seqsh ctl RUN pause");
    if (n > 0)
        line = line_of(argv + 2, n - 1);
    if (n < 0 || check(line, &wish, &err) < 0)
        status = EXIT_USAGE;
    else if (!(dir = attach_find(argv[1], &err)) || tell(&c, dir, &wish, &err) < 0)
        status = 1;
    if (status)
        ui_say(stderr, "seqsh: %s", err_text(&err, text, sizeof text));
    free(line);
    free(dir);
    return status;
}
