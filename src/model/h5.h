/*
 * h5 - the arrays of an HDF5 file, as Keras writes its weights. Needs libhdf5; without
 * it, opening is an error that says so.
 *
 * Files are foreign: only what lies in the file itself is read (no external files, no
 * links elsewhere), only float arrays of one or two dimensions are listed, and sizes
 * are checked before memory is asked for.
 *
 *     struct h5 *f = h5_open("m.weights.h5", &err);
 *     for (int i = 0; i < h5_count(f); i++)
 *         h5_read(f, i, x, &err);              // x [rows * cols] of h5_at(f, i)
 *     h5_close(f);
 */
#ifndef MODEL_H5_H
#define MODEL_H5_H

#include "base/err.h"

struct h5_array {
    char *path;     /* "layers/lstm/cell/vars/0" */
    int rows, cols; /* rows 0: one dimension */
};

struct h5;
struct h5 *h5_open(const char *path, struct err *);

/* The same from memory, borrowed until h5_close; `name` stands for it in errors, and no
 * file of this name may exist. */
struct h5 *h5_open_memory(void *bytes, size_t n, const char *name, struct err *);
void h5_close(struct h5 *); /* NULL is fine */

int h5_count(const struct h5 *);
const struct h5_array *h5_at(const struct h5 *, int i); /* by path, in natural order */
int h5_read(const struct h5 *, int i, real *x, struct err *); /* refuses what is not finite */

/* A text attribute of the file itself; the caller frees. NULL: there is none. */
char *h5_text(const struct h5 *, const char *name);

#endif
