/*
 * seqsh - a shell for sequence-to-sequence models. The first word of the command
 * line chooses a row of the table; any other first word is a model to talk to.
 */
#include "base/base.h"
#include "base/near.h"
#include "num/gemm.h"
#include "ui/attach.h"
#include "ui/corpus.h"
#include "ui/ctl.h"
#include "ui/doctor.h"
#include "ui/eval.h"
#include "ui/export.h"
#include "ui/filter.h"
#include "ui/find.h"
#include "ui/get.h"
#include "ui/help.h"
#include "ui/import.h"
#include "ui/inspect.h"
#include "ui/knob.h"
#include "ui/metric_opt.h"
#include "ui/repl.h"
#include "ui/reset.h"
#include "ui/runs.h"
#include "ui/score.h"
#include "ui/sgr.h"
#include "ui/train.h"
#include "ui/ui_text.h"
#include "ui/viewer.h"
#include "ui/watch.h"

static int help_main(int argc, char **argv);

static int take_all(void *own, const char *value, struct err *err)
{
    bool *all = own;
    (void)value;
    (void)err;
    *all = true;
    return 0;
}

static const struct opt help_options[] = {
    { .name = "all", .take = take_all,
      .help = "everything, a line each, with tabs between columns" },
    { .name = NULL },
};

static const struct opt *const repl_tables[] = { repl_options, filter_options, knob_table,
                                                  NULL };
static const struct opt *const train_tables[] = { train_options, viewer_options, NULL };
static const struct opt *const attach_tables[] = { attach_options, viewer_options, NULL };
static const struct opt *const ctl_tables[] = { ctl_options, NULL };
static const struct opt *const runs_tables[] = { runs_options, NULL };
static const struct opt *const watch_tables[] = { watch_options, viewer_options, NULL };
static const struct opt *const inspect_tables[] = { inspect_options, NULL };
static const struct opt *const eval_tables[] = { eval_options, metric_options, NULL };
static const struct opt *const score_tables[] = { score_options, metric_options, NULL };
static const struct opt *const corpus_tables[] = { corpus_options, NULL };
static const struct opt *const import_tables[] = { import_options, NULL };
static const struct opt *const export_tables[] = { export_options, NULL };
static const struct opt *const get_tables[] = { get_options, NULL };
static const struct opt *const doctor_tables[] = { doctor_options, NULL };
static const struct opt *const reset_tables[] = { reset_options, NULL };
static const struct opt *const help_tables[] = { help_options, NULL };

static const struct program programs[] = {
    { "repl", "[MODEL]", "ask a model; without a command, this is done",
      repl_tables, repl_main },
    { "train", "PRESET|CONFIG", "train a model; in a terminal, watch it", train_tables,
      train_main },
    { "attach", "[RUN]", "watch a training run, the newest one by default",
      attach_tables, attach_main },
    { "ctl", "RUN WHAT...", "tell a run that is being trained: pause, lr, stop and others",
      ctl_tables, ctl_main },
    { "inspect", "[MODEL]...", "layers, weights, settings and training of a model",
      inspect_tables, inspect_main },
    { "eval", "[MODEL [FILE]]", "how often a model is right", eval_tables, eval_main },
    { "score", "[HYP]...", "how good given answers are: BLEU, chrF, TER and others",
      score_tables, score_main },
    { "corpus", "ACTION FILE...", "inspect, convert, filter, split or measure training data",
      corpus_tables, corpus_main },
    { "import", "FILE", "a model of PyTorch or Keras becomes one of ours", import_tables,
      import_main },
    { "export", "MODEL|RUN", "a model for PyTorch or ONNX, a run for TensorBoard and others",
      export_tables, export_main },
    { "watch", "[DIR|HOST:DIR]...", "all runs of some folders, also of other machines",
      watch_tables, watch_main },
    { "runs", "[DIR]...", "the training runs there are, and how they stand", runs_tables,
      runs_main },
    { "get", "RUN METRIC", "the values of a run, step by step", get_tables, get_main },
    { "doctor", "", "what this terminal, machine and folder can do, with advice",
      doctor_tables, doctor_main },
    { "reset", "", "put a terminal right that a killed program left broken", reset_tables,
      reset_main },
    { "help", "[COMMAND]", "this; or about one command", help_tables, help_main },
    { .name = NULL },
};

static const struct program *program_find(const char *name)
{
    for (const struct program *p = programs; p->name; p++)
        if (!strcmp(p->name, name))
            return p;
    return NULL;
}

/* ---- help ------------------------------------------------------------------------ */

/* Served here for every program: main() looks for them first. */
static const struct opt common_options[] = {
    { .name = "help", .letter = 'h', .help = "say what there is" },
    { .name = "version", .letter = 'V', .help = "version, compiler, what computes" },
    { .name = NULL },
};

static int unknown_command(const char *name)
{
    struct near near = near_to(name);
    for (const struct program *p = programs; p->name; p++)
        near_try(&near, p->name);
    if (near.best)
        ui_say(stderr, "seqsh: no command '%s': did you mean '%s'?", name, near.best);
    else
        ui_say(stderr, "seqsh: no command '%s': seqsh help lists them", name);
    return 2;
}

static int help_main(int argc, char **argv)
{
    bool all = false;
    const struct opt_table tables[] = { { help_options, &all }, { NULL, NULL } };
    struct err err;
    int n = opt_parse(tables, argc, argv, &err);
    if (n > 1)
        n = err_set(&err, "help about one command at a time, not %d", n);
    if (n < 0) {
        ui_say(stderr, "seqsh: %s", err.msg);
        return 2;
    }
    if (all) {
        help_all(programs, common_options, stdout);
    } else if (n == 0) {
        help_usage(programs, common_options, stdout);
    } else {
        const struct program *p = program_find(argv[1]);
        if (!p)
            return unknown_command(argv[1]);
        help_program(p, stdout);
    }
    return 0;
}

static int show_version(void)
{
    help_version(stdout);
    if (gemm_warning())
        ui_say(stderr, "seqsh: %s", gemm_warning());
    return 0;
}

/* The common option that stands among the words; 0: none does. */
static char common_option(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--"); i++)
        for (const struct opt *o = common_options; o->name; o++) {
            const char *w = argv[i];
            if (w[0] != '-')
                continue;
            if ((w[1] == '-' && !strcmp(w + 2, o->name)) || (w[1] == o->letter && !w[2]))
                return o->letter;
        }
    return 0;
}

/* "trian" is no model, but nearly a command. */
static bool mistyped(const char *word)
{
    struct near near = near_to(word);
    for (const struct program *p = programs; p->name; p++)
        near_try(&near, p->name);
    if (!near.best || word[0] == '-')
        return false;
    char *path = find_model(word, NULL);
    if (!path)
        ui_say(stderr, "seqsh: no command and no model '%s': did you mean 'seqsh %s'?",
               word, near.best);
    free(path);
    return !path;
}

int main(int argc, char **argv)
{
    ui_locale();
    theme_init();
    sgr_init(stdout);
    const struct program *p = argc > 1 ? program_find(argv[1]) : NULL;
    char common = common_option(argc, argv);
    if (common == 'V')
        return show_version();
    if (common == 'h' && p) {
        help_program(p, stdout);
        return 0;
    }
    if (common == 'h') {
        help_usage(programs, common_options, stdout);
        return 0;
    }
    if (p)
        return p->run(argc - 1, argv + 1);
    if (argc > 1 && mistyped(argv[1]))
        return 2;
    return repl_main(argc, argv);
}
