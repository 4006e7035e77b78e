/*
 * heat - attention as a map: a row for each token of the answer, a column for each
 * piece of the source, in each cell how much the one looked at the other.
 *
 *           9    9    +    1
 *      1  ++++ ====      ====
 *      0       ++++ ---- %%%%
 *
 * A cell's glyph is the level of its weight in the theme's ramp, 0 to 1; its colour
 * says the same in HEAT_LEVELS steps. Labels wider than a cell stand upright.
 */
#ifndef UI_HEAT_H
#define UI_HEAT_H

#include "ui/reply.h"
#include "ui/canvas.h"

struct heat {
    int rows, cols;
    const char *const *row, *const *col; /* labels; foreign bytes */
    const real *const *x;                /* [rows][cols], 0 to 1 */
};

/* How it is laid out in a width: columns of the labels, of a cell, and between two. */
struct heat_fit {
    int label, cell, gap;
    int head; /* rows of the labels on top: 1, or more if they stand upright */
    int cols; /* columns of the map that fit */
};

struct heat_fit heat_fit(const struct heat *, int width);

/* Draws the rows and columns from (row, col) on that find room, with the labels. */
void heat_draw(struct area, const struct heat *, const struct heat_fit *, int row, int col);

/* All of it as running text: as many blocks below each other as it takes. */
void heat_add(const struct heat *, int width, struct str *);

/* The attention of an answer; false: it has none. Borrows; release frees the rest. */
bool heat_of_reply(struct heat *, const struct reply *);
void heat_release(struct heat *);

#endif
