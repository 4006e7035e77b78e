/*
 * train - `seqsh train`: starts a training run and, in a terminal, its dashboard.
 *
 * In a terminal the trainer becomes a process of its own, in a session of its
 * own, and the dashboard merely reads the run folder: closing the terminal stops
 * nothing. Without a terminal, or with --no-ui, the run is trained right here
 * with one line per interval.
 */
#ifndef UI_TRAIN_H
#define UI_TRAIN_H

#include "ui/opt.h"

extern const struct opt train_options[]; /* for help and completion */

/* argv[0] is "train". Returns the exit status: 0 done, 1 error, 2 usage, 75 stopped
 * on request with everything saved. */
int train_main(int argc, char **argv);

#endif
