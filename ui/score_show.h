/*
 * score_show - scores as lines, as a table of systems, and as JSON.
 */
#ifndef UI_SCORE_SHOW_H
#define UI_SCORE_SHOW_H

#include "metric/resample.h"

#include <jansson.h>

struct score {
    const char *system;      /* a file name: foreign bytes */
    struct measure measure;
    double score;
    bool resampled, paired;
    struct interval interval; /* if resampled */
    double p;                 /* if paired: beside the first system */
};

struct score_set {
    const struct score *score; /* [metrics, systems] */
    int metrics, systems, lines, resamples;
    uint64_t seed;
};

struct score_style {
    int width; /* decimals; two more for what is between 0 and 1 */
    bool json;
};

/* One system: "LABEL|SIGNATURE = SCORE ..." for each metric. Several: a table. */
void score_show(const struct score_set *, const struct score_style *);

/* One system: a line for each of its lines. */
void score_show_lines(const struct score_set *, const struct score_style *);

/* The array of a system's scores, for JSON. */
json_t *score_json(const struct score_set *, int system);

/* "BLEU|nrefs:1|... = 48.40 75.0/...", appended. */
void score_line(const struct score_set *, const struct score *, int width, struct str *);

#endif
