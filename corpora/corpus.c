#include "corpora/corpus.h"

#include "base/file.h"
#include "corpora/context.h"

void corpus_init(struct corpus *c)
{
    *c = (struct corpus){ .text = arena_new(), .files = vocab_new(), .groups = vocab_new() };
}

void corpus_release(struct corpus *c)
{
    arena_free(c->text);
    vocab_free(c->files);
    vocab_free(c->groups);
    free(c->pair);
    free(c->note);
    *c = (struct corpus){ 0 };
}

/* ---- reading --------------------------------------------------------------------- */

static const char *keep(struct corpus *c, const char *text)
{
    return arena_strndup(c->text, text, strlen(text));
}

static struct corpus_note *note_new(struct corpus *c)
{
    if (c->notes == c->notes_room) {
        c->notes_room += c->notes_room / 2 + 256;
        c->note = xrealloc(c->note, (size_t)c->notes_room * sizeof *c->note);
    }
    return &c->note[c->notes++];
}

static void add_pair(struct corpus *c, const struct example *ex, int file)
{
    struct str src = STR_INIT, tgt = STR_INIT;
    struct corpus_pair p = { .file = file, .line = ex->line, .group = -1 };
    corpus_clean(ex->src, &src);
    corpus_clean(ex->tgt, &tgt);
    p.src = keep(c, str_cstr(&src));
    p.tgt = keep(c, str_cstr(&tgt));
    if (ex->group)
        p.group = vocab_add(c->groups, ex->group, strlen(ex->group));
    if (c->n == c->room) {
        c->room += c->room / 2 + 1024;
        c->pair = xrealloc(c->pair, (size_t)c->room * sizeof *c->pair);
    }
    c->pair[c->n++] = p;
    if (!src.n || !tgt.n)
        corpus_drop(c, c->n - 1, src.n ? "the target is empty" : "the source is empty");
    str_release(&src);
    str_release(&tgt);
}

int corpus_read(struct corpus *c, const struct settings *s, const char *path,
                struct err *err)
{
    const struct reader *reader = reader_format(s->format);
    if (!reader)
        BUG("no format '%s'", s->format);
    if (dir_is(path) && !reader->folders)
        return err_set(err, "'%s' is a folder, and format = %s reads a file", path, s->format);
    void *r = reader->open(s, path, err);
    struct context context = { .most = s->context };
    struct example ex;
    int got, from = c->n;
    if (!r)
        return -1;
    c->talk |= reader->talk;
    while ((got = reader->next(r, &ex, err)) > 0) {
        const char *in = ex.file ? ex.file : path;
        int file = vocab_add(c->files, in, strlen(in));
        if (ex.kind == EXAMPLE_PAIR) {
            ex.src = context_join(&context, &ex);
            add_pair(c, &ex, file);
        } else {
            *note_new(c) = (struct corpus_note){ .kind = ex.kind, .why = keep(c, ex.why),
                                                 .times = ex.times, .file = file,
                                                 .line = ex.line };
        }
        if (s->first && c->n - from == s->first)
            break;
    }
    reader->close(r);
    context_release(&context);
    corpus_sweep(c);
    return got < 0 ? -1 : 0;
}

/* ---- dropping -------------------------------------------------------------------- */

void corpus_drop(struct corpus *c, int i, const char *why)
{
    struct corpus_pair *p = &c->pair[i];
    p->gone = true;
    *note_new(c) = (struct corpus_note){ .kind = EXAMPLE_LEFT_OUT, .why = why,
                                         .file = p->file, .line = p->line, .src = p->src,
                                         .tgt = p->tgt };
}

void corpus_sweep(struct corpus *c)
{
    int kept = 0;
    for (int i = 0; i < c->n; i++)
        if (!c->pair[i].gone)
            c->pair[kept++] = c->pair[i];
    c->n = kept;
}

/* ---- the report ------------------------------------------------------------------ */

void corpus_place(const struct corpus *c, int file, long line, struct str *out)
{
    str_add(out, vocab_piece(c->files, file));
    if (line)
        str_addf(out, ":%ld", line);
}

void corpus_report(const struct corpus *c, struct str *out)
{
    static const char *const kind[] = {
        [EXAMPLE_PAIR] = "kept", [EXAMPLE_BROKEN] = "broken",
        [EXAMPLE_LEFT_OUT] = "left out", [EXAMPLE_MENDED] = "mended",
    };
    for (int i = 0; i < c->notes; i++) {
        const struct corpus_note *n = &c->note[i];
        corpus_place(c, n->file, n->line, out);
        str_addf(out, "\t%s\t%s\t%d\t%s\t%s\n", kind[n->kind], n->why, MAX(n->times, 1),
                 n->src ? n->src : "", n->tgt ? n->tgt : "");
    }
}
