/*
 * dash - the training dashboard: a reader of a run folder, full screen.
 *
 * It can come and go as it likes; the trainer keeps no track of it. What it shows is a
 * function of its state and the time (dash_draw), what a key does another (dash_key):
 * both work without a terminal, and dash_main() puts them on one. What a person wants of
 * the run goes to its trainer through the control socket (remote.h).
 */
#ifndef UI_DASH_H
#define UI_DASH_H

#include "base/base.h"
#include "base/str.h"
#include "ui/entry.h"
#include "ui/remote.h"
#include "ui/view.h"
#include "ui/viewer.h"

enum dash_ask {
    ASK_NOTHING,
    ASK_STOP,      /* stop and save: y or n */
    ASK_KILL,      /* end without saving: y or n */
    ASK_INTERRUPT, /* Ctrl-C was typed: once more within 3 seconds stops */
    ASK_MENU,      /* q was typed: leave, stop, kill, or go back */
};

struct dash {
    struct run_reader *run;
    struct view_options options;
    struct viewer viewer;
    int chart;        /* which one keys go to; all there is, where there is room for one */
    char filter[80];  /* of charts, by name */
    bool alone;       /* that chart, and nothing else */
    bool table;       /* numbers in place of the panes, from row `row` on */
    int row;
    int help;         /* which page of it, from 1; 0: none */
    bool ours;        /* the trainer was started for this dashboard */
    bool left;        /* the person has had enough */
    enum dash_ask ask;
    double asked;     /* when */
    double stopping;  /* since when we wait for the trainer's end; 0: we do not */
    struct remote remote;
    double called;    /* when the trainer was last tried */
    struct entry entry, search; /* the lines behind `:` and behind `/` */
    struct str kept;  /* of what was chosen, as it stands in the folder */
    double disk;      /* bytes free for the run; NaN: unknown */
    double net;       /* bytes a second that went to the terminal; NaN: unknown */
    char message[300]; /* an answer to the last key; may quote foreign bytes */
};

void dash_init(struct dash *, const char *run_dir, bool ours);
void dash_release(struct dash *);

/* Reads what is new in the folder, and what the trainer answers; true when there is
 * something new to draw. */
bool dash_poll(struct dash *, double now);

/* Obeys a key; false: the person wants to leave. */
bool dash_key(struct dash *, int key, double now);

/* How it was left, out of the run's folder; and into it, where that has changed. What is
 * damaged is ignored, with a notice. */
void dash_view_load(struct dash *);
void dash_view_keep(struct dash *);

/* A line for the trainer, as typed behind `:` (run/directive.h). */
void dash_tell(struct dash *, const char *line, double now);

/* Is an answer on its way? Then dash_hear looks for it. true: something is to be shown. */
bool dash_waits(const struct dash *);
bool dash_hear(struct dash *);

/* The stop that was asked for is over, one way or another: time to leave. */
bool dash_stopped(const struct dash *);

/* The whole screen. */
void dash_draw(const struct dash *, struct canvas *, double now);

/* One line about how it stands with the run, appended (foreign bytes in it). */
void dash_summary(const struct dash *, struct str *);

/* 0: all well; 3: ended by patience; 75: stopped on request; 137: the same, not saved; 1:
 * failed or lost. A viewer of somebody else's run only answers for what it asked for. */
int dash_status(const struct dash *);

/* `seqsh attach` and `seqsh train` in a terminal: shows the run until the person
 * leaves, prints the summary, returns the exit status. Without a terminal, the same
 * as dash_print. ours: this program started the trainer. */
int dash_main(const char *run_dir, bool ours, const struct viewer *);

/* One screen as text, as large as COLUMNS and LINES say (80 by 24). Returns 0. */
int dash_print(const char *run_dir);

#endif
