/*
 * casual - a sentence as people type it who are in no hurry to find the keys: "how are you"
 * for "How are you?". A translator that was shown careful text alone does not know what to
 * make of it.
 */
#ifndef CORPORA_CASUAL_H
#define CORPORA_CASUAL_H

#include "base/rng.h"
#include "base/str.h"

/*
 * Adds src to `careless`, drawn by lot in small letters, without its marks at the end, or
 * both; and to `answer` what answers it: tgt with its capitals and marks, but a full stop
 * that ends both goes with the one of src. All UTF-8.
 */
void casual(const char *src, const char *tgt, struct rng *, struct str *careless,
            struct str *answer);

#endif
