/*
 * errand - a program that runs beside us and whose output is read as it comes.
 *
 * It has no terminal (so it cannot ask for a password), and its stdout and stderr come
 * through one pipe. Nothing here waits for it, but errand_end.
 */
#ifndef UI_ERRAND_H
#define UI_ERRAND_H

#include "base/err.h"
#include "base/str.h"

#include <sys/types.h>

struct errand {
    pid_t pid;       /* 0: none is on its way */
    int fd;
    int in;          /* -1: it has no input */
    struct str out;  /* what it said and nobody took yet */
};

/* argv ends with NULL; PATH is looked through. It has no input. */
int errand_start(struct errand *, const char *const *argv, struct err *);

/* The same with an input, for errand_tell. The caller ignores SIGPIPE. */
int errand_open(struct errand *, const char *const *argv, struct err *);

/* Whole, or not at all: it may not be listening. */
bool errand_tell(struct errand *, const char *text);

/* Adds what it has said by now to `out`; false: it has closed its output. */
bool errand_read(struct errand *);

/* Ends it if it has not ended, and forgets it. Its exit status, 128 + n for signal n. */
int errand_end(struct errand *);

#endif
