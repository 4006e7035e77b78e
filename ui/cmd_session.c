#include "ui/cmd.h"
#include "ui/full.h"
#include "ui/help.h"
#include "ui/line.h"

static int run_help(struct shell *sh, char *args, struct err *err)
{
    return *args ? help_topic(sh, args, err) : help_commands(sh);
}

static bool complete_help(const struct shell *sh, const char *before, struct names *out)
{
    (void)sh;
    if (*before)
        return false;
    names_add(out, "keys");
    for (const struct cmd *const *c = cmd_table; *c; c++)
        names_add(out, (*c)->name);
    for (const struct opt *o = knob_table; o->name; o++)
        names_add(out, o->name);
    return false;
}

const struct cmd cmd_help = {
    .name = "help",
    .args = "[TOPIC]",
    .help = "this list; or a command, a setting, or keys",
    .run = run_help,
    .complete = complete_help,
};

static int run_clear(struct shell *sh, char *args, struct err *err)
{
    (void)sh;
    (void)args;
    (void)err;
    line_clear();
    return 0;
}

const struct cmd cmd_clear = {
    .name = "clear",
    .args = "",
    .help = "empty the screen",
    .run = run_clear,
};

static int run_ui(struct shell *sh, char *args, struct err *err)
{
    (void)args;
    if (!sh->full)
        return err_set(err, "there is no terminal to fill");
    return full_toggle(sh->full, err);
}

const struct cmd cmd_ui = {
    .name = "ui",
    .args = "",
    .help = "the prompt as a full screen, or back (also F2)",
    .more = "The transcript, and panes that look into the current answer: its attention, why\n"
            "each token, the search, the decoder's state. F6 goes to the panes, ? lists their\n"
            "keys. What was said meanwhile stays in the terminal's scrollback.",
    .run = run_ui,
};

static int run_version(struct shell *sh, char *args, struct err *err)
{
    (void)args;
    (void)err;
    help_version(sh->talk);
    return 0;
}

const struct cmd cmd_version = {
    .name = "version",
    .args = "",
    .help = "version, compiler, what computes",
    .run = run_version,
};

static int run_quit(struct shell *sh, char *args, struct err *err)
{
    (void)args;
    (void)err;
    sh->leave = true;
    return 0;
}

const struct cmd cmd_quit = {
    .name = "quit",
    .args = "",
    .help = "leave (so does Ctrl-D on an empty line)",
    .run = run_quit,
};
