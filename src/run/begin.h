/*
 * begin - the data and the model that a training starts with: drawn for the data, or, where
 * settings.begin names a model, that model's pieces and weights.
 */
#ifndef RUN_BEGIN_H
#define RUN_BEGIN_H

#include "corpora/reader.h"
#include "model/model.h"

/* Loads the data, which may be in one of n folders, and makes the model, packed to train
 * (the caller frees both, the data also on error). With settings.begin the text settings
 * become that model's; where a run goes on from `last` (else NULL), the pieces and settings
 * in there are the same, and that model may be gone. NULL: err says why. */
struct model *begin_model(struct settings *, char *const *folder, int n,
                          const struct ckpt *last, struct dataset *, struct err *);

#endif
