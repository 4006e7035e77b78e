/*
 * scroll - lines of running text with inks in it (sgr_marks), as a pane shows them: the
 * last ones, or those further up; wrapped to its width.
 *
 *     struct scroll s = { 0 };
 *     scroll_add(&s, bytes, n);
 *     scroll_draw(area, &s, 0);          // the end of it
 *     scroll_text(&s, from, &out);       // out of the pane again, in colours
 *     scroll_release(&s);
 */
#ifndef UI_SCROLL_H
#define UI_SCROLL_H

#include "ui/canvas.h"

struct scroll {
    char **line;     /* owned; marks in it */
    int n, cap;
    int dropped;     /* lines that were too many, the oldest */
    struct str open; /* the last line, which has no end yet */
};

void scroll_release(struct scroll *);

/* Text that is safe (ui_text), with line feeds and marks. */
void scroll_add(struct scroll *, const char *text, size_t n);

/* Draws the last rows but `back`; returns how many rows there are, or that there are
 * at least area.h + back. */
int scroll_draw(struct area, const struct scroll *, int back);

/* Such text from its beginning, row after row, not wrapped but cut; the first `skip` rows are
 * left out. Returns how many there are. */
int scroll_page(struct area, const char *text, int skip);

/* Appends the lines from number `from` on with attributes in place of marks: not while
 * sgr_marks() is on. */
void scroll_text(const struct scroll *, int from, struct str *);

#endif
