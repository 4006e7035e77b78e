/*
 * raster - a grid of dots over cells, each cell in the ink of what was drawn last into it:
 * braille, 2 by 4 dots in a cell; quadrants, 2 by 2; blocks, 1 by 8; ASCII, one mark.
 */
#ifndef UI_RASTER_H
#define UI_RASTER_H

#include "base/base.h"
#include "ui/canvas.h"

struct raster {
    int w, h;   /* cells */
    int dw, dh; /* dots in a cell, dw * dh <= 8 */
    struct spot {
        uint8_t mask; /* bit dy * dw + dx */
        uint8_t ink;
        char mark, label; /* label: instead of dots and mark; 0: none */
    } *spot;      /* [h][w] */
};

/* In the theme's graph, of so many cells. */
void raster_init(struct raster *, int w, int h);
void raster_release(struct raster *);

/* Dot (x, y); outside is nowhere. Dots of a line take a cell over from what is faint. */
void raster_dot(struct raster *, int x, int y, enum ink, char mark);

/* A character in place of the cell that has dot (x, y), which is one with dots in it. */
void raster_label(struct raster *, int x, int y, char label);

void raster_draw(const struct raster *, struct area);

#endif
