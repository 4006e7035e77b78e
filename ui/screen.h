/*
 * screen - the terminal in full-screen mode; the only place that knows curses.
 *
 * A canvas goes out by difference to the one before: what did not change costs no
 * byte. Keys, resizes and stops come in through one call. The mouse is left to the
 * terminal unless screen_mouse() wants it, and the terminal is never asked anything
 * (answers would turn up as typed text on a slow line).
 *
 *     if (screen_open(&err) < 0) ...
 *     for (;;) {
 *         screen_show(canvas);
 *         switch (screen_key(500)) { case 'q': screen_close(); return; ... }
 *     }
 */
#ifndef UI_SCREEN_H
#define UI_SCREEN_H

#include "base/base.h"
#include "base/err.h"
#include "ui/canvas.h"

/* Beside characters (1 to 127) and the bytes of others (128 to 255). */
enum screen_key {
    SCREEN_NONE = 0, /* time is up */
    SCREEN_ESCAPE = 27,
    SCREEN_UP = 256,
    SCREEN_DOWN,
    SCREEN_LEFT,
    SCREEN_RIGHT,
    SCREEN_HOME,
    SCREEN_END,
    SCREEN_PAGE_UP,
    SCREEN_PAGE_DOWN,
    SCREEN_BACK_TAB,
    SCREEN_F1,
    SCREEN_F2,
    SCREEN_F3,
    SCREEN_F4,
    SCREEN_F6,
    SCREEN_F9,
    SCREEN_F11,
    SCREEN_PASTE,    /* what is pasted follows (ui/keys.h) */
    SCREEN_RESIZED,  /* ask for the size and draw anew */
    SCREEN_RESUMED,  /* was stopped and goes on: the same */
    SCREEN_GONE,     /* the terminal is no more */
    SCREEN_OTHER,    /* a key that means nothing here */
    /* What the mouse does, and, added to it, where: see SCREEN_AT_X, SCREEN_AT_Y. */
    SCREEN_CLICK = 1 << 24,
    SCREEN_WHEEL_UP = 2 << 24,
    SCREEN_WHEEL_DOWN = 3 << 24,
    SCREEN_POINTER = 4 << 24, /* anything else */
};

/* Of a key from SCREEN_CLICK on: what was done, and the cell, from 0. */
#define SCREEN_DONE(key) ((key) & ~0xffffff)
#define SCREEN_AT_X(key) ((key) & 0xfff)
#define SCREEN_AT_Y(key) ((key) >> 12 & 0xfff)

/* That key; cells beyond the screen are its edges. */
int screen_mouse_key(int done, long x, long y);

#define SCREEN_CTRL(c) ((c) & 31)

/* Is there a terminal on both sides that can be drawn on? */
bool screen_possible(void);

/* Colours of the terminal that TERM names; -1: nothing is known about it. */
int screen_terminfo_colours(void);

const char *screen_library(void); /* "ncurses 6.4.20221231" */

/* Enters full-screen mode. -1: the terminal cannot do that; nothing was changed. */
int screen_open(struct err *);
void screen_close(void); /* back to what was; harmless when not open */

/* The same for drawing alone: keys, signals and stops are the business of somebody else
 * (ui/line.h), who calls screen_leave() before the terminal is somebody else's for a while,
 * screen_enter() after it, and screen_resize() when it has another size. */
int screen_open_to_draw(struct err *);
void screen_leave(void);
void screen_enter(void);
void screen_resize(void);

void screen_recolour(void); /* the theme's colours have changed */

/* Hears clicks and the wheel, or leaves them to the terminal, as at first. */
void screen_mouse(bool on);

/* For a slow line: the bytes of a key may come so many milliseconds apart. */
void screen_patience(int ms);

/* Bytes that the last show has sent; -1: not known. */
int screen_sent(void);

/* Where the next show leaves the cursor; x < 0: it is not seen. */
void screen_cursor(int x, int y);

void screen_size(int *w, int *h);
void screen_show(const struct canvas *); /* of the screen's size, or it is clipped */
void screen_repaint(void);               /* the next show sends everything */

/* Waits for at most so many milliseconds. Ctrl-Z and Ctrl-\ are served inside: as
 * modes go, they are ours. */
int screen_key(int timeout_ms);

#endif
