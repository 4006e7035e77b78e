/*
 * wire - how bytes get from one process of a training to another: MPI, where it was built
 * in, else not at all (wire_absent.c). ranks.c is all that uses it.
 */
#ifndef RUN_WIRE_H
#define RUN_WIRE_H

#include "base/err.h"

#include <signal.h>

struct wire {
    int own, count; /* this process, and how many there are */
    int here;       /* of them, on this machine */
    int hosts;      /* machines */
};

/* Out to a process, and in from it; either may be empty. Of two parcels for one process
 * the first arrives first. */
struct parcel {
    int rank;
    const void *out;
    void *in;
    size_t out_n, in_n; /* bytes */
};

struct wire_wait {
    const volatile sig_atomic_t *stop; /* NULL: nobody stops us */
    double patience;                   /* seconds */
    double grace;                      /* the same once *stop is set */
};

int wire_start(struct wire *, struct err *);

/* Sends and takes all of them. -1: some process was silent for too long, and err says
 * which; nothing more can be exchanged then. */
int wire_exchange(const struct parcel *, int n, const struct wire_wait *, struct err *);

/* The machine of a process. */
const char *wire_host(int rank);

void wire_stop(void);

/* Ends all processes, this one with `status`; does not return. */
void wire_abort(int status);

#endif
