/*
 * pane - the panes of the full-screen prompt, a row each. A pane draws what it knows of
 * f->reply, which is not NULL and has tokens, but for the transcript, and takes keys while
 * it has the focus.
 */
#ifndef UI_PANE_H
#define UI_PANE_H

#include "ui/full.h"
#include "ui/keys.h"

struct pane_key {
    const char *name, *help;
    const char *hint; /* a word of it, for the foot of the screen */
};

struct pane {
    const char *name;
    /* Appends what stands in the upper edge, behind the name. */
    void (*title)(const struct full *, struct str *);
    void (*draw)(struct full *, struct area);
    bool (*key)(struct full *, int key); /* false: no key of this pane */
    /* A click at a cell of what is inside the frame. NULL: it means no more than focus. */
    void (*click)(struct full *, struct area, int x, int y);
    struct pane_key keys[12];            /* a NULL name ends them */
};

extern const struct pane *const pane_table[]; /* in the order of Tab; NULL at the end */
extern const struct pane pane_talk, pane_attn, pane_why, pane_beam, pane_state;

extern const struct pane_key full_keys[]; /* of all panes */

/* A frame with a title; of the pane that has the focus another one. Returns what is
 * inside. */
struct area pane_box(struct area, const char *title, bool focus);

/* Moves a cursor within 0 to n - 1. */
void pane_move(int *at, int by, int n);

/* Runs a command as if it were typed. */
void pane_run(struct full *, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
