/*
 * job - a whole training run: data, model, run folder, checkpoints, stopping.
 *
 * Runs on the calling process and prints nothing: events go to the run folder
 * and to the sink. Where mpirun started several processes it is the first one's; the others
 * call follow_run (follow.h).
 *
 *     struct job_options o = { .settings = &s, .dir = "runs/x", .name = "keras-add3",
 *                              .threads = 2, .stop = &flag, .sink = console };
 *     enum job_end end = job_run(&o, &err);
 */
#ifndef RUN_JOB_H
#define RUN_JOB_H

#include "base/err.h"
#include "base/settings.h"
#include "run/event.h"

#include <signal.h>

struct job_options {
    const struct settings *settings; /* ignored when resuming, except for `given` */
    const char *dir;                 /* run folder */
    const char *name;                /* what is trained, for people */
    const char *git;                 /* the revision it is started at; NULL: not known */
    char *const *folder;             /* where else than here a file of examples may be */
    int folders;
    bool resume;
    const char *const *given;        /* NULL-ended "key=value": applied over a resumed config */
    int threads;                     /* 0: all CPUs */
    size_t memory;                   /* bytes that it may take, a smaller batch than the
                                        settings say if need be; 0: any number */
    double patience;                 /* seconds to wait for another process (ranks.h) */
    const volatile sig_atomic_t *stop; /* set by a signal handler: save and end */
    const volatile sig_atomic_t *save; /* incremented by one: save now and go on */
    struct sink sink;                /* put may be NULL */
};

enum job_end {
    JOB_DONE,     /* model.safetensors is there */
    JOB_EARLY,    /* the same, but it was patience that ended it */
    JOB_STOPPED,  /* on request; last.safetensors is there to go on from */
    JOB_KILLED,   /* on request, and nothing was saved */
    JOB_FAILED,   /* err says why */
};

enum job_end job_run(const struct job_options *, struct err *);

#endif
