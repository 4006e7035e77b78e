/*
 * hotkey - the keys of a full screen as a table: what they do, how the foot lines and the
 * page of help tell of them.
 *
 *     const struct hotkey dash_keys[] = {
 *         { 'p', "p", "pause", "pause the training, and go on with it", dash_pause, true },
 *         { .name = NULL },
 *     };
 */
#ifndef UI_HOTKEY_H
#define UI_HOTKEY_H

#include "base/base.h"
#include "ui/canvas.h"

struct hotkey {
    int key;          /* as of screen_key() */
    const char *name; /* "Ctrl-L"; NULL ends a table */
    const char *hint; /* in the foot lines; NULL: only in the help */
    const char *help; /* NULL: another key for the same, told there */
    void (*press)(void *own, double now); /* NULL: leaves */
    bool controls;    /* a run: not for who only reads */
};

/* NULL: the key does nothing. */
const struct hotkey *hotkey_find(const struct hotkey *table, int key);

/* The hints in the order of the table, as many as there is room for. */
void hotkey_hints(struct area, const struct hotkey *table, bool read_only);

/* ---- the page of help ---- */

enum { HOTKEY_HELP = 96 };

struct hotkey_help {
    const char *name, *help;
};

/* What the table has to say, behind the n rows that are there. Returns how many are then. */
int hotkey_help(const struct hotkey *table, struct hotkey_help row[HOTKEY_HELP], int n);

/* Over all of the area, `page` from 1 on: as many as it takes, then the first again. */
void hotkey_help_draw(struct area, const struct hotkey_help *row, int n, int page);

/* The same rows as a small box in the middle of what is there. */
void hotkey_menu_draw(struct area, const char *title, const struct hotkey_help *row, int n);

#endif
