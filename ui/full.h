/*
 * full - the prompt as a full screen: the transcript, and panes that look into the current
 * answer while it grows, around the line that is typed.
 *
 * What the shell says goes into a scroll instead of the terminal; readline goes on
 * editing, and this draws its line (struct line_stage). Back on the ordinary screen, what
 * was said meanwhile is printed there, and stays in the terminal's scrollback.
 *
 *     struct full *f = full_new(&shell);
 *     full_toggle(f, &err);                  // F2, /ui
 *     full_free(f);
 */
#ifndef UI_FULL_H
#define UI_FULL_H

#include "run/states.h"
#include "ui/scroll.h"
#include "ui/shell.h"

#include <time.h>

struct pane;

enum { FULL_PANES = 5 };

/* All panes that there is room for; the transcript and one of the others; it alone. */
enum full_layout { FULL_ALL, FULL_TWO, FULL_ONE, FULL_LAYOUTS };

struct full {
    struct shell *sh;
    bool open;
    FILE *sink, *talk, *answers; /* the scroll; what the shell had before */
    struct canvas *canvas;
    struct scroll scroll;
    int first;                   /* line of the scroll that leaving prints first */
    int back;                    /* rows that the transcript is scrolled up */
    const struct pane *focus;    /* NULL: the line that is typed */
    const struct pane *other;    /* than the transcript, that had it last; NULL: none */
    enum full_layout layout;
    bool zoom, help;
    unsigned seen;               /* bit i: pane_table[i] had room in the last picture */
    struct area inside[FULL_PANES]; /* its frame in there; .w 0: it was not drawn */
    bool mouse;                  /* ours, not the terminal's, while the screen is open */
    char message[200];           /* about the last key */

    const struct reply *reply;   /* what the rest is about; NULL: nothing yet */
    int turn;                    /* of it: which question */
    struct reply *live;          /* that, while it is decoded; owned */
    int step, cand, place;       /* cursors: token, candidate, place of the source */
    int row, col;                /* of the map, where the attention pane begins */
    int norm;                    /* of the map: by row, by its maximum, not at all */
    double threshold;            /* weights below are not drawn */
    double *without;             /* of `step`: see struct why; NULL: not wanted */
    int without_step;
    struct reply *odds;          /* the reply's tokens at another temperature; NULL: not asked
                                    for; owned */
    struct ask beam;             /* the reply's search once more; .decode NULL: not yet */
    const struct reply *beam_of;
    int hyp;                     /* hypothesis of it */
    bool pruned;                 /* show those, too */
    int top;                     /* first row of the beam pane */
    struct states states;        /* of the reply's tokens; .n 0: not computed */
    int layer;                   /* of the decoder, whose gates are shown: from the top */
    struct str near;             /* nearest training pairs; empty: not looked for */
};

struct full *full_new(struct shell *);
void full_free(struct full *); /* NULL is fine; closes */

/* Opens, or goes back to the ordinary screen. */
int full_toggle(struct full *, struct err *);

/* A line was typed: shows it in the transcript, if open. */
void full_echo(struct full *, const char *typed);

/* The whole screen, as it stands: for the terminal and for tests. */
void full_draw(struct full *, struct canvas *, const char *prompt, const char *text,
               int point);

/* A key, as of keys_next(); false: it is the line's. */
bool full_key(struct full *, int key);

/* A click or a turn of the wheel, likewise. */
void full_mouse(struct full *, int key);

/* The current answer, or its model, is about to go. */
void full_forget(struct full *);

/* The colours have changed. */
void full_recolour(const struct full *);

/* Had the pane room in the last picture? */
bool full_seen(const struct full *, const struct pane *);

/* Goes with the current answer, or the one that grows: the cursors stay where there is
 * something. */
void full_follow(struct full *);

#endif
