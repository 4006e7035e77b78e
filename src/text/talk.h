/*
 * talk - several turns of a talk in one text, the oldest first:
 *
 *     Hi there. __eou__ Hello! __eou__ Who are you?
 *
 * What a model with context reads as one source: the turn that is to be answered, and
 * some of those before it. The mark is the one of DailyDialog's files.
 */
#ifndef TEXT_TALK_H
#define TEXT_TALK_H

#include "base/str.h"

#define TALK_MARK "__eou__"

/* The last turn, without the blanks before it; borrowed. */
const char *talk_last(const char *talk);

/* The turn that begins at *at, without blanks around it, and *n its length; *at moves
 * behind its mark, and is NULL behind the last one. */
const char *talk_turn(const char **at, size_t *n);

int talk_turns(const char *talk); /* "" has none */

/* The next turn is said: n bytes. */
void talk_add(struct str *talk, const char *turn, size_t n);

/* The last turn was not said. */
void talk_drop(struct str *talk);

/* Only the last n turns stay. */
void talk_keep(struct str *talk, int n);

#endif
