/*
 * entry - one line that is typed on a full screen, with the usual keys: arrows, Home,
 * End, Backspace, Ctrl-A E U W K, and Up and Down through the lines before.
 *
 *     entry_open(&e, "lr ");
 *     switch (entry_key(&e, screen_key(...))) { case ENTRY_DONE: use(e.text); ... }
 */
#ifndef UI_ENTRY_H
#define UI_ENTRY_H

#include "ui/canvas.h"

enum { ENTRY_MAX = 400, ENTRY_PAST = 16 };

struct entry {
    bool open;
    char text[ENTRY_MAX];
    size_t n, at;          /* bytes; where the cursor stands */
    char *past[ENTRY_PAST]; /* lines before, the newest first; NULL: none */
    int back;              /* which of them is shown, counted from 1; 0: none */
};

enum entry_does { ENTRY_GOES_ON, ENTRY_DONE, ENTRY_DROPPED };

void entry_open(struct entry *, const char *text);
enum entry_does entry_key(struct entry *, int key); /* as of screen_key() */
void entry_insert(struct entry *, const char *text, size_t n); /* what finds room */
void entry_release(struct entry *);

/* In one row, with a sign before it; what does not fit is left of the edge. */
void entry_draw(const struct entry *, struct area, char sign);

#endif
