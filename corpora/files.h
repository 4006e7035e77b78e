/*
 * files - a file, or those of a folder and the folders in it, by name.
 */
#ifndef CORPORA_FILES_H
#define CORPORA_FILES_H

#include "base/err.h"

struct files {
    char **path; /* [n] sorted */
    int n, room;
};

/* path itself when it is a file; of a folder what ends in `ending`, whatever its case.
 * -1: a folder cannot be read, or has none. */
int files_find(struct files *, const char *path, const char *ending, struct err *);
void files_release(struct files *);

#endif
