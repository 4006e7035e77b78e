/*
 * score - `seqsh score`: how good given answers are, beside references.
 */
#ifndef UI_SCORE_H
#define UI_SCORE_H

#include "ui/opt.h"

extern const struct opt score_options[];

int score_main(int argc, char **argv);

#endif
