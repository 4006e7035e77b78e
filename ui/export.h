/*
 * export - `seqsh export`: a model of ours for PyTorch or ONNX, a run for other programs.
 */
#ifndef UI_EXPORT_H
#define UI_EXPORT_H

#include "ui/opt.h"

extern const struct opt export_options[];

/* argv[0] is "export"; the exit status. */
int export_main(int argc, char **argv);

#endif
