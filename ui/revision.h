/*
 * revision - of the files around us, where git keeps them: "3fa2c1e", "91bd007 (dirty)" with
 * changes that it has not been told of. git is asked as a program; without one, or outside of
 * a work tree, there is no revision, and that is no error.
 */
#ifndef UI_REVISION_H
#define UI_REVISION_H

#include "base/base.h"

enum { REVISION_MAX = 64 };

/* That of the current folder; NULL: none. */
const char *revision_here(char buf[REVISION_MAX]);

#endif
