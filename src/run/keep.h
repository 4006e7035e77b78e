/*
 * keep - the best models of a run side by side, until it is over and they become one.
 *
 * After each validation that is among the settings.best_of best, the weights are put into
 * the run folder as best-STEP.safetensors, and what is no longer among them is removed. At
 * the end they are averaged, as in Junczys-Dowmunt et al. 2016.
 */
#ifndef RUN_KEEP_H
#define RUN_KEEP_H

#include "run/rundir.h"
#include "run/train.h"

enum { KEEP_MOST = 64 };

/* Brings the folder up to date, right after a validation. */
int keep_update(const struct rundir *, struct trainer *, int best_of, struct err *);

/* The mean of those kept, ready to decode; NULL with err, also if there is none. */
struct model *keep_mean(const struct rundir *, const struct trainer *, int best_of,
                        struct err *);

/* Removes all, of whatever run. */
void keep_clear(const struct rundir *);

#endif
