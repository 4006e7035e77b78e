/*
 * get - `seqsh get RUN METRIC`: the values of a run, step by step, for scripts.
 */
#ifndef UI_GET_H
#define UI_GET_H

#include "ui/opt.h"

extern const struct opt get_options[];

/* argv[0] is "get"; the exit status. */
int get_main(int argc, char **argv);

#endif
