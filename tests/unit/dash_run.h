/* dash_run - a dashboard `d` over a copy of the run in tests/screen/fixture, in `dir` below
 * `root`, with its lock held as its trainer would. */
#ifndef TESTS_UNIT_DASH_RUN_H
#define TESTS_UNIT_DASH_RUN_H

#include "tests/unit/golden.h"
#include "ui/dash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { NOW = 1757240030 };

extern char root[], dir[];
extern int lock_fd;
extern struct dash d;

int dash_run_begin(void **state);
int dash_run_end(void **state);

void put_lock(int pid);
void put_status(const char *state, int pid);
void put_event(const char *line);

/* The screen; the folder, whose name is another each time, as DIR. */
char *drawn(int w, int h);
bool sees(const char *what); /* at 100x30 */

#endif
