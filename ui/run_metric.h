/*
 * run_metric - what is measured during a run, by name: the rows that `seqsh get`,
 * `seqsh export` and the watcher choose from.
 */
#ifndef UI_RUN_METRIC_H
#define UI_RUN_METRIC_H

#include "base/err.h"
#include "ui/run_reader.h"

struct run_metric {
    const char *name;       /* "score": in a run, that of the metric it watches */
    const char *help;
    const char *ev;         /* the kind of record it stands in */
    enum run_field field;
    enum run_series series;
    const char *tag;        /* in TensorBoard */
    bool log;               /* a logarithmic axis makes sense */
    bool percent;           /* 0 to 1, shown as 0 to 100 % */
};

extern const struct run_metric run_metric_table[]; /* ended by a NULL name */

/* What the score is in a run of these settings, which may be NULL: "bleu", where that is
 * watched; "score", where nothing is known. */
const char *run_score_name(const struct settings *);

/* Its name in such a run. */
const char *run_metric_name(const struct run_metric *, const struct settings *);

/* By name, also by that in such a run, or by unique abbreviation; NULL: err lists them. */
const struct run_metric *run_metric_find(const char *name, const struct settings *,
                                         struct err *);

/* Does the record have it? Then *v is its value, NaN where it was no number. */
bool run_metric_in(const struct run_metric *, const struct run_line *, double *v);

#endif
