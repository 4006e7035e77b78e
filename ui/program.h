/*
 * program - what the first word of a command line means, a row each.
 */
#ifndef UI_PROGRAM_H
#define UI_PROGRAM_H

#include "ui/opt.h"

struct program {
    const char *name, *args;          /* args: as help shows them */
    const char *summary;              /* one line */
    const struct opt *const *options; /* tables, NULL at the end */
    int (*run)(int argc, char **argv); /* argv[0] is the name; the exit status */
};

#endif
