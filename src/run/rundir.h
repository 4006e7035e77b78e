/*
 * rundir - the folder of a run, as its trainer sees it: the only writer.
 *
 *   config            every setting, `key = value`
 *   events.jsonl      one record per line, one write each
 *   status            a JSON object, replaced about once a second: the heartbeat
 *   ctl.sock          the control socket, run/control.h
 *   lock              held with flock while the trainer lives; its pid is inside
 *   last.safetensors  the newest checkpoint, to go on from
 *   best.safetensors  the best validation so far
 *   best-STEP.safetensors  the best ones, where some are averaged in the end
 *   model.safetensors what to open when the run is over
 *   skipped.tsv       examples that were left out; console.log: what a detached trainer said
 *   tags              words to find it by, run/tags.h
 *   view              how its dashboard was left, ui/dash_view.c
 *
 * Readers (dashboards, watchers, the prompt) need nothing but these files.
 */
#ifndef RUN_RUNDIR_H
#define RUN_RUNDIR_H

#include "base/err.h"
#include "base/settings.h"
#include "run/event.h"

struct rundir {
    char *path;
    int lock, events; /* file descriptors, -1: none */
};

/* Makes the folder if need be, takes the lock, and removes the parts of files that a killed
 * trainer has left. Refused when another trainer holds the lock, naming its pid. */
int rundir_open(struct rundir *, const char *path, struct err *);
void rundir_close(struct rundir *); /* gives the lock back */

/* Deletes the run in a folder, and the folder itself. -1: a trainer holds its lock, or it has
 * files that are no run's: those stay. */
int rundir_delete(const char *path, struct err *);

/* "PATH/NAME"; the caller frees. */
char *rundir_file(const struct rundir *, const char *name);

int rundir_put_config(struct rundir *, const struct settings *, struct err *);

/* Starts events.jsonl anew, or (resume) goes on after its last whole line. */
int rundir_open_events(struct rundir *, bool resume, struct err *);
int rundir_put_event(struct rundir *, const struct event *, struct err *);

struct run_status {
    const char *state;   /* starting running paused validating saving done stopped failed */
    const char *name, *message;
    int64_t step, steps, params;
    double epoch, epochs, rate;
    double started;      /* Unix seconds */
    double idle;         /* seconds of it spent paused */
    double eta;          /* seconds left, -1: unknown */
    int threads, viewers;
};
int rundir_put_status(struct rundir *, const struct run_status *, struct err *);

#endif
