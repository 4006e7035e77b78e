#include "corpora/dataset_own.h"

#include "base/file.h"
#include "base/sha256.h"
#include "base/utf8.h"
#include "corpora/context.h"

/* Reads the file through: each broken example, and what put refuses, either ends it, or
 * is skipped and, if there is a list, put down there. */
struct reading {
    const struct settings *set;
    const struct reader *reader;
    void *own;          /* the reader's */
    struct skipped *list;
    struct context context;
};

static const char *place_of(const struct reading *r, const struct example *ex)
{
    return ex->file ? ex->file : r->set->data;
}

static void list_skipped(const struct reading *r, const struct example *ex,
                         const char *why)
{
    if (!r->list)
        return;
    r->list->count++;
    str_addf(&r->list->text, "%s:%ld\t%s\n", place_of(r, ex), ex->line, why);
}

/* The first broken example, and how many more there are, so that a person knows
 * whether to mend the file or to get another. */
static int refuse(struct reading *r, const struct example *first, struct err *err)
{
    struct example ex;
    struct str file = STR_INIT;
    const char *why = first->why; /* says the table, not the file: it stays */
    long line = first->line, more = 0;
    int got;
    str_add(&file, place_of(r, first));
    while ((got = r->reader->next(r->own, &ex, err)) > 0)
        more += ex.kind == EXAMPLE_BROKEN;
    if (more)
        err_at(err, str_cstr(&file), line, "%s (and %ld more bad line%s)", why, more,
               more == 1 ? "" : "s");
    else
        err_at(err, str_cstr(&file), line, "%s", why);
    str_release(&file);
    return -1;
}

static int take(struct reading *r, struct example *ex,
                int (*put)(void *own, const struct example *, struct err *), void *own,
                struct err *err)
{
    bool skip = !strcmp(r->set->broken, "skip");
    struct err why;
    if (ex->kind == EXAMPLE_BROKEN && !skip)
        return refuse(r, ex, err);
    if (ex->kind == EXAMPLE_BROKEN)
        list_skipped(r, ex, ex->why);
    if (ex->kind != EXAMPLE_PAIR)
        return 0;
    if (r->set->swap) {
        const char *src = ex->src;
        ex->src = ex->tgt;
        ex->tgt = src;
    }
    ex->src = context_join(&r->context, ex);
    if (put(own, ex, &why) == 0)
        return 0;
    if (!skip)
        return err_at(err, ex->line ? place_of(r, ex) : "", ex->line, "%s", why.msg);
    list_skipped(r, ex, why.msg);
    return 0;
}

static int each_of(const struct settings *s,
                   int (*put)(void *own, const struct example *, struct err *), void *own,
                   struct skipped *list, struct err *err)
{
    struct reading r = { .set = s, .reader = reader_find(s, err), .list = list,
                         .context = { .most = s->context } };
    struct example ex;
    int got = 0, bad = 0, taken = 0;
    r.own = r.reader ? r.reader->open(s, s->data, err) : NULL;
    if (!r.own)
        return -1;
    if (r.reader->generates && s->stateful)
        bad = err_set(err, "examples of '%s' do not follow each other: set stateful = no, or "
                           "train on a dialogue (format = dialog)",
                      r.reader->name);
    if (!bad && r.reader->generates && (s->swap || s->more[0]))
        bad = err_set(err, "examples of '%s' are made, not read: leave out swap and more",
                      r.reader->name);
    int most = r.reader->generates ? 0 : s->first;
    while (!bad && !(most && taken == most) &&
           (got = r.reader->next(r.own, &ex, err)) > 0) {
        bad = take(&r, &ex, put, own, err);
        taken += ex.kind == EXAMPLE_PAIR;
    }
    r.reader->close(r.own);
    context_release(&r.context);
    return bad || got < 0 ? -1 : 0;
}

int dataset_each(const struct settings *s,
                 int (*put)(void *own, const struct example *, struct err *), void *own,
                 struct skipped *list, struct err *err)
{
    struct settings more = *s;
    if (each_of(s, put, own, list, err) < 0)
        return -1;
    if (!s->more[0])
        return 0;
    memcpy(more.data, s->more, sizeof more.data);
    more.first = 0;
    if (!file_is(more.data))
        return err_set(err, "more: there is no file '%s' here: make it, or leave more empty to "
                            "learn without it",
                       utf8_quote(more.data).s);
    return each_of(&more, put, own, list, err);
}

int dataset_check_sum(const struct settings *s, struct err *err)
{
    char sum[SHA256_TEXT];
    const struct reader *r = s->sha256[0] ? reader_find(s, err) : NULL;
    if (!s->sha256[0])
        return 0;
    if (!r)
        return -1;
    if (r->generates)
        return err_set(err, "sha256 is for a file, and '%s' makes its examples", s->data);
    if (sha256_file(s->data, sum, err) < 0)
        return -1;
    if (!strcmp(sum, s->sha256))
        return 0;
    return err_set(err, "'%s' is not the file that is meant: its SHA-256 is %s, not %s; get "
                        "it anew, or set sha256 to nothing",
                   utf8_quote(s->data).s, sum, s->sha256);
}
