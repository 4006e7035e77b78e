/*
 * tty - the terminal that a person types on: its modes, its signals, and the keys that
 * were typed and not read yet. One at a time; ui/line.h stands on it.
 *
 * Between tty_open() and tty_close() nothing is echoed, no key is lost, Ctrl-C and Ctrl-Z
 * are signals, and these are let in nowhere but in tty_pull(). The terminal is given back
 * on every way out (ui/restore.h).
 */
#ifndef UI_TTY_H
#define UI_TTY_H

#include "base/str.h"

#include <signal.h>

/* What came in since somebody set them to 0. */
extern volatile sig_atomic_t tty_interrupted, tty_stopped, tty_continued, tty_resized;

/* talk: the same terminal, to write on. brackets: mark where a paste begins and ends. */
void tty_open(FILE *talk, bool brackets);
void tty_close(void);

/* Waits for keys, a signal or the end of the time (ms; -1: none) and queues the keys.
 * at_prompt: Ctrl-D is a key, too. What was typed before Ctrl-C is gone; the terminal has
 * dropped what was not read yet, so what is read now came after. Returns more than 0: keys
 * or the end of the line, 0: time is up, -1: a signal. */
int tty_pull(int ms, bool at_prompt);
bool tty_gone(void); /* the terminal is no more, or its end was typed */

/* The queue: the keys that are there, the number of all that ever left it, and those at
 * its front thrown away, or all of them. */
const char *tty_keys(size_t *n);
bool tty_queued(void);
size_t tty_passed(void);
void tty_drop(size_t n);
void tty_forget(void);

bool tty_dumb(void); /* of a terminal that knows no escape sequences */

/* Arms ui/restore.h with these modes. */
void tty_arm(void);

/* Brackets around pastes, where they are wanted: readline switches them off behind it. */
void tty_brackets(bool on);

/* The modes as they were, and ours again: while another program has the terminal. */
void tty_lend(bool lent);

/* Stops the process if asked to, or has just been; either way the shell may have changed
 * the modes meanwhile, and the screen may show anything. */
void tty_suspend(void);

int64_t tty_ms(void); /* a clock */

#endif
