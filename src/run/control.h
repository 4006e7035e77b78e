/*
 * control - the control socket of a run, DIR/ctl.sock, as its trainer sees it.
 *
 * A caller sends lines (directive.h says which) and gets a line back for each, "ok ..."
 * or "error ...". Only processes of the same user are heard: the socket has mode 0600,
 * and the kernel is asked who calls. Nothing a caller does makes the trainer wait: every
 * call is non-blocking, lines and callers are bounded, and the socket is looked at every
 * 20 ms at most. Who sends too long a line, or does not take its answers, is hung up on.
 *
 *     struct control *c = control_open("runs/x", &err);
 *     struct control_line line;
 *     while (control_next(c, &line))
 *         control_answer(c, &line, true, "paused at step 7");
 *     control_close(c);
 */
#ifndef RUN_CONTROL_H
#define RUN_CONTROL_H

#include "base/err.h"

#include <sys/un.h>

enum { CONTROL_LINE = 500, CONTROL_NAME = 24 }; /* bytes, with the final NUL */

struct control_line {
    int who;               /* which caller; for control_answer */
    unsigned call;
    char by[CONTROL_NAME]; /* what it is called: "attach #1", "ctl #2" */
    char text[CONTROL_LINE];
};

struct control;

/* NULL: the folder can hold no socket, say. A socket that an earlier trainer has left
 * is replaced. */
struct control *control_open(const char *dir, struct err *);
void control_close(struct control *); /* also removes the socket; NULL is fine */

/* 1: a line; 0: none now. One of each caller in turn. */
int control_next(struct control *, struct control_line *);

/* To who sent it, if it is still there; text is one line. */
void control_answer(struct control *, const struct control_line *, bool ok,
                    const char *text);

/* Waits until there is something to hear, a signal, or so many milliseconds. */
void control_wait(struct control *, int ms);

int control_viewers(const struct control *); /* callers named "attach" */

/* The address of a folder's socket: for a path that is too long, one by way of *fd, which
 * is -1 or to be closed after bind or connect. */
int control_address(const char *dir, struct sockaddr_un *, int *fd, struct err *);

#endif
