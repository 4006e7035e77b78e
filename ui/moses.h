/*
 * moses - answers as lines of text in the form that Moses and Marian write, with
 * " ||| " between what they say:
 *
 *     ANSWER [||| 0-0 1-2] [||| WordScores= -0.1 -0.3]
 *     NUMBER ||| ANSWER [||| 0-0 1-2] [||| WordScores= -0.1] ||| LogP= -0.4 ||| SCORE
 */
#ifndef UI_MOSES_H
#define UI_MOSES_H

#include "run/decode.h"

enum alignment { ALIGNMENT_NONE, ALIGNMENT_HARD, ALIGNMENT_SOFT };

struct moses {
    bool numbered;            /* an n-best list: number, LogP and score as well */
    enum alignment alignment; /* hard: source-answer, from 0, where each token of the text
                                 looked most; soft: all weights of each token, </s> too */
    bool word_scores;         /* log-probability of each token, </s> too */
};

/* The answer of that rank to a question, appended without a line end; src are the ids
 * it was asked with. Foreign bytes: what was controls or no UTF-8 is made safe. */
void moses_add(const struct moses *, const struct model *, const struct search *,
               int question, int rank, long number, const struct ids *src, struct str *out);

/* The log-probability of an answer, and word scores if wanted: of one that was given. */
void moses_add_score(const struct moses *, const struct search *, int question,
                     struct str *out);

#endif
