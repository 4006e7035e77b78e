/* The answers to the last question, compared: /branch, /branches, /diff. */
#include "ui/cmd.h"
#include "ui/diff.h"
#include "ui/line.h"
#include "ui/out.h"

static void write(const struct shell *sh, struct str *out)
{
    out_write(sh->talk, out);
    str_release(out);
}

static int run_branch(struct shell *sh, char *args, struct err *err)
{
    struct str out = STR_INIT;
    const struct reply *r;
    if (*args) {
        struct reply *found = transcript_find(&sh->said, args, err);
        if (!found)
            return -1;
        if (!sh->said.now)
            return err_set(err, "that was an answer of another model");
        sh->said.now = found;
    }
    r = shell_reply(sh, err);
    if (!r)
        return -1;
    diff_line(r, line_columns(), &out);
    write(sh, &out);
    return 0;
}

static bool complete_branch(const struct shell *sh, const char *before, struct names *out)
{
    char name[8];
    for (int i = 0; strlen(before) < 3 && transcript_branch(&sh->said, i); i++)
        names_add(out, reply_letter(name, i));
    return false;
}

const struct cmd cmd_branch = {
    .name = "branch",
    .args = "[LETTER]",
    .help = "go back to another answer to the last question",
    .more = "Answers to one question are its branches, A for the first. /alt, /why and others\n"
            "work on the current one, which is the newest until /branch chooses another.",
    .run = run_branch,
    .complete = complete_branch,
};

static int run_branches(struct shell *sh, char *args, struct err *err)
{
    struct str out = STR_INIT;
    const struct reply *r = shell_reply(sh, err);
    (void)args;
    if (!r)
        return -1;
    for (int i = 0; (r = transcript_branch(&sh->said, i)); i++)
        diff_line(r, line_columns(), &out);
    char name[8];
    str_addf(&out, "  current: %s\n", reply_letter(name, sh->said.now->branch));
    write(sh, &out);
    return 0;
}

const struct cmd cmd_branches = {
    .name = "branches",
    .args = "",
    .help = "all answers to the last question",
    .run = run_branches,
};

static int run_diff(struct shell *sh, char *args, struct err *err)
{
    char *one = cmd_word(&args), *other = cmd_word(&args);
    struct str out = STR_INIT;
    if (cmd_no_more(args, err) < 0)
        return -1;
    const struct reply *a = transcript_find(&sh->said, one ? one : "A", err);
    const struct reply *b = !a      ? NULL
                            : other ? transcript_find(&sh->said, other, err)
                                    : shell_reply(sh, err);
    if (!a || !b)
        return -1;
    if (a == b)
        return err_set(err, "that is one answer: /branches lists those there are");
    diff_add(a, b, line_columns(), &out);
    str_addf(&out, "  log-probability %+.3f, %+d token%s\n",
             b->sums.logp - a->sums.logp, b->n - a->n,
             abs(b->n - a->n) == 1 ? "" : "s");
    write(sh, &out);
    return 0;
}

const struct cmd cmd_diff = {
    .name = "diff",
    .args = "[A [B]]",
    .help = "two answers to the last question, one above the other",
    .more = "/diff compares the first with the current one.",
    .run = run_diff,
    .complete = complete_branch,
};
