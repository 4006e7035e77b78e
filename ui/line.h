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

#include "base/str.h"
#include "ui/names.h"

/* Adds what may stand in `line` from byte `from` on; true: a file name may, too. */
typedef bool line_complete(void *own, const char *line, int from, struct names *);

/*
 * A stage: who draws while readline only edits. It is asked for each key first.
 */
struct line_stage {
    void (*show)(void *own);          /* draws all that is new, the line too */
    bool (*key)(void *own, int key);  /* as of keys_next(); true: it was for the stage */
    void (*interrupt)(void *own, bool empty); /* Ctrl-C at a line; it is gone already */
    void (*offer)(void *own, char *const *word, int n); /* what Tab finds, when many */
    void (*say)(void *own, const char *text); /* lines that stand above the line */
    void (*clear)(void *own);         /* line_clear() */
    void (*resize)(void *own);        /* the terminal has another size */
    void (*leave)(void *own);         /* the terminal is somebody else's for a while: */
    void (*enter)(void *own);         /* no longer */
};

/* talk: the terminal for prompt and input. history: its file, NULL for none. */
void line_open(FILE *talk, const char *history, line_complete *, void *own);
void line_close(void); /* harmless when not open */

/* From now on, NULL: nobody, as at first. What is half typed stays. */
void line_stage(const struct line_stage *, void *own);

/* Called when F2 is pressed where no stage is; may set one. */
void line_on_f2(void (*)(void *own), void *own);

/* Called now and then while line_read() waits; what it appends stands above the line. */
void line_on_idle(void (*)(void *own, struct str *news), void *own);

/* The line as it is edited: what stands before it, and the byte the cursor is at. */
const char *line_text(const char **prompt, int *point);

/* Puts this at the place of what is typed. */
void line_type(const char *text);

/* line_read() returns this as if it were typed, and what is half typed comes again. */
void line_enter(const char *text);

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

/* The terminal is far away: keys may come in pieces, and pictures are to be few. */
void line_slow(void);

int line_columns(void);           /* of the terminal, or those that are set: */
void line_columns_set(int columns); /* 0: none */
void line_clear(void);  /* empties the screen, where it can */

#endif
