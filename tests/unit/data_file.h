/*
 * data_file - one file of data for the tests of readers and data sets, rewritten as often
 * as they like, and a data set that is made of it.
 */
#ifndef TESTS_DATA_FILE_H
#define TESTS_DATA_FILE_H

#include "corpora/reader.h"

extern char path[]; /* of the file */

int make_path(void **state); /* set up and torn down once for a group */
int drop_path(void **state);

void put_bytes(const void *bytes, size_t n);
void put_file(const char *text);

/* A configuration, with the file as its data when `file` says what is in it. */
struct settings config(const char *text, const char *file);

/* The data set of a configuration; fails when it is refused. */
void load(struct dataset *, const char *text, const char *file);

/* Everything a vocabulary holds, one piece after the other. */
void assert_pieces(const struct codec *, const char *want);

#endif
