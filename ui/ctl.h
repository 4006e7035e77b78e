/*
 * ctl - `seqsh ctl RUN WHAT`: tells a run that is being trained what to do, from a script
 * (run/directive.h has the rows).
 */
#ifndef UI_CTL_H
#define UI_CTL_H

#include "ui/opt.h"

extern const struct opt ctl_options[];

/* argv[0] is the command's name. Returns the exit status: 0 obeyed, 1 refused or nobody
 * there, 2 usage. */
int ctl_main(int argc, char **argv);

#endif
