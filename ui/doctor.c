#include "ui/doctor.h"

#include "base/file.h"
#include "num/gemm.h"
#include "num/pool.h"
#include "ui/charset.h"
#include "ui/find.h"
#include "ui/fmt.h"
#include "ui/out.h"
#include "ui/run_list.h"
#include "ui/screen.h"
#include "ui/theme.h"
#include "ui/ui_text.h"
#include "ui/width.h"

#include <errno.h>
#include <jansson.h>
#include <langinfo.h>
#include <stdarg.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include <unistring/version.h>

const struct opt doctor_options[] = { { .name = NULL } };

enum { LITTLE_DISK = 1 << 30 }; /* bytes */

enum verdict { FINE, ADVICE, BROKEN };

struct doctor {
    struct str out;
    bool broken;
};

/* "ok    terminal   xterm-256color, 80x24": foreign bytes are made safe. */
static void report(struct doctor *d, enum verdict v, const char *what, const char *fmt, ...)
{
    static const char *const mark[] = { "ok", "advice", "BROKEN" };
    char text[500];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    str_addf(&d->out, "%-7s %-10s ", mark[v], what);
    ui_text(&d->out, UI_FIELD, text, strlen(text));
    str_addc(&d->out, '\n');
    d->broken |= v == BROKEN;
}

static const char *variable(const char *name)
{
    const char *v = getenv(name);
    return v && *v ? v : NULL;
}

/* ---- terminal ---- */

static void check_terminal(struct doctor *d)
{
    const char *term = variable("TERM");
    int colours = screen_terminfo_colours(), w, h;
    screen_size(&w, &h);
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        report(d, ADVICE, "terminal", "none: %s is no terminal, so there will be no full "
               "screen and no prompt", isatty(STDIN_FILENO) ? "the output" : "the input");
    else if (!term || !strcmp(term, "dumb"))
        report(d, ADVICE, "terminal", "TERM is %s: no full screen; set it to what this "
               "terminal is, such as xterm-256color", term ? term : "not set");
    else if (colours < 0)
        report(d, BROKEN, "terminal", "nothing is known about TERM=%s: install its "
               "description (ncurses-term), or set TERM=xterm-256color", term);
    else if (w < 20 || h < 5)
        report(d, ADVICE, "terminal", "%s, %dx%d: full screens need 20x5", term, w, h);
    else
        report(d, FINE, "terminal", "%s, %dx%d", term, w, h);
}

static void check_locale(struct doctor *d)
{
    static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };
    const char *from = NULL;
    for (size_t i = 0; i < ARRAY_LEN(names) && !from; i++)
        from = variable(names[i]) ? names[i] : NULL;
    const char *codeset = nl_langinfo(CODESET);
    if (ui_utf8())
        report(d, FINE, "locale", "%s (%s)", codeset, from ? from : "by default");
    else if (from && strcasestr(getenv(from), "utf"))
        report(d, ADVICE, "locale", "%s=%s, but the system does not have it: locale -a lists "
               "those there are; C.UTF-8 will do", from, getenv(from));
    else if (charset_own())
        report(d, ADVICE, "locale", "%s (%s): its letters are shown, drawings in ASCII; if the "
               "terminal shows UTF-8, set LC_ALL=C.UTF-8", codeset, from ? from : "by default");
    else
        report(d, ADVICE, "locale", "%s (%s%s%s): only ASCII is shown; if the terminal shows "
               "UTF-8, set LC_ALL=C.UTF-8", codeset, from ? from : "not set", from ? "=" : "",
               from ? getenv(from) : "");
}

static void check_colours(struct doctor *d)
{
    int colours = theme_colours(screen_terminfo_colours());
    if (colours)
        report(d, FINE, "colours", "%d%s", colours,
               colours < 256 ? ": with 256 they keep apart better" : "");
    else if (variable("NO_COLOR"))
        report(d, FINE, "colours", "none, as NO_COLOR wants");
    else
        report(d, FINE, "colours", "none: this terminal has none");
}

static void check_graph(struct doctor *d)
{
    static const char *const name[] = {
        [GRAPH_BRAILLE] = "braille", [GRAPH_QUADRANT] = "quadrants",
        [GRAPH_BLOCK] = "blocks",    [GRAPH_ASCII] = "ASCII",
    };
    report(d, FINE, "curves", "%s; SEQSH_GRAPH=braille, quad, block or ascii chooses",
           name[theme()->graph]);
}

static void check_way(struct doctor *d)
{
    bool ssh = variable("SSH_CONNECTION") || variable("SSH_TTY");
    const char *within = variable("TMUX") ? "tmux" : variable("STY") ? "screen" : NULL;
    if (ssh)
        report(d, FINE, "way", "over SSH%s%s; trainings go on when the line breaks",
               within ? ", in " : "", within ? within : "");
    else
        report(d, FINE, "way", "%s%s", within ? "in " : "this machine", within ? within : "");
}

/* A row that ends in a bar: the bars of all rows have to stand below each other. */
static void pattern(struct doctor *d, const char *name, const char *glyphs)
{
    int width = width_text(glyphs, strlen(glyphs));
    str_addf(&d->out, "  %-12s%s%*s|\n", name, glyphs, MAX(24 - width, 0), "");
}

static void show_pattern(struct doctor *d)
{
    str_add(&d->out, "\nThe bars at the right stand in one column, and each row shows what "
                     "it says:\n");
    pattern(d, "ruler", "123456789.123456789.1234");
    pattern(d, "ascii", "_.:-=+*#%@");
    if (!ui_utf8())
        return;
    pattern(d, "frames", "┌─┬─┐ ┏━┳━┓ ├─┼─┤");
    pattern(d, "blocks", "▁▂▃▄▅▆▇█ ░▒▓");
    pattern(d, "quadrants", "▖▗▘▝▌▐▀▄▙▚▛▜▞▟");
    pattern(d, "braille", "⠁⠃⠇⡇⣇⣧⣷⣿ ⠈⠑⠢⢄");
    pattern(d, "marks", "☑ ☒ → ● ★ ✓");
    pattern(d, "accents", "é ü ñ e\u0301 u\u0308 n\u0303");
    pattern(d, "wide", "日本語 한국어");
    str_add(&d->out, "Where braille is empty boxes, SEQSH_GRAPH=quad, block or ascii helps.\n");
}

/* ---- machine ---- */

static void check_cpu(struct doctor *d)
{
    enum verdict v = gemm_load(NULL) < 0 ? BROKEN : gemm_warning() ? ADVICE : FINE;
    report(d, v, "products", "%s%s%s", gemm_backend(), gemm_warning() ? ": " : "",
           gemm_warning() ? gemm_warning() : "");
    report(d, FINE, "cpu", "%d core%s; bf16 %s, int8 %s", pool_cpus(),
           pool_cpus() == 1 ? "" : "s", gemm_has(PRECISION_BF16) ? "yes" : "no",
           gemm_has(PRECISION_INT8) ? "yes" : "no");
}

static void check_libraries(struct doctor *d)
{
    report(d, FINE, "libraries", "%s, jansson %s, libunistring %d.%d", screen_library(),
           JANSSON_VERSION, _libunistring_version >> 16 & 0xff,
           _libunistring_version >> 8 & 0xff);
}

/* ---- folder ---- */

static void check_disk(struct doctor *d, const char *folder)
{
    struct statvfs disk;
    char left[FMT_MAX];
    if (statvfs(folder, &disk) < 0)
        return;
    double bytes = (double)disk.f_bavail * (double)disk.f_frsize;
    report(d, bytes < LITTLE_DISK ? ADVICE : FINE, "disk", "%s left%s", fmt_bytes(left, bytes),
           bytes < LITTLE_DISK ? ": checkpoints may not fit" : "");
}

static void check_runs(struct doctor *d)
{
    struct run_list all = { 0 };
    const char *folder = dir_is("runs") ? "runs" : ".";
    int n = dir_is("runs") ? run_list_scan(&all, "runs") : 0;
    run_list_release(&all);
    if (access(folder, W_OK) < 0)
        report(d, ADVICE, "runs", "cannot write in '%s' (%s): train with --out elsewhere",
               folder, strerror(errno));
    else
        report(d, FINE, "runs", "%d in the folder 'runs'%s", n,
               dir_is("runs") ? "" : ", which is made at the first training");
    check_disk(d, folder);
}

static void check_models(struct doctor *d)
{
    struct names all = { 0 };
    char *path = find_model("arithmetic", NULL);
    find_models(&all);
    if (path)
        report(d, FINE, "models", "%d found", all.n);
    else
        report(d, ADVICE, "models", "%d found, but not 'arithmetic', which is asked by default: "
               "set SEQSH_MODELS to the folder of the models", all.n);
    free(path);
    names_release(&all);
}

int doctor_main(int argc, char **argv)
{
    const struct opt_table tables[] = { { doctor_options, NULL }, { NULL, NULL } };
    struct doctor d = { .out = STR_INIT };
    struct err err;
    int n = opt_parse(tables, argc, argv, &err);
    if (n > 0)
        n = err_set(&err, "doctor takes no '%s': it looks at this terminal and folder", argv[1]);
    if (n < 0) {
        ui_say(stderr, "seqsh: %s", err.msg);
        return 2;
    }
    check_terminal(&d);
    check_locale(&d);
    check_colours(&d);
    check_graph(&d);
    check_way(&d);
    check_cpu(&d);
    check_libraries(&d);
    check_runs(&d);
    check_models(&d);
    show_pattern(&d);
    out_write(stdout, &d.out);
    str_release(&d.out);
    return d.broken;
}
