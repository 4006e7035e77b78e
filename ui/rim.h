/*
 * rim - what stands around the panes of the full-screen prompt: the model above; the line
 * that is typed, how answers are made, and the keys below.
 */
#ifndef UI_RIM_H
#define UI_RIM_H

#include "ui/full.h"

/* Each draws one row. */
void rim_head(struct area, const struct full *);
void rim_knobs(struct area, const struct full *);
void rim_foot(struct area, const struct full *);

/* The same, the row y of the screen: leaves the cursor where the next character comes, or
 * unseen while a pane has the focus. */
void rim_line(struct area, const struct full *, int y, const char *prompt, const char *text,
              int point);

#endif
