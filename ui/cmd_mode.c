/* What answers are for, and what they look like: /mode, /theme, /follow. */
#include "ui/cmd.h"
#include "ui/full.h"
#include "ui/palette.h"

/* ---- /mode ------------------------------------------------------------------------- */

/* What is different now is said. */
static void show_changes(const struct shell *sh, const struct knobs *was)
{
    for (const struct opt *o = knob_table; o->name; o++) {
        struct str before = STR_INIT, now = STR_INIT;
        o->show(was, &before);
        o->show(&sh->knobs, &now);
        if (strcmp(str_cstr(&before), str_cstr(&now)))
            shell_say(sh, INK_TEXT, "%s %s %s %s", o->name, str_cstr(&before),
                      theme()->arrow, str_cstr(&now));
        str_release(&before);
        str_release(&now);
    }
}

static int run_mode(struct shell *sh, char *args, struct err *err)
{
    if (!*args) {
        for (const struct mode *m = mode_table; m->name; m++)
            shell_say(sh, INK_TEXT, "%c %-6s %s", m == sh->mode ? '*' : ' ', m->name, m->help);
        return 0;
    }
    const struct mode *m = mode_find(args, err);
    struct knobs was = sh->knobs;
    if (!m || shell_mode(sh, m, err) < 0)
        return -1;
    shell_say(sh, INK_TEXT, "mode %s", m->name);
    show_changes(sh, &was);
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
    .args = "[own|add|chat|nmt|raw]",
    .help = "settings for sums, talk, translation; or nothing checked",
    .more = "own: how the model answers of its own accord. In the full screen F3 goes to chat\n"
            "and back.",
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
