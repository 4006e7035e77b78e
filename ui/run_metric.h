/*
 * run_metric - what is measured during a run, by name: the rows that `seqsh get`,
 * `seqsh export` and the watcher choose from.
 */
#ifndef UI_RUN_METRIC_H
#define UI_RUN_METRIC_H

#include "base/err.h"
#include "ui/run_reader.h"

struct run_metric {
    const char *name;
    const char *help;
    const char *ev;         /* the kind of record it stands in */
    enum run_field field;
    enum run_series series;
    const char *tag;        /* in TensorBoard */
    bool log;               /* a logarithmic axis makes sense */
    bool percent;           /* 0 to 1, shown as 0 to 100 % */
};

extern const struct run_metric run_metric_table[]; /* ended by a NULL name */

/* By name or unique abbreviation; NULL: err lists them. */
const struct run_metric *run_metric_find(const char *name, struct err *);

/* Does the record have it? Then *v is its value, NaN where it was no number. */
bool run_metric_in(const struct run_metric *, const struct run_line *, double *v);

#endif
