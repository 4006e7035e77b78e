/*
 * carry - what a stateful model takes along from one line to the next: final states, which
 * the next line's layers start from (`stateful` of Keras). No gradient goes that way.
 *
 * A line's memory is one row of numbers: the states of the encoder's layers that read
 * ahead, then, of a decoder that would start from zeros, its own. A way back reads each
 * line by itself, and a decoder that is given states is given the encoder's.
 */
#ifndef MODEL_CARRY_H
#define MODEL_CARRY_H

#include "model/stack.h"
#include "text/pairs.h"

/* How many numbers of a row are the encoder's, and the decoder's; 0: not stateful. */
struct carry {
    int enc, dec;
};

/* Numbers in all states of a stack. */
int carry_size(const struct stack *);

/* The states that stand from number `at` on in each row of the batch's memory; zeros if it
 * has none. */
void carry_read(const struct carry *, struct tape *, const struct batch *, int at,
                const struct stack *, struct node *(*state)[CELL_STATES]);

/* The other way; nothing if the batch has no memory. */
void carry_write(const struct carry *, const struct batch *, int at, const struct stack *,
                 struct node *(*state)[CELL_STATES]);

#endif
