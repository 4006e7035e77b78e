/*
 * corpus_stats - what a corpus holds, as text.
 */
#ifndef UI_CORPUS_STATS_H
#define UI_CORPUS_STATS_H

#include "corpora/corpus.h"

/* What happened to the lines: how often each reason, and where first. */
void corpus_stats_notes(const struct corpus *);

/* Sizes, lengths, repetitions, the frequent targets; charts of lengths. */
void corpus_stats_show(const struct corpus *);

#endif
