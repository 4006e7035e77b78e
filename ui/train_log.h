/*
 * train_log - a training run as lines: one per interval and one per validation,
 * each complete, without carriage returns or colours.
 */
#ifndef UI_TRAIN_LOG_H
#define UI_TRAIN_LOG_H

#include "run/event.h"

struct train_log {
    double every, last; /* seconds */
    int64_t steps;
    bool json;             /* the events themselves, as in events.jsonl */
    const char *on_alert;  /* a shell command that gets each alert as $1; NULL: none */
};

void train_log_init(struct train_log *, double every);
void train_log_put(void *log, const struct event *); /* a sink */

#endif
