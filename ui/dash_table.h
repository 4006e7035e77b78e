/*
 * dash_table - the curves of a run as numbers: a row for each place of the training
 * curve, the newest first on the screen; all of them in a CSV file.
 */
#ifndef UI_DASH_TABLE_H
#define UI_DASH_TABLE_H

#include "ui/view.h"

int dash_table_rows(const struct run_reader *);

/* From row `row` on, 0 being the newest. */
void dash_table_draw(struct area, const struct run_reader *, int row);

/* Writes NAME-STEP.csv into the current folder, oldest first, and says so. Values that
 * are missing are empty. */
int dash_table_write(const struct run_reader *, struct str *said, struct err *);

#endif
