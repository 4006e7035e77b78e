/*
 * inspect - what a model is: the table of its layers, settings, training. For
 * `seqsh inspect`, /info and the greeting.
 */
#ifndef UI_INSPECT_H
#define UI_INSPECT_H

#include "model/model.h"
#include "ui/opt.h"

/* The whole, or as one JSON object, all of it ASCII. */
void inspect_show(const struct model *, const char *path, FILE *);
void inspect_json(const struct model *, const char *path, FILE *);

/* "arithmetic: lstm, repeat, 205,324 weights", appended; name: of the model. */
void inspect_headline(const struct model *, const char *name, struct str *);

extern const struct opt inspect_options[];

/* argv[0] is "inspect"; the exit status. */
int inspect_main(int argc, char **argv);

#endif
