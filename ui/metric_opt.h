/*
 * metric_opt - the options that choose metrics and say how they count.
 *
 *     struct metric_choice c;
 *     metric_choice_init(&c);
 *     struct opt_table tables[] = { { metric_options, &c }, ... };
 *     if (opt_parse(...) < 0 || metric_choice_ready(&c, "bleu,chrf,ter", &err) < 0) ...
 *     for (int i = 0; i < c.n; i++)
 *         measure_start(&m[i], c.metric[i], &c.o);
 *     metric_choice_release(&c);
 */
#ifndef UI_METRIC_OPT_H
#define UI_METRIC_OPT_H

#include "metric/metric.h"
#include "metric/phrases.h"
#include "ui/opt.h"

enum { METRICS_MOST = 32 };

struct metric_choice {
    const struct metric *metric[METRICS_MOST];
    int n;
    struct metric_options o;
    const char *common_file;
    struct phrases *common;
};

extern const struct opt metric_options[]; /* own: a struct metric_choice */

void metric_choice_init(struct metric_choice *);
void metric_choice_release(struct metric_choice *);

/* After the options: takes the metrics of `otherwise` where none was chosen, and reads
 * the file of common replies. 0 or -1. */
int metric_choice_ready(struct metric_choice *, const char *otherwise, struct err *);

/* Loads a text and says on stderr what of it is not UTF-8. 0 or -1. */
int metric_text_load(struct segments *, const char *path, struct err *);

#endif
