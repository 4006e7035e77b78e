/*
 * complete - what Tab offers at the prompt: commands, their arguments, models.
 */
#ifndef UI_COMPLETE_H
#define UI_COMPLETE_H

#include "ui/names.h"

/* A line_complete (ui/line.h); own: the struct shell. Adds every word that may stand
 * in `line` from byte `from` on, whatever its beginning; true: a file name, too. */
bool complete(void *own, const char *line, int from, struct names *);

#endif
