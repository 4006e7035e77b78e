/*
 * stop - a text that ends answers, whatever tokens it is made of.
 */
#ifndef RUN_STOP_H
#define RUN_STOP_H

#include "text/codec.h"

/* Does the last of these tokens complete the text, once more than it was there before it?
 * `stop` is not empty. */
bool stop_comes(const struct codec *, const char *stop, const struct ids *said);

#endif
