/*
 * line - reading lines from a person: the only place that knows readline.
 *
 * Two states. While line_read() waits, readline has the terminal: the user's
 * inputrc, history search and completion work as everywhere. In between the
 * program answers: keys are not echoed but kept for the next line, Ctrl-C is
 * asked for with line_wait(), Ctrl-Z stops the process in there, too. The terminal
 * is given back on every way out (ui/restore.h).
 *
 *     line_open(stdout, "~/.history", complete, own);
 *     while ((text = line_read("> "))) { ... line_wait(0) ...; free(text); }
 *     line_close();
 */
#ifndef UI_LINE_H
#define UI_LINE_H

#include "ui/names.h"

/* Adds what may stand in `line` from byte `from` on; true: a file name may, too. */
typedef bool line_complete(void *own, const char *line, int from, struct names *);

/* talk: the terminal for prompt and input. history: its file, NULL for none. */
void line_open(FILE *talk, const char *history, line_complete *, void *own);
void line_close(void); /* harmless when not open */

/* One line, or several that were pasted; the caller frees. NULL: there is no more
 * (Ctrl-D). Ctrl-C discards what is typed and does not return. The line is in the
 * history file already. */
char *line_read(const char *prompt);

/* Lets so much time pass, 0 for a mere look; true: Ctrl-C was pressed. */
bool line_wait(int ms);

/* Waits for Enter; true: Ctrl-C was pressed. */
bool line_wait_enter(void);

/* Another program has the terminal, as the shell gave it to us, or no longer. */
void line_lend(bool lent);

/* The lines that were typed, the oldest first. */
int line_history_count(void);
const char *line_history(int i);

int line_columns(void); /* of the terminal */
void line_clear(void);  /* empties the screen, where it can */

#endif
