#include "ui/batch.h"

#include "ui/ask.h"
#include "ui/out.h"
#include "ui/notes.h"
#include "ui/ui_text.h"

#include <errno.h>
#include <unistd.h>

enum {
    LINE_MAX = 1 << 20, /* bytes of a question: no model reads more */
    COLUMNS = 80,
};

/* ---- one question ---------------------------------------------------------------- */

static void show_notes(struct shell *sh, const struct reply *r, const char *where)
{
    struct str text = STR_INIT;
    if (sh->knobs.probs != PROBS_OFF) {
        str_addf(&text, "%s: ", where);
        ask_figures(&r->sums, &sh->knobs, sh->plain, &text);
        str_addc(&text, '\n');
    }
    notes_add(sh, r, COLUMNS, &text);
    if (text.n)
        out_write(stderr, &text);
    str_release(&text);
}

static struct reply *decode(struct shell *sh, const char *text, size_t n,
                            struct err *err)
{
    struct decode_step s;
    struct ask a;
    if (ask_start(&a, sh->model, sh->reader, &sh->knobs, REPLY_CANDS, text, n, err) < 0)
        return NULL;
    struct reply *r = reply_new(text);
    while (ask_next(&a, &s))
        ;
    reply_end(r, sh->model, &a, &sh->knobs, false);
    ask_end(&a);
    return r;
}

/* where: "line 3". 0, or 1: it could not be answered. */
static int answer(struct shell *sh, const char *text, size_t n, const char *where)
{
    struct str line = STR_INIT;
    struct err err;
    struct reply *r = decode(sh, text, n, &err);
    if (!r)
        ui_say(stderr, "seqsh: %s: %s", where, err.msg);
    else if (sh->json)
        reply_json(r, &line);
    else if (isatty(STDOUT_FILENO))
        ui_text(&line, UI_FIELD, str_cstr(&r->text), r->text.n);
    else
        out_plain(&line, str_cstr(&r->text));
    if (r)
        show_notes(sh, r, where);
    str_addc(&line, '\n');
    out_write(stdout, &line);
    str_release(&line);
    bool bad = !r;
    reply_free(r);
    return bad;
}

int batch_questions(struct shell *sh, const struct names *questions)
{
    int status = 0;
    for (int i = 0; i < questions->n; i++) {
        char where[32];
        snprintf(where, sizeof where, "question %d", i + 1);
        status |= answer(sh, questions->s[i], strlen(questions->s[i]), where);
    }
    return status;
}

/* ---- lines of a file ------------------------------------------------------------- */

struct lines {
    int fd;
    char buf[1 << 14];
    size_t at, n; /* of buf: taken, filled */
    struct str line;
    size_t length; /* of the line; beyond LINE_MAX its bytes are not kept */
};

/* 1: a line, without its end; 0: no more; -1: error. A last line needs no end. */
static int lines_next(struct lines *l, struct err *err)
{
    bool any = false;
    str_clear(&l->line);
    l->length = 0;
    for (;;) {
        if (l->at == l->n) {
            ssize_t got = read(l->fd, l->buf, sizeof l->buf);
            if (got < 0 && errno == EINTR)
                continue;
            if (got < 0)
                return err_set(err, "cannot read the input: %s", strerror(errno));
            if (got == 0)
                return any;
            l->at = 0;
            l->n = (size_t)got;
        }
        any = true;
        char *from = l->buf + l->at, *end = memchr(from, '\n', l->n - l->at);
        size_t n = end ? (size_t)(end - from) : l->n - l->at;
        str_addn(&l->line, from, MIN(n, LINE_MAX - l->line.n));
        l->length += n;
        l->at += n + (end != NULL);
        if (end)
            return 1;
    }
}

static int answer_line(struct shell *sh, struct lines *l, long number)
{
    char where[32];
    snprintf(where, sizeof where, "line %ld", number);
    if (l->line.n && l->line.s[l->line.n - 1] == '\r')
        str_cut(&l->line, l->line.n - 1);
    if (l->length <= LINE_MAX)
        return answer(sh, str_cstr(&l->line), l->line.n, where);
    ui_say(stderr, "seqsh: %s: %zu bytes are too many: at most %d", where, l->length,
           LINE_MAX);
    str_clear(&l->line);
    str_addc(&l->line, '\n');
    out_write(stdout, &l->line);
    return 1;
}

int batch_lines(struct shell *sh, int fd)
{
    struct lines l = { .fd = fd };
    struct err err;
    int status = 0, more;
    for (long number = 1; (more = lines_next(&l, &err)) > 0; number++)
        status |= answer_line(sh, &l, number);
    if (more < 0) {
        ui_say(stderr, "seqsh: %s", err.msg);
        status = 1;
    }
    str_release(&l.line);
    return status;
}
