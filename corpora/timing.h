/*
 * timing - two subtitle files of one film, brought to one clock.
 *
 * Copies of a film start at other places and run at other rates (23.976, 24 or 25 frames
 * a second). t' = rate * t + offset, in seconds, makes the starts of one file meet those
 * of the other as often as can be.
 *
 *     struct timing fit = timing_fit(a, n, b, m);    // starts, sorted
 *     double in_a = fit.rate * b[j] + fit.offset;
 */
#ifndef CORPORA_TIMING_H
#define CORPORA_TIMING_H

#include "base/base.h"

struct timing {
    double rate, offset;
    int met; /* starts of b that have one of a within a quarter of a second */
};

struct timing timing_fit(const double *a, int n, const double *b, int m);

#endif
