/*
 * corpus - `seqsh corpus ACTION FILE...`: look at training data, convert it, filter it,
 * and split it so that nothing is in two parts.
 */
#ifndef UI_CORPUS_H
#define UI_CORPUS_H

#include "ui/opt.h"

extern const struct opt corpus_options[]; /* for help and completion */

/* argv[0] is "corpus". Returns the exit status: 0, 1 error, 2 usage. */
int corpus_main(int argc, char **argv);

#endif
