/*
 * theme - what the terminal can show: colours, glyphs, graphs.
 *
 * Drawing code names an ink (what a thing is) and a glyph (what it stands for);
 * only here stands what that looks like. Colour never carries anything alone:
 * every meaning has its glyph, mark or word too. The colours keep apart for the
 * three common kinds of colour blindness (blue against orange; no red against
 * green) and are legible on black and on white.
 *
 *     area_char(a, 0, 0, theme()->glyph[GLYPH_OK], INK_GOOD);
 */
#ifndef UI_THEME_H
#define UI_THEME_H

#include "base/base.h"
#include "base/err.h"

enum ink {
    INK_TEXT,
    INK_STRONG, /* what the eye should find first */
    INK_DIM,    /* labels, units, frames' notes */
    INK_FRAME,
    INK_TITLE,
    INK_BAR,    /* the head and foot line */
    INK_GOOD,
    INK_BAD,
    INK_WARN,
    INK_FAINT,  /* raw data behind a smoothed line */
    INK_1,      /* lines of a chart, in order */
    INK_2,
    INK_3,
    INK_UNSURE, /* a token that had rivals */
    INK_DOUBT,  /* one that was less likely than not */
    INK_HEAT,   /* attention, HEAT_LEVELS inks from least to most */
    INK_COUNT = INK_HEAT + 10
};

enum glyph {
    GLYPH_HLINE,
    GLYPH_VLINE,
    GLYPH_TOP_LEFT,
    GLYPH_TOP_RIGHT,
    GLYPH_LOW_LEFT,
    GLYPH_LOW_RIGHT,
    GLYPH_HEAVY_HLINE,     /* of the pane that has the focus */
    GLYPH_HEAVY_VLINE,
    GLYPH_HEAVY_TOP_LEFT,
    GLYPH_HEAVY_TOP_RIGHT,
    GLYPH_HEAVY_LOW_LEFT,
    GLYPH_HEAVY_LOW_RIGHT,
    GLYPH_MORE,      /* text goes on */
    GLYPH_FULL,      /* of a bar */
    GLYPH_EMPTY,
    GLYPH_DOT,       /* between words */
    GLYPH_LIVE,
    GLYPH_BEST,
    GLYPH_SAVED,
    GLYPH_WARN,
    GLYPH_CONTROL,   /* somebody wanted it */
    GLYPH_COUNT
};

enum { HEAT_LEVELS = INK_COUNT - INK_HEAT };

enum graph { GRAPH_BRAILLE, GRAPH_QUADRANT, GRAPH_BLOCK, GRAPH_ASCII };

enum {
    ATTR_BOLD = 1,
    ATTR_DIM = 2,
    ATTR_REVERSE = 4,
    ATTR_UNDERLINE = 8,
};

/* Glyphs from least to most. */
struct ramp {
    int n;
    uint32_t glyph[10];
};

/* The place of v in a ramp of n, 0 to n - 1: 0 is the least, 1 the most. */
int ramp_level(int n, double v);

struct theme {
    enum graph graph;
    bool utf8;
    int colours;                        /* 0, 8, 16, 256, 2^24 */
    const uint32_t *glyph;              /* [GLYPH_COUNT] */
    const char *right, *wrong, *arrow;  /* words made of glyphs */
    const char *blank;                  /* a blank that can be seen */
    const struct ramp *bar, *shade;
};

/* Reads locale and environment: UTF-8 or not, TERM, NO_COLOR, CLICOLOR_FORCE,
 * SEQSH_GRAPH, SEQSH_THEME. Colours are limited later by what the terminal has. Happens by itself
 * at first use; once more where one of these has changed. */
void theme_init(void);
const struct theme *theme(void);

/* "braille", "quad", "block", "ascii"; -1 for another word, or one that this
 * locale cannot show. */
int theme_graph_set(const char *name, struct err *);

/* "auto", "always", "never": for the next theme_colours(). NO_COLOR wins over auto
 * only. */
int theme_colour_set(const char *when, struct err *);

/* The terminal has n colours; fewer are used if so chosen. CLICOLOR_FORCE makes
 * them at least 8. Returns the colours of the theme from now on. */
int theme_colours(int n);

/* Foreground of an ink with the theme's colours (-1: the terminal's own; see
 * ui/palette.h), and ATTR_ bits. */
int theme_ink(enum ink, int *attrs);

#endif
