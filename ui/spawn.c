#include "ui/spawn.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "ui/line.h"
#include "ui/out.h"
#include "ui/ui_text.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TEXT_MAX = 1 << 20 }; /* bytes that come back from an editor */

/* In the child: signals as a program expects them. */
NORETURN static void run_shell(const char *script, const char *arg)
{
    static const int ours[] = { SIGINT, SIGTSTP, SIGCONT, SIGWINCH, SIGPIPE };
    sigset_t none;
    for (size_t i = 0; i < ARRAY_LEN(ours); i++)
        signal(ours[i], SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execl("/bin/sh", "sh", "-c", script, "sh", arg, (char *)NULL);
    _exit(127);
}

static int check_status(int status, const char *what, struct err *err)
{
    if (WIFSIGNALED(status))
        return err_set(err, "'%s' died of signal %d", utf8_quote(what).s,
                       WTERMSIG(status));
    if (WEXITSTATUS(status))
        return err_set(err, "'%s' failed with status %d", utf8_quote(what).s,
                       WEXITSTATUS(status));
    return 0;
}

/* ---- an editor --------------------------------------------------------------------- */

static const char *editor(void)
{
    const char *name = getenv("VISUAL");
    if (!name || !*name)
        name = getenv("EDITOR");
    return name && *name ? name : "vi";
}

/* When it stops, by Ctrl-Z, so do we, and both go on together. */
static int wait_for(pid_t child)
{
    int status;
    while (waitpid(child, &status, WUNTRACED) < 0 || WIFSTOPPED(status)) {
        if (WIFSTOPPED(status)) {
            raise(SIGSTOP);
            kill(child, SIGCONT);
        }
    }
    return status;
}

static int edit_file(const char *path, struct err *err)
{
    struct str script = STR_INIT;
    str_addf(&script, "%s \"$1\"", editor());
    line_lend(true);
    pid_t child = fork();
    if (child == 0)
        run_shell(script.s, path);
    int status = child < 0 ? 0 : wait_for(child);
    line_lend(false);
    str_release(&script);
    if (child < 0)
        return err_set(err, "cannot start an editor: %s", strerror(errno));
    return check_status(status, editor(), err);
}

int spawn_editor(struct str *text, struct err *err)
{
    const char *dir = getenv("TMPDIR");
    char *path = path_join(dir && *dir ? dir : "/tmp", "seqsh-XXXXXX");
    int fd = mkstemp(path), bad;
    if (fd < 0) {
        bad = err_set(err, "cannot make '%s': %s", utf8_quote(path).s, strerror(errno));
        free(path);
        return bad;
    }
    bad = write(fd, text->s, text->n) == (ssize_t)text->n
              ? 0
              : err_set(err, "cannot write '%s': %s", utf8_quote(path).s, strerror(errno));
    close(fd);
    if (!bad)
        bad = edit_file(path, err);
    str_clear(text);
    if (!bad)
        bad = file_read(path, TEXT_MAX, text, err);
    unlink(path);
    free(path);
    return bad;
}

/* ---- a filter ---------------------------------------------------------------------- */

static void show_output(int from, FILE *talk)
{
    struct ui_text text;
    struct str out = STR_INIT;
    char bytes[4096];
    ssize_t n;
    ui_text_start(&text, UI_FLOW);
    while ((n = read(from, bytes, sizeof bytes)) > 0 || (n < 0 && errno == EINTR)) {
        if (n < 0)
            continue;
        ui_text_add(&text, &out, bytes, (size_t)n);
        out_write(talk, &out);
        str_clear(&out);
    }
    ui_text_end(&text, &out);
    if (text.column > 0)
        str_addc(&out, '\n');
    out_write(talk, &out);
    str_release(&out);
}

int spawn_filter(const char *command, const struct str *in, FILE *talk, struct err *err)
{
    FILE *input = tmpfile();
    int ends[2], status = 0;
    if (!input || pipe(ends) < 0) {
        if (input)
            fclose(input);
        return err_set(err, "cannot make a pipe: %s", strerror(errno));
    }
    out_write(input, in);
    rewind(input);
    pid_t child = fork();
    if (child == 0) {
        dup2(fileno(input), STDIN_FILENO);
        dup2(ends[1], STDOUT_FILENO);
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        close(ends[1]);
        run_shell(command, NULL);
    }
    close(ends[1]);
    if (child > 0) {
        show_output(ends[0], talk);
        status = wait_for(child);
    }
    close(ends[0]);
    fclose(input);
    line_wait(0); /* a Ctrl-C was the child's */
    if (child < 0)
        return err_set(err, "cannot start '%s': %s", utf8_quote(command).s,
                       strerror(errno));
    return check_status(status, command, err);
}
