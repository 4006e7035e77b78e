/*
 * viewer - what attach, watch and the dashboard of train have in common on the command
 * line: how often their screens are drawn, and what keys and mouse may do there.
 */
#ifndef UI_VIEWER_H
#define UI_VIEWER_H

#include "ui/opt.h"

struct viewer {
    double fps;     /* frames a second at most; 0: not said */
    bool slow;      /* the line to the terminal is: fewer frames, and less in them */
    bool mouse;
    bool read_only; /* no key changes anything but this screen */
};

extern const struct opt viewer_options[];

double viewer_frame(const struct viewer *); /* seconds from one frame to the next */

/* Does the folder, a run or one of runs, belong to somebody else? Then it can only be
 * read. */
bool viewer_foreign(const char *dir);

#endif
