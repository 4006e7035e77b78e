#include "ui/help.h"

#include "base/near.h"
#include "base/utf8.h"
#include "num/gemm.h"
#include "num/pool.h"
#include "run/directive.h"
#include "ui/cmd.h"
#include "ui/ctl.h"
#include "ui/line.h"
#include "ui/metric_opt.h"
#include "ui/out.h"
#include "ui/pane.h"
#include "ui/sgr.h"

#ifdef __clang__
#define COMPILER "clang " __clang_version__
#else
#define COMPILER "gcc " __VERSION__
#endif

enum {
    COLUMN = 28, /* where explanations begin */
    WIDTH = 79,
};

static void add_blanks(struct str *out, int n)
{
    str_addf(out, "%*s", n, "");
}

/* Words from column COLUMN on, in as many lines as they need. */
static void add_wrapped(struct str *out, const char *text)
{
    const int room = WIDTH - COLUMN;
    while ((int)strlen(text) > room) {
        int n = room;
        while (n > 0 && text[n] != ' ')
            n--;
        n = n > 0 ? n : room;
        str_addn(out, text, (size_t)n);
        str_addc(out, '\n');
        add_blanks(out, COLUMN);
        text += n + (text[n] == ' ');
    }
    str_addf(out, "%s\n", text);
}

/* "  what      explanation"; all of it is ours. */
static void add_row(struct str *out, const char *what, const char *help)
{
    int gap = COLUMN - 2 - (int)strlen(what);
    str_addf(out, "  %s", what);
    if (gap < 2) {
        str_addc(out, '\n');
        gap = COLUMN;
    }
    add_blanks(out, gap);
    add_wrapped(out, help);
}

static void add_title(struct str *out, const char *title)
{
    if (out->n)
        str_addc(out, '\n');
    sgr_add(out, INK_TITLE, title);
    str_addc(out, '\n');
}

static void add_command(struct str *out, const struct cmd *c)
{
    struct str what = STR_INIT;
    str_addf(&what, "/%s%s%s", c->name, *c->args ? " " : "", c->args);
    add_row(out, what.s, c->help);
    str_release(&what);
}

static void add_commands(struct str *out)
{
    for (const struct cmd *const *c = cmd_table; *c; c++)
        add_command(out, *c);
    add_row(out, "//TEXT", "the question /TEXT, which begins with a slash");
}

static void add_options(struct str *out, const struct opt *table)
{
    for (const struct opt *o = table; o->name; o++) {
        struct str what = STR_INIT;
        opt_usage(o, &what);
        add_row(out, what.s, o->help);
        str_release(&what);
    }
}

static void say(FILE *out, struct str *text)
{
    out_write(out, text);
    str_release(text);
}

/* ---- at the prompt --------------------------------------------------------------- */

static const struct {
    const char *key, *help;
} keys[] = {
    { "Enter", "ask; or, if it begins with a slash, run a command" },
    { "Tab", "complete a command, a setting, a value, a model; in an empty line, the example" },
    { "Up, Down, Ctrl-R", "earlier lines; search in them" },
    { "Ctrl-C", "stop the answer that comes; or discard the line" },
    { "Ctrl-D", "leave, on an empty line" },
    { "Ctrl-Z", "stop seqsh for a while; fg brings it back" },
    { "Ctrl-L", "empty the screen" },
    { "F2", "the prompt as a full screen; F1 there lists its keys" },
};

int help_commands(const struct shell *sh)
{
    struct str out = STR_INIT;
    add_commands(&out);
    str_add(&out, "Names may be shortened: /q for /quit. Everything else is a question.\n"
                  "/help keys lists the keys, /help temperature explains a setting.\n");
    say(sh->talk, &out);
    return 0;
}

static void add_keys(struct str *out)
{
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        add_row(out, keys[i].key, keys[i].help);
}

static bool add_topic(struct str *out, const char *topic)
{
    const char *name = topic + (*topic == '/');
    const struct cmd *c = cmd_find(name, NULL);
    const struct opt *knob = knob_find(name, NULL);
    const struct setting *set = setting_find(name);
    if (!strcmp(name, "keys")) {
        add_keys(out);
    } else if (c && (*topic == '/' || !knob || !strcmp(c->name, name))) {
        add_command(out, c);
        if (c->more)
            str_addf(out, "%s\n", c->more);
        if (c == &cmd_set)
            add_options(out, knob_table);
    } else if (knob) {
        str_addf(out, "/set %s %s\n%s\n", knob->name, knob->arg, knob->help);
    } else if (set) {
        str_addf(out, "%s = %s in a config file, or after train --set\n%s\n", set->key,
                 *set->dflt ? set->dflt : "\"\"", set->help);
    }
    return out->n > 0;
}

int help_topic(const struct shell *sh, const char *topic, struct err *err)
{
    struct str out = STR_INIT;
    if (add_topic(&out, topic)) {
        say(sh->talk, &out);
        return 0;
    }
    str_release(&out);
    return err_set(err, "no help about '%s': /help lists what there is",
                   utf8_quote(topic).s);
}

void help_version(FILE *out)
{
    struct str text = STR_INIT;
    str_addf(&text, "seqsh %s\ncompiled by %s\nmatrix products: %s\n%d core%s\n",
             PACKAGE_VERSION, COMPILER, gemm_backend(), pool_cpus(),
             pool_cpus() == 1 ? "" : "s");
    say(out, &text);
}

/* ---- on the command line --------------------------------------------------------- */

void help_usage(const struct program *table, const struct opt *common, FILE *out)
{
    struct str text = STR_INIT;
    str_add(&text, "usage: seqsh [MODEL] [OPTION]...\n"
                   "       seqsh COMMAND [ARGUMENT]... [OPTION]...\n");
    add_title(&text, "commands");
    for (const struct program *p = table; p->name; p++) {
        struct str what = STR_INIT;
        str_addf(&what, "%s%s%s", p->name, *p->args ? " " : "", p->args);
        add_row(&text, what.s, p->summary);
        str_release(&what);
    }
    add_title(&text, "options of repl, which may go without its name");
    for (const struct opt *const *t = table->options; *t; t++)
        add_options(&text, *t);
    add_options(&text, common);
    add_title(&text, "at the prompt");
    add_commands(&text);
    str_add(&text,
            "\n"
            "A MODEL is a file, the folder of a run, or a name: `seqsh arithmetic`.\n"
            "When the input is no terminal, each line of it is a question (one with a slash\n"
            "too), and each gets one line of output: empty if it cannot be answered, with\n"
            "the reason on stderr and exit status 1.\n");
    say(out, &text);
}

static void add_metrics(struct str *out)
{
    add_title(out, "metrics");
    for (int i = 0; metric_table[i]; i++)
        add_row(out, metric_table[i]->name, metric_table[i]->summary);
}

static void add_directives(struct str *out)
{
    add_title(out, "what");
    for (const struct directive *d = directive_table; d->name; d++) {
        struct str what = STR_INIT;
        str_addf(&what, "%s%s%s", d->name, d->arg[0] ? " " : "", d->arg);
        add_row(out, what.s, d->help);
        str_release(&what);
    }
}

void help_program(const struct program *p, FILE *out)
{
    struct str text = STR_INIT;
    str_addf(&text, "usage: seqsh %s%s%s [OPTION]...\n%s\n", p->name, *p->args ? " " : "",
             p->args, p->summary);
    if (p->options)
        add_title(&text, "options");
    for (const struct opt *const *t = p->options; t && *t; t++) {
        add_options(&text, *t);
        if (*t == metric_options)
            add_metrics(&text);
        if (*t == ctl_options)
            add_directives(&text);
    }
    say(out, &text);
}

static void all_options(const char *program, const struct opt *table, struct str *out)
{
    for (const struct opt *o = table; o->name; o++)
        str_addf(out, "option\t%s%s--%s\t%s\t%s\n", program, *program ? " " : "", o->name,
                 o->arg ? o->arg : "", o->help);
}

static void all_keys(const char *pane, const struct pane_key *k, struct str *out)
{
    for (; k->name; k++)
        str_addf(out, "key\t%s\t%s\t%s\n", k->name, pane, k->help);
}

void help_all(const struct program *table, const struct opt *common, FILE *out)
{
    struct str text = STR_INIT;
    all_options("", common, &text);
    for (const struct program *p = table; p->name; p++) {
        str_addf(&text, "program\t%s\t%s\t%s\n", p->name, p->args, p->summary);
        for (const struct opt *const *t = p->options; t && *t; t++)
            all_options(p->name, *t, &text);
    }
    for (const struct cmd *const *c = cmd_table; *c; c++)
        str_addf(&text, "command\t/%s\t%s\t%s\n", (*c)->name, (*c)->args, (*c)->help);
    for (const struct opt *o = knob_table; o->name; o++)
        str_addf(&text, "knob\t%s\t%s\t%s\n", o->name, o->arg, o->help);
    all_keys("", full_keys, &text);
    for (int i = 0; pane_table[i]; i++)
        all_keys(pane_table[i]->name, pane_table[i]->keys, &text);
    for (int i = 0; metric_table[i]; i++)
        str_addf(&text, "metric\t%s\t\t%s\n", metric_table[i]->name,
                 metric_table[i]->summary);
    for (const struct directive *d = directive_table; d->name; d++)
        str_addf(&text, "directive\t%s\t%s\t%s\n", d->name, d->arg, d->help);
    for (int i = 0; i < setting_count; i++)
        str_addf(&text, "setting\t%s\t%s\t%s\n", setting_table[i].key,
                 setting_table[i].dflt, setting_table[i].help);
    say(out, &text);
}
