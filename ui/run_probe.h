/*
 * run_probe - where a model looked while it answered a few fixed questions, validation by
 * validation: what a run's records say about it, thinned out evenly when they are many,
 * so that memory does not grow with the run.
 */
#ifndef UI_RUN_PROBE_H
#define UI_RUN_PROBE_H

#include "base/base.h"

#include <jansson.h>

enum { RUN_PROBES = 4, RUN_SHOTS = 64, RUN_SHOT_SIDE = 48 };

/* One answer at one step. All texts are foreign bytes. */
struct run_shot {
    int64_t step;
    uint64_t number; /* among those of its question */
    char *question, *guess;
    int rows, cols;
    char *row[RUN_SHOT_SIDE], *col[RUN_SHOT_SIDE];
    float level[RUN_SHOT_SIDE][RUN_SHOT_SIDE]; /* 0 to 1 */
};

struct run_probes {
    struct run_shot *shot[RUN_PROBES][RUN_SHOTS]; /* oldest first */
    int n[RUN_PROBES];
    uint64_t seen[RUN_PROBES];
    int halved[RUN_PROBES]; /* how often: one of 2^halved is kept, and the newest */
    int probes; /* how many there are of them */
};

/* A "probe" record; one that is damaged is left out. */
void run_probes_add(struct run_probes *, int64_t step, const json_t *record);
void run_probes_clear(struct run_probes *);

/* The mean over the rows of how widely the model looks, in bits; 0: at one place. */
double run_shot_bits(const struct run_shot *);

#endif
