/*
 * prior - how probable a token is whatever the question: the model fed an empty source.
 *
 * Answers that fit every question are what it likes best; what it says is held against
 * them (maximum mutual information, Li et al. 2016):
 *
 *     gain = log p(token | answer so far, question) - weight log p(token | answer so far)
 *
 * for the first tokens, which decide what an answer will be. Among what the model itself
 * thinks improbable the difference says nothing, so tokens of less than PRIOR_PLAUSIBLE
 * times the best one's probability are left out (as Li et al. 2023 do).
 */
#ifndef RUN_PRIOR_H
#define RUN_PRIOR_H

#include "model/model.h"

#define PRIOR_PLAUSIBLE 0.02

struct prior;

/* Nothing is said yet in any row. */
struct prior *prior_start(const struct model *, int rows);
void prior_free(struct prior *); /* NULL is fine */

/* Row r becomes what row from[r] was. */
void prior_gather(struct prior *, const int *from, int rows);

/* Log-probabilities [rows, symbols] of what follows prev [rows]; borrowed until the next
 * step. */
const real *prior_step(struct prior *, const int *prev);

/* gain[symbols], log-probabilities, becomes what is left with the prior against it. */
void prior_apply(double weight, const real *prior, int symbols, real *gain);

#endif
