/*
 * remote - a run's trainer, spoken to through its control socket (run/control.h).
 *
 * Nothing here waits but remote_wait: a dashboard sends a line when a key is pressed and
 * looks for the answer whenever it comes by.
 *
 *     struct remote r;
 *     if (remote_open(&r, "runs/x", "ctl", &err) == 0 && remote_send(&r, "pause", &err) == 0)
 *         while ((got = remote_next(&r)) == 0)
 *             remote_wait(&r, 1000);          // r.ok, r.answer
 *     remote_close(&r);
 */
#ifndef UI_REMOTE_H
#define UI_REMOTE_H

#include "base/err.h"

enum { REMOTE_LINE = 1024 };

struct remote {
    int fd;                   /* -1: not connected */
    int asked;                /* lines sent that have no answer yet */
    bool named;               /* the answer to our name has come: it is nobody's */
    char text[REMOTE_LINE];   /* what came in, beyond the last line taken */
    size_t n;
    bool ok;                  /* of the newest answer: obeyed, not refused */
    char answer[REMOTE_LINE]; /* foreign bytes */
};

/* name: what the trainer is to call us, small letters. -1: nobody listens there. */
int remote_open(struct remote *, const char *dir, const char *name, struct err *);
void remote_close(struct remote *); /* harmless when not open */

int remote_send(struct remote *, const char *line, struct err *);

/* 1: an answer to a line sent, 0: none yet, -1: the trainer has hung up; closed then. */
int remote_next(struct remote *);

/* Until something comes, or so many milliseconds. */
void remote_wait(const struct remote *, int ms);

#endif
