/*
 * eval - `seqsh eval MODEL [FILE]`: how good a model is, on what was held out from
 * its training or on a file of pairs.
 */
#ifndef UI_EVAL_H
#define UI_EVAL_H

#include "ui/opt.h"

extern const struct opt eval_options[]; /* for help and completion */

/* argv[0] is "eval". Returns the exit status: 0, 1 error, 2 usage. */
int eval_main(int argc, char **argv);

#endif
