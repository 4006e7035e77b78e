/*
 * repl - `seqsh [MODEL]`: the prompt; or, without a person, line in and line out.
 */
#ifndef UI_REPL_H
#define UI_REPL_H

#include "ui/opt.h"

extern const struct opt repl_options[]; /* beside knob_table */

int repl_main(int argc, char **argv); /* argv[0] is "repl"; the exit status */

#endif
