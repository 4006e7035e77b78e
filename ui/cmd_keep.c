/* The session as a whole: /save, /load, /undo, /new, /trace. */
#include "base/file.h"
#include "base/utf8.h"
#include "ui/cmd.h"
#include "ui/full.h"
#include "ui/session.h"

#include <errno.h>
#include <math.h>
#include <unistd.h>

enum { SESSION_MAX = 1 << 28 }; /* bytes */

/* ---- /save, /load ------------------------------------------------------------------ */

static int run_save(struct shell *sh, char *args, struct err *err)
{
    struct str text = STR_INIT;
    if (!*args)
        return err_set(err, "into which file?");
    if (access(args, F_OK) == 0)
        return err_set(err, "cannot write '%s': it exists", utf8_quote(args).s);
    session_write(sh, &text);
    int bad = file_write(args, text.s, text.n, err);
    str_release(&text);
    if (bad == 0)
        shell_say(sh, INK_TEXT, "%d answer%s and the settings are in %s: /load brings them back",
                  sh->said.n - sh->said.since, sh->said.n - sh->said.since == 1 ? "" : "s",
                  args);
    return bad;
}

static bool complete_file(const struct shell *sh, const char *before, struct names *out)
{
    (void)sh;
    (void)out;
    return !*before;
}

const struct cmd cmd_save = {
    .name = "save",
    .args = "FILE",
    .help = "this session into a new file: answers and settings",
    .run = run_save,
    .complete = complete_file,
};

/* The last question and its answers, as they looked. */
static void show_last(const struct shell *sh)
{
    const struct reply *r;
    char name[8], figure[16];
    for (int i = 0; (r = transcript_branch(&sh->said, i)); i++) {
        if (i == 0)
            shell_say(sh, INK_TEXT, "> %s", r->question);
        shell_say(sh, INK_TEXT, "  %-2s %s   p %s", reply_letter(name, i), str_cstr(&r->text),
                  ask_p(figure, exp(r->sums.logp)));
    }
}

static int run_load(struct shell *sh, char *args, struct err *err)
{
    struct str text = STR_INIT;
    int different = 0, bad;
    if (!*args)
        return err_set(err, "which file?");
    if (file_read(args, SESSION_MAX, &text, err) < 0)
        return -1;
    bad = session_read(sh, str_cstr(&text), text.n, &different, err);
    str_release(&text);
    if (bad < 0)
        return -1;
    shell_say(sh, INK_TEXT, "%s: %d answer%s", sh->name, sh->said.n,
              sh->said.n == 1 ? "" : "s");
    if (different)
        shell_say(sh, INK_WARN, "%d of them came out otherwise: the model has changed",
                  different);
    show_last(sh);
    return 0;
}

const struct cmd cmd_load = {
    .name = "load",
    .args = "FILE",
    .help = "a session that /save kept, in place of this one",
    .more = "The model is opened, every setting is as it was, and the answers are there to be\n"
            "looked into and steered.",
    .run = run_load,
    .complete = complete_file,
};

/* ---- /undo ------------------------------------------------------------------------- */

static int run_undo(struct shell *sh, char *args, struct err *err)
{
    const struct reply *r = shell_reply(sh, err);
    (void)args;
    if (!r)
        return -1;
    r = sh->said.reply[sh->said.n - 1];
    char letter[8];
    reply_letter(letter, r->branch);
    if (r->branch > 0)
        shell_say(sh, INK_DIM, "answer %s is taken back", letter);
    else
        shell_say(sh, INK_DIM, "'%s' is taken back", r->question);
    if (r->branch == 0 && sh->memory && r->plan.memory)
        memcpy(sh->memory, r->plan.memory,
               (size_t)model_memory(sh->model) * sizeof *sh->memory);
    if (r->branch == 0)
        shell_unsay(sh, r);
    else
        shell_correct(sh, r, transcript_branch(&sh->said, r->branch - 1));
    if (sh->full)
        full_forget(sh->full);
    transcript_undo(&sh->said);
    return 0;
}

const struct cmd cmd_undo = {
    .name = "undo",
    .args = "",
    .help = "take back the last answer, and its question if it is the only one",
    .more = "A model that remembers then knows what it knew before it.",
    .run = run_undo,
};

/* ---- /new -------------------------------------------------------------------------- */

static int run_new(struct shell *sh, char *args, struct err *err)
{
    (void)args;
    (void)err;
    if (sh->full)
        full_forget(sh->full);
    shell_forget(sh);
    transcript_release(&sh->said);
    shell_say(sh, INK_DIM, "nothing has been said; the settings stay");
    return 0;
}

const struct cmd cmd_new = {
    .name = "new",
    .args = "",
    .help = "begin anew: forget all answers of this session",
    .run = run_new,
};

/* ---- /trace ------------------------------------------------------------------------ */

static int run_trace(struct shell *sh, char *args, struct err *err)
{
    bool off = !*args || !strcmp(args, "off");
    FILE *f = off ? NULL : fopen(args, "ae");
    if (!off && !f)
        return err_set(err, "cannot write '%s': %s", utf8_quote(args).s, strerror(errno));
    if (off && !sh->trace)
        return err_set(err, "nothing is traced: /trace FILE");
    if (sh->trace)
        fclose(sh->trace);
    sh->trace = f;
    if (f)
        shell_say(sh, INK_DIM, "each answer goes into %s as well", args);
    else
        shell_say(sh, INK_DIM, "no more answers are traced");
    return 0;
}

const struct cmd cmd_trace = {
    .name = "trace",
    .args = "FILE|off",
    .help = "add each answer from now on to a file, as JSON",
    .more = "A line each, with tokens, probabilities and attention, as /export json has them.",
    .run = run_trace,
    .complete = complete_file,
};
