#include "ui/repl.h"

#include "base/file.h"
#include "base/mem.h"
#include "ui/batch.h"
#include "ui/beamdump.h"
#include "ui/charset.h"
#include "ui/complete.h"
#include "ui/filter.h"
#include "ui/full.h"
#include "ui/history.h"
#include "ui/line.h"
#include "ui/out.h"
#include "ui/palette.h"
#include "ui/sgr.h"
#include "ui/shell.h"
#include "ui/ui_text.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

struct repl {
    struct shell shell;
    struct names questions, files;
    struct filter filter;
    const char *color, *theme; /* --color, --theme; NULL: not given */
    bool no_history, no_rc, ui, mouse;
    const char *dump; /* --dump-beam; NULL: not given */
    bool raw, risk; /* --raw-output, and that this is meant */
};

/* ---- options --------------------------------------------------------------------- */

static int take_ask(void *own, const char *value, struct err *err)
{
    struct repl *r = own;
    char *text = charset_inside(xstrdup(value));
    (void)err;
    names_add(&r->questions, text);
    free(text);
    return 0;
}

static int take_file(void *own, const char *value, struct err *err)
{
    struct repl *r = own;
    (void)err;
    names_add(&r->files, value);
    return 0;
}

/* Its settings come where it stands among the options. */
static int take_mode(void *own, const char *value, struct err *err)
{
    struct shell *sh = &((struct repl *)own)->shell;
    const struct mode *mode = mode_find(value, err);
    if (!mode)
        return -1;
    sh->mode = mode;
    mode_words(mode, &sh->given);
    return 0;
}

static int take_no_history(void *own, const char *value, struct err *err)
{
    struct repl *r = own;
    (void)value;
    (void)err;
    r->no_history = true;
    return 0;
}

static int take_no_rc(void *own, const char *value, struct err *err)
{
    struct repl *r = own;
    (void)value;
    (void)err;
    r->no_rc = true;
    return 0;
}

static int take_ui(void *own, const char *value, struct err *err)
{
    struct repl *r = own;
    (void)value;
    (void)err;
    r->ui = true;
    return 0;
}

static int take_mouse(void *own, const char *value, struct err *err)
{
    struct repl *r = own;
    (void)value;
    (void)err;
    r->mouse = true;
    return 0;
}

static int take_slow(void *own, const char *value, struct err *err)
{
    (void)own;
    (void)value;
    (void)err;
    line_slow();
    return 0;
}

static int take_plain(void *own, const char *value, struct err *err)
{
    struct repl *r = own;
    (void)value;
    (void)err;
    r->shell.plain = true;
    return 0;
}

static int take_json(void *own, const char *value, struct err *err)
{
    struct repl *r = own;
    (void)value;
    (void)err;
    r->shell.json = true;
    return 0;
}

static int take_color(void *own, const char *value, struct err *err)
{
    struct repl *r = own;
    r->color = value;
    return theme_colour_set(value, err);
}

static int take_theme(void *own, const char *value, struct err *err)
{
    struct repl *r = own;
    r->theme = value;
    return palette_set(value, err);
}

static int take_ascii(void *own, const char *value, struct err *err)
{
    (void)own;
    (void)value;
    (void)err;
    ui_utf8_set(false);
    return 0;
}

static int take_utf8(void *own, const char *value, struct err *err)
{
    (void)own;
    (void)value;
    (void)err;
    ui_utf8_set(true);
    return 0;
}

static const char *escape_choice(int i)
{
    static const char *const names[] = { "symbol", "ascii" };
    return i < (int)ARRAY_LEN(names) ? names[i] : NULL;
}

static int take_escape(void *own, const char *value, struct err *err)
{
    int i = opt_choice(escape_choice, value, "--escape", err);
    (void)own;
    if (i == 1)
        ui_carets();
    return MIN(i, 0);
}

static int take_dump(void *own, const char *value, struct err *err)
{
    struct repl *r = own;
    (void)err;
    r->dump = value;
    return 0;
}

static int take_raw(void *own, const char *value, struct err *err)
{
    struct repl *r = own;
    (void)value;
    (void)err;
    r->raw = true;
    return 0;
}

static int take_risk(void *own, const char *value, struct err *err)
{
    struct repl *r = own;
    (void)value;
    (void)err;
    r->risk = true;
    return 0;
}

const struct opt repl_options[] = {
    { .name = "ask", .letter = 'e', .arg = "TEXT", .take = take_ask,
      .help = "answer this question and leave; may be given again" },
    { .name = "file", .letter = 'f', .arg = "FILE", .take = take_file,
      .help = "answer the lines of a file and leave; - is the input" },
    { .name = "mode", .letter = 'm', .arg = "NAME", .take = take_mode, .choice = mode_name,
      .help = "settings for add, chat, nmt; or raw: nothing is checked" },
    { .name = "json", .take = take_json,
      .help = "with -e, -f or lines of input: all about each answer" },
    { .name = "dump-beam", .arg = "FILE", .take = take_dump,
      .help = "the same: what the searches tried, for beam viewers" },
    { .name = "plain", .take = take_plain,
      .help = "for screen readers (also ACCESSIBLE=1)" },
    { .name = "ui", .take = take_ui, .help = "begin with the full screen (/ui, F2)" },
    { .name = "mouse", .take = take_mouse, .help = "the full screen takes the mouse (F9)" },
    { .name = "slow", .take = take_slow,
      .help = "for slow lines: a picture in 5 s while an answer comes" },
    { .name = "color", .arg = "WHEN", .take = take_color,
      .help = "auto, always or never" },
    { .name = "theme", .arg = "NAME", .take = take_theme, .choice = palette_name,
      .help = "colours: cb (for any eyes), dark, light or mono" },
    { .name = "ascii", .take = take_ascii, .help = "show nothing but ASCII" },
    { .name = "utf8", .take = take_utf8, .help = "show UTF-8, whatever the locale says" },
    { .name = "escape", .arg = "HOW", .take = take_escape, .choice = escape_choice,
      .help = "show controls as a symbol or, ascii, as ^[" },
    { .name = "raw-output", .take = take_raw,
      .help = "into pipes and files: answers with their control characters" },
    { .name = "accept-raw-output-risk", .take = take_risk,
      .help = "--raw-output needs this, too" },
    { .name = "no-history", .take = take_no_history,
      .help = "leave the file of earlier lines alone" },
    { .name = "no-rc", .take = take_no_rc,
      .help = "do not run the lines of ~/.config/seqsh/rc first" },
    { .name = NULL },
};

/* ---- running --------------------------------------------------------------------- */

static void press_f2(void *own)
{
    struct shell *sh = own;
    struct err err;
    if (full_toggle(sh->full, &err) < 0)
        shell_complain(sh, &err);
}

/* A snapshot of the run that is followed, while the prompt waits. */
static void follow(void *own, struct str *news)
{
    shell_follow(own, news);
}

/* $XDG_CONFIG_HOME/seqsh/rc or ~/.config/seqsh/rc; the caller frees. NULL: no home. */
static char *rc_path(void)
{
    const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    if (config && config[0] == '/')
        return path_join(config, "seqsh/rc");
    return home && *home ? path_join(home, ".config/seqsh/rc") : NULL;
}

/* Lines that are run each time, before the first is typed. */
static void run_rc(struct shell *sh)
{
    char *path = rc_path();
    struct str line = STR_INIT;
    if (path && access(path, F_OK) == 0) {
        str_addf(&line, "/source %s", path);
        shell_run(sh, line.s);
    }
    str_release(&line);
    free(path);
}

static int converse(struct repl *r)
{
    struct shell *sh = &r->shell;
    char *history = r->no_history ? NULL : history_path(), *typed;
    struct err err;
    line_open(sh->talk, history, complete, sh);
    sh->full = full_new(sh);
    sh->full->mouse = r->mouse;
    line_on_f2(press_f2, sh);
    line_on_idle(follow, sh);
    shell_introduce(sh, "/help lists the commands, Ctrl-D leaves.");
    if (!r->no_rc)
        run_rc(sh);
    if (r->ui && full_toggle(sh->full, &err) < 0)
        shell_complain(sh, &err);
    while (!sh->leave && (typed = line_read("> "))) {
        full_echo(sh->full, typed);
        shell_run(sh, typed);
        free(typed);
    }
    full_free(sh->full);
    sh->full = NULL;
    line_close();
    free(history);
    return 0;
}

/* A person types, and there is a terminal to type on. */
static bool person(void)
{
    return isatty(STDIN_FILENO) && (isatty(STDOUT_FILENO) || isatty(STDERR_FILENO));
}

/* Said again when the model is open, which may have its own mind. */
static void took(void *own, const struct opt_table *t, const struct opt *o,
                 const char *value)
{
    struct names *given = own;
    struct str word = STR_INIT;
    if (t->opt != knob_table)
        return;
    str_addf(&word, "%s=%s", o->name, value ? value : "on");
    names_add(given, word.s);
    str_release(&word);
}

static int start(struct repl *r, int argc, char **argv, struct err *err)
{
    struct opt_table tables[] = {
        { repl_options, r },
        { filter_options, &r->filter },
        { knob_table, &r->shell.knobs },
        { NULL, NULL },
    };
    const struct opt_ear ear = { took, &r->shell.given };
    int n = opt_parse_heard(tables, argc, argv, &ear, err);
    if (n > 1)
        n = err_set(err, "one model at a time, not %d", n);
    if (r->raw && !r->risk)
        n = err_set(err, "--raw-output lets a model write controls that terminals obey: add "
                    "--accept-raw-output-risk if that is meant");
    if (n < 0)
        return 2;
    if (r->raw)
        out_raw();
    r->shell.threads = (int)r->filter.threads;
    if (shell_open(&r->shell, n ? argv[1] : "arithmetic", err) < 0)
        return 1;
    if (r->dump && r->shell.model->tgt.dim) {
        err_set(err, "%s answers with vectors: nothing is searched", r->shell.name);
        return 2;
    }
    return filter_check(&r->filter, &r->shell, err) < 0 ? 2 : 0;
}

/* Where talk goes, and what it looks like there. */
static void choose_looks(struct repl *r, bool prompt)
{
    struct shell *sh = &r->shell;
    const char *accessible = getenv("ACCESSIBLE");
    if (accessible && *accessible && strcmp(accessible, "0"))
        sh->plain = true;
    if (!prompt || !isatty(STDOUT_FILENO))
        sh->talk = stderr;
    theme_init();
    if (r->theme)
        palette_set(r->theme, NULL);
    if (sh->plain || r->color)
        theme_colour_set(r->color ? r->color : "never", NULL);
    sgr_init(sh->talk);
}

/* Where more is said of each answer, or a line goes on from the one before, lines are
 * answered one after another. */
static int lines(struct repl *r, int fd)
{
    struct shell *sh = &r->shell;
    const struct knobs *k = &sh->knobs;
    bool more = sh->json || sh->dump || k->probs != PROBS_OFF || k->attn || k->entropy ||
                k->timing;
    if (more || shell_recalls(sh) || sh->model->tgt.dim)
        return batch_lines(sh, fd);
    return filter_lines(sh, &r->filter, fd);
}

/* Each begins anew. */
static int file_lines(struct repl *r, const char *path)
{
    if (!strcmp(path, "-"))
        return lines(r, STDIN_FILENO);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        ui_say(stderr, "seqsh: cannot open '%s': %s", path, strerror(errno));
        return 1;
    }
    shell_forget(&r->shell);
    int status = lines(r, fd);
    close(fd);
    return status;
}

static int serve(struct repl *r, bool prompt)
{
    int status = 0;
    struct err err;
    if (prompt)
        return converse(r);
    if (r->dump)
        r->shell.dump = beamdump_new(r->dump);
    if (r->questions.n == 0 && r->files.n == 0)
        status = lines(r, STDIN_FILENO);
    status |= batch_questions(&r->shell, &r->questions);
    for (int i = 0; i < r->files.n; i++)
        status |= file_lines(r, r->files.s[i]);
    if (beamdump_end(r->shell.dump, &err) < 0) {
        ui_say(stderr, "seqsh: %s", err.msg);
        status = 1;
    }
    r->shell.dump = NULL;
    return status;
}

int repl_main(int argc, char **argv)
{
    struct repl r = { .no_history = false };
    struct err err;
    bool prompt = person();
    out_pipes_too();
    shell_init(&r.shell);
    int status = start(&r, argc, argv, &err);
    prompt &= r.questions.n == 0 && r.files.n == 0;
    if (r.shell.knobs.probs == PROBS_UNSAID)
        r.shell.knobs.probs = prompt ? PROBS_ON : PROBS_OFF;
    choose_looks(&r, prompt);
    if (status)
        ui_say(stderr, "seqsh: %s", err.msg);
    else
        status = serve(&r, prompt);
    shell_release(&r.shell);
    names_release(&r.questions);
    names_release(&r.files);
    return status;
}
