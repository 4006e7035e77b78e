/*
 * transcript - the answers of a session, in order. Those to one question are its
 * branches, A for the first; one of them is the current one, which /why, /alt and the
 * others work on.
 */
#ifndef UI_TRANSCRIPT_H
#define UI_TRANSCRIPT_H

#include "ui/reply.h"

struct transcript {
    struct reply **reply; /* owned */
    int n, cap;
    int turn;             /* the last question's number; 0: none yet */
    int since;            /* replies from here on are of the model that is open */
    struct reply *now;    /* the current answer; NULL: none, or of another model */
};

void transcript_release(struct transcript *);

/* Takes the reply, which becomes the current one: the first of a new question, or one
 * more branch of the last question. */
void transcript_add(struct transcript *, struct reply *, bool branch);

/* Another model: there is no current answer. */
void transcript_part(struct transcript *);

/* Takes the newest answer away, which is of the open model; the one before is the current
 * one. */
void transcript_undo(struct transcript *);

/* The branch of the last question with this letter. NULL: err lists them. */
struct reply *transcript_find(const struct transcript *, const char *letter, struct err *);

/* The i-th branch of the last question; NULL: no more. */
struct reply *transcript_branch(const struct transcript *, int i);

#endif
