/* What answers: /model, /run, /info, /reset. */
#include "base/file.h"
#include "base/utf8.h"
#include "ui/cmd.h"
#include "ui/find.h"
#include "ui/inspect.h"

/* ---- /model ---------------------------------------------------------------------- */

static void list(const struct shell *sh)
{
    struct names there = { 0 };
    find_models(&there);
    for (int i = 0; i < there.n; i++) {
        bool open = !strcmp(there.s[i], sh->name);
        shell_say(sh, open ? INK_STRONG : INK_TEXT, "%s %s", open ? "*" : " ", there.s[i]);
    }
    shell_say(sh, INK_DIM, "open: %s", sh->path);
    names_release(&there);
}

static int run_model(struct shell *sh, char *args, struct err *err)
{
    if (!*args) {
        list(sh);
        return 0;
    }
    if (shell_open(sh, args, err) < 0)
        return -1;
    shell_introduce(sh, "");
    return 0;
}

static bool complete_model(const struct shell *sh, const char *before, struct names *out)
{
    (void)sh;
    if (!*before)
        find_models(out);
    return !*before;
}

const struct cmd cmd_model = {
    .name = "model",
    .args = "[NAME|FILE]",
    .help = "open another model, or list them",
    .run = run_model,
    .complete = complete_model,
};

/* ---- /run ------------------------------------------------------------------------ */

static int run_run(struct shell *sh, char *args, struct err *err)
{
    struct str folder = STR_INIT;
    if (!*args)
        return err_set(err, "which run? `seqsh runs` lists them");
    str_addf(&folder, "%s%s", dir_is(args) ? "" : "runs/", args);
    int bad = dir_is(folder.s) ? shell_open(sh, folder.s, err)
                               : err_set(err, "there is no run '%s'", utf8_quote(args).s);
    str_release(&folder);
    if (bad)
        return -1;
    shell_introduce(sh, "");
    return 0;
}

/* Names of folders. */
static bool complete_run(const struct shell *sh, const char *before, struct names *out)
{
    (void)sh;
    (void)out;
    return !*before;
}

const struct cmd cmd_run_of = {
    .name = "run",
    .args = "RUN",
    .help = "open the newest weights of a training run",
    .more = "A folder, or the name of one under runs. While it trains, its newest snapshot:\n"
            "/follow on opens each that comes.",
    .run = run_run,
    .complete = complete_run,
};

/* ---- /info ----------------------------------------------------------------------- */

static int run_info(struct shell *sh, char *args, struct err *err)
{
    (void)args;
    (void)err;
    inspect_show(sh->model, sh->path, sh->talk);
    return 0;
}

const struct cmd cmd_info = {
    .name = "info",
    .args = "",
    .help = "layers, weights, settings and training of the model",
    .run = run_info,
};

/* ---- /reset ---------------------------------------------------------------------- */

static int run_reset(struct shell *sh, char *args, struct err *err)
{
    (void)args;
    if (!shell_recalls(sh))
        return err_set(err, "%s answers each line by itself: there is nothing to forget",
                       sh->name);
    shell_forget(sh);
    shell_say(sh, INK_DIM, "forgotten: the next line begins a conversation");
    return 0;
}

const struct cmd cmd_reset = {
    .name = "reset",
    .args = "",
    .help = "of a model that remembers: forget the lines before",
    .run = run_reset,
};
