#include "ui/train.h"

#include "base/file.h"
#include "base/mem.h"
#include "num/gemm.h"
#include "num/pool.h"
#include "run/follow.h"
#include "run/ranks.h"
#include "run/rundir.h"
#include "ui/dash.h"
#include "ui/data.h"
#include "ui/opt.h"
#include "ui/revision.h"
#include "ui/train_log.h"
#include "ui/ui_text.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

enum { EXIT_USAGE = 2, EXIT_EARLY = 3, EXIT_STOPPED = 75, EXIT_KILLED = 137,
       MOST_SETS = 256 };

struct plan {
    const char *preset, *out;
    const char *set[MOST_SETS + 1]; /* NULL-ended */
    int sets;
    long threads;
    size_t memory;
    bool no_ui, detach, resume, force;
    double log_every, lost_after;
    long json;
    const char *on_alert;
    struct viewer viewer;
    char *dir, *name;
    struct settings settings;
};

/* ---- options ------------------------------------------------------------------ */

static int add_set(struct plan *p, const char *assignment, struct err *err)
{
    if (p->sets == MOST_SETS)
        return err_set(err, "more than %d --set", MOST_SETS);
    p->set[p->sets++] = assignment;
    return 0;
}

static int take_set(void *own, const char *v, struct err *err)
{
    return add_set(own, v, err);
}

static int take_out(void *own, const char *v, struct err *err)
{
    struct plan *p = own;
    (void)err;
    p->out = v;
    return 0;
}

/* Short for --set KEY=VALUE; `text` lives as long as the program. */
static int add_short(struct plan *p, char *text, size_t size, const char *key, const char *v,
                     struct err *err)
{
    if ((size_t)snprintf(text, size, "%s=%s", key, v) >= size)
        return err_set(err, "--%s: '%.40s...' is too long", key, v);
    return add_set(p, text, err);
}

static int take_seed(void *own, const char *v, struct err *err)
{
    static char text[80];
    return add_short(own, text, sizeof text, "seed", v, err);
}

static int take_precision(void *own, const char *v, struct err *err)
{
    static char text[80];
    return add_short(own, text, sizeof text, "precision", v, err);
}

static int take_threads(void *own, const char *v, struct err *err)
{
    struct plan *p = own;
    return opt_whole(v, 1, 256, "--threads", &p->threads, err);
}

/* "512M": bytes, or with K, M or G times 1024 once, twice, three times */
static int take_memory(void *own, const char *v, struct err *err)
{
    struct plan *p = own;
    static const char units[] = "KMG";
    char number[24] = "";
    size_t n = strspn(v, "0123456789");
    const char *unit = v[n] ? strchr(units, v[n]) : NULL;
    long size;
    if (n < sizeof number)
        memcpy(number, v, n);
    if ((v[n] && (!unit || v[n + 1])) || !parse_long(number, 1, 1L << 30, &size))
        return err_set(err, "--memory: '%.40s' is no size such as 512M or 4G", v);
    p->memory = (size_t)size << (unit ? 10 * (unit - units + 1) : 0);
    return 0;
}

static int take_log_every(void *own, const char *v, struct err *err)
{
    struct plan *p = own;
    return opt_real(v, 0, 86400, "--log-every", &p->log_every, err);
}

static int take_lost_after(void *own, const char *v, struct err *err)
{
    struct plan *p = own;
    return opt_real(v, 1, 86400, "--lost-after", &p->lost_after, err);
}

static const char *log_form(int i)
{
    static const char *const form[] = { "plain", "json", NULL };
    return form[i];
}

static int take_log(void *own, const char *v, struct err *err)
{
    struct plan *p = own;
    p->json = opt_choice(log_form, v, "--log", err);
    return p->json < 0 ? -1 : 0;
}

static int take_on_alert(void *own, const char *v, struct err *err)
{
    struct plan *p = own;
    (void)err;
    p->on_alert = v;
    return 0;
}

#define FLAG(field) \
    static int take_##field(void *own, const char *v, struct err *err) \
    { \
        struct plan *p = own; \
        (void)v; \
        (void)err; \
        p->field = true; \
        return 0; \
    }
FLAG(no_ui)
FLAG(detach)
FLAG(resume)
FLAG(force)

const struct opt train_options[] = {
    { .name = "set", .letter = 's', .arg = "KEY=VALUE", .take = take_set,
      .help = "change a setting (`seqsh help --all` lists them)" },
    { .name = "out", .letter = 'o', .arg = "DIR", .take = take_out,
      .help = "run folder (default: runs/PRESET)" },
    { .name = "seed", .arg = "N", .take = take_seed,
      .help = "seed of the weights and of the order: short for --set seed=N" },
    { .name = "threads", .letter = 't', .arg = "N", .take = take_threads,
      .help = "threads (default: all CPUs); the result is the same for any number" },
    { .name = "memory", .letter = 'm', .arg = "SIZE", .take = take_memory,
      .help = "most memory it may take, such as 2G: with a smaller batch if need be" },
    { .name = "precision", .arg = "NUMBERS", .take = take_precision,
      .help = "f32 or bf16, faster on CPUs that can: short for --set precision=NUMBERS" },
    { .name = "no-ui", .take = take_no_ui,
      .help = "train right here, with lines instead of a dashboard" },
    { .name = "detach", .letter = 'd', .take = take_detach,
      .help = "start the training and return at once" },
    { .name = "resume", .letter = 'r', .take = take_resume,
      .help = "go on with a run that was stopped or killed" },
    { .name = "force", .take = take_force,
      .help = "begin anew in a folder that holds a run already" },
    { .name = "log", .arg = "FORM", .take = take_log, .choice = log_form,
      .help = "with --no-ui: plain lines, or json, the events of the run" },
    { .name = "on-alert", .arg = "COMMAND", .take = take_on_alert,
      .help = "run a shell command for each alert, which it gets as $1" },
    { .name = "log-every", .arg = "SECONDS", .take = take_log_every,
      .help = "with --no-ui: a line this often (default 10)" },
    { .name = "lost-after", .arg = "SECONDS", .take = take_lost_after,
      .help = "under mpirun: a process that is silent for so long is lost (default 300)" },
    { .name = NULL }
};

/* ---- what to train, and where --------------------------------------------------- */

static char *find_preset(const char *name, struct err *err)
{
    struct str s = STR_INIT;
    if (file_is(name))
        return xstrdup(name);
    str_addf(&s, "presets/%s.conf", name);
    char *path = data_find(str_cstr(&s));
    str_clear(&s);
    data_places(&s);
    if (!path)
        err_set(err, "there is no config file '%s', and no preset of that name in %s", name,
                str_cstr(&s));
    str_release(&s);
    return path;
}

/* "keras-add3" of ".../keras-add3.conf" */
static char *short_name(const char *path)
{
    char *copy = xstrdup(path);
    struct str s = STR_INIT;
    str_add(&s, basename(copy));
    if (s.n > 5 && !strcmp(s.s + s.n - 5, ".conf"))
        str_cut(&s, s.n - 5);
    free(copy);
    return str_take(&s);
}

static bool holds_run(const char *dir)
{
    char *path = path_join(dir, "events.jsonl");
    bool yes = file_is(path);
    free(path);
    return yes;
}

/* runs/NAME, or runs/NAME-2 and so on: the first that is free, or (resuming) the
 * last that is there. */
static char *numbered_dir(const char *name, bool last_used)
{
    char *before = NULL;
    for (int i = 1;; i++) {
        struct str s = STR_INIT;
        str_addf(&s, "runs/%s", name);
        if (i > 1)
            str_addf(&s, "-%d", i);
        char *dir = str_take(&s);
        if (!holds_run(dir)) {
            if (last_used && before) {
                free(dir);
                return before;
            }
            free(before);
            return dir;
        }
        free(before);
        before = dir;
    }
}

static int choose_dir(struct plan *p, struct err *err)
{
    if (p->out)
        p->dir = xstrdup(p->out);
    else
        p->dir = numbered_dir(p->name, p->resume || p->force);
    if (p->resume && !holds_run(p->dir))
        return err_set(err, "'%s' holds no run to go on with", p->dir);
    if (!p->resume && !p->force && holds_run(p->dir))
        return err_set(err, "'%s' holds a run already: --resume goes on with it, --force "
                       "begins it anew, another --out keeps it", p->dir);
    return 0;
}

static int prepare(struct plan *p, struct err *err)
{
    settings_init(&p->settings);
    if (!p->preset && !(p->resume && p->out))
        return err_set(err, "train what? give a preset or a config file, such as `seqsh train "
                       "keras-add3`");
    if (p->preset) {
        char *path = find_preset(p->preset, err);
        int bad = path ? settings_load(&p->settings, path, err) : -1;
        p->name = short_name(path ? path : "");
        free(path);
        if (bad < 0)
            return -1;
    } else {
        p->name = short_name(p->out);
    }
    for (int i = 0; i < p->sets; i++)
        if (settings_assign(&p->settings, p->set[i], err) < 0)
            return -1;
    if (!p->resume && settings_check(&p->settings, err) < 0)
        return -1;
    return choose_dir(p, err);
}

/* ---- signals of a trainer --------------------------------------------------------- */

static volatile sig_atomic_t stops, saves;

static void say(const char *text)
{
    ssize_t n = write(STDERR_FILENO, text, strlen(text));
    (void)n;
}

static int nowhere = -1; /* /dev/null */

/* Who wants the end may have stopped reading, as mpirun does: nothing is to wait for that.
 * A write that hangs begins again when the handler returns, and finds the other file. */
static void give_up_full_pipe(void)
{
    struct pollfd out = { .fd = STDOUT_FILENO, .events = POLLOUT };
    int was = errno;
    if (nowhere >= 0 && poll(&out, 1, 0) == 0)
        (void)dup2(nowhere, STDOUT_FILENO);
    errno = was;
}

static void on_stop(int sig)
{
    stops++;
    give_up_full_pipe();
    if (stops == 2 && ranks_own() == 0)
        say("seqsh: saving, please wait; once more aborts\n");
    if (stops > 2)
        _exit(128 + sig);
}

static void on_save(int sig)
{
    (void)sig;
    saves++;
}

static void catch_signals(void)
{
    struct sigaction stop = { .sa_handler = on_stop, .sa_flags = SA_RESTART };
    struct sigaction save = { .sa_handler = on_save, .sa_flags = SA_RESTART };
    nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    sigaction(SIGINT, &stop, NULL);
    sigaction(SIGTERM, &stop, NULL);
    sigaction(SIGUSR1, &save, NULL);
    signal(SIGHUP, SIG_IGN); /* a closed terminal is no reason to stop */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error like a full disk */
}

/* ---- training ------------------------------------------------------------------- */

static int train_here(struct plan *p)
{
    struct err err;
    char text[700];
    struct train_log log;
    struct names folders = { 0 };
    char revision[REVISION_MAX];
    data_preset_folders(&folders);
    train_log_init(&log, p->log_every);
    log.json = p->json == 1;
    log.on_alert = p->on_alert;
    struct job_options o = {
        .settings = &p->settings,
        .folder = folders.s,
        .folders = folders.n,
        .dir = p->dir,
        .name = p->name,
        .git = revision_here(revision),
        .resume = p->resume,
        .given = p->set,
        .threads = (int)p->threads,
        .memory = p->memory,
        .patience = p->lost_after,
        .stop = &stops,
        .save = &saves,
        .sink = { train_log_put, &log },
    };
    catch_signals();
    enum job_end end = gemm_load(&err) < 0 ? JOB_FAILED : job_run(&o, &err);
    names_release(&folders);
    switch (end) {
    case JOB_DONE:
    case JOB_EARLY:
        if (!log.json)
            ui_say(stdout, "the model is %s/model.safetensors: try `seqsh %s`", p->dir, p->dir);
        return end == JOB_EARLY ? EXIT_EARLY : 0;
    case JOB_STOPPED:
        if (!log.json)
            ui_say(stdout, "stopped and saved: `seqsh train --resume --out %s` goes on", p->dir);
        return EXIT_STOPPED;
    case JOB_KILLED:
        if (!log.json)
            ui_say(stdout, "killed: `seqsh train --resume --out %s` goes on from what was saved",
                   p->dir);
        return EXIT_KILLED;
    case JOB_FAILED:
        break;
    }
    ui_say(stderr, "seqsh: %s", err_text(&err, text, sizeof text));
    return 1;
}

/* Under mpirun, every process but the first: what goes wrong, the first one tells. */
static int train_follower(const struct plan *p)
{
    struct err err;
    struct names folders = { 0 };
    data_preset_folders(&folders);
    struct job_options o = {
        .folder = folders.s,
        .folders = folders.n,
        .threads = (int)p->threads,
        .patience = p->lost_after,
        .stop = &stops,
    };
    catch_signals();
    enum job_end end = gemm_load(&err) < 0 ? JOB_FAILED : follow_run(&o, &err);
    names_release(&folders);
    return end == JOB_FAILED;
}

/* The trainer's own life: its own session, no terminal, its output in the run folder. */
static void become_trainer(const struct plan *p)
{
    char *log = path_join(p->dir, "console.log");
    int in = open("/dev/null", O_RDWR), out = open(log, O_WRONLY | O_CREAT | O_APPEND, 0666);
    free(log);
    setsid();
    dup2(in, STDIN_FILENO);
    dup2(out >= 0 ? out : in, STDOUT_FILENO);
    dup2(out >= 0 ? out : in, STDERR_FILENO);
    if (in > 2)
        close(in);
    if (out > 2)
        close(out);
}

/* The first status, or the end of the trainer, is not long in coming. */
static void wait_for_start(const struct plan *p, pid_t trainer)
{
    char *status = path_join(p->dir, "status");
    for (int i = 0; i < 200; i++) {
        siginfo_t info = { 0 };
        if (file_is(status) ||
            (waitid(P_PID, (id_t)trainer, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
             info.si_pid))
            break;
        usleep(10000);
    }
    free(status);
}

static int train_apart(struct plan *p)
{
    struct err err;
    struct rundir probe;
    char text[700];
    if (rundir_open(&probe, p->dir, &err) < 0) { /* refuses a folder that is being trained */
        ui_say(stderr, "seqsh: %s", err_text(&err, text, sizeof text));
        return 1;
    }
    char *old = rundir_file(&probe, "status"); /* what an earlier trainer left there */
    remove(old);
    free(old);
    rundir_close(&probe);
    fflush(NULL);
    pid_t trainer = fork();
    if (trainer < 0) {
        ui_say(stderr, "seqsh: cannot start the trainer: %s", strerror(errno));
        return 1;
    }
    if (trainer == 0) {
        become_trainer(p);
        exit(train_here(p));
    }
    wait_for_start(p, trainer);
    if (p->detach) {
        ui_say(stdout, "training %s in %s (process %ld): `seqsh attach %s` shows it", p->name,
               p->dir, (long)trainer, p->dir);
        return 0;
    }
    int status = dash_main(p->dir, true, &p->viewer), ended = 0;
    if (waitpid(trainer, &ended, WNOHANG) == trainer && WIFEXITED(ended))
        return WEXITSTATUS(ended);
    return status;
}

static int read_words(struct plan *p, int argc, char **argv, struct err *err)
{
    struct opt_table tables[] = { { train_options, p }, { viewer_options, &p->viewer },
                                  { NULL, NULL } };
    int n = opt_parse(tables, argc, argv, err);
    if (n > 1)
        n = err_set(err, "one preset or config file at a time, not %d", n);
    if (n == 1)
        p->preset = argv[1];
    if (n >= 0 && p->detach && ranks_count() > 1)
        n = err_set(err, "--detach is not for several processes: put mpirun itself into the "
                    "background");
    if (n >= 0 && p->memory && ranks_count() > 1)
        n = err_set(err, "--memory is for one process: under mpirun, set a batch that fits");
    return n < 0 ? -1 : 0;
}

int train_main(int argc, char **argv)
{
    struct plan p = { .log_every = 10, .lost_after = 300 };
    struct err err;
    char text[700];
    int status = 0;
    if (ranks_start(&err) < 0) {
        ui_say(stderr, "seqsh: %s", err_text(&err, text, sizeof text));
        return 1;
    }
    bool leads = ranks_own() == 0;
    bool terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && ranks_count() == 1;
    int bad = read_words(&p, argc, argv, &err);
    if (!bad && leads)
        bad = prepare(&p, &err);
    bad = ranks_agree(bad, &err);
    if (bad && leads)
        ui_say(stderr, "seqsh: %s", err_text(&err, text, sizeof text));
    if (bad)
        status = leads ? EXIT_USAGE : 0;
    else if (!leads)
        status = train_follower(&p);
    else
        status = p.detach || (terminal && !p.no_ui) ? train_apart(&p) : train_here(&p);
    free(p.dir);
    free(p.name);
    ranks_stop(status);
    return status;
}
