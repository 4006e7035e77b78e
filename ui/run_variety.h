/*
 * run_variety - how much answers differ from each other: a model that has learnt to say the
 * same to everybody is seen here first.
 */
#ifndef UI_RUN_VARIETY_H
#define UI_RUN_VARIETY_H

#include "ui/run_reader.h"

struct run_variety {
    int answers;
    double length, spread; /* words of an answer: mean, standard deviation */
    double distinct;       /* distinct-2: different pairs of words of all such pairs (Li et al.
                              2016); NaN: there are none */
    double self_bleu;      /* words and pairs of words that other answers have, too: geometric
                              mean of the shares (after Zhu et al. 2018), 0 to 1; NaN: none */
    double generic;        /* share of the answers that another question got, too */
    double repeats;        /* share of the words that are the one before once more */
    double unknown;        /* share of the words that are <unk> */
};

/* Of the newest samples of a run. */
void run_variety(const struct run_reader *, struct run_variety *);

/* Did another question get the same answer as sample i? */
bool run_variety_generic(const struct run_reader *, int i);

#endif
