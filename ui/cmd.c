#include "ui/cmd.h"

#include "base/utf8.h"
#include "ui/pick.h"

const struct cmd *const cmd_table[] = {
    /* the answer just given */
    &cmd_attn, &cmd_describe, &cmd_why, &cmd_top, &cmd_beamtree, &cmd_near,
    /* once more, with something changed */
    &cmd_alt, &cmd_force, &cmd_attend, &cmd_mask, &cmd_prefix, &cmd_continue, &cmd_regen,
    &cmd_branch, &cmd_branches, &cmd_diff, &cmd_sub, &cmd_undo,
    /* how answers are decoded and shown */
    &cmd_set, &cmd_greedy, &cmd_sample, &cmd_beam, &cmd_seed, &cmd_probs, &cmd_entropy,
    &cmd_timing, &cmd_pace, &cmd_step, &cmd_stop, &cmd_mode, &cmd_follow, &cmd_theme,
    /* the session */
    &cmd_help, &cmd_stats, &cmd_history, &cmd_export, &cmd_trace, &cmd_save, &cmd_load,
    &cmd_new, &cmd_source, &cmd_edit, &cmd_pipe,
    &cmd_watch, &cmd_model, &cmd_run_of, &cmd_info, &cmd_vocab, &cmd_reset, &cmd_clear, &cmd_ui,
    &cmd_version, &cmd_quit,
    NULL,
};

const struct cmd *cmd_find(const char *name, struct err *err)
{
    const struct cmd *found = NULL;
    struct pick pick = pick_of(name);
    for (const struct cmd *const *c = cmd_table; *c; c++)
        if (pick_try(&pick, (*c)->name))
            found = *c;
    return pick_end(&pick, "command", "/", err) < 0 ? NULL : found;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

char *cmd_word(char **rest)
{
    char *word = *rest + strspn(*rest, " \t");
    char *end = word + strcspn(word, " \t");
    *rest = end + strspn(end, " \t");
    *end = '\0';
    return *word ? word : NULL;
}

int cmd_no_more(const char *rest, struct err *err)
{
    return *rest ? err_set(err, "too much: '%s'", utf8_quote(rest).s) : 0;
}

int cmd_run(struct shell *sh, char *line, struct err *err)
{
    size_t n = strlen(line);
    while (n > 0 && is_blank(line[n - 1]))
        line[--n] = '\0';
    char *args = line, *name = is_blank(*line) ? NULL : cmd_word(&args);
    const struct cmd *c = cmd_find(name ? name : "", err);
    if (!c)
        return -1;
    if (!*c->args && cmd_no_more(args, err) < 0)
        return -1;
    return c->run(sh, args, err);
}
