/* The session and the world outside: /history, /source, /edit, /pipe, /watch, /export. */
#include "base/file.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "ui/answer.h"
#include "ui/cmd.h"
#include "ui/line.h"
#include "ui/out.h"
#include "ui/sgr.h"
#include "ui/spawn.h"
#include "ui/ui_text.h"

#include <errno.h>
#include <math.h>
#include <unistd.h>

enum {
    SHOWN = 20,           /* lines of the history, if not said otherwise */
    SOURCE_MAX = 1 << 24, /* bytes of a file of lines */
    SOURCE_DEPTH = 8,     /* files that name files */
    WATCH_MAX = 86400,    /* seconds */
};

/* ---- /history ---------------------------------------------------------------------- */

static int run_history(struct shell *sh, char *args, struct err *err)
{
    int all = line_history_count(), from;
    const char *wanted = NULL;
    long n = SHOWN;
    if (!strncmp(args, "grep ", 5))
        wanted = args + 5 + strspn(args + 5, " \t");
    else if (*args && opt_whole(args, 1, 1000000, "the number of lines", &n, err) < 0)
        return -1;
    from = wanted ? 0 : MAX(all - (int)n, 0);
    for (int i = from; i < all; i++)
        if (!wanted || strstr(line_history(i), wanted))
            shell_say(sh, INK_TEXT, "%5d  %s", i + 1, line_history(i));
    return 0;
}

const struct cmd cmd_history = {
    .name = "history",
    .args = "[N|grep TEXT]",
    .help = "earlier lines: the last N, or those with this text",
    .run = run_history,
};

/* ---- /source ----------------------------------------------------------------------- */

static int run_source(struct shell *sh, char *args, struct err *err)
{
    struct str text = STR_INIT;
    if (!*args)
        return err_set(err, "which file?");
    if (sh->depth >= SOURCE_DEPTH)
        return err_set(err, "files that name files, %d deep: this goes round", SOURCE_DEPTH);
    if (file_read(args, SOURCE_MAX, &text, err) < 0)
        return -1;
    sh->depth++;
    for (char *line = str_cstr(&text)[0] ? text.s : NULL, *end; line && *line; line = end) {
        end = line + strcspn(line, "\n");
        end += *end ? (*end = '\0', 1) : 0;
        if (!*line || *line == '#')
            continue;
        shell_say(sh, INK_DIM, "> %s", line);
        if (!shell_run(sh, line))
            break;
    }
    sh->depth--;
    str_release(&text);
    return 0;
}

static bool complete_file(const struct shell *sh, const char *before, struct names *out)
{
    (void)sh;
    (void)out;
    return !*before;
}

const struct cmd cmd_source = {
    .name = "source",
    .args = "FILE",
    .help = "run the lines of a file, as if they were typed",
    .more = "Empty lines, and those that begin with #, are left out.",
    .run = run_source,
    .complete = complete_file,
};

/* ---- /edit ------------------------------------------------------------------------- */

static int run_edit(struct shell *sh, char *args, struct err *err)
{
    const struct reply *r = sh->said.now;
    const char *first = *args ? args : r ? r->question : "";
    struct str text = STR_INIT;
    str_addf(&text, "%s\n", first);
    int bad = spawn_editor(&text, err);
    str_trim(&text);
    if (bad == 0 && text.n) {
        shell_say(sh, INK_DIM, "> %s", text.s);
        shell_run(sh, text.s);
    }
    str_release(&text);
    return bad;
}

const struct cmd cmd_edit = {
    .name = "edit",
    .args = "[TEXT]",
    .help = "write a line in $VISUAL or $EDITOR; at first the last one",
    .run = run_edit,
};

/* ---- /pipe ------------------------------------------------------------------------- */

static int run_pipe(struct shell *sh, char *args, struct err *err)
{
    const struct reply *r = shell_reply(sh, err);
    struct str in = STR_INIT;
    if (!r)
        return -1;
    if (!*args)
        return err_set(err, "into which command? As in /pipe wc -c");
    str_addf(&in, "%s\n", str_cstr(&r->text));
    int bad = spawn_filter(args, &in, sh->talk, err);
    str_release(&in);
    return bad;
}

const struct cmd cmd_pipe = {
    .name = "pipe",
    .args = "COMMAND",
    .help = "the last answer as input of a shell command",
    .run = run_pipe,
};

/* ---- /watch ------------------------------------------------------------------------ */

static int run_watch(struct shell *sh, char *args, struct err *err)
{
    char *word = cmd_word(&args);
    double seconds;
    if (!word || !*args)
        return err_set(err, "how often, and what? As in /watch 2 10+12");
    if (opt_real(word, 0.1, WATCH_MAX, "the number of seconds", &seconds, err) < 0)
        return -1;
    shell_say(sh, INK_DIM, "every %g s until Ctrl-C", seconds);
    while (answer_show(sh, args) == 0 && !line_wait((int)(1000 * seconds)))
        if (shell_refresh(sh) > 0)
            shell_say(sh, INK_DIM, "the model has changed");
    return 0;
}

const struct cmd cmd_watch = {
    .name = "watch",
    .args = "SECONDS TEXT",
    .help = "ask the same again and again, until Ctrl-C",
    .more = "When the model's file is replaced meanwhile, as a training run does, the new one\n"
            "answers.",
    .run = run_watch,
};

/* ---- /export ----------------------------------------------------------------------- */

static void add_field(struct str *out, const char *text)
{
    struct str plain = STR_INIT;
    out_plain(&plain, text);
    for (size_t i = 0; i < plain.n; i++)
        if (plain.s[i] == '\t')
            plain.s[i] = ' ';
    str_add(out, str_cstr(&plain));
    str_release(&plain);
}

static void add_tsv(const struct reply *r, struct str *out)
{
    char name[8];
    str_addf(out, "%d\t%s\t", r->turn, reply_letter(name, r->branch));
    add_field(out, r->question);
    str_addc(out, '\t');
    add_field(out, str_cstr(&r->text));
    str_addf(out, "\t%.6g\t%.6g\t%d\t", exp(r->sums.logp), r->sums.bits, r->n);
    add_field(out, r->how ? r->how : "");
    str_addc(out, '\n');
}

/* Text that means nothing else in Markdown. */
static void add_quoted(struct str *out, const char *text)
{
    struct str plain = STR_INIT;
    out_plain(&plain, text);
    for (const char *p = str_cstr(&plain); *p; p++) {
        if (strchr("\\`*_{}[]<>()#+-.!|", *p))
            str_addc(out, '\\');
        str_addc(out, *p);
    }
    str_release(&plain);
}

static void add_md(const struct reply *r, struct str *out)
{
    char name[8], figure[16];
    if (r->branch == 0) {
        str_add(out, out->n ? "\n**" : "**");
        add_quoted(out, r->question);
        str_add(out, "**\n\n");
    }
    str_addf(out, "- %s: ", reply_letter(name, r->branch));
    add_quoted(out, str_cstr(&r->text));
    str_addf(out, " (p %s%s", ask_p(figure, exp(r->sums.logp)), r->how ? ", " : "");
    add_quoted(out, r->how ? r->how : "");
    str_add(out, ")\n");
}

static void add_json(const struct reply *r, struct str *out)
{
    reply_json(r, out);
    str_addc(out, '\n');
}

static const struct format {
    const char *name, *head;
    void (*add)(const struct reply *, struct str *);
} formats[] = {
    { "json", "", add_json },
    { "md", "", add_md },
    { "tsv", "turn\tbranch\tquestion\tanswer\tp\tentropy\ttokens\tsteered\n", add_tsv },
};

static const char *format_name(int i)
{
    return i < (int)ARRAY_LEN(formats) ? formats[i].name : NULL;
}

/* A new file; one that is there already stays as it is. */
static int save(const struct shell *sh, const char *path, const struct str *text,
                struct err *err)
{
    if (access(path, F_OK) == 0)
        return err_set(err, "cannot write '%s': it exists", utf8_quote(path).s);
    if (file_write(path, str_cstr(text), text->n, err) < 0)
        return -1;
    shell_say(sh, INK_TEXT, "%d answers in %s", sh->said.n, path);
    return 0;
}

static int run_export(struct shell *sh, char *args, struct err *err)
{
    char *word = cmd_word(&args);
    int which = opt_choice(format_name, word ? word : "", "the form", err), bad = 0;
    struct str text = STR_INIT, shown = STR_INIT;
    if (which < 0)
        return -1;
    str_add(&text, formats[which].head);
    for (int i = 0; i < sh->said.n; i++)
        formats[which].add(sh->said.reply[i], &text);
    if (*args) {
        bad = save(sh, args, &text, err);
    } else {
        str_trim(&text);
        ui_text(&shown, UI_FLOW, str_cstr(&text), text.n);
        str_add(&shown, text.n ? "\n" : "");
        out_write(sh->talk, &shown);
    }
    str_release(&text);
    str_release(&shown);
    return bad;
}

static bool complete_export(const struct shell *sh, const char *before, struct names *out)
{
    (void)sh;
    for (int i = 0; !*before && format_name(i); i++)
        names_add(out, format_name(i));
    return *before;
}

const struct cmd cmd_export = {
    .name = "export",
    .args = "json|md|tsv [FILE]",
    .help = "all answers of this session, shown or into a new file",
    .run = run_export,
    .complete = complete_export,
};
