/*
 * shapes - the nets that bench/ trains, as settings; README.md tells them to people.
 */
#ifndef BENCH_SHAPES_H
#define BENCH_SHAPES_H

#include "base/settings.h"

struct shape {
    const char *name;
    const char *const *settings; /* "key=value", NULL at the end */
    /* Shapes of text get as many made-up words a side as the vocabularies are to have,
     * in lines that are all of one length; 0: the settings name a generator. */
    int words, src_steps, tgt_steps;
};

const struct shape *shape_find(const char *name); /* NULL: unknown */
void shape_names(struct str *);                   /* "a|b|...", appended */

/* "symbols=N" or "steps=N" (of source and target) changes the shape. 1: it was one of these,
 * 0: it was not. */
int shape_change(struct shape *, const char *assignment);

/* Sets what the shape says. Text it writes to a new file, the path of which it leaves in
 * `path` [SETTING_TEXT] for the caller to remove; else that is empty. 0 or -1. */
int shape_apply(const struct shape *, struct settings *, char *path, struct err *);

#endif
