#include "base/mem.h"
#include "base/utf8.h"
#include "corpora/reader.h"

#include <errno.h>

/*
 * "source TAB target [TAB anything]", one pair a line, UTF-8. Lines may end in CR LF,
 * and the file may start with a byte order mark. There are no comments.
 *
 * A line that is no pair is an error: it names the first of them, and says how many
 * more there are, so that a person knows whether to mend the file or to get another.
 */

enum { TSV_LINE = 1 << 16 }; /* bytes of a line, with the final NUL */

struct tsv {
    FILE *in;
    char *path;
    long line;
    int data_seed;
    size_t n; /* bytes in text; TSV_LINE: the line is longer */
    char text[TSV_LINE];
};

static void *tsv_open(const struct settings *s, const char *path, struct err *err)
{
    FILE *in = fopen(path, "rb");
    if (!in) {
        err_set(err, "cannot open '%s': %s", path, strerror(errno));
        return NULL;
    }
    struct tsv *t = xmalloc(sizeof *t);
    t->in = in;
    t->path = xstrdup(path);
    t->line = 0;
    t->data_seed = s->data_seed;
    return t;
}

static void tsv_close(void *own)
{
    struct tsv *t = own;
    fclose(t->in);
    free(t->path);
    free(t);
}

/* false: there is no line left. */
static bool read_line(struct tsv *t)
{
    int c;
    t->n = 0;
    while ((c = getc_unlocked(t->in)) != EOF && c != '\n')
        if (t->n < TSV_LINE)
            t->text[t->n++] = (char)c;
    if (c == EOF && t->n == 0)
        return false;
    if (t->n < TSV_LINE && t->n > 0 && t->text[t->n - 1] == '\r')
        t->n--;
    t->line++;
    if (t->line == 1 && t->n >= 3 && !memcmp(t->text, "\xef\xbb\xbf", 3)) {
        t->n -= 3;
        memmove(t->text, t->text + 3, t->n);
    }
    return true;
}

static bool blank(const char *p, const char *end)
{
    while (p < end && *p == ' ')
        p++;
    return p == end;
}

/* What is wrong with the line, or NULL and where its parts end. */
static const char *fault_of(struct tsv *t, char **src_end, char **tgt_end)
{
    char *text = t->text, *end = text + t->n;
    if (t->n == TSV_LINE)
        return "the line is longer than 65535 bytes";
    if (memchr(text, '\0', t->n))
        return "the line has a NUL byte";
    if (!utf8_valid(text, t->n))
        return "the line is not valid UTF-8";
    *src_end = memchr(text, '\t', t->n);
    if (!*src_end)
        return "no tab between source and target";
    char *tgt = *src_end + 1;
    *tgt_end = memchr(tgt, '\t', (size_t)(end - tgt));
    if (!*tgt_end)
        *tgt_end = end;
    if (blank(text, *src_end))
        return "the source is empty";
    if (blank(tgt, *tgt_end))
        return "the target is empty";
    return NULL;
}

/* Reads on to the end to count what else is wrong. */
static int refuse(struct tsv *t, const char *fault, struct err *err)
{
    long at = t->line, more = 0;
    char *unused[2];
    while (read_line(t))
        more += fault_of(t, &unused[0], &unused[1]) != NULL;
    if (more)
        return err_at(err, t->path, at, "%s (and %ld more bad line%s)", fault, more,
                      more == 1 ? "" : "s");
    return err_at(err, t->path, at, "%s", fault);
}

/* FNV-1a */
static uint64_t hash(const char *s)
{
    uint64_t h = 0xcbf29ce484222325u;
    for (; *s; s++)
        h = (h ^ (unsigned char)*s) * 0x100000001b3u;
    return h;
}

static int tsv_next(void *own, struct example *ex, struct err *err)
{
    struct tsv *t = own;
    char *src_end, *tgt_end;
    if (!read_line(t)) {
        if (ferror(t->in))
            return err_set(err, "cannot read '%s': %s", t->path, strerror(errno));
        return 0;
    }
    const char *fault = fault_of(t, &src_end, &tgt_end);
    if (fault)
        return refuse(t, fault, err);
    *src_end = *tgt_end = '\0';
    *ex = (struct example){
        .src = t->text,
        .tgt = src_end + 1,
        .key = reader_key(t->data_seed, hash(t->text)),
        .line = t->line,
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
