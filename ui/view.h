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

/* What the person in front of it has chosen. */
struct view_options {
    bool log_y;
    double beta; /* smoothing, 0 to below 1 */
};

struct view {
    const char *name, *help;
    bool chart; /* one of those the key m goes through */
    void (*draw)(struct area, const struct run_reader *, const struct view_options *);
};

extern const struct view view_loss, view_accuracy, view_gnorm, view_lr, view_rate;
extern const struct view view_now, view_samples, view_events;

extern const struct view *const view_table[]; /* NULL-ended, charts first */

/* The frame of a view with its title, and a note at the right of the upper edge. */
struct area view_frame(struct area, const char *title, const char *note);

#endif
