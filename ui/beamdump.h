/*
 * beamdump - searches as JSON, in the shape that beam viewers of OpenNMT and of google/seq2seq
 * read: for each question and each step the tokens that were kept, which of the step before
 * each one follows, and the log-probability up to there.
 *
 *     {"predicted_ids": [[["two", "2"], ["men", ...]], ...],
 *      "beam_parent_ids": [[[0, 0], [0, ...]], ...], "scores": [[[-0.1, -2.3], ...]]}
 */
#ifndef UI_BEAMDUMP_H
#define UI_BEAMDUMP_H

#include "run/decode.h"

struct beamdump;

struct beamdump *beamdump_new(const char *path);

/* A search that is over, of one question. */
void beamdump_add(struct beamdump *, const struct model *, const struct decode *);

/* Writes the file, and frees. 0 or -1. NULL is fine. */
int beamdump_end(struct beamdump *, struct err *);

#endif
