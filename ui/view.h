/*
 * view - a pane of the dashboard: values of a run to cells of a canvas.
 *
 * A new view is one file with one row, listed in view_table. It draws its own
 * frame into the area it gets, whatever that area's size.
 */
#ifndef UI_VIEW_H
#define UI_VIEW_H

#include "base/base.h"
#include "ui/canvas.h"
#include "ui/run_reader.h"

enum view_axis { VIEW_STEPS, VIEW_TIME, VIEW_TOKENS, VIEW_AXES };

extern const char *const view_axis_name[VIEW_AXES]; /* "step", "time", "tokens" */

enum { VIEW_PINS = 9 };

/* What the person in front of it has chosen. */
struct view_options {
    bool log_y, log_x;
    enum view_axis axis;
    double beta;      /* smoothing, 0 to below 1 */
    int64_t from, to; /* the steps that charts show; to 0: all */
    int64_t cursor;   /* the step that is looked at; 0: none */
    int64_t pin[VIEW_PINS]; /* steps to be found again, in the order they were pinned */
    int pins;
    int probe, back;  /* attention: of which question, how many validations ago */
    int order;        /* how often the lines of a chart have changed places */
    bool alerts;      /* of events, only what is wrong */
    bool sparse;      /* a slow line: less on the screen that changes by itself */

    /* of the chart that is drawn */
    int number, of;   /* which one it is; of how many, where only one is seen */
    bool focus;       /* keys go to this one of several */
};
struct view_options view_options_default(void);

/* Shows so many times less, around the cursor or else at the end; a factor below 1 shows
 * more, up to all. */
void view_zoom(struct view_options *, const struct run_reader *, double factor);

/* The same of charts that end at `all`, and show at least so much of it. */
void view_zoom_in(struct view_options *, double all, double least, double factor);

/* Smooths more (by 1) or less (by -1). */
void view_smooth(struct view_options *, int by);

/* Moves the cursor by so many hundredths of what is shown, and at least to the next place
 * that has a value; by 0, to the nearest that has one. The first time it appears at the end.
 * What is shown follows it. */
void view_cursor(struct view_options *, const struct run_reader *, int by);

/* Pins the cursor's place, or takes its pin away. -1: all are in use. */
int view_pin(struct view_options *);

/* The steps that a bucket of the training curves stands for, around the cursor. */
void view_around(const struct run_reader *, int64_t step, double *from, double *to);

/* What there is to say about the cursor's place, appended: "at 4,096: loss 0.4832 ..." */
void view_values(const struct view_options *, const struct run_reader *, struct str *);

struct chart;

struct view {
    const char *name, *help;
    bool chart; /* one of those the key m goes through */
    const struct chart *lines; /* ui/chart.h; NULL: it is no line chart */
    bool (*has)(const struct run_reader *); /* is there such a thing? NULL: always */
    void (*draw)(struct area, const struct run_reader *, const struct view_options *);
};

extern const struct view view_loss, view_accuracy, view_gnorm, view_lr, view_rate;
extern const struct view view_ppl, view_score;
extern const struct view view_now, view_samples, view_events, view_attention;

extern const struct view *const view_table[]; /* NULL-ended, charts first */

/* What the x axis shows of a step; NULL: the step itself. */
const struct series *view_x(const struct view_options *, const struct run_reader *);

/* The frame of a view with its title, and a note at the right of the upper edge. */
struct area view_frame(struct area, const char *title, const char *note);

#endif
