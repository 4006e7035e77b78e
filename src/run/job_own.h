/*
 * job_own - the inside of a training run, shared by job.c (its course), job_memory.c (what
 * it takes) and directive.c (what people want of it meanwhile). Nobody else includes it.
 */
#ifndef RUN_JOB_OWN_H
#define RUN_JOB_OWN_H

#include "corpora/reader.h"
#include "run/alert.h"
#include "run/control.h"
#include "run/job.h"
#include "run/rundir.h"
#include "run/train.h"

struct job {
    const struct job_options *opt;
    struct settings set;
    struct rundir dir;
    struct dataset data;
    struct model *model;
    struct trainer *trainer;
    struct run_status status;
    double beat, saved;    /* when the status and the last checkpoint were written */
    double step_began;     /* clock and step when this process began to train */
    int64_t step_first;
    int64_t saved_step;    /* of the last checkpoint of this process; -1: none yet */
    int seen_save;
    struct err write_error;
    bool write_failed;

    struct alert alert;
    struct control *control;      /* NULL: there is no socket */
    char by[CONTROL_NAME];        /* who has paused it; "": it is not paused */
    double paused, idle;          /* since when; seconds of the pauses before */
    bool stop, killed;            /* somebody said so; killed: do not save */
    int64_t stop_at;              /* 0: at no step but the last */
};

double job_clock(void); /* Unix seconds */

/* Emits the event, with time, step and epoch. */
void job_put(struct job *, struct event *);

/* Writes the status; state as of run_status. And as it stands between two steps. */
void job_beat(struct job *, const char *state, const char *message);
void job_tell(struct job *);

/* A trainer for the model, in place of the one there may be. */
void job_new_trainer(struct job *);

/* Tells how much memory the run is going to take; where it must not take that much, with a
 * smaller batch. -1: it cannot be done, or was begun with this batch. */
int job_fit(struct job *, struct err *);

/* Writes last.safetensors and tells of it. */
int job_save(struct job *, size_t *bytes, struct err *);

/* Not being able to write is told as an event, and the run goes on. */
void job_trouble(struct job *, const struct err *);

#endif
