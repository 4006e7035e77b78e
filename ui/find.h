/*
 * find - where a model is.
 *
 * A model is named by the path of its file, by the folder of its run, or by a
 * name alone. A name is looked for as NAME.safetensors (or NAME, if it ends so)
 * in these folders, and as a run in the folder runs:
 *
 *     .   $SEQSH_MODELS   models beside the program   the installed models
 *
 * Of a run, model.safetensors is taken, else best, else last; while it trains, the newest of
 * them.
 */
#ifndef UI_FIND_H
#define UI_FIND_H

#include "base/err.h"
#include "ui/names.h"

/* The path of its file; the caller frees. NULL: err says where it was looked for
 * and which models there are. */
char *find_model(const char *name, struct err *);

/* The path of a model is a run's: of that run, what is to be taken now; the caller frees.
 * NULL: it is of no run. */
char *find_newest(const char *path);

/* The names of all models there are, sorted; adds to the list. */
void find_models(struct names *);

/* "models/arithmetic.safetensors" -> "arithmetic", "runs/x/model.safetensors" -> "x";
 * the caller frees. */
char *find_name(const char *path);

#endif
