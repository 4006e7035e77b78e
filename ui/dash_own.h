/*
 * dash_own - the inside of the dashboard, shared by dash_keys.c (what keys do to what is
 * seen), dash_tell.c (what goes to the trainer), dash_layout.c (what stands where) and
 * dash_draw.c. Nobody else includes it.
 */
#ifndef UI_DASH_OWN_H
#define UI_DASH_OWN_H

#include "ui/dash.h"
#include "ui/hotkey.h"

extern const struct hotkey dash_keys[];

/* An answer in the foot line. */
void dash_say(struct dash *, const char *text);

/* ---- dash_tell.c ---- */

/* A trainer that can be reached counts us among its viewers. */
void dash_keep_in_touch(struct dash *, double now);

/* A key while a question is open. true: it was an answer. */
bool dash_answer(struct dash *, int key, double now);

/* A key while a line is typed. */
void dash_type(struct dash *, int key, double now);

/* Keys: own is the struct dash. */
void dash_pause(void *own, double now);
void dash_save(void *own, double now);
void dash_validate(void *own, double now);
void dash_stop(void *own, double now);
void dash_kill(void *own, double now);
void dash_interrupt(void *own, double now);
void dash_command(void *own, double now);
void dash_sample(void *own, double now);
void dash_note(void *own, double now);

/* Where the chart that keys go to is not among those shown, another one is. */
void dash_choose_shown(struct dash *);

/* ---- dash_view.c ---- */

/* What was chosen of the charts, a line for what is not as it is at first, appended. */
void dash_view_show(const struct dash *, struct str *);

/* Takes it over; cuts the text to pieces. -1: nothing is changed. */
int dash_view_parse(struct dash *, char *text, struct err *);

/* ---- dash_draw.c ---- */

/* Writes the pane that keys go to, of a screen of that size, into a text file here; what is
 * said of it is appended. */
int dash_copy(const struct dash *, int w, int h, struct str *said, struct err *);

/* ---- dash_layout.c ---- */

enum { DASH_CHARTS = 16, DASH_PANES = 10 };

struct dash_pane {
    const struct view *view;
    int x, y, w, h;
};

/* The charts that the filter leaves, places in view_table; all, where it leaves none. Returns
 * how many. */
int dash_charts(const struct dash *, int chart[DASH_CHARTS]);

/* Does the filter, words that are all in the name, leave any? */
bool dash_filter_fits(const struct dash *, const char *filter);

/* The panes of an area of that size. Returns how many. */
int dash_layout(const struct dash *, int w, int h, struct dash_pane pane[DASH_PANES]);

/* The rows of a screen: head, panes, foot. */
struct dash_rows {
    int head, foot;
};
struct dash_rows dash_rows(int w, int h);

#endif
