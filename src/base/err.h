/*
 * err - what may go wrong in the world: files, corpora, checkpoints, typed text.
 *
 * A function that can fail takes a `struct err *` last and returns -1 or NULL
 * after filling it. Wording: lower case, no full stop, what failed first, the
 * subject in single quotes, then what to do if that is not obvious:
 *
 *     return err_set(err, "cannot open '%s': %s", path, strerror(errno));
 *
 * `where` is "file:line" when the fault has a place, else empty. Messages may
 * quote foreign bytes: whoever shows them passes them through ui_text().
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/base.h"

struct err {
    char msg[400];
    char where[200];
};

/* Fills err (which may be NULL) and returns -1. Clears `where`. */
int err_set(struct err *, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* The same with a place; line 0 means the whole file. Returns -1. */
int err_at(struct err *, const char *file, long line, const char *fmt, ...)
    PRINTF_LIKE(4, 5);

/* Puts "what: " in front of the message that is there. Returns -1. */
int err_prefix(struct err *, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* "where: msg" or "msg" into buf; returns buf. */
const char *err_text(const struct err *, char *buf, size_t n);

#endif
