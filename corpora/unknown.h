/*
 * unknown - which pieces of the examples a side of the model does not know.
 *
 * Each side of a data set has one; what is counted is what became <unk>.
 */
#ifndef CORPORA_UNKNOWN_H
#define CORPORA_UNKNOWN_H

#include "text/codec.h"
#include "text/tally.h"

struct unknown {
    long pieces, unknown; /* of the texts: all, and those that are <unk> */
    struct tally met;     /* the unknown ones as they stand */
};
void unknown_init(struct unknown *);
void unknown_release(struct unknown *);

/* A text, and the row that the codec made of it. */
void unknown_add(struct unknown *, const struct codec *, const char *text,
                 const struct ids *row);

double unknown_share(const struct unknown *); /* 0 to 1 */

/* Appended: "1.31 % of 103422 words are unknown: 'zebra' (31 times), ..." with the three
 * that stand there most often. */
void unknown_text(const struct unknown *, const struct codec *, struct str *);

#endif
