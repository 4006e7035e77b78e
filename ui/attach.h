/*
 * attach - `seqsh attach [RUN]`: opens the dashboard of a run.
 *
 * RUN is a run folder, or the name of one in ./runs; without it, the run in ./runs
 * that was written to last.
 */
#ifndef UI_ATTACH_H
#define UI_ATTACH_H

#include "base/err.h"
#include "ui/opt.h"

extern const struct opt attach_options[];

/* argv[0] is the command's name. Returns the exit status. */
int attach_main(int argc, char **argv);

/* The folder meant by `name` (NULL: the newest); the caller frees. NULL: err says
 * which runs there are. */
char *attach_find(const char *name, struct err *);

/* When something was last written in a folder, in Unix seconds; 0: it is no run's. */
double attach_written(const char *dir);

#endif
