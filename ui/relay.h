/*
 * relay - all runs of a folder as lines of JSON, for a watcher on another machine:
 *
 *   {"run":"add3","again":true}                  what was said of it is void: all comes anew
 *   {"run":"add3","event":{...}}                 a record of it
 *   {"run":"add3","config":"cell = lstm\n"}      its settings
 *   {"run":"add3","tags":"small good"}           its tags
 *   {"run":"add3","state":"lost","status":{...}} its heartbeat, and its state as it is
 *   {"run":"add3","gone":true}                   its folder is no more
 *   {"ready":true}                               all that there was has been said
 *   {"beat":true}                                at once, for each line on its input
 *
 * With "self":true, the folder is the run itself.
 */
#ifndef UI_RELAY_H
#define UI_RELAY_H

#include "base/err.h"

/* follow: until nobody listens. 0, or -1. */
int relay(const char *folder, bool follow, struct err *);

#endif
