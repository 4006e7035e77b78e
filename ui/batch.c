#include "ui/batch.h"

#include "ui/ask.h"
#include "ui/beamdump.h"
#include "ui/input.h"
#include "ui/out.h"
#include "ui/notes.h"
#include "ui/ui_text.h"

#include <unistd.h>

enum { COLUMNS = 80 };

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
    struct str asked = STR_INIT;
    shell_ask(sh, text, n, &asked);
    shell_team_start(sh);
    int bad = ask_start(&a, sh->model, sh->reader, &sh->knobs, REPLY_CANDS, str_cstr(&asked),
                        asked.n, err);
    str_release(&asked);
    if (bad) {
        shell_team_stop();
        return NULL;
    }
    struct reply *r = reply_new(text);
    while (ask_next(&a, &s))
        ;
    shell_team_stop();
    reply_end(r, sh->model, &a, &sh->knobs, false);
    shell_remember(sh, a.decode, r);
    if (sh->dump)
        beamdump_add(sh->dump, sh->model, a.decode);
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
        out_answer(&line, str_cstr(&r->text));
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

/* An empty line parts conversations, in the answers as well. */
static int conversation_ends(struct shell *sh)
{
    struct str line = STR_INIT;
    shell_forget(sh);
    str_addc(&line, '\n');
    out_write(stdout, &line);
    str_release(&line);
    return 0;
}

static int answer_line(struct shell *sh, struct input *l, long number)
{
    char where[32];
    snprintf(where, sizeof where, "line %ld", number);
    if (shell_recalls(sh) && l->line.n == 0)
        return conversation_ends(sh);
    if (l->length <= INPUT_LINE_MAX)
        return answer(sh, str_cstr(&l->line), l->line.n, where);
    ui_say(stderr, "seqsh: %s: %zu bytes are too many: at most %d", where, l->length,
           INPUT_LINE_MAX);
    str_clear(&l->line);
    str_addc(&l->line, '\n');
    out_write(stdout, &l->line);
    return 1;
}

int batch_lines(struct shell *sh, int fd)
{
    struct input l = { .fd = fd, .text = true };
    struct err err;
    int status = 0, more;
    for (long number = 1; (more = input_next(&l, &err)) > 0; number++)
        status |= answer_line(sh, &l, number);
    if (more < 0) {
        ui_say(stderr, "seqsh: %s", err.msg);
        status = 1;
    }
    str_release(&l.line);
    return status;
}
