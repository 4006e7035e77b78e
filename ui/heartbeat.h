/*
 * heartbeat - what a trainer says about itself about once a second (the file
 * `status` of its run folder), and whether it is still there (the file `lock`).
 */
#ifndef UI_HEARTBEAT_H
#define UI_HEARTBEAT_H

#include "base/base.h"

enum run_state {
    RUN_WAITING, /* no status yet */
    RUN_STARTING,
    RUN_RUNNING,
    RUN_PAUSED,
    RUN_VALIDATING,
    RUN_SAVING,
    RUN_DONE,
    RUN_STOPPED,
    RUN_FAILED,
    RUN_LOST,    /* says it runs, but nobody holds its lock */
    RUN_STATES
};

const char *run_state_name(enum run_state); /* "running" */

/* One of the words of a list of runs: WAIT, RUN, PAUSED, DONE, STOPPED, CRASHED, LOST. */
const char *run_state_word(enum run_state);

/* All texts are foreign bytes. */
struct heartbeat {
    enum run_state state;
    long pid;
    char host[64];
    double beat, started;    /* unix seconds; 0: unknown */
    double idle;             /* seconds of it that it was paused */
    int64_t step, steps;     /* steps 0: unknown */
    double epoch, epochs;    /* NaN: unknown */
    double rate, eta;        /* tokens/s; seconds left, -1: unknown */
    int threads, viewers;
    double rss, peak;        /* bytes */
    double cpu, load;        /* CPUs it takes; processes that want one; NaN: unknown */
    int64_t params;
    char preset[64];
    char message[300];
};

void heartbeat_init(struct heartbeat *); /* nothing known */

/* The text of a status file; -1 when it is none, and *h stays as it was. */
int heartbeat_parse(struct heartbeat *h, const char *text, size_t n);

/* Seconds that it has worked, pauses not counted; NaN: unknown. */
double heartbeat_elapsed(const struct heartbeat *);

/* Was it written on this machine? */
bool heartbeat_here(const struct heartbeat *);

/* Is somebody holding the lock file with flock? *pid gets what is written in it,
 * -1 when nothing readable is. No file counts as free. */
bool heartbeat_lock(const char *path, long *pid);

/* The state as it is: `said`, or LOST when that means a trainer at work and there is
 * none. The lock decides on this machine; for another one, 30 s without a heartbeat. */
enum run_state heartbeat_judge(const struct heartbeat *, enum run_state said,
                               const char *lock, double now);

#endif
