#include "ui/restore.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

static const int faults[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };
static const int deaths[] = { SIGTERM, SIGHUP,  SIGINT,  SIGQUIT, SIGPIPE, SIGALRM,
                              SIGUSR1, SIGUSR2, SIGXCPU, SIGXFSZ, SIGSYS,  SIGTRAP };

static volatile sig_atomic_t armed;
static int tty;
static struct termios modes;
static char leave_string[RESTORE_MAX];
static size_t leave_n;

/* A terminal that hangs must not keep us from dying. The flag belongs to the
 * open file, which the shell shares: so it is put back. */
static void write_soon(int fd, const char *s, size_t n)
{
    int flags = fcntl(fd, F_GETFL);
    if (flags >= 0)
        fcntl(fd, F_SETFL, flags | O_NONBLOCK);
    for (int tries = 0; n > 0 && tries < 5;) {
        ssize_t did = write(fd, s, n);
        if (did >= 0) {
            s += did;
            n -= (size_t)did;
        } else if (errno == EAGAIN) {
            struct pollfd p = { .fd = fd, .events = POLLOUT };
            poll(&p, 1, 100);
            tries++;
        } else if (errno != EINTR) {
            break; /* EIO: the terminal is gone */
        }
    }
    if (flags >= 0)
        fcntl(fd, F_SETFL, flags);
}

void restore_now(void)
{
    int saved = errno;
    if (armed) {
        armed = 0;
        signal(SIGTTOU, SIG_IGN); /* or the last call would stop a background process */
        write_soon(tty, leave_string, leave_n);
        tcsetattr(tty, TCSANOW, &modes);
        signal(SIGTTOU, SIG_DFL);
    }
    errno = saved;
}

/* Installed with SA_RESETHAND: raising again has the default effect. */
static void die(int sig)
{
    restore_now();
    raise(sig);
}

static void catch(int sig, bool always)
{
    struct sigaction old, act = { .sa_handler = die };
    act.sa_flags = (int)SA_RESETHAND | SA_NODEFER | SA_ONSTACK;
    sigemptyset(&act.sa_mask);
    if (sigaction(sig, NULL, &old) == 0 &&
        (old.sa_handler == SIG_DFL || (always && old.sa_handler != SIG_IGN)))
        sigaction(sig, &act, NULL);
}

/* Once for the life of the process: without a terminal to restore they only pass
 * the signal on. The stack is for a fault that was a stack overflow. */
static void install(void)
{
    static char stack[1 << 16];
    static bool done;
    stack_t alternate = { .ss_sp = stack, .ss_size = sizeof stack };
    if (done)
        return;
    done = true;
    sigaltstack(&alternate, NULL);
    atexit(restore_now);
    death_hook_set(restore_now);
    for (size_t i = 0; i < ARRAY_LEN(faults); i++)
        catch(faults[i], true);
    for (size_t i = 0; i < ARRAY_LEN(deaths); i++)
        catch(deaths[i], false);
}

void restore_arm(int fd, const char *leave)
{
    size_t n = strlen(leave);
    if (n >= sizeof leave_string)
        BUG("restore string of %zu bytes", n);
    if (!armed && tcgetattr(fd, &modes) < 0)
        return; /* not a terminal: nothing to restore */
    tty = fd;
    memcpy(leave_string, leave, n);
    leave_n = n;
    install();
    armed = 1;
}

void restore_disarm(void)
{
    armed = 0;
}

void restore_stop(void)
{
    struct sigaction old, act = { .sa_handler = SIG_DFL };
    sigset_t only, mask;
    sigemptyset(&act.sa_mask);
    sigaction(SIGTSTP, &act, &old);
    sigemptyset(&only);
    sigaddset(&only, SIGTSTP);
    sigprocmask(SIG_UNBLOCK, &only, &mask);
    raise(SIGTSTP); /* back here after SIGCONT */
    sigprocmask(SIG_SETMASK, &mask, NULL);
    sigaction(SIGTSTP, &old, NULL);
}
