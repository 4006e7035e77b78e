/*
 * directive - what people may tell a run that is being trained: a line each, "lr 3e-4".
 *
 * The rows are what `seqsh ctl` takes and what the dashboard's `:` takes; help and
 * completion walk them. Every one that changes something is recorded as an event, with
 * who wanted it.
 */
#ifndef RUN_DIRECTIVE_H
#define RUN_DIRECTIVE_H

#include "base/err.h"
#include "base/str.h"

struct job;
struct control_line;

struct directive {
    const char *name;
    const char *arg;  /* "" if it takes none */
    const char *help;
    bool silent;      /* changes nothing, and is no event */
    /* Does it; what is to be said, one line, is appended. */
    int (*obey)(struct job *, const struct control_line *, const char *arg, struct str *said,
                struct err *);
};

extern const struct directive directive_table[]; /* ended by a NULL name */

/* By its name, or a beginning that only one has; NULL: err lists those there are.
 * n: length of the name. */
const struct directive *directive_find(const char *name, size_t n, struct err *);

/* Splits "lr  3e-4 " into its row and the argument, which points into `line`; -1: no
 * such row, an argument too few or too many. */
int directive_parse(char *line, const struct directive **, char **arg, struct err *);

/* Does what can be done for a run that nobody trains, at this step: note and tag. What is to
 * be said is appended. */
int directive_rest(const char *dir, int64_t step, const char *line, struct str *said,
                   struct err *);

/* Obeys a line, and answers it. */
void directive_obey(struct job *, const struct control_line *);

#endif
