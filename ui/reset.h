/*
 * reset - `seqsh reset`: puts right a terminal that a killed program left broken: second
 * screen, mouse, brackets around pastes, no cursor, no echo.
 */
#ifndef UI_RESET_H
#define UI_RESET_H

#include "ui/opt.h"

extern const struct opt reset_options[];

/* argv[0] is "reset"; the exit status. */
int reset_main(int argc, char **argv);

#endif
