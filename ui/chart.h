/*
 * chart - a view that is a line chart of some series of a run: frame, legend,
 * count of values that are no numbers, plot.
 */
#ifndef UI_CHART_H
#define UI_CHART_H

#include "ui/view.h"

enum { CHART_LINES = 3 };

struct chart_line {
    enum run_series series;
    const char *name; /* in the legend; NULL: no more lines */
    bool noisy;       /* smoothed as much as chosen */
};

struct chart {
    const char *title;
    const char *(*name)(const struct run_reader *); /* in place of the title; may be NULL */
    struct chart_line line[CHART_LINES]; /* drawn in order, the last on top */
    bool may_log;   /* obeys the choice of a log axis */
    bool percent;   /* 0 to 1, shown as 0 to 100 % */
    const char *unit;
    bool ahead;     /* the learning rate: its schedule goes on to the end of the run */
    void (*note)(const struct run_reader *, struct str *); /* appends a word or two to the
                       title; may be NULL */
};

/* The step that column x of a chart's area stands for; 0: none. */
int64_t chart_step(struct area, int x, const struct run_reader *, const struct view_options *,
                   const struct chart *);

void chart_draw(struct area, const struct run_reader *, const struct view_options *,
                const struct chart *);

#endif
