/*
 * zip - a member of a zip file, whole.
 *
 * Stored members are read; deflated ones where zlib was there to build with. Nothing
 * in the file is believed: places and sizes are checked against the file's own size.
 */
#ifndef MODEL_ZIP_H
#define MODEL_ZIP_H

#include "base/err.h"
#include "base/str.h"

/* Appends the member's bytes; `zip` is the whole file, `path` its name in errors.
 * 1: found, 0: there is no such member, -1: an error. */
int zip_member(const struct str *zip, const char *path, const char *member, struct str *out,
               struct err *);

#endif
