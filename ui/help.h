/*
 * help - everything there is to say about commands, options and settings, made
 * from their tables.
 */
#ifndef UI_HELP_H
#define UI_HELP_H

#include "ui/program.h"
#include "ui/shell.h"

/* At the prompt. help_topic: a command, a knob, a setting of training, or "keys". */
int help_commands(const struct shell *);
int help_topic(const struct shell *, const char *topic, struct err *);

void help_version(FILE *);

/* `seqsh --help`, `seqsh help train`. common: options that every program has. */
void help_usage(const struct program *table, const struct opt *common, FILE *);
void help_program(const struct program *, FILE *);

/* Every row of every table, one a line: KIND, NAME, ARGUMENTS or default, HELP,
 * with tabs between them. Kinds: program, option, command, knob, key, metric,
 * directive, setting. */
void help_all(const struct program *table, const struct opt *common, FILE *);

#endif
