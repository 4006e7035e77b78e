#include "ui/line.h"

#include "base/err.h"
#include "base/mem.h"
#include "ui/history.h"
#include "ui/paste.h"
#include "ui/restore.h"
#include "ui/ui_text.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

enum {
    SETTLE_MS = 30, /* a paste is over when nothing follows it for so long */
    CTRL_D = 4,
};

static struct {
    bool open, reading, end, hung_up;
    FILE *talk;
    char *history;      /* path, or NULL */
    bool complained;    /* about the history file */
    struct paste paste;
    struct str keys;    /* read, but not taken by readline yet */
    size_t taken;
    char *line;         /* the finished one */
    line_complete *complete;
    void *own;
    sigset_t waiting;   /* the signal mask while we wait */
    struct termios cooked;
} ed;

static volatile sig_atomic_t interrupted, stopped, continued, resized;

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
        interrupted = 1;
    else if (sig == SIGTSTP)
        stopped = 1;
    else if (sig == SIGCONT)
        continued = 1;
    else
        resized = 1;
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
    sigprocmask(SIG_BLOCK, &block, &ed.waiting);
    for (size_t i = 0; i < ARRAY_LEN(noted); i++)
        sigdelset(&ed.waiting, noted[i]);
}

/* ppoll() prefers keys to signals. */
static void let_signals_in(void)
{
    sigset_t mask;
    sigprocmask(SIG_SETMASK, &ed.waiting, &mask);
    sigprocmask(SIG_SETMASK, &mask, NULL);
}

/* ---- the terminal's modes -------------------------------------------------------- */

static bool dumb(void)
{
    const char *term = getenv("TERM");
    return !term || !*term || !strcmp(term, "dumb");
}

static void arm(void)
{
    restore_arm(STDIN_FILENO, dumb() ? "" : "\033[?2004l\r\033[m");
}

/* readline switches brackets around pastes on and off; in between that is ours. */
static void set_brackets(bool on)
{
    char *wanted = rl_variable_value("enable-bracketed-paste");
    if (dumb() || !wanted || strcmp(wanted, "on"))
        return;
    fputs(on ? "\033[?2004h" : "\033[?2004l", ed.talk);
    fflush(ed.talk);
}

/* The modes in which readline finds the terminal, and leaves it for us to answer:
 * nothing is echoed, no key is lost, Ctrl-C and Ctrl-Z are signals. */
static void set_quiet(void)
{
    struct termios t = ed.cooked;
    t.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    t.c_cc[VMIN] = 1;
    t.c_cc[VTIME] = 0;
    tcsetattr(STDIN_FILENO, TCSADRAIN, &t);
    set_brackets(true);
}

static void set_cooked(void)
{
    set_brackets(false);
    tcsetattr(STDIN_FILENO, TCSADRAIN, &ed.cooked);
}

/* readline takes a terminal that does not echo for one that must not. */
static void prepare(int meta)
{
    rl_prep_terminal(meta);
    rl_tty_set_echoing(1);
}

static void unprepare(void)
{
    rl_deprep_terminal();
    set_brackets(true);
}

/* Stops if asked to, or has just been; either way the shell may have changed the
 * modes meanwhile, and the screen may show anything. */
static void suspend(void)
{
    if (ed.reading)
        rl_cleanup_after_signal();
    set_cooked();
    restore_disarm();
    if (stopped)
        restore_stop();
    stopped = continued = 0;
    tcgetattr(STDIN_FILENO, &ed.cooked);
    arm();
    set_quiet();
    if (ed.reading) {
        rl_reset_after_signal();
        rl_reset_screen_size();
        rl_on_new_line();
        rl_forced_update_display();
    }
}

/* ---- keys ------------------------------------------------------------------------ */

/* Ctrl-D means the end only when it is pressed at the prompt. */
static void drop_ends(size_t from)
{
    size_t to = from;
    for (size_t i = from; i < ed.keys.n; i++)
        if (ed.keys.s[i] != CTRL_D)
            ed.keys.s[to++] = ed.keys.s[i];
    str_cut(&ed.keys, to);
}

static bool queued(void)
{
    return ed.taken < ed.keys.n;
}

static void forget_keys(void)
{
    paste_release(&ed.paste);
    str_clear(&ed.keys);
    ed.taken = 0;
}

/* Waits for keys, a signal or the end of the time (ms; -1: none) and queues the
 * keys. What was typed before Ctrl-C is gone; the terminal has dropped what we had
 * not read yet, so what is read now came after. 0: time is up; -1: a signal. */
static int pull(int ms)
{
    char bytes[4096];
    bool already = interrupted;
    struct timespec limit;
    struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
    ssize_t n = 0;
    if (paste_waits(&ed.paste) && (ms < 0 || ms > SETTLE_MS))
        ms = SETTLE_MS;
    limit.tv_sec = ms / 1000;
    limit.tv_nsec = ms % 1000 * 1000000L;
    int ready = ppoll(&in, 1, ms < 0 ? NULL : &limit, &ed.waiting);
    if (ready > 0) {
        n = read(STDIN_FILENO, bytes, sizeof bytes);
        ed.hung_up = n == 0 || (n < 0 && errno != EINTR);
        let_signals_in();
    }
    if (interrupted && !already)
        forget_keys();
    size_t before = ed.keys.n;
    if (ready == 0 && paste_waits(&ed.paste))
        paste_settle(&ed.paste, &ed.keys);
    if (n > 0)
        paste_add(&ed.paste, bytes, (size_t)n, &ed.keys);
    if (!ed.reading)
        drop_ends(before);
    return ready;
}

/* Only what readline reads inside of one of its commands finds the queue empty: the
 * rest of a paste, an answer to "Display all?". EOF ends those, and nothing else. */
static int next_key(FILE *in)
{
    (void)in;
    for (;;) {
        if (interrupted || (ed.hung_up && !queued()))
            return EOF;
        if (queued())
            break;
        pull(-1);
        if (stopped || continued)
            suspend();
    }
    unsigned char key = (unsigned char)ed.keys.s[ed.taken++];
    if (!queued()) {
        str_clear(&ed.keys);
        ed.taken = 0;
    }
    return key;
}

/* Is there a key, or will there be one within readline's time for it? */
static int key_waits(void)
{
    int us = rl_set_keyboard_input_timeout(-1); /* changes nothing, tells the time */
    if (!queued())
        pull(us / 1000);
    return queued();
}

/* ---- readline's hooks ------------------------------------------------------------ */

static void take_line(char *text)
{
    rl_callback_handler_remove();
    ed.reading = false;
    if (!text && interrupted)
        return; /* see next_key */
    ed.line = text;
    ed.end = !text;
}

static struct names found;

static char *nth_found(const char *text, int again)
{
    static int i;
    if (!again)
        i = 0;
    for (; i < found.n; i++)
        if (!strncmp(found.s[i], text, strlen(text)))
            return xstrdup(found.s[i++]);
    return NULL;
}

static char **complete_word(const char *text, int from, int to)
{
    (void)to;
    names_release(&found);
    bool files = ed.complete && ed.complete(ed.own, rl_line_buffer, from, &found);
    rl_attempted_completion_over = !files;
    return rl_completion_matches(text, nth_found);
}

static void load_line(const char *input)
{
    add_history(input);
}

/* ---- the interface --------------------------------------------------------------- */

void line_open(FILE *talk, const char *history, line_complete *complete, void *own)
{
    ed.open = true;
    ed.talk = talk;
    ed.complete = complete;
    ed.own = own;
    tcgetattr(STDIN_FILENO, &ed.cooked);
    arm();
    catch_signals();
    rl_readline_name = "seqsh";
    rl_instream = stdin;
    rl_outstream = talk;
    rl_catch_signals = 0;
    rl_catch_sigwinch = 0;
    rl_change_environment = 0;
    rl_getc_function = next_key;
    rl_prep_term_function = prepare;
    rl_deprep_term_function = unprepare;
    rl_input_available_hook = key_waits;
    rl_attempted_completion_function = complete_word;
    rl_completer_word_break_characters = (char *)" \t\n=";
    rl_basic_quote_characters = "";
    using_history();
    if (history) {
        ed.history = xstrdup(history);
        history_load(history, load_line);
    }
    rl_initialize();
    set_quiet();
}

void line_close(void)
{
    if (!ed.open)
        return;
    set_cooked();
    restore_disarm();
    ed.open = false;
    names_release(&found);
    paste_release(&ed.paste);
    str_release(&ed.keys);
    free(ed.history);
}

static void remember(const char *text)
{
    struct err err;
    HIST_ENTRY *last = history_length ? history_get(history_base + history_length - 1)
                                      : NULL;
    if (!*text || *text == ' ' || (last && !strcmp(last->line, text)))
        return;
    add_history(text);
    if (!ed.history || history_append(ed.history, text, &err) == 0 || ed.complained)
        return;
    ed.complained = true;
    ui_say(ed.talk, "this line is not kept for the next session: %s", err.msg);
}

/* Ctrl-C: the line is gone, or, if there was none, how to leave. */
static void discard(const char *prompt)
{
    bool searching = RL_ISSTATE(RL_STATE_ISEARCH | RL_STATE_NSEARCH);
    bool empty = rl_end == 0 && !searching;
    interrupted = 0;
    rl_callback_sigcleanup();
    rl_point = rl_end;
    if (ed.reading && !searching)
        rl_redisplay(); /* what follows stands behind the line, however long it is */
    fprintf(ed.talk, "^C\n%s", empty ? "Ctrl-D or /quit to leave\n" : "");
    rl_free_line_state();
    rl_replace_line("", 1);
    using_history();
    if (ed.reading) {
        rl_on_new_line();
        rl_redisplay();
    } else { /* see next_key */
        ed.reading = true;
        rl_callback_handler_install(prompt, take_line);
    }
}

char *line_read(const char *prompt)
{
    if (resized)
        rl_reset_screen_size();
    interrupted = resized = 0;
    ed.line = NULL;
    ed.end = ed.hung_up;
    ed.reading = true;
    rl_callback_handler_install(prompt, take_line);
    while (!ed.line && !ed.end) {
        if (!queued() && !ed.hung_up)
            pull(-1);
        if (interrupted)
            discard(prompt);
        if (stopped || continued)
            suspend();
        if (resized) {
            resized = 0;
            rl_resize_terminal();
        }
        if (queued() || ed.hung_up)
            rl_callback_read_char();
    }
    if (ed.end)
        fputc('\n', ed.talk);
    else
        remember(ed.line);
    fflush(ed.talk);
    return ed.line;
}

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

bool line_wait(int ms)
{
    int64_t end = now_ms() + ms;
    int left = ms, ready;
    do {
        ready = pull(left);
        if (stopped || continued)
            suspend();
        left = (int)MAX(end - now_ms(), 0);
    } while (!interrupted && !ed.hung_up && (left > 0 || ready > 0));
    bool was = interrupted || ed.hung_up;
    interrupted = 0;
    return was;
}

/* Takes Enter out of the keys that wait, with what was typed before it. */
static bool take_enter(void)
{
    while (queued()) {
        char key = ed.keys.s[ed.taken++];
        if (key == '\r' || key == '\n')
            return true;
    }
    return false;
}

bool line_wait_enter(void)
{
    bool was = line_wait(0);
    while (!was && !take_enter()) {
        pull(-1);
        if (stopped || continued)
            suspend();
        was = interrupted || ed.hung_up;
    }
    interrupted = 0;
    return was;
}

void line_lend(bool lent)
{
    if (lent) {
        set_cooked();
        restore_disarm();
    } else {
        arm();
        set_quiet();
        interrupted = stopped = continued = 0;
    }
}

int line_history_count(void)
{
    return history_length;
}

const char *line_history(int i)
{
    return history_get(history_base + i)->line;
}

int line_columns(void)
{
    int rows, columns;
    rl_reset_screen_size();
    rl_get_screen_size(&rows, &columns);
    return columns;
}

void line_clear(void)
{
    const char *clear = dumb() ? NULL : rl_get_termcap("cl");
    fputs(clear ? clear : "", ed.talk);
}
