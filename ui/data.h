/*
 * data - where the files that come with the program are: models and presets.
 *
 * In this order: $SEQSH_MODELS, the folder `models` beside the program (a build
 * tree), the installed one.
 */
#ifndef UI_DATA_H
#define UI_DATA_H

#include "base/str.h"
#include "ui/names.h"

/* Those folders, whether they exist or not; adds to the list. */
void data_folders(struct names *);

/* The folders of presets in them, where the data of presets is as well. */
void data_preset_folders(struct names *);

/* The path of models/NAME wherever it is first found; NULL: nowhere. The caller frees. */
char *data_find(const char *name);

/* "A, B and C": the places that data_find looks at, appended. */
void data_places(struct str *);

#endif
