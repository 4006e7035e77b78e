#include "base/mem.h"
#include "corpora/lines.h"
#include "corpora/reader.h"
#include "text/talk.h"

/* DailyDialog: a talk a line, "__eou__" behind each utterance; each replies to the last. */

struct daily {
    struct lines *lines;
    int data_seed;
    char *rest;   /* of the line, behind `before`; NULL: a new line is due */
    char *before; /* in the line */
    bool alone;   /* `before` has no reply yet, and nothing before it */
    char group[24];
};

static const char mark[] = TALK_MARK;

static void *daily_open(const struct settings *s, const char *path, struct err *err)
{
    struct lines *lines = lines_open(path, err);
    if (!lines)
        return NULL;
    struct daily *d = xcalloc(1, sizeof *d);
    d->lines = lines;
    d->data_seed = s->data_seed;
    return d;
}

static void daily_close(void *own)
{
    struct daily *d = own;
    lines_close(d->lines);
    free(d);
}

/* The next utterance of the line, without blanks around it; NULL: there is none. */
static char *utterance(struct daily *d)
{
    while (d->rest) {
        char *p = d->rest, *end = strstr(p, mark);
        d->rest = end ? end + strlen(mark) : NULL;
        if (!end)
            end = p + strlen(p);
        while (*p == ' ')
            p++;
        while (end > p && end[-1] == ' ')
            end--;
        *end = '\0';
        if (*p)
            return p;
    }
    return NULL;
}

static int broken(struct example *ex, const char *why, long line)
{
    *ex = (struct example){ .kind = EXAMPLE_BROKEN, .why = why, .line = line };
    return 1;
}

static int daily_next(void *own, struct example *ex, struct err *err)
{
    struct daily *d = own;
    struct lines *l = d->lines;
    char *reply;
    while (!(reply = utterance(d))) {
        if (d->alone) {
            d->alone = false;
            *ex = (struct example){ .kind = EXAMPLE_LEFT_OUT, .line = l->line,
                                    .why = "a talk of one utterance" };
            return 1;
        }
        if (!lines_next(l))
            return lines_end(l, err);
        const char *fault = lines_fault(l);
        if (fault)
            return broken(ex, fault, l->line);
        if (lines_blank(l->text, l->text + l->n))
            continue;
        if (!strstr(l->text, mark))
            return broken(ex, "no __eou__ in the line", l->line);
        d->rest = l->text;
        d->before = utterance(d);
        d->alone = d->before != NULL;
        snprintf(d->group, sizeof d->group, "%ld", l->line);
    }
    *ex = (struct example){ .src = d->before, .tgt = reply, .line = l->line,
                            .group = d->group,
                            .key = reader_key(d->data_seed, (uint64_t)l->line) };
    d->before = reply;
    d->alone = false;
    return 1;
}

const struct reader reader_dailydialog = {
    .name = "dailydialog",
    .summary = "a talk a line, __eou__ behind each utterance",
    .talk = true,
    .open = daily_open,
    .next = daily_next,
    .close = daily_close,
};
