/*
 * run_fact - what can be said about a run in a word or a number: the columns of a list
 * of runs, what it is sorted by, what filters ask for. Settings of the run count as well,
 * by their keys.
 */
#ifndef UI_RUN_FACT_H
#define UI_RUN_FACT_H

#include "ui/fmt.h"
#include "ui/run_list.h"

enum fact_kind {
    FACT_TEXT,
    FACT_COUNT,  /* 42,000 */
    FACT_REAL,   /* 0.1834 */
    FACT_PART,   /* 99.4 % */
    FACT_SHORT,  /* 48.2k */
    FACT_CLOCK,  /* seconds, as 00:12:40 */
    FACT_TIME,   /* Unix seconds */
};

struct run_fact {
    const char *name, *help;
    enum fact_kind kind;
    int series;  /* its last value, 0: see below; else enum run_series + 1 */
    double (*number)(const struct run_entry *, double now);
    const char *(*text)(const struct run_entry *);
};

extern const struct run_fact run_fact_table[]; /* ended by a NULL name */

/* By its whole name; NULL: there is none. */
const struct run_fact *run_fact_find(const char *name);

/* NaN: not known, or a text. "": the same. Texts are foreign bytes. */
double run_fact_number(const struct run_fact *, const struct run_entry *, double now);
const char *run_fact_text(const struct run_fact *, const struct run_entry *);

/* As a list shows it, appended; "-" for what is not known. Foreign bytes. */
void run_fact_show(const struct run_fact *, const struct run_entry *, double now,
                   struct str *out);

struct fact_value {
    double v;      /* NaN: not known, or no number */
    char text[64]; /* as it stands in a file, cut; "": not known */
};

/* A fact, a setting, or a metric that this run watches. false: nothing has this name. */
bool run_fact_get(const struct run_entry *, const char *name, double now,
                  struct fact_value *);

/* Is there a fact or a setting of this name? err: the nearest one. */
bool run_fact_known(const char *name, struct err *);

/* Order of two runs: what is not known comes last, also when reversed; the same values
 * in the order of names. */
int run_fact_order(const struct run_fact *, bool reverse, const struct run_entry *,
                   const struct run_entry *, double now);

#endif
