#include "ui/cmd.h"
#include "ui/ui_text.h"

static const struct opt *knob(const char *name)
{
    const struct opt *o = knob_find(name, NULL);
    if (!o)
        BUG("no knob %s", name);
    return o;
}

/* "temperature  0.7   (only when decoder is sample)" */
static void show(const struct shell *sh, const struct opt *o)
{
    struct str value = STR_INIT;
    o->show(&sh->knobs, &value);
    bool rests = knob_rests(&sh->knobs, o);
    shell_say(sh, rests ? INK_DIM : INK_TEXT, "%-18s %-6s %s", o->name, str_cstr(&value),
              o->help);
    str_release(&value);
}

/* Old and new value are said; a value that is refused changes nothing. */
static int change(struct shell *sh, const struct opt *o, const char *value,
                  struct err *err)
{
    struct str was = STR_INIT, is = STR_INIT;
    o->show(&sh->knobs, &was);
    int bad = o->take(&sh->knobs, value, err);
    if (bad == 0) {
        if (sh->model)
            knobs_apply(&sh->knobs, sh->model);
        const char *wake = knob_rests(&sh->knobs, o);
        o->show(&sh->knobs, &is);
        shell_say(sh, INK_TEXT, "%s %s %s %s%s%s%s", o->name, str_cstr(&was),
                  theme()->arrow, str_cstr(&is), wake ? "   (has its effect after " : "",
                  wake ? wake : "", wake ? ")" : "");
    }
    str_release(&was);
    str_release(&is);
    return bad;
}

/* ---- /set ------------------------------------------------------------------------ */

static int run_set(struct shell *sh, char *args, struct err *err)
{
    char *name = args, *value = args + strcspn(args, " \t=");
    if (!*args) {
        for (const struct opt *o = knob_table; o->name; o++)
            show(sh, o);
        return 0;
    }
    char *rest = value + strspn(value, " \t=");
    *value = '\0';
    const struct opt *o = knob_find(name, err);
    if (!o)
        return -1;
    if (!*rest) {
        show(sh, o);
        return 0;
    }
    return change(sh, o, rest, err);
}

static void add_choices(const struct opt *o, struct names *out)
{
    for (int i = 0; o->choice && o->choice(i); i++)
        names_add(out, o->choice(i));
}

static bool complete_set(const struct shell *sh, const char *before, struct names *out)
{
    (void)sh;
    char name[32];
    size_t n = strcspn(before, " \t=");
    if (n == 0) {
        for (const struct opt *o = knob_table; o->name; o++)
            names_add(out, o->name);
    } else if (n < sizeof name && !before[n + strspn(before + n, " \t=")]) {
        memcpy(name, before, n);
        name[n] = '\0';
        const struct opt *o = knob_find(name, NULL);
        if (o)
            add_choices(o, out);
    }
    return false;
}

const struct cmd cmd_set = {
    .name = "set",
    .args = "[NAME [VALUE]]",
    .help = "how answers are decoded and shown: see or change it",
    .more = "/set alone shows everything; /set temp .7 changes the temperature.",
    .run = run_set,
    .complete = complete_set,
};

/* ---- shortcuts ------------------------------------------------------------------- */

static int run_greedy(struct shell *sh, char *args, struct err *err)
{
    (void)args;
    return change(sh, knob("decoder"), strategy_argmax.name, err);
}

const struct cmd cmd_greedy = {
    .name = "greedy",
    .args = "",
    .help = "/set decoder argmax: the most probable token",
    .run = run_greedy,
};

static int run_beam(struct shell *sh, char *args, struct err *err)
{
    if (*args)
        return change(sh, knob("beam"), args, err);
    return change(sh, knob("decoder"), strategy_beam.name, err);
}

const struct cmd cmd_beam = {
    .name = "beam",
    .args = "[K]",
    .help = "/set beam: the best whole answer, K are tried at a time",
    .run = run_beam,
};

int cmd_turn(struct shell *sh, const char *name, char *value, struct err *err)
{
    if (*value)
        return change(sh, knob(name), value, err);
    show(sh, knob(name));
    return 0;
}

static int run_seed(struct shell *sh, char *args, struct err *err)
{
    return cmd_turn(sh, "seed", args, err);
}

const struct cmd cmd_seed = {
    .name = "seed",
    .args = "[N|random]",
    .help = "/set seed: the same seed draws the same answer",
    .run = run_seed,
};

static int run_probs(struct shell *sh, char *args, struct err *err)
{
    return cmd_turn(sh, "probs", args, err);
}

static bool complete_probs(const struct shell *sh, const char *before, struct names *out)
{
    (void)sh;
    if (!*before)
        add_choices(knob("probs"), out);
    return false;
}

const struct cmd cmd_probs = {
    .name = "probs",
    .args = "[off|on|num]",
    .help = "/set probs: figures with each answer, or a table",
    .more = "on: p, the probability of the whole answer; H, the entropies of its steps\n"
            "added up: what the model was unsure about; tokens; time spent computing.\n"
            "num: also each token, its probability, and what it would have said instead.",
    .run = run_probs,
    .complete = complete_probs,
};

static int run_pace(struct shell *sh, char *args, struct err *err)
{
    return cmd_turn(sh, "pace", args, err);
}

const struct cmd cmd_pace = {
    .name = "pace",
    .args = "[MS]",
    .help = "/set pace: milliseconds between two tokens",
    .run = run_pace,
};

/* ---- what may stand beneath an answer -------------------------------------------- */

static bool complete_switch(const struct shell *sh, const char *before, struct names *out)
{
    (void)sh;
    if (!*before)
        add_choices(knob("step"), out);
    return false;
}

static int run_entropy(struct shell *sh, char *args, struct err *err)
{
    return cmd_turn(sh, "entropy", args, err);
}

const struct cmd cmd_entropy = {
    .name = "entropy",
    .args = "[on|off]",
    .help = "/set entropy: how unsure each token was, as a line",
    .more = "A glyph for each token, from sure to 4 bits, which is a choice among 16 equals.",
    .run = run_entropy,
    .complete = complete_switch,
};

static int run_timing(struct shell *sh, char *args, struct err *err)
{
    return cmd_turn(sh, "timing", args, err);
}

const struct cmd cmd_timing = {
    .name = "timing",
    .args = "[on|off]",
    .help = "/set timing: tokens a second, time until the first",
    .run = run_timing,
    .complete = complete_switch,
};

static int run_step(struct shell *sh, char *args, struct err *err)
{
    return cmd_turn(sh, "step", args, err);
}

const struct cmd cmd_step = {
    .name = "step",
    .args = "[on|off]",
    .help = "/set step: the next token comes when Enter is pressed",
    .run = run_step,
    .complete = complete_switch,
};

static int run_stop(struct shell *sh, char *args, struct err *err)
{
    return cmd_turn(sh, "stop", args, err);
}

const struct cmd cmd_stop = {
    .name = "stop",
    .args = "[TEXT|none]",
    .help = "/set stop: an answer ends where it has said this",
    .run = run_stop,
};
