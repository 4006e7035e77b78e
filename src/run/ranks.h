/*
 * ranks - the processes of one training, started by mpirun: how they add up their
 * gradients, and how each learns what the others know. Without mpirun there is one, and
 * all of this is nothing.
 *
 * Process 0 leads: it alone writes the run folder and talks to people. Every function
 * below but the askers is called by all processes, in the same order. 0, or -1 with err:
 * somebody is gone (ranks_lost), and nothing can be exchanged any more.
 *
 *     if (ranks_start(&err) < 0) ...
 *     ranks_watch(&stop, 300);
 *     bad = ranks_agree(load_data(&err), &err);     // what failed anywhere, fails everywhere
 *     ranks_tell(weights, bytes, &err);             // what the leader has
 *     ranks_sum(gradient, n ...);                   // the same bits everywhere
 *     ranks_stop(status);
 *
 * Like the threads of num/pool.h, they belong to the process: there is one set.
 */
#ifndef RUN_RANKS_H
#define RUN_RANKS_H

#include "base/err.h"

#include <signal.h>

/* Meets the others, if mpirun started this process: at the very beginning. */
int ranks_start(struct err *);

/* Takes leave of them, as the last thing. After a loss the leader ends all processes,
 * itself with `status`, and does not return; the others wait for that. */
void ranks_stop(int status);

int ranks_count(void);  /* 1: this process is alone */
int ranks_own(void);    /* 0: it leads */
int ranks_here(void);   /* how many of them are on this machine */
int ranks_hosts(void);  /* how many machines there are */
bool ranks_lost(void);

/* Threads for this process, where `asked` (0: nobody asked) are wanted: processes that
 * share a machine and are not bound to CPUs of their own take each its part of them. For
 * pool_start. */
int ranks_threads(int asked);

/* A process that is silent for `patience` seconds is lost; one of this machine that is dead,
 * at once. And so is one that the others wait for while *stop is set, for half the time that
 * mpirun gives those that it stops (because one is gone, for instance): the other half is
 * for the leader to save. */
void ranks_watch(const volatile sig_atomic_t *stop, double patience);

/* Whether any process has been stopped, by its *stop: agreed upon, the same for all until
 * the next exchange. Alone: *stop. */
bool ranks_stopped(void);

/* -1 everywhere if `bad` anywhere, with the first one's err and whose it is. */
int ranks_agree(int bad, struct err *);

/* What the leader holds in x comes to all. */
int ranks_tell(void *x, size_t bytes, struct err *);

/* Piece r of x is [start[r], start[r + 1]) bytes; each process brings its own, and gets
 * the others. */
int ranks_gather(void *x, const size_t *start, struct err *);

/* The same of equal pieces: x is [ranks_count()][bytes]. With 0 bytes they wait for each
 * other, and learn who has been stopped. */
int ranks_share(void *x, size_t bytes, struct err *);

enum { RANKS_RANGE = 4096 };

/*
 * x becomes the sum of everyone's x, added in pairs of processes, the pairs in pairs, and
 * so on; square[i] the sum of squares of its range i, of RANKS_RANGE numbers each but for
 * the last. Each process adds up one piece and gives the sum to all: 2 (N - 1) / N times x
 * goes out of each process, and as much comes in. `note`, [ranks_count()][bytes], is
 * shared on the way.
 */
int ranks_sum(real *x, size_t n, double *square, void *note, size_t bytes, struct err *);

#endif
