/*
 * pool - a fixed team of worker threads. The only global state of the engine.
 *
 * pool_run(f, own) calls f(own, id, n) once on each of the n threads, the
 * caller being id 0, and returns when all are done. Work is split by id in a
 * fixed way: no queue, no stealing, so a result cannot depend on timing.
 * Threads wait by a bounded spin, then sleep on a futex.
 *
 *     pool_start(2);
 *     pool_run(shard_step, &job);
 *     pool_stop();
 *
 * Before pool_start and after pool_stop, pool_run simply calls f(own, 0, 1).
 * One caller at a time; f must not call pool_run. Start it after fork, not before.
 */
#ifndef NUM_POOL_H
#define NUM_POOL_H

#include "base/base.h"

/* n threads in all, the caller included; 0: as many as CPUs we may run on.
 * Pins threads to CPUs when n equals their number. Returns n. */
int pool_start(int n);
void pool_stop(void);
int pool_size(void);

void pool_run(void (*f)(void *own, int id, int n), void *own);

/* Is there a team, and does it rest? Inside of f it does not. */
bool pool_idle(void);

/* CPUs this process may run on (sched_getaffinity). */
int pool_cpus(void);

#endif
