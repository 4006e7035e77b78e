/*
 * import - `seqsh import`: a model that PyTorch or Keras trained becomes one of ours.
 */
#ifndef UI_IMPORT_H
#define UI_IMPORT_H

#include "ui/opt.h"

extern const struct opt import_options[];

/* argv[0] is "import"; the exit status. */
int import_main(int argc, char **argv);

#endif
