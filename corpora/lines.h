/*
 * lines - the lines of a text file: what the readers of files share.
 *
 * UTF-8. Lines may end in CR LF, and the file may start with a byte order mark.
 */
#ifndef CORPORA_LINES_H
#define CORPORA_LINES_H

#include "base/base.h"
#include "base/err.h"

enum { LINES_SIZE = 1 << 16 }; /* bytes of a line, with the final NUL */

struct lines {
    FILE *in;
    char *path;
    long line;             /* number of the line in text; 0 before the first */
    size_t n;              /* bytes in text; LINES_SIZE: the line is longer */
    char text[LINES_SIZE]; /* NUL-terminated, unless it is longer */
};

struct lines *lines_open(const char *path, struct err *);
void lines_close(struct lines *);

/* false: there is no line left, or none can be read (lines_end tells). */
bool lines_next(struct lines *);

/* After the last line: 0, or -1 when the file could not be read to its end. */
int lines_end(const struct lines *, struct err *);

/* What no line may be, or NULL: too long, not UTF-8, with NUL bytes. */
const char *lines_fault(const struct lines *);

/* Whether only blanks stand between p and end. */
bool lines_blank(const char *p, const char *end);

#endif
