/*
 * budget - the memory that a training is going to take, known before its first step.
 *
 * Most of it is there already when a trainer is: the program, the examples, weights,
 * gradients, moments. What a step adds grows in a straight line with the rows of a batch.
 * So a few rows of the largest batch, and a few more, are gone through forwards and back,
 * and the rest is arithmetic; and likewise for a validation. The numbers they leave are
 * those that the first step overwrites.
 *
 *     struct budget b;
 *     budget_make(trainer, &b);
 *     if (budget_peak(&b) > limit) ...          // a smaller batch, or none at all
 *
 * The largest batch is that of the epoch to come. Where batches are cut by examples, and
 * these differ in length, a later epoch may put together a slightly larger one.
 */
#ifndef RUN_BUDGET_H
#define RUN_BUDGET_H

#include "run/train.h"

/* Bytes of memory, as the system counts them for a process ("resident"). */
struct budget {
    size_t held;  /* now, and a little for small things */
    size_t step;  /* what a step on the largest batch adds */
    size_t valid; /* what a validation does, in its place */
};

/* Also has the room for a step reserved, so that the steps themselves need ask for none. */
void budget_make(struct trainer *, struct budget *);
size_t budget_peak(const struct budget *);

/* n of the rows[0..all-1] of a batch: evenly spaced, but the longest source and the longest
 * target are among them. A row may come twice. */
void budget_pick(const struct pairs *, const int *row, int all, int n, int *pick);

/* What `all` rows take, where n take `little` and 2 n take `more`. */
size_t budget_line(int n, size_t little, size_t more, int all);

enum { BUDGET_ROWS = 8 }; /* n above */

#endif
