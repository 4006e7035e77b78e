#include "ui/heartbeat.h"

#include "base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <math.h>
#include <sys/file.h>
#include <unistd.h>

enum { SILENCE = 30 }; /* seconds without a heartbeat until a remote run is lost */

static const char *const state_name[RUN_STATES] = {
    [RUN_WAITING] = "waiting",       [RUN_STARTING] = "starting",
    [RUN_RUNNING] = "running",       [RUN_PAUSED] = "paused",
    [RUN_VALIDATING] = "validating", [RUN_SAVING] = "saving",
    [RUN_DONE] = "done",             [RUN_STOPPED] = "stopped",
    [RUN_FAILED] = "failed",         [RUN_LOST] = "lost",
};

const char *run_state_name(enum run_state state)
{
    return state_name[state];
}

const char *run_state_word(enum run_state state)
{
    switch (state) {
    case RUN_WAITING: return "WAIT";
    case RUN_PAUSED: return "PAUSED";
    case RUN_DONE: return "DONE";
    case RUN_STOPPED: return "STOPPED";
    case RUN_FAILED: return "CRASHED";
    case RUN_LOST: return "LOST";
    default: return "RUN";
    }
}

static double number(const json_t *o, const char *key, double otherwise)
{
    const json_t *v = json_object_get(o, key);
    return json_is_number(v) ? json_number_value(v) : otherwise;
}

/* A count: 0 for what cannot be one. */
static int64_t count(const json_t *o, const char *key)
{
    double v = number(o, key, 0);
    return v > 0 && v < 1e15 ? (int64_t)v : 0;
}

static void text(const json_t *o, const char *key, char *buf, size_t n)
{
    const char *s = json_string_value(json_object_get(o, key));
    snprintf(buf, n, "%s", s ? s : "");
}

void heartbeat_init(struct heartbeat *h)
{
    *h = (struct heartbeat){
        .epoch = NAN, .epochs = NAN, .rate = NAN, .rss = NAN, .peak = NAN,
        .cpu = NAN, .load = NAN, .eta = -1
    };
}

int heartbeat_parse(struct heartbeat *h, const char *bytes, size_t n)
{
    json_t *o = json_loadb(bytes, n, 0, NULL);
    const char *name = json_string_value(json_object_get(o, "state"));
    int state = 0;
    while (name && state < RUN_LOST && strcmp(name, state_name[state]) != 0)
        state++;
    if (!name || state == RUN_LOST) {
        json_decref(o);
        return -1;
    }
    *h = (struct heartbeat){
        .state = (enum run_state)state,
        .pid = (long)count(o, "pid"),
        .beat = number(o, "beat", 0),
        .started = number(o, "started", 0),
        .idle = number(o, "idle", 0),
        .step = count(o, "step"),
        .steps = count(o, "steps"),
        .epoch = number(o, "epoch", NAN),
        .epochs = number(o, "epochs", NAN),
        .rate = number(o, "rate", NAN),
        .eta = number(o, "eta", -1),
        .threads = (int)MIN(count(o, "threads"), 9999),
        .viewers = (int)MIN(count(o, "viewers"), 9999),
        .rss = number(o, "rss", NAN),
        .peak = number(o, "peak", NAN),
        .cpu = number(o, "cpu", NAN),
        .load = number(o, "load", NAN),
        .params = count(o, "params"),
    };
    text(o, "host", h->host, sizeof h->host);
    text(o, "preset", h->preset, sizeof h->preset);
    text(o, "message", h->message, sizeof h->message);
    json_decref(o);
    return 0;
}

double heartbeat_elapsed(const struct heartbeat *h)
{
    return h->started > 0 && h->beat >= h->started ? h->beat - h->started - h->idle : NAN;
}

bool heartbeat_lock(const char *path, long *pid)
{
    char buf[32];
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    *pid = -1;
    if (fd < 0)
        return false;
    ssize_t n = read(fd, buf, sizeof buf - 1);
    if (n > 0) {
        buf[n] = '\0';
        buf[strcspn(buf, " \r\n")] = '\0';
        if (!parse_long(buf, 2, INT32_MAX, pid))
            *pid = -1;
    }
    bool held = flock(fd, LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK;
    close(fd); /* gives back the shared lock if we got it */
    return held;
}

bool heartbeat_here(const struct heartbeat *h)
{
    char host[sizeof h->host];
    if (!h->host[0] || gethostname(host, sizeof host) < 0)
        return true;
    host[sizeof host - 1] = '\0';
    return !strcmp(host, h->host);
}

enum run_state heartbeat_judge(const struct heartbeat *h, enum run_state said,
                               const char *lock, double now)
{
    long pid;
    bool at_work = said >= RUN_STARTING && said <= RUN_SAVING;
    if (!at_work || heartbeat_lock(lock, &pid))
        return said;
    if (!heartbeat_here(h) && now - h->beat <= SILENCE)
        return said;
    return RUN_LOST;
}
