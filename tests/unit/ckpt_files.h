/*
 * ckpt_files - checkpoints made by hand in a folder of their own, and what the tests of
 * model/ckpt.h say about them. Paths are borrowed until the next call.
 */
#ifndef TESTS_CKPT_FILES_H
#define TESTS_CKPT_FILES_H

#include "base/str.h"
#include "model/ckpt.h"

extern struct err err; /* of the last thing that was refused */

int folder_make(void **state); /* set up and torn down once for a group */
int folder_remove(void **state);
const char *folder_path(void);
const char *in_folder(const char *name);

/* m.safetensors of these bytes; its path. */
const char *save(const void *bytes, size_t n);

/* The same of a header as it is and n bytes of data (zeros if data is NULL). */
const char *save_parts(const char *header, const void *data, size_t n);

/* One entry of a header. */
#define T(name, dtype, shape, begin, end)                                              \
    "\"" name "\":{\"dtype\":\"" dtype "\",\"shape\":" shape                             \
    ",\"data_offsets\":[" #begin "," #end "]}"

struct str load(const char *path);
void commit(struct ckpt_new *, const char *path);

struct ckpt *open_good(const char *path);
void expect_message(const char *part); /* the text of err holds it */
void expect_refused(const char *path, const char *part);
void expect_unread(const struct ckpt *, const char *name, int rows, int cols,
                   const char *part);

#endif
