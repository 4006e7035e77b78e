/*
 * plot - line charts in an area of a canvas.
 *
 * The same chart in four glyph sets (theme.h): braille, 2 by 4 dots in a cell;
 * quadrants, 2 by 2; blocks, 1 by 8; ASCII, one mark for each line. A line is
 * known by its dash or mark as well as by its colour. Holes in the data (NaN)
 * are gaps, and so are values that a log axis cannot show.
 *
 *     struct plot_line lines[] = { { .series = loss, .mark = '.', .ink = INK_1 } };
 *     struct plot p = { .line = lines, .n = 1, .x_end = 42000, .log_y = true };
 *     plot_draw(area, &p);
 */
#ifndef UI_PLOT_H
#define UI_PLOT_H

#include "base/base.h"
#include "ui/canvas.h"
#include "ui/series.h"

enum plot_dash { PLOT_SOLID, PLOT_DASHED, PLOT_DOTTED };

struct plot_line {
    const struct series *series;
    const struct series *x_of; /* what the x axis shows of a step; NULL: the step itself */
    enum ink ink;
    enum plot_dash dash;
    char mark;   /* in ASCII */
    char label;  /* stands at the end of the line; 0: nothing does */
    double beta; /* smoothing, 0 to below 1: see series_smooth(). The spread of the
                    raw values is drawn faintly behind, where there is colour */
};

struct plot {
    const struct plot_line *line; /* drawn in order, later ones on top */
    int n;
    double x_from, x_end; /* at the edges, in what the x axis shows */
    bool x_clock;  /* x labels are seconds */
    bool log_x;
    double cursor; /* a place on the x axis to be marked; 0: none */
    const double *pin; /* [pins] others, each with its digit from 1 on */
    int pins;
    double lo, hi; /* y at the edges; chosen from the data shown when lo == hi */
    bool log_y;    /* needs something above 0; without it the axis is linear */
    bool sparse;   /* without the spread behind */
    bool percent;  /* y labels for 0 to 1 as 0 to 100 % */
};

/* Draws axes and lines; with no data, says so. */
void plot_draw(struct area, const struct plot *);

/* Is the spread of raw values seen behind smoothed lines? */
bool plot_spreads(const struct plot *);

/* What an x axis shows of a step. */
double plot_x(const struct series *x_of, double step);

/* Of the plot that plot_draw puts into an area, what column x of it stands for; NaN: it is
 * outside the axis. */
double plot_x_at(struct area, const struct plot *, int x);

/* The right edge for a run of `total` steps (<= 0: not known) that has come to
 * step `last`: total, halved while the curve still fits. So dots stay put until
 * the curve reaches the edge, and a whole run fills the whole width. */
int64_t plot_x_end(int64_t last, int64_t total);

#endif
