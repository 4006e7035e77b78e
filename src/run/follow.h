/*
 * follow - a training run as all processes but the first see it: the leader (job.h) says
 * what to train and where it stands; a follower reads the same data, works on its shards,
 * and neither writes nor says anything.
 */
#ifndef RUN_FOLLOW_H
#define RUN_FOLLOW_H

#include "run/job.h"

/* What the leader tells the others before each piece of work. */
struct course {
    bool stop;       /* it is over */
    bool rest;       /* nothing to do, for a moment */
    bool validate;   /* a validation is going on, or to be begun */
    double lr, clip; /* the settings, which people may change meanwhile */
};

/* Of the options: folder, folders, threads, patience and stop. */
enum job_end follow_run(const struct job_options *, struct err *);

#endif
