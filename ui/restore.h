/*
 * restore - the terminal as it was, on every way out.
 *
 * Whoever changes a terminal's modes arms this first. From then on exit(), BUG(),
 * lack of memory and every deadly signal write one prepared string and set the
 * modes that were found; a signal then kills the process as it would have, so the
 * parent sees the true cause. (Against SIGKILL nothing helps.)
 *
 *     restore_arm(STDOUT_FILENO, "\033[0m\033[?25h\033[?1049l");
 *     ... change modes, draw ...
 *     ... change them back in the usual way ...
 *     restore_disarm();
 */
#ifndef UI_RESTORE_H
#define UI_RESTORE_H

#include "base/base.h"

enum { RESTORE_MAX = 256 }; /* bytes of the string */

/* Notes fd's modes and what to write when we die. Does nothing but note the string
 * when it is armed already. Signals with a handler of somebody else keep it, but
 * for the faults (SEGV, BUS, FPE, ILL, ABRT). */
void restore_arm(int fd, const char *leave);

/* The terminal is back to normal by other means. */
void restore_disarm(void);

/* Writes the string and sets the modes, if armed, and disarms. Async-signal-safe;
 * gives up after half a second on a terminal that takes no more bytes. */
void restore_now(void);

/* Stops this process, and only this one, as Ctrl-Z would; returns when it goes on.
 * To be called with the terminal put back and disarmed. */
void restore_stop(void);

#endif
