#include "base/mem.h"
#include "corpora/lines.h"
#include "corpora/reader.h"

/*
 * A dialogue, one utterance a line: with turns = pairs a prompt and its reply, again and
 * again; with turns = all every line is a reply to the one before. A blank line ends a
 * conversation: what follows replies to nothing.
 */

struct dialog {
    struct lines *lines;
    int data_seed;
    bool all;              /* every line is a prompt as well */
    bool asked;            /* `prompt` waits for its reply */
    bool opens;            /* nothing was said before it */
    long asked_at;         /* its line */
    struct str prompt, before;
};

static void *dialog_open(const struct settings *s, const char *path, struct err *err)
{
    struct lines *lines = lines_open(path, err);
    if (!lines)
        return NULL;
    struct dialog *d = xcalloc(1, sizeof *d);
    d->lines = lines;
    d->data_seed = s->data_seed;
    d->all = !strcmp(s->turns, "all");
    d->opens = true;
    return d;
}

static void dialog_close(void *own)
{
    struct dialog *d = own;
    lines_close(d->lines);
    str_release(&d->prompt);
    str_release(&d->before);
    free(d);
}

static void ask(struct dialog *d)
{
    str_clear(&d->prompt);
    str_addn(&d->prompt, d->lines->text, d->lines->n);
    d->asked = true;
    d->asked_at = d->lines->line;
}

static int broken(struct example *ex, const char *why, long line)
{
    *ex = (struct example){ .kind = EXAMPLE_BROKEN, .why = why, .line = line };
    return 1;
}

/* A conversation is over. A single line is one when every line is a reply. */
static int close_conversation(struct dialog *d, struct example *ex)
{
    bool alone = d->asked && !d->all;
    d->asked = false;
    d->opens = true;
    if (!alone)
        return 0;
    return broken(ex, "a prompt without a reply: set turns = all if every line replies to "
                      "the one before", d->asked_at);
}

static int reply(struct dialog *d, struct example *ex)
{
    str_clear(&d->before);
    str_addn(&d->before, d->prompt.s, d->prompt.n);
    d->asked = false;
    if (d->all)
        ask(d);
    *ex = (struct example){
        .src = str_cstr(&d->before),
        .tgt = d->lines->text,
        .key = reader_key(d->data_seed, reader_hash(str_cstr(&d->before))),
        .line = d->lines->line,
        .opens = d->opens,
    };
    d->opens = false;
    return 1;
}

static int dialog_next(void *own, struct example *ex, struct err *err)
{
    struct dialog *d = own;
    struct lines *l = d->lines;
    while (lines_next(l)) {
        const char *fault = lines_fault(l);
        if (fault)
            return broken(ex, fault, l->line);
        if (lines_blank(l->text, l->text + l->n)) {
            if (close_conversation(d, ex))
                return 1;
        } else if (d->asked) {
            return reply(d, ex);
        } else {
            ask(d);
        }
    }
    if (lines_end(l, err) < 0)
        return -1;
    return close_conversation(d, ex);
}

const struct reader reader_dialog = {
    .name = "dialog",
    .summary = "a file of lines: a prompt, its reply, the next prompt",
    .open = dialog_open,
    .next = dialog_next,
    .close = dialog_close,
};
