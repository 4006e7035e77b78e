#include "ui/tty.h"

#include "ui/paste.h"
#include "ui/restore.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum {
    SETTLE_MS = 30, /* a paste is over when nothing follows it for so long */
    CTRL_D = 4,
};

static struct {
    FILE *talk;
    bool brackets, gone;
    struct paste paste;
    struct str keys;
    size_t taken, passed; /* of these; ever */
    sigset_t waiting;     /* the signal mask while we wait */
    struct termios cooked;
} tty;

volatile sig_atomic_t tty_interrupted, tty_stopped, tty_continued, tty_resized;

int64_t tty_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- signals --------------------------------------------------------------------- */

/* These four are let in only while we wait in ppoll(): no call to readline is ever
 * interrupted, and none gets lost between a look and the wait. */
static const int noted[] = { SIGINT, SIGTSTP, SIGCONT, SIGWINCH };
static pthread_t self;

static void note(int sig)
{
    if (!pthread_equal(pthread_self(), self)) { /* a thread of the BLAS got it */
        pthread_kill(self, sig);
        return;
    }
    if (sig == SIGINT)
        tty_interrupted = 1;
    else if (sig == SIGTSTP)
        tty_stopped = 1;
    else if (sig == SIGCONT)
        tty_continued = 1;
    else
        tty_resized = 1;
}

static void catch_signals(void)
{
    struct sigaction act = { .sa_handler = note };
    sigset_t block;
    self = pthread_self();
    sigemptyset(&act.sa_mask);
    sigemptyset(&block);
    for (size_t i = 0; i < ARRAY_LEN(noted); i++) {
        sigaction(noted[i], &act, NULL);
        sigaddset(&block, noted[i]);
    }
    sigprocmask(SIG_BLOCK, &block, &tty.waiting);
    for (size_t i = 0; i < ARRAY_LEN(noted); i++)
        sigdelset(&tty.waiting, noted[i]);
}

/* ppoll() prefers keys to signals. */
static void let_signals_in(void)
{
    sigset_t mask;
    sigprocmask(SIG_SETMASK, &tty.waiting, &mask);
    sigprocmask(SIG_SETMASK, &mask, NULL);
}

/* ---- modes ----------------------------------------------------------------------- */

bool tty_dumb(void)
{
    const char *term = getenv("TERM");
    return !term || !*term || !strcmp(term, "dumb");
}

void tty_arm(void)
{
    restore_arm(STDIN_FILENO, tty_dumb() ? "" : "\033[?2004l\r\033[m");
}

void tty_brackets(bool on)
{
    struct str code = STR_INIT;
    if (tty_dumb() || !tty.brackets)
        return;
    str_add(&code, on ? "\033[?2004h" : "\033[?2004l");
    fflush(tty.talk);
    ssize_t n = write(fileno(tty.talk), code.s, code.n);
    (void)n; /* a terminal that is gone needs none */
    str_release(&code);
}

/* The modes in which readline finds the terminal, and leaves it for us to answer. */
static void set_quiet(void)
{
    struct termios t = tty.cooked;
    t.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    t.c_cc[VMIN] = 1;
    t.c_cc[VTIME] = 0;
    tcsetattr(STDIN_FILENO, TCSADRAIN, &t);
    tty_brackets(true);
}

static void set_cooked(void)
{
    tty_brackets(false);
    tcsetattr(STDIN_FILENO, TCSADRAIN, &tty.cooked);
}

void tty_open(FILE *talk, bool brackets)
{
    tty.talk = talk;
    tty.brackets = brackets;
    tcgetattr(STDIN_FILENO, &tty.cooked);
    tty_arm();
    catch_signals();
    set_quiet();
}

void tty_close(void)
{
    set_cooked();
    restore_disarm();
    paste_release(&tty.paste);
    str_release(&tty.keys);
}

void tty_lend(bool lent)
{
    if (lent) {
        set_cooked();
        restore_disarm();
    } else {
        tty_arm();
        set_quiet();
        tty_interrupted = tty_stopped = tty_continued = 0;
    }
}

void tty_suspend(void)
{
    set_cooked();
    restore_disarm();
    if (tty_stopped)
        restore_stop();
    tty_stopped = tty_continued = 0;
    tcgetattr(STDIN_FILENO, &tty.cooked);
    tty_arm();
    set_quiet();
}

/* ---- keys ------------------------------------------------------------------------ */

/* Ctrl-D means the end only when it is pressed at the prompt. */
static void drop_ends(size_t from)
{
    size_t to = from;
    for (size_t i = from; i < tty.keys.n; i++)
        if (tty.keys.s[i] != CTRL_D)
            tty.keys.s[to++] = tty.keys.s[i];
    str_cut(&tty.keys, to);
}

bool tty_gone(void)
{
    return tty.gone;
}

bool tty_queued(void)
{
    return tty.taken < tty.keys.n;
}

const char *tty_keys(size_t *n)
{
    *n = tty.keys.n - tty.taken;
    return str_cstr(&tty.keys) + tty.taken;
}

size_t tty_passed(void)
{
    return tty.passed;
}

void tty_drop(size_t n)
{
    tty.taken += n;
    tty.passed += n;
    if (tty_queued())
        return;
    str_clear(&tty.keys);
    tty.taken = 0;
}

void tty_forget(void)
{
    paste_release(&tty.paste);
    str_clear(&tty.keys);
    tty.taken = 0;
}

int tty_pull(int ms, bool at_prompt)
{
    char bytes[4096];
    bool already = tty_interrupted;
    struct timespec limit;
    struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
    ssize_t n = 0;
    if (paste_waits(&tty.paste) && (ms < 0 || ms > SETTLE_MS))
        ms = SETTLE_MS;
    limit.tv_sec = ms / 1000;
    limit.tv_nsec = ms % 1000 * 1000000L;
    int ready = ppoll(&in, 1, ms < 0 ? NULL : &limit, &tty.waiting);
    if (ready > 0) {
        n = read(STDIN_FILENO, bytes, sizeof bytes);
        tty.gone = n == 0 || (n < 0 && errno != EINTR);
        let_signals_in();
    }
    if (tty_interrupted && !already)
        tty_forget();
    size_t before = tty.keys.n;
    if (ready == 0 && paste_waits(&tty.paste))
        paste_settle(&tty.paste, &tty.keys);
    if (n > 0)
        paste_add(&tty.paste, bytes, (size_t)n, &tty.keys);
    if (!at_prompt)
        drop_ends(before);
    return ready;
}
