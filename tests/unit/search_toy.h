/*
 * search_toy - searches in small models of every kind.
 */
#ifndef TESTS_UNIT_SEARCH_TOY_H
#define TESTS_UNIT_SEARCH_TOY_H

#include "tests/toy.h"

#include "run/decode.h"

enum { ROWS = 16 }; /* pairs of a toy */

/* Fails the test if the setting is refused. */
void set(struct settings *, const char *key, const char *value);

/* Calls f for each architecture in all its kinds, with rows of both layouts. */
void for_each_model(void (*f)(const struct toy *));

/* So many hypotheses and answers, compared by their log-probability. */
struct decode_options beam_of(int width);

/* The whole search for one pair's source; the tape is to be released after it. */
struct search *run(const struct toy *, struct tape *, int row, const struct decode_options *);

#endif
