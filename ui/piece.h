/*
 * piece - a token or a piece of the source as it is shown alone.
 */
#ifndef UI_PIECE_H
#define UI_PIECE_H

#include "ui/reply.h"

/* Appends it as it is, but for the mark of a subword, which is an underscore where there is
 * no such sign; returns its columns. */
int piece_show(struct str *, const char *piece);

/* Appends it, a blank in quotes, what was taken out as "-"; returns its columns. */
int piece_add(struct str *, const char *piece);

/* In quotes in any case, for messages: "'x'". */
void piece_quote(struct str *, const char *piece);

/* Its columns. */
int piece_width(const char *piece);

/* Adds it to what Tab offers, if it can be shown and typed as it is. */
void piece_offer(struct names *, const char *piece);

/* The words of a command that name a token or a place; one word is cut off *rest. People
 * count from 1, the result begins at 0; -1 is an error.
 *   step    a number, of an answer's tokens
 *   place   a number, or a piece that stands in the source once ('7', in quotes, if it
 *           looks like a number)
 *   token   any piece of the vocabulary of answers
 * Where pieces of words are marked, the word itself is meant by what begins it; 'x', in
 * quotes, is a piece from within words. */
int piece_step(const struct reply *, char **rest, struct err *);
int piece_place(const struct reply *, char **rest, struct err *);
int piece_token(const struct model *, const char *text, struct err *);

#endif
