/*
 * doctor - `seqsh doctor`: what this terminal, this machine and this folder can do, and
 * what to change. Nothing is asked of the terminal: what it answers could turn up as typed
 * text. So there is a pattern for the eye, too.
 */
#ifndef UI_DOCTOR_H
#define UI_DOCTOR_H

#include "ui/opt.h"

extern const struct opt doctor_options[];

/* argv[0] is "doctor". Exit status 1: something does not work at all. */
int doctor_main(int argc, char **argv);

#endif
