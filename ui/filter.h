/*
 * filter - lines in, lines out, many at a time.
 *
 * Lines that have come are answered together, on all threads; a line never waits for
 * another that has not come yet. The output has the order of the input, and what a line
 * gets does not depend on the others.
 */
#ifndef UI_FILTER_H
#define UI_FILTER_H

#include "ui/moses.h"
#include "ui/shell.h"

/* What stands behind a tab in a line. */
enum beyond {
    BEYOND_NOTHING, /* a tab is a character like others */
    BEYOND_PREFIX,  /* what the answer begins with */
    BEYOND_TARGET,  /* an answer to be scored */
};

struct filter {
    long batch, threads; /* lines decoded at once by each thread; 0: all CPUs */
    enum beyond beyond;
    struct moses moses;
};

extern const struct opt filter_options[];

/* Can these settings be had for this model? -1: err says why not. */
int filter_check(const struct filter *, const struct shell *, struct err *);

/* The exit status: 0, or 1 when a line could not be answered. */
int filter_lines(struct shell *, const struct filter *, int fd);

#endif
