#include "ui/transcript.h"

#include "base/mem.h"
#include "base/utf8.h"

#include <strings.h>

enum { KEPT_MAX = 20000 }; /* answers: for days of /watch */

void transcript_release(struct transcript *t)
{
    for (int i = 0; i < t->n; i++)
        reply_free(t->reply[i]);
    free(t->reply);
    *t = (struct transcript){ 0 };
}

void transcript_add(struct transcript *t, struct reply *r, bool branch)
{
    int others = 0;
    if (!branch)
        t->turn++;
    while (transcript_branch(t, others))
        others++;
    r->turn = t->turn;
    r->branch = others;
    if (t->n == KEPT_MAX) { /* the older half is forgotten */
        for (int i = 0; i < KEPT_MAX / 2; i++)
            reply_free(t->reply[i]);
        t->n -= KEPT_MAX / 2;
        t->since = MAX(t->since - KEPT_MAX / 2, 0);
        memmove(t->reply, t->reply + KEPT_MAX / 2, (size_t)t->n * sizeof *t->reply);
    }
    if (t->n == t->cap) {
        t->cap = t->cap ? 2 * t->cap : 16;
        t->reply = xrealloc(t->reply, (size_t)t->cap * sizeof *t->reply);
    }
    t->reply[t->n++] = t->now = r;
}

void transcript_part(struct transcript *t)
{
    t->now = NULL;
    t->since = t->n;
}

void transcript_undo(struct transcript *t)
{
    reply_free(t->reply[--t->n]);
    t->now = t->n > t->since ? t->reply[t->n - 1] : NULL;
    t->turn = t->n ? t->reply[t->n - 1]->turn : 0;
}

struct reply *transcript_branch(const struct transcript *t, int i)
{
    int first = t->n;
    while (first > 0 && t->reply[first - 1]->turn == t->turn)
        first--;
    return first + i < t->n ? t->reply[first + i] : NULL;
}

struct reply *transcript_find(const struct transcript *t, const char *letter,
                              struct err *err)
{
    struct reply *r;
    char name[8];
    int i;
    for (i = 0; (r = transcript_branch(t, i)); i++)
        if (!strcasecmp(letter, reply_letter(name, i)))
            return r;
    if (i == 0)
        err_set(err, "there is no answer yet");
    else
        err_set(err, "no branch '%s': there is A%s%s", utf8_quote(letter).s,
                i > 1 ? " to " : "", i > 1 ? reply_letter(name, i - 1) : "");
    return NULL;
}
