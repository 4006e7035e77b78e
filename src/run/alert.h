/*
 * alert - what a person should hear of a run before its end: the loss jumps, the
 * validation gets worse while the training gets better, or nothing gets better any more.
 *
 *     struct alert a = { 0 };
 *     if (alert_feed(&a, event, &text)) ...   // every STEP and EVAL in turn
 */
#ifndef RUN_ALERT_H
#define RUN_ALERT_H

#include "run/event.h"

enum {
    ALERT_RECENT = 200,  /* records that a jump is measured against */
    ALERT_OVERFIT = 4,   /* validations in a row, each worse than the one before */
    ALERT_PLATEAU = 10,  /* validations without a better one */
};

struct alert {
    double loss[ALERT_RECENT];
    int n, next;
    int quiet;           /* records until a jump is told again */
    double train;        /* loss of the newest record */
    double valid;        /* of the newest validation */
    double train_then;   /* training loss when the validation began to rise */
    int rising, stalls;  /* validations */
};

/* true: there is something to be told, appended. Events of other kinds are nothing. */
bool alert_feed(struct alert *, const struct event *, struct str *text);

#endif
