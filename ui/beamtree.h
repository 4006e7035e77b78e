/*
 * beamtree - what a beam search tried: the tokens of all hypotheses as a tree, a line
 * for each leaf, and what became of it.
 *
 *   <s> -+- two men -+- are standing </s>  -3.940 *
 *        |           +- stand  pruned at step 5
 *        +- 2  pruned at step 2
 */
#ifndef UI_BEAMTREE_H
#define UI_BEAMTREE_H

#include "run/decode.h"

/* Of a search that is over, of one question. A tree that is too wide becomes a list: each
 * leaf with the step at which it parts from a line above. */
void beamtree_add(const struct decode *, const struct model *, int columns, struct str *);

#endif
