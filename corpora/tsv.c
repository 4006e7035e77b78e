#include "base/mem.h"
#include "corpora/lines.h"
#include "corpora/reader.h"

/*
 * "source TAB target [TAB anything]", one pair a line. There are no comments. The third
 * part may name the film or the talk that the pair is from.
 */

struct tsv {
    struct lines *lines;
    int data_seed;
};

static void *tsv_open(const struct settings *s, const char *path, struct err *err)
{
    struct lines *lines = lines_open(path, err);
    if (!lines)
        return NULL;
    struct tsv *t = xmalloc(sizeof *t);
    *t = (struct tsv){ .lines = lines, .data_seed = s->data_seed };
    return t;
}

static void tsv_close(void *own)
{
    struct tsv *t = own;
    lines_close(t->lines);
    free(t);
}

/* What is wrong with the line, or NULL and where its parts end. */
static const char *fault_of(struct lines *l, char **src_end, char **tgt_end)
{
    char *text = l->text, *end = text + l->n;
    const char *fault = lines_fault(l);
    if (fault)
        return fault;
    *src_end = memchr(text, '\t', l->n);
    if (!*src_end)
        return "no tab between source and target";
    char *tgt = *src_end + 1;
    *tgt_end = memchr(tgt, '\t', (size_t)(end - tgt));
    if (!*tgt_end)
        *tgt_end = end;
    if (lines_blank(text, *src_end))
        return "the source is empty";
    if (lines_blank(tgt, *tgt_end))
        return "the target is empty";
    return NULL;
}

static int tsv_next(void *own, struct example *ex, struct err *err)
{
    struct tsv *t = own;
    struct lines *l = t->lines;
    char *src_end, *tgt_end;
    if (!lines_next(l))
        return lines_end(l, err);
    const char *fault = fault_of(l, &src_end, &tgt_end);
    if (fault) {
        *ex = (struct example){ .kind = EXAMPLE_BROKEN, .why = fault, .line = l->line };
        return 1;
    }
    bool group = tgt_end < l->text + l->n;
    *src_end = *tgt_end = '\0';
    *ex = (struct example){
        .src = l->text,
        .tgt = src_end + 1,
        .key = reader_key(t->data_seed, reader_hash(l->text)),
        .line = l->line,
        .group = group ? tgt_end + 1 : NULL,
    };
    return 1;
}

const struct reader reader_tsv = {
    .name = "tsv",
    .summary = "a file of lines: source, tab, target",
    .open = tsv_open,
    .next = tsv_next,
    .close = tsv_close,
};
