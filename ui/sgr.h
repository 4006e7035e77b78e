/*
 * sgr - inks in running text, where there is no canvas: the prompt's own lines.
 *
 *     sgr_init(stdout);                         // once, after theme_init()
 *     sgr_add(&line, INK_DIM, "p .98");         // with colour, bold or as it is
 */
#ifndef UI_SGR_H
#define UI_SGR_H

#include "ui/canvas.h"
#include "ui/theme.h"

/* Decides whether `out` shows attributes at all, and with how many colours. */
void sgr_init(FILE *out);

/* From now on, inks are written as marks that ui/scroll.h reads, instead of attributes. A
 * mark is a control character, which safe text has none of. */
void sgr_marks(bool on);

enum { SGR_MARK = 14, SGR_MARK_INK = 32, SGR_MARK_END = 15 }; /* then 32 + ink, text, end */

/* Appends text that is ours, or safe already (ui_text). */
void sgr_add(struct str *, enum ink, const char *text);

/* Appends the rows of a canvas, each without the blanks at its end and with a line
 * feed: canvas_dump() in ink. */
void sgr_canvas(struct str *, const struct canvas *);

/* Appends one glyph. */
void sgr_glyph(struct str *, enum ink, uint32_t glyph);

#endif
