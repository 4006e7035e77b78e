/*
 * runs - `seqsh runs [DIR]...`: the runs of some folders, a line each.
 */
#ifndef UI_RUNS_H
#define UI_RUNS_H

#include "ui/opt.h"

extern const struct opt runs_options[];

/* argv[0] is "runs"; the exit status. */
int runs_main(int argc, char **argv);

#endif
