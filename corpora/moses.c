#include "base/mem.h"
#include "corpora/lines.h"
#include "corpora/reader.h"

/* Two files of lines: line n of `target` translates line n of `data`. */

struct moses {
    struct lines *src, *tgt;
    int data_seed;
};

static void moses_close(void *own)
{
    struct moses *m = own;
    if (m->src)
        lines_close(m->src);
    if (m->tgt)
        lines_close(m->tgt);
    free(m);
}

static void *moses_open(const struct settings *s, const char *path, struct err *err)
{
    if (!s->target[0]) {
        err_set(err, "format = moses has two files: set target to the second");
        return NULL;
    }
    struct moses *m = xcalloc(1, sizeof *m);
    m->data_seed = s->data_seed;
    m->src = lines_open(path, err);
    m->tgt = m->src ? lines_open(s->target, err) : NULL;
    if (m->tgt)
        return m;
    moses_close(m);
    return NULL;
}

static int broken(struct example *ex, const char *why, const struct lines *at)
{
    *ex = (struct example){ .kind = EXAMPLE_BROKEN, .why = why, .line = at->line,
                            .file = at->path };
    return 1;
}

static int moses_next(void *own, struct example *ex, struct err *err)
{
    struct moses *m = own;
    bool src = lines_next(m->src), tgt = lines_next(m->tgt);
    if (lines_end(m->src, err) < 0 || lines_end(m->tgt, err) < 0)
        return -1;
    if (!src && !tgt)
        return 0;
    if (!src || !tgt)
        return broken(ex, src ? "the target file has no such line"
                              : "the source file has no such line", src ? m->src : m->tgt);
    const char *src_fault = lines_fault(m->src), *tgt_fault = lines_fault(m->tgt);
    if (src_fault || tgt_fault)
        return src_fault ? broken(ex, src_fault, m->src) : broken(ex, tgt_fault, m->tgt);
    if (lines_blank(m->src->text, m->src->text + m->src->n))
        return broken(ex, "the source is empty", m->src);
    if (lines_blank(m->tgt->text, m->tgt->text + m->tgt->n))
        return broken(ex, "the target is empty", m->tgt);
    *ex = (struct example){ .src = m->src->text, .tgt = m->tgt->text, .line = m->src->line,
                            .key = reader_key(m->data_seed, reader_hash(m->src->text)) };
    return 1;
}

const struct reader reader_moses = {
    .name = "moses",
    .summary = "two files of lines: line n of target translates line n of data",
    .open = moses_open,
    .next = moses_next,
    .close = moses_close,
};
