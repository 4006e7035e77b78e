/*
 * cmd - the commands of the prompt, a row each: /help, completion, `seqsh help` and
 * the man page's check all read this table.
 */
#ifndef UI_CMD_H
#define UI_CMD_H

#include "ui/names.h"
#include "ui/shell.h"

struct cmd {
    const char *name, *args; /* args: as /help shows them, "" for none */
    const char *help;        /* one line */
    const char *more;        /* what /help NAME adds, lines; NULL: nothing */
    /* args: the rest of the line, trimmed; may be cut up. 0, or -1: err is shown. */
    int (*run)(struct shell *, char *args, struct err *);
    /* Adds the words that may come next; before: the arguments already there. true:
     * a file name may stand here, too. NULL: nothing to complete. */
    bool (*complete)(const struct shell *, const char *before, struct names *);
};

extern const struct cmd *const cmd_table[]; /* NULL at the end */

/* By its name or the only beginning of one. NULL: err lists what it could be. */
const struct cmd *cmd_find(const char *name, struct err *);

/* "set seed 7", without the slash. */
int cmd_run(struct shell *, char *line, struct err *);

/* "/set NAME VALUE" of a knob; without a value it is shown. */
int cmd_turn(struct shell *, const char *knob, char *value, struct err *);

/* Cuts the first word off *rest and returns it; NULL: there is none. */
char *cmd_word(char **rest);

/* Completes the first argument by the pieces of the last source. */
bool complete_source(const struct shell *, const char *before, struct names *);

/* An error unless nothing is left. */
int cmd_no_more(const char *rest, struct err *);

extern const struct cmd cmd_help, cmd_clear, cmd_ui, cmd_version,   /* cmd_session.c */
    cmd_quit;
extern const struct cmd cmd_model, cmd_run_of, cmd_info, cmd_reset; /* cmd_model.c */
extern const struct cmd cmd_set, cmd_greedy, cmd_beam,              /* cmd_set.c */
    cmd_seed, cmd_probs, cmd_pace, cmd_entropy, cmd_timing, cmd_step,
    cmd_stop;
extern const struct cmd cmd_attn, cmd_describe, cmd_why, cmd_top,   /* cmd_look.c */
    cmd_beamtree, cmd_stats;
extern const struct cmd cmd_alt, cmd_force, cmd_attend, cmd_mask,   /* cmd_steer.c */
    cmd_prefix, cmd_continue, cmd_regen;
extern const struct cmd cmd_sample, cmd_sub;                        /* cmd_try.c */
extern const struct cmd cmd_save, cmd_load, cmd_undo, cmd_new,      /* cmd_keep.c */
    cmd_trace;
extern const struct cmd cmd_near, cmd_vocab;                        /* cmd_data.c */
extern const struct cmd cmd_mode, cmd_theme, cmd_follow;            /* cmd_mode.c */
extern const struct cmd cmd_history, cmd_source, cmd_edit,          /* cmd_shell.c */
    cmd_pipe, cmd_watch, cmd_export;
extern const struct cmd cmd_branch, cmd_branches, cmd_diff;         /* cmd_branch.c */

#endif
