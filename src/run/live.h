/*
 * live - the settings that may change while a run goes on, by `set` (directive.h). Others
 * decide what the model or its data is: they are fixed when a run begins, or by
 * `train --resume --set`.
 */
#ifndef RUN_LIVE_H
#define RUN_LIVE_H

#include "base/err.h"

struct live {
    const char *key;
    bool alone; /* only where one process trains: others are not told of it */
};

extern const struct live live_table[]; /* ended by a NULL key */

/* -1: it may not change, and which ones may; or there is no such setting. */
int live_check(const char *key, int processes, struct err *);

#endif
