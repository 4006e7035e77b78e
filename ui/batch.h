/*
 * batch - questions without a person: from a pipe, a file, the command line.
 *
 * One line of output for each question, in order, written before the next is read:
 * the answer, or an empty line, with the reason on stderr. A stateful model goes on from
 * line to line, and an empty line makes it forget.
 */
#ifndef UI_BATCH_H
#define UI_BATCH_H

#include "ui/names.h"
#include "ui/shell.h"

/* Both return the exit status: 0, or 1 when something could not be answered. */
int batch_lines(struct shell *, int fd);
int batch_questions(struct shell *, const struct names *);

#endif
