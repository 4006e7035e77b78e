/*
 * tags - words by which a run is found again: the file `tags` of its folder, a line each.
 */
#ifndef RUN_TAGS_H
#define RUN_TAGS_H

#include "base/err.h"
#include "base/str.h"

enum { TAGS_MAX = 200 }; /* bytes of all, with the blanks between and the final NUL */

/* "small !draft": adds one and takes one away; what there are then is appended to `now`,
 * blanks between. -1: too many, or they cannot be written. */
int tags_change(const char *dir, const char *words, struct str *now, struct err *);

/* Those of a folder, blanks between; "": none. Foreign bytes. */
void tags_read(const char *dir, char text[TAGS_MAX]);

#endif
