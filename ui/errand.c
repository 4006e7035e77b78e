#include "ui/errand.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

enum { READ_MOST = 1 << 22 }; /* bytes taken at once, so that keys are heard between */

NORETURN static void become(const char *const *argv, int in, int out)
{
    static const int ours[] = { SIGINT, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH, SIGPIPE, SIGHUP };
    sigset_t none;
    if (in < 0)
        in = open("/dev/null", O_RDONLY);
    setsid();
    for (size_t i = 0; i < ARRAY_LEN(ours); i++)
        signal(ours[i], SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    dup2(in, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(out, STDERR_FILENO);
    execvp(argv[0], (char *const *)argv);
    static const char why[] = "it cannot be started\n";
    ssize_t n = write(STDERR_FILENO, why, sizeof why - 1);
    _exit(n < 0 ? 126 : 127);
}

/* in: what it reads, -1: nothing. */
static int start(struct errand *e, const char *const *argv, int in, struct err *err)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return err_set(err, "cannot make a pipe: %s", strerror(errno));
    pid_t child = fork();
    if (child == 0)
        become(argv, in, ends[1]);
    close(ends[1]);
    if (child < 0) {
        close(ends[0]);
        return err_set(err, "cannot start '%s': %s", argv[0], strerror(errno));
    }
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    *e = (struct errand){ .pid = child, .fd = ends[0], .in = -1 };
    return 0;
}

int errand_start(struct errand *e, const char *const *argv, struct err *err)
{
    return start(e, argv, -1, err);
}

int errand_open(struct errand *e, const char *const *argv, struct err *err)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return err_set(err, "cannot make a pipe: %s", strerror(errno));
    int bad = start(e, argv, ends[0], err);
    close(ends[0]);
    if (bad) {
        close(ends[1]);
        return -1;
    }
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
    e->in = ends[1];
    return 0;
}

bool errand_tell(struct errand *e, const char *text)
{
    size_t n = strlen(text); /* below PIPE_BUF: never in parts */
    return e->in >= 0 && write(e->in, text, n) == (ssize_t)n;
}

bool errand_read(struct errand *e)
{
    char bytes[1 << 16];
    for (size_t all = 0; all < READ_MOST;) {
        ssize_t n = read(e->fd, bytes, sizeof bytes);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0 && errno == EAGAIN;
        str_addn(&e->out, bytes, (size_t)n);
        all += (size_t)n;
    }
    return true;
}

int errand_end(struct errand *e)
{
    int status = 0;
    if (!e->pid)
        return 0;
    close(e->fd);
    if (e->in >= 0)
        close(e->in);
    kill(e->pid, SIGTERM);
    while (waitpid(e->pid, &status, 0) < 0 && errno == EINTR)
        ;
    str_release(&e->out);
    *e = (struct errand){ .pid = 0 };
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
