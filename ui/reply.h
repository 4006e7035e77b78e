/*
 * reply - an answer that is kept: what was asked, what each step did, and how it was
 * steered. What looks into an answer, or goes on from it, works on this.
 *
 *     struct reply *r = reply_new("10+12");
 *     while (ask_next(&a, &s))
 *         ;
 *     reply_end(r, model, &a, &knobs, false);   // before ask_end()
 */
#ifndef UI_REPLY_H
#define UI_REPLY_H

#include "ui/ask.h"
#include "ui/names.h"

#include <jansson.h>

enum { REPLY_CANDS = 20 }; /* candidates that are kept of each step, beside the taken */

struct reply_step {
    int token;         /* -1: a vector */
    char *piece;       /* what it looks like alone; foreign bytes */
    size_t end;        /* of the answer's text when it was said */
    double p, entropy; /* by the model alone; bits */
    struct cand *cand; /* best first; the one taken is among them */
    int cands;
    real *alpha;       /* [sources] where it looked; NULL: no attention */
};

struct reply {
    char *question;
    char *how;           /* what made it another than the one before; NULL: nothing */
    struct plan plan;    /* what it takes to have it again */
    struct names source; /* the source's pieces, as they are read */
    struct str text;
    struct reply_step *step;
    int n, cap;
    struct ask sums;     /* its figures; the decode in there is over */
    const struct strategy *strategy;
    bool stopped;        /* by Ctrl-C */
    int turn, branch;    /* of the transcript: which question, which answer to it */
};

struct reply *reply_new(const char *question);
void reply_free(struct reply *); /* NULL is fine */

/* Takes the best answer that the ask has come to. */
void reply_end(struct reply *, const struct model *, const struct ask *,
               const struct knobs *, bool stopped);

/* A plan for the same answer as far as so many steps, free from there on. */
struct plan reply_plan(const struct reply *, int steps);

/* Of step i, the candidate that was taken. */
const struct cand *reply_taken(const struct reply *, int i);

/* Steps up to the one that ended it: those worth a row in a table. A fixed row has
 * filler behind, of which only the first is one. */
int reply_rows(const struct reply *);

/* The letters of a branch: "A", "B" ... "Z", "AA". Returns buf. */
const char *reply_letter(char buf[8], int branch);

/* The whole of it as JSON, one line without its end, nothing but ASCII. */
void reply_json(const struct reply *, struct str *);

/* Foreign bytes as a string of JSON; new reference. */
json_t *reply_json_text(const char *);

#endif
