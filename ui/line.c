#include "ui/line.h"

#include "base/err.h"
#include "base/mem.h"
#include "ui/history.h"
#include "ui/paste.h"
#include "ui/restore.h"
#include "ui/ui_text.h"

#include <errno.h>
#include <poll.h>
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

/* These four arrive only while we wait in ppoll(), so no call to readline is ever
 * interrupted, and none gets lost between a look and the wait. */
static const int noted[] = { SIGINT, SIGTSTP, SIGCONT, SIGWINCH };

static void note(int sig)
{
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

/* While the program answers: nothing is echoed, Ctrl-C and Ctrl-Z are signals. */
static void set_answering(void)
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

/* Stops if asked to, or has just been; either way the shell may have changed the
 * modes meanwhile, and the screen may show anything. */
static void suspend(void)
{
    if (ed.reading)
        rl_cleanup_after_signal();
    else
        set_cooked();
    restore_disarm();
    if (stopped)
        restore_stop();
    stopped = continued = 0;
    tcgetattr(STDIN_FILENO, &ed.cooked);
    arm();
    if (ed.reading) {
        rl_reset_after_signal();
        rl_reset_screen_size();
        rl_on_new_line();
        rl_forced_update_display();
    } else {
        set_answering();
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

/* ppoll() prefers keys. true: Ctrl-C was pressed. */
static bool let_signals_in(void)
{
    sigset_t mask;
    sigprocmask(SIG_SETMASK, &ed.waiting, &mask);
    sigprocmask(SIG_SETMASK, &mask, NULL);
    return interrupted;
}

/* Waits for keys, a signal or the end of the time (ms; -1: none) and queues the
 * keys. 0: time is up; -1: a signal. */
static int pull(int ms)
{
    char bytes[4096];
    bool waits = paste_waits(&ed.paste);
    struct timespec limit;
    struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
    if (waits && (ms < 0 || ms > SETTLE_MS))
        ms = SETTLE_MS;
    limit.tv_sec = ms / 1000;
    limit.tv_nsec = ms % 1000 * 1000000L;
    if (!queued()) {
        str_clear(&ed.keys);
        ed.taken = 0;
    }
    size_t before = ed.keys.n;
    int ready = ppoll(&in, 1, ms < 0 ? NULL : &limit, &ed.waiting);
    if (ready > 0 && let_signals_in()) /* what was typed after Ctrl-C comes after it */
        return -1;
    if (ready > 0) {
        ssize_t n = read(STDIN_FILENO, bytes, sizeof bytes);
        if (n > 0)
            paste_add(&ed.paste, bytes, (size_t)n, &ed.keys);
        else if (n == 0 || errno != EINTR)
            ed.hung_up = true;
    } else if (ready == 0 && waits) {
        paste_settle(&ed.paste, &ed.keys);
    }
    if (!ed.reading)
        drop_ends(before);
    return ready;
}

/* Only what readline reads inside of one of its commands finds the queue empty: the
 * rest of a paste, an answer to "Display all?". EOF ends those, and nothing else. */
static int next_key(FILE *in)
{
    (void)in;
    while (!queued()) {
        if (interrupted || ed.hung_up)
            return EOF;
        pull(-1);
        if (stopped || continued)
            suspend();
    }
    return (unsigned char)ed.keys.s[ed.taken++];
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
    set_answering();
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
    paste_release(&ed.paste);
    str_clear(&ed.keys);
    ed.taken = 0;
    if (ed.reading) {
        rl_callback_sigcleanup();
        rl_point = rl_end;
        if (!searching)
            rl_redisplay(); /* what follows stands behind the line, however long it is */
    }
    fprintf(ed.talk, "^C\n%s", empty ? "Ctrl-D or /quit to leave\n" : "");
    if (ed.reading) {
        rl_free_line_state();
        rl_replace_line("", 1);
        rl_callback_handler_remove();
    }
    ed.reading = true;
    rl_callback_handler_install(prompt, take_line);
}

char *line_read(const char *prompt)
{
    set_cooked();
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
    set_answering();
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
