/* What answers are for, and what they look like: /mode, /theme, /follow. */
#include "ui/cmd.h"
#include "ui/full.h"
#include "ui/palette.h"

/* ---- /mode ------------------------------------------------------------------------- */

/* Settings that belong together. */
static const struct mode {
    const char *name, *help;
    bool raw; /* what is typed goes to the model as it is */
    const char *set[4][2];
} modes[] = {
    { .name = "add", .help = "sums and the like: the most probable answer, questions checked",
      .set = { { "decoder", "argmax" } } },
    { .name = "chat", .help = "talk: answers are drawn, from the likelier tokens",
      .set = { { "temperature", "0.7" }, { "top-p", "0.9" }, { "decoder", "sample" } } },
    { .name = "nmt", .help = "translation: a beam of 5, long answers not put at a disadvantage",
      .set = { { "beam", "5" }, { "normalize", "0.6" } } },
    { .name = "raw", .help = "nothing is checked or changed: what is typed is the source",
      .raw = true, .set = { { "decoder", "argmax" } } },
};

static const char *mode_name(int i)
{
    return i < (int)ARRAY_LEN(modes) ? modes[i].name : NULL;
}

static int run_mode(struct shell *sh, char *args, struct err *err)
{
    if (!*args) {
        for (size_t i = 0; i < ARRAY_LEN(modes); i++)
            shell_say(sh, INK_TEXT, "  %-6s %s", modes[i].name, modes[i].help);
        return 0;
    }
    int which = opt_choice(mode_name, args, "the mode", err);
    if (which < 0)
        return -1;
    const struct mode *m = &modes[which];
    sh->reader = m->raw ? NULL : reader_find(&sh->model->set, NULL);
    for (int i = 0; i < (int)ARRAY_LEN(m->set) && m->set[i][0]; i++) {
        char value[16];
        snprintf(value, sizeof value, "%s", m->set[i][1]);
        if (cmd_turn(sh, m->set[i][0], value, err) < 0)
            return -1;
    }
    return 0;
}

static bool complete_mode(const struct shell *sh, const char *before, struct names *out)
{
    (void)sh;
    for (int i = 0; !*before && mode_name(i); i++)
        names_add(out, mode_name(i));
    return false;
}

const struct cmd cmd_mode = {
    .name = "mode",
    .args = "[add|chat|nmt|raw]",
    .help = "settings for sums, talk, translation; or nothing checked",
    .run = run_mode,
    .complete = complete_mode,
};

/* ---- /theme ------------------------------------------------------------------------ */

static int run_theme(struct shell *sh, char *args, struct err *err)
{
    if (!*args) {
        for (int i = 0; palette_name(i); i++)
            shell_say(sh, INK_TEXT, "%c %-6s %s", i == palette_now() ? '*' : ' ',
                      palette_name(i), palette_help(i));
        shell_say(sh, INK_DIM, "%s, %d colours", theme()->utf8 ? "UTF-8" : "ASCII",
                  theme()->colours);
        return 0;
    }
    if (palette_set(args, err) < 0)
        return -1;
    full_recolour(sh->full);
    shell_say(sh, INK_TEXT, "theme %s:", palette_name(palette_now()));
    shell_say(sh, INK_GOOD, "  sure");
    shell_say(sh, INK_UNSURE, "  unsure");
    shell_say(sh, INK_DOUBT, "  doubtful");
    return 0;
}

static bool complete_theme(const struct shell *sh, const char *before, struct names *out)
{
    (void)sh;
    for (int i = 0; !*before && palette_name(i); i++)
        names_add(out, palette_name(i));
    return false;
}

const struct cmd cmd_theme = {
    .name = "theme",
    .args = "[cb|dark|light|mono]",
    .help = "colours: safe for colour-blind eyes, for dark or light, none",
    .run = run_theme,
    .complete = complete_theme,
};

/* ---- /follow ----------------------------------------------------------------------- */

static int run_follow(struct shell *sh, char *args, struct err *err)
{
    return cmd_turn(sh, "follow", args, err);
}

static bool complete_follow(const struct shell *sh, const char *before, struct names *out)
{
    (void)sh;
    if (!*before) {
        names_add(out, "off");
        names_add(out, "on");
    }
    return false;
}

const struct cmd cmd_follow = {
    .name = "follow",
    .args = "[on|off]",
    .help = "of a run that trains: its newest weights for each question",
    .more = "A snapshot that comes while the prompt waits is told.",
    .run = run_follow,
    .complete = complete_follow,
};
