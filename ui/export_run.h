/*
 * export_run - `seqsh export RUN`: the records of a run for other programs.
 *
 *   jsonl         the lines of events.jsonl that count: what a resume made void is left out
 *   csv           a row for each step and validation, a column for each metric
 *   tensorboard   an event file: curves, samples, notes and settings
 *
 * It can follow a run as it goes on. When a resume then makes void what was given,
 * everything is given anew, after a line {"ev":"again","step":0}, another header, or
 * (tensorboard) a session that starts at step 0.
 */
#ifndef UI_EXPORT_RUN_H
#define UI_EXPORT_RUN_H

#include "base/err.h"
#include "base/str.h"

enum run_format { RUN_JSONL, RUN_CSV, RUN_TENSORBOARD };

struct export_run {
    enum run_format format;
    const char *out;   /* file, for tensorboard a folder; NULL: stdout */
    bool follow;       /* go on until the run is over */
    int64_t since;     /* only records after this step; -1: all */
};

/* 0, or -1. It ends as of SIGPIPE when nobody reads its stdout any more. */
int export_run(const struct export_run *, const char *dir, struct err *);

/* A record as it is, but for what a terminal might obey: \u009b says the same. */
void export_json(struct str *out, const char *text, size_t n);

/* true, and *format, when it is the name of one. */
bool run_format_find(const char *name, enum run_format *format);

#endif
