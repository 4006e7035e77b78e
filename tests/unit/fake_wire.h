/*
 * fake_wire - run/wire.h over sockets between processes of a test: what is built on it is
 * tried without MPI.
 */
#ifndef TESTS_FAKE_WIRE_H
#define TESTS_FAKE_WIRE_H

#include "base/base.h"

/* Runs f in `count` processes that ranks_start() has introduced to each other. True: f
 * returned true in all of them. */
bool fake_wire_run(int count, bool (*f)(void *own), void *own);

/* In one of them: says why it fails; false. */
bool fake_wire_fail(const char *fmt, ...) PRINTF_LIKE(1, 2);

#endif
