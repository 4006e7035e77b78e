#include "run/rundir.h"

#include "base/file.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <jansson.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

char *rundir_file(const struct rundir *d, const char *name)
{
    return path_join(d->path, name);
}

/* The pid that the holder of a lock has written into it; 0: none. */
static long lock_owner(int fd)
{
    char buf[32] = "";
    long pid;
    ssize_t n = pread(fd, buf, sizeof buf - 1, 0);
    if (n > 0)
        buf[strcspn(buf, "\n")] = '\0';
    return n > 0 && parse_long(buf, 1, INT32_MAX, &pid) ? pid : 0;
}

/* A reader that wonders whether the trainer still lives takes the lock for a moment:
 * only who holds it longer is another trainer. */
static bool take_lock(int fd)
{
    for (int i = 0; i < 20; i++) {
        if (flock(fd, LOCK_EX | LOCK_NB) == 0)
            return true;
        usleep(10000);
    }
    return false;
}

/* A trainer that was killed while it wrote a file has left a part of it. */
static bool is_left(void *own, const char *name)
{
    (void)own;
    return file_is_left(name);
}

int rundir_open(struct rundir *d, const char *path, struct err *err)
{
    *d = (struct rundir){ .path = xstrdup(path), .lock = -1, .events = -1 };
    if (dir_make(path, err) < 0) {
        rundir_close(d);
        return -1;
    }
    char *lock = rundir_file(d, "lock");
    d->lock = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (d->lock < 0)
        err_set(err, "cannot open '%s': %s", lock, strerror(errno));
    else if (!take_lock(d->lock))
        err_set(err, "'%s' is being trained by process %ld: wait for it, stop it, or give "
                "another folder with --out", path, lock_owner(d->lock));
    else
        goto locked;
    free(lock);
    rundir_close(d);
    return -1;
locked:
    free(lock);
    char pid[32];
    int n = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
    if (ftruncate(d->lock, 0) < 0 || pwrite(d->lock, pid, n, 0) != n) {
        err_set(err, "cannot write '%s/lock': %s", path, strerror(errno));
        rundir_close(d);
        return -1;
    }
    dir_clear(path, is_left, NULL);
    return 0;
}

void rundir_close(struct rundir *d)
{
    if (d->events >= 0)
        close(d->events);
    if (d->lock >= 0)
        close(d->lock); /* also unlocks */
    free(d->path);
    *d = (struct rundir){ .lock = -1, .events = -1 };
}

/* What a run consists of, but for its lock. */
static bool is_part(void *own, const char *name)
{
    static const char *const parts[] = {
        "config", "events.jsonl", "status", "ctl.sock", "last.safetensors", "best.safetensors",
        "model.safetensors", "skipped.tsv", "console.log", "tags", "view",
    };
    (void)own;
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        if (!strcmp(name, parts[i]))
            return true;
    return file_is_left(name) || fnmatch("best-[0-9]*.safetensors", name, 0) == 0;
}

int rundir_delete(const char *path, struct err *err)
{
    struct rundir d;
    if (!dir_is(path))
        return err_set(err, "there is no folder '%s'", path);
    if (rundir_open(&d, path, err) < 0)
        return -1;
    char *lock = rundir_file(&d, "lock");
    dir_clear(path, is_part, NULL);
    (void)unlink(lock);
    free(lock);
    int bad = rmdir(path);
    if (bad)
        err_set(err, "cannot delete all of '%s': %s", path, strerror(errno));
    rundir_close(&d);
    return bad;
}

int rundir_put_config(struct rundir *d, const struct settings *s, struct err *err)
{
    struct str text = STR_INIT;
    settings_dump(s, &text);
    char *path = rundir_file(d, "config");
    int bad = file_write(path, text.s, text.n, err);
    free(path);
    str_release(&text);
    return bad;
}

/* A writer killed in the middle of a record leaves a torn line: cut it off. */
static int cut_torn_line(int fd)
{
    off_t end = lseek(fd, 0, SEEK_END);
    char c = '\n';
    while (end > 0 && pread(fd, &c, 1, end - 1) == 1 && c != '\n')
        end--;
    return ftruncate(fd, end);
}

int rundir_open_events(struct rundir *d, bool resume, struct err *err)
{
    char *path = rundir_file(d, "events.jsonl");
    d->events = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | (resume ? 0 : O_TRUNC),
                     0666);
    int bad = 0;
    if (d->events < 0 || cut_torn_line(d->events) < 0)
        bad = err_set(err, "cannot open '%s': %s", path, strerror(errno));
    free(path);
    return bad;
}

int rundir_put_event(struct rundir *d, const struct event *e, struct err *err)
{
    struct str line = STR_INIT;
    int bad = 0;
    event_json(e, &line);
    ssize_t n = write(d->events, line.s, line.n);
    if (n != (ssize_t)line.n)
        bad = err_set(err, "cannot write '%s/events.jsonl': %s", d->path,
                      strerror(n < 0 ? errno : ENOSPC));
    if (bad && n > 0)
        bad |= cut_torn_line(d->events); /* the next one is to be whole again */
    str_release(&line);
    return bad;
}

/* Resident memory of this process in bytes; 0 where the system does not tell. */
static int64_t resident(void)
{
    long pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (!f)
        return 0;
    if (fscanf(f, "%*d %ld", &pages) != 1)
        pages = 0;
    fclose(f);
    return (int64_t)pages * sysconf(_SC_PAGESIZE);
}

/* What the process takes of the machine, and how busy that is. */
static void add_load(json_t *o, double now)
{
    static double clock_was, cpu_was;
    struct rusage used;
    double load = 0, cpu;
    getrusage(RUSAGE_SELF, &used);
    cpu = (double)used.ru_utime.tv_sec + (double)used.ru_stime.tv_sec +
          1e-6 * (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
    getloadavg(&load, 1);
    json_object_set_new(o, "rss", json_integer(resident()));
    json_object_set_new(o, "peak", json_integer((json_int_t)used.ru_maxrss * 1024));
    json_object_set_new(o, "load", json_real(load));
    if (clock_was > 0 && now > clock_was) /* 1: one CPU the whole time since */
        json_object_set_new(o, "cpu", json_real((cpu - cpu_was) / (now - clock_was)));
    clock_was = now;
    cpu_was = cpu;
}

int rundir_put_status(struct rundir *d, const struct run_status *s, struct err *err)
{
    char host[256] = "";
    struct timespec now;
    struct str text = STR_INIT;
    clock_gettime(CLOCK_REALTIME, &now);
    double beat = (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
    gethostname(host, sizeof host - 1);
    json_t *o = json_pack(
        "{s:s, s:I, s:s, s:f, s:f, s:f, s:I, s:I, s:f, s:f, s:f, s:f, s:i, s:i, s:I, s:s%, "
        "s:s%}",
        "state", s->state, "pid", (json_int_t)getpid(), "host", host, "beat",
        beat, "started", s->started, "idle",
        s->idle, "step", (json_int_t)s->step, "steps", (json_int_t)s->steps, "epoch",
        s->epoch, "epochs",
        s->epochs, "rate", s->rate, "eta", s->eta, "threads", s->threads, "viewers",
        s->viewers, "params", (json_int_t)s->params,
        "preset", s->name,
        strlen(s->name), "message", s->message, strlen(s->message));
    if (o)
        add_load(o, beat);
    char *line = o ? json_dumps(o, JSON_COMPACT | JSON_REAL_PRECISION(14)) : NULL;
    json_decref(o);
    if (!line)
        return err_set(err, "cannot describe the run '%s': its name is not UTF-8", d->path);
    str_add(&text, line);
    str_addc(&text, '\n');
    free(line);
    char *path = rundir_file(d, "status");
    int bad = file_renew(path, text.s, text.n, err);
    free(path);
    str_release(&text);
    return bad;
}
