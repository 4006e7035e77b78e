/*
 * resample - how much of a score, or of a difference, is chance (Koehn 2004).
 *
 * A text is drawn again many times from its own lines, with repetitions, and scored each
 * time. Texts with as many lines are drawn alike, which makes them pairs.
 *
 *     resample_scores(&a, 1000, 12345, of_a);
 *     resample_scores(&b, 1000, 12345, of_b);
 *     double p = resample_p(of_a, of_b, 1000, b_score - a_score);
 *
 * The draws are those of NumPy's default generator with the same seed, so that figures
 * are the same as sacreBLEU's.
 */
#ifndef METRIC_RESAMPLE_H
#define METRIC_RESAMPLE_H

#include "metric/metric.h"

/* Fills out[times] with the scores of redrawn texts. Not for a metric that is `whole`. */
void resample_scores(const struct measure *, int times, uint64_t seed, double *out);

/* Mean, and half the width of the interval that holds 95 % of them. */
struct interval {
    double mean, half;
};
struct interval resample_interval(const double *scores, int times);

/* How probable so large a difference is if the two do not differ: two-sided, the
 * differences of the redrawn texts shifted to mean 0. 1 where there is no difference
 * (sacreBLEU says 1 / (times + 1) then). */
double resample_p(const double *a, const double *b, int times, double difference);

#endif
