/*
 * why - what stands behind one token of an answer: the candidates there were, where it
 * looked, and what its probability becomes without each piece of the source.
 */
#ifndef UI_WHY_H
#define UI_WHY_H

#include "ui/shell.h"

struct why {
    const struct reply *reply;
    int step;
    int symbols;     /* of the vocabulary */
    double *without; /* [sources] probability of the token, this piece blanked out */
};

/* Computes; 1: Ctrl-C. Release it in any case. */
int why_init(struct why *, const struct shell *, const struct reply *, int step);
void why_release(struct why *);

/* The place of the token that was taken among the candidates, from 1. */
int why_rank(const struct reply_step *);

/* What became of candidate i of a step: "taken", "cut by top-p". */
const char *why_fate(const struct reply *, int step, int i);

/* Appends a probability in 7 columns, cut to three digits, so that a column does not add up
 * to more than 1. */
void why_p(struct str *, double p);

void why_show(const struct why *, const struct model *, bool plain, int columns,
              struct str *);
void why_json(const struct why *, const struct model *, struct str *);

#endif
