/*
 * phrases - replies that are said all the time.
 *
 * They are compared without case, punctuation and apostrophes: "I don't know!" is
 * "i dont know".
 */
#ifndef METRIC_PHRASES_H
#define METRIC_PHRASES_H

#include "metric/segments.h"

struct phrases;

/* Ways of saying "I don't know" or "What?" in English. */
struct phrases *phrases_dull(void);

/* The `most` most frequent lines of a text; of equally frequent ones the first. */
struct phrases *phrases_frequent(const struct segments *, int most);

void phrases_free(struct phrases *); /* NULL is fine */
int phrases_count(const struct phrases *);
bool phrases_have(const struct phrases *, struct segment);

#endif
