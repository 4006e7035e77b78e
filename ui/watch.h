/*
 * watch - `seqsh watch [DIR|HOST:DIR]...`: all runs of some folders, full screen.
 *
 * A reader like the dashboard: it follows the run folders, and what it shows is a function
 * of its state and the time (watch_draw), what a key does another (watch_key).
 */
#ifndef UI_WATCH_H
#define UI_WATCH_H

#include "ui/names.h"
#include "ui/opt.h"
#include "ui/peer.h"
#include "ui/run_fact.h"
#include "ui/run_filter.h"
#include "ui/run_metric.h"
#include "ui/view.h"

enum watch_low { LOW_CHART, LOW_PROBES, LOW_EVENTS, LOW_PANES }; /* where there is room for one */

enum watch_ask { WATCH_LIST, WATCH_FILTER, WATCH_CONTROL }; /* what is being typed */

enum { WATCH_LINE = 200, WATCH_MARKS = 9 };

struct watch {
    struct names places;        /* folders of this machine */
    struct peers peers;     /* and of others */
    struct run_list all;
    struct run_entry **shown;   /* those that fit, in order; borrowed from all */
    int shown_n;
    struct run_entry *at;       /* under the cursor; NULL: none is shown */
    int top;                    /* the first line of the list on the screen */
    struct run_filter *filter;
    char filter_text[WATCH_LINE];
    const struct run_fact *sort; /* NULL: by folder and name */
    bool reverse;
    const struct run_metric *metric;
    struct view_options options;
    enum watch_low low;
    bool all_keys;              /* config diff: also those that are equal */
    bool help;
    enum watch_ask ask;
    char line[WATCH_LINE];      /* what was typed so far */
    char message[300];          /* an answer to the last key; foreign bytes */
    double scanned;             /* when the folders were read last */
    struct run_entry *open;     /* to be opened, once the keys are done */
    struct errand errand;       /* a `seqsh ctl` on its way */
};

struct watch_key {
    int key;
    const char *name, *hint, *help;
    void (*press)(struct watch *, double now); /* NULL: leaves */
};

extern const struct watch_key watch_keys[]; /* ended by a NULL name */

void watch_init(struct watch *);
void watch_release(struct watch *);

/* "runs" or "gpu1:runs"; -1: it cannot be read. */
int watch_add(struct watch *, const char *place, struct err *);

int watch_filter(struct watch *, const char *text, struct err *);

/* Reads what is new; true when there is something new to draw. */
bool watch_poll(struct watch *, double now);

/* Obeys a key; false: the person wants to leave. */
bool watch_key(struct watch *, int key, double now);

void watch_draw(struct watch *, struct canvas *, double now);

/* The panes of watch_pane.c, each into its frame. */
void watch_draw_chart(struct area, const struct watch *, const struct run_metric *);
void watch_draw_diff(struct area, const struct watch *, double now);
void watch_draw_probes(struct area, const struct watch *);

/* The runs that charts and tables compare: the marked ones by digit, else the one under
 * the cursor. Returns how many. */
int watch_compared(const struct watch *, struct run_entry *e[WATCH_MARKS]);

extern const struct opt watch_options[];

/* argv[0] is "watch"; the exit status. */
int watch_main(int argc, char **argv);

#endif
