/*
 * watch - `seqsh watch [DIR|HOST:DIR]...`: all runs of some folders, full screen.
 *
 * A reader like the dashboard: it follows the run folders, and what it shows is a function
 * of its state and the time (watch_draw), what a key does another (watch_key).
 */
#ifndef UI_WATCH_H
#define UI_WATCH_H

#include "ui/hotkey.h"
#include "ui/names.h"
#include "ui/opt.h"
#include "ui/peer.h"
#include "ui/run_fact.h"
#include "ui/run_filter.h"
#include "ui/run_metric.h"
#include "ui/view.h"
#include "ui/viewer.h"

enum watch_low { LOW_CHART, LOW_PROBES, LOW_EVENTS, LOW_PANES }; /* where there is room for one */

/* What is being typed, or asked for. */
enum watch_ask { WATCH_LIST, WATCH_FILTER, WATCH_CONTROL, WATCH_NOTE, WATCH_TAG, WATCH_ADD,
                 WATCH_DELETE };

enum { WATCH_LINE = 200, WATCH_MARKS = 9 };

struct watch {
    struct names places;        /* folders of this machine */
    struct peers peers;     /* and of others */
    struct run_list all;
    struct run_entry **shown;   /* those that fit, in order; borrowed from all */
    int shown_n;
    struct run_entry *at;       /* under the cursor; NULL: none is shown */
    int top, rows;              /* the first line of the list on the screen; how many */
    struct run_filter *filter;
    char filter_text[WATCH_LINE];
    const struct run_fact *sort; /* NULL: by folder and name */
    bool reverse;
    const struct run_metric *metric;
    struct view_options options; /* from, to and cursor in what the x axis shows */
    struct viewer viewer;
    enum watch_low low;
    bool table;                 /* numbers in place of curves */
    bool all_keys;              /* config diff: also those that are equal */
    int help;                   /* which page of it, from 1; 0: none */
    enum watch_ask ask;
    char line[WATCH_LINE];      /* what was typed so far */
    char message[300];          /* an answer to the last key; foreign bytes */
    double scanned;             /* when the folders were read last */
    bool heard;                 /* other machines said something since the last frame */
    struct run_entry *open;     /* to be opened, once the keys are done */
    struct errand errand;       /* a `seqsh ctl` on its way */
};

extern const struct hotkey watch_keys[];

void watch_init(struct watch *);
void watch_release(struct watch *);

/* "runs" or "gpu1:runs"; -1: it cannot be read. */
int watch_add(struct watch *, const char *place, struct err *);

int watch_filter(struct watch *, const char *text, struct err *);

/* Reads what is new; true when there is something new to draw. */
bool watch_poll(struct watch *, double now);

/* Between frames: is an answer of another machine on its way, whose time is taken? Then
 * watch_hear looks for it. */
bool watch_waits(const struct watch *, double now);
void watch_hear(struct watch *, double now);

/* Obeys a key; false: the person wants to leave. */
bool watch_key(struct watch *, int key, double now);

void watch_draw(struct watch *, struct canvas *, double now);

/* What of the runs is on the screen, and in which order: after the filter, the order or the
 * list of runs has changed. */
void watch_choose(struct watch *, double now);

/* The list of runs, into its frame; scrolls to the cursor. */
void watch_draw_list(struct area, struct watch *, double now);

/* Writes the pane that Tab chooses, of a screen of that size, into a text file here. */
int watch_copy(const struct watch *, int w, int h, struct str *said, struct err *);

/* ---- watch_type.c ---- */

/* An answer in the foot line. */
void watch_say(struct watch *, const char *text);

/* A key while a line is typed, or a question is open. */
void watch_type(struct watch *, int key, double now);

/* ---- watch_chart.c ---- */

/* Curves over each other, or their numbers, into a frame. */
void watch_draw_chart(struct area, const struct watch *, const struct run_metric *);

/* Shows so many times less around the cursor or at the end; a factor below 1: more. */
void watch_zoom(struct watch *, double factor);

/* Moves the cursor by so many hundredths of what is shown; first it appears at the end. */
void watch_cursor(struct watch *, int by);

/* "at 4,096: 1 0.1834  2 0.2011", appended. */
void watch_values(const struct watch *, struct str *);

/* Writes the curves as a table; where to and how many rows is appended to `said`. */
int watch_write(const struct watch *, struct str *said, struct err *);

/* ---- watch_pane.c: panes, each into its frame ---- */

void watch_draw_diff(struct area, const struct watch *, double now);
void watch_draw_probes(struct area, const struct watch *);

/* The runs that charts and tables compare: the marked ones by digit, else the one under
 * the cursor. Returns how many. */
int watch_compared(const struct watch *, struct run_entry *e[WATCH_MARKS]);

extern const struct opt watch_options[];

/* argv[0] is "watch"; the exit status. */
int watch_main(int argc, char **argv);

#endif
