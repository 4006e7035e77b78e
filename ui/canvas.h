/*
 * canvas - a grid of cells in memory: what a screen shows before it is shown.
 *
 * Views draw here and know no terminal; screen.c carries the difference to the
 * terminal, canvas_dump() makes text of it for tests and for pipes.
 *
 * Drawing goes through an area: a rectangle of a canvas with its own origin.
 * What does not fit is clipped, so a view cannot draw outside its area. Text
 * always passes ui_text(), so a cell never holds a control or a character of
 * doubtful width.
 *
 *     struct canvas *c = canvas_new(80, 24);
 *     struct area in = area_box(canvas_area(c), "loss", INK_FRAME);
 *     area_text(in, 0, 0, INK_TEXT, name);
 *     canvas_free(c);
 */
#ifndef UI_CANVAS_H
#define UI_CANVAS_H

#include "base/base.h"
#include "base/str.h"
#include "ui/theme.h"
#include "ui/ui_text.h"

struct canvas_cell {
    uint32_t ch[1 + UI_MARKS]; /* a character and its marks, 0 after the last */
    uint8_t width;             /* 1, 2; 0: the right half of the cell before */
    uint8_t ink;               /* enum ink */
};

struct canvas {
    int w, h;
    struct canvas_cell *cells; /* [h][w] */
};

struct area {
    struct canvas *on;
    int x, y, w, h;
};

struct canvas *canvas_new(int w, int h); /* blank; w and h at least 1 */
void canvas_free(struct canvas *);       /* NULL is fine */
void canvas_resize(struct canvas *, int w, int h); /* and blank */
void canvas_clear(struct canvas *);

static inline struct canvas_cell *canvas_cell(const struct canvas *c, int x, int y)
{
    return &c->cells[(size_t)y * (size_t)c->w + (size_t)x];
}

/* Appends the rows, each without the blanks at its end and with a line feed. */
void canvas_dump(const struct canvas *, struct str *out);

/* The same into a file; said, appended: that this was done. */
int canvas_save(const struct canvas *, const char *file, struct str *said, struct err *err);

struct area canvas_area(struct canvas *);

/* A part of an area, cut to what lies within; w or h may come out 0. */
struct area area_sub(struct area, int x, int y, int w, int h);

void area_fill(struct area, uint32_t ch, enum ink);

/* One character of ours (a glyph); a wide one must fit whole. */
void area_char(struct area, int x, int y, uint32_t ch, enum ink);

/* Text from (x, y) on, clipped at the edge: foreign or ours. Returns the columns
 * it takes or would take. */
int area_text(struct area, int x, int y, enum ink, const char *text);
int area_textn(struct area, int x, int y, enum ink, const char *text, size_t n);
int area_textf(struct area, int x, int y, enum ink, const char *fmt, ...)
    PRINTF_LIKE(5, 6);

/* The same in at most w columns, ending in the glyph for "more" where it was cut. */
int area_field(struct area, int x, int y, int w, enum ink, const char *text, size_t n);

/* Text that ends at column x (exclusive). Returns the column where it starts. */
int area_right(struct area, int x, int y, enum ink, const char *text);

/* A frame with a title in its upper edge; returns what is inside (nothing when the
 * area is smaller than 3 by 3). */
struct area area_box(struct area, const char *title, enum ink);

/* Makes the frame drawn around an area a heavy one: keys go there. */
void area_heavy(struct area);

#endif
