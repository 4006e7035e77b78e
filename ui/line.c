#include "ui/line.h"

#include "base/err.h"
#include "base/mem.h"
#include "ui/charset.h"
#include "ui/keys.h"
#include "ui/out.h"
#include "ui/recall.h"
#include "ui/tty.h"
#include "ui/ui_text.h"

#include <errno.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

enum {
    RESIZE_MS = 50, /* changes of size within this time are one */
    IDLE_MS = 1000, /* between two looks for news */
    EMACS = 1,      /* of rl_editing_mode */
};

/* How long an ESC with nothing behind it waits before it is a key; and the time between two
 * pictures of an answer that grows. */
static int escape_ms = 50, show_ms = 33;

static struct {
    bool open, reading, end;
    FILE *talk;
    FILE *out;          /* the same for readline; to nowhere while there is a stage */
    const char *prompt;
    char *line;         /* the finished one */
    char *kept;         /* what was half typed when another was entered */
    struct str text, before; /* what line_text() gave last */
    const struct line_stage *stage;
    void *stage_own;
    int64_t shown;      /* when the stage drew last, ms */
    int columns;
    void (*on_f2)(void *own);
    void *f2_own;
    bool f2;            /* was pressed */
    void (*on_idle)(void *own, struct str *news);
    void *idle_own;
} ed;

/* ---- modes ----------------------------------------------------------------------- */

/* readline takes a terminal that does not echo for one that must not. */
static void prepare(int meta)
{
    rl_prep_terminal(meta);
    rl_tty_set_echoing(1);
}

static void unprepare(void)
{
    rl_deprep_terminal();
    tty_brackets(true);
}

/* On a stage the modes are curses'. Not to echo keeps readline from its last words about
 * a line; brackets around pastes are on already. */
static void prepare_stage(int meta)
{
    (void)meta;
    rl_tty_set_echoing(0);
}

static void unprepare_stage(void)
{
}

static void suspend(void)
{
    if (ed.stage)
        ed.stage->leave(ed.stage_own);
    else if (ed.reading)
        rl_cleanup_after_signal();
    tty_suspend();
    if (ed.stage) {
        ed.stage->enter(ed.stage_own);
    } else if (ed.reading) {
        rl_reset_after_signal();
        rl_reset_screen_size();
        rl_on_new_line();
        rl_forced_update_display();
    }
}

/* ---- the stage ------------------------------------------------------------------- */

static void show(bool now)
{
    if (!ed.stage || (!now && tty_ms() - ed.shown < show_ms))
        return;
    ed.stage->show(ed.stage_own);
    ed.shown = tty_ms();
}

static void follow_size(void)
{
    tty_resized = 0;
    if (ed.stage) {
        nanosleep(&(struct timespec){ .tv_nsec = RESIZE_MS * 1000000L }, NULL);
        rl_reset_screen_size();
        ed.stage->resize(ed.stage_own);
        show(true);
    } else if (ed.reading) {
        rl_resize_terminal();
    }
}

/* The first key of the queue, and how many bytes it is. */
static int first_key(size_t *n)
{
    size_t all;
    const char *keys = tty_keys(&all);
    int key = keys_next(keys, all, false, n);
    if (key != SCREEN_NONE)
        return key;
    tty_pull(escape_ms, ed.reading);
    keys = tty_keys(&all);
    return keys_next(keys, all, true, n);
}

/* Gives the next key to the stage, or else to readline, which may be in the middle of
 * something that takes more than one. */
static void take_key(void)
{
    bool middle = RL_ISSTATE(RL_STATE_ISEARCH | RL_STATE_NSEARCH | RL_STATE_NUMERICARG |
                             RL_STATE_MULTIKEY | RL_STATE_METANEXT | RL_STATE_VIMOTION |
                             RL_STATE_CHARSEARCH);
    size_t n = 1;
    int key = first_key(&n);
    if (key == SCREEN_NONE || tty_interrupted)
        return;
    if ((!middle || key >= SCREEN_CLICK) && ed.stage->key(ed.stage_own, key)) {
        tty_drop(n);
        return;
    }
    if (key == SCREEN_ESCAPE && !middle && rl_editing_mode == EMACS) {
        tty_drop(n); /* or what comes next is taken for a command */
        return;
    }
    for (size_t before = tty_passed();
         ed.reading && tty_queued() && tty_passed() - before < n;)
        rl_callback_read_char();
}

/* Escape stops an answer as Ctrl-C does, where a stage shows it. */
static bool escape_pressed(void)
{
    size_t n;
    if (!ed.stage || !tty_queued() || *tty_keys(&n) != SCREEN_ESCAPE ||
        first_key(&n) != SCREEN_ESCAPE)
        return false;
    tty_forget();
    return true;
}

static void draw_nothing(void)
{
}

static void offer_matches(char **match, int n, int longest)
{
    (void)longest;
    struct names words = { 0 };
    for (int i = 1; i <= n; i++) {
        struct str word = STR_INIT;
        charset_in(&word, match[i], strlen(match[i]));
        names_add(&words, str_cstr(&word));
        str_release(&word);
    }
    ed.stage->offer(ed.stage_own, words.s, n);
    names_release(&words);
}

/* Where readline writes: to the terminal, or to nowhere. */
static void mute(bool on)
{
    int fd = on ? open("/dev/null", O_WRONLY | O_CLOEXEC) : fileno(ed.talk);
    fflush(ed.out);
    if (fd >= 0)
        dup2(fd, fileno(ed.out));
    if (on && fd >= 0)
        close(fd);
}

static void hook_stage(void)
{
    bool on = ed.stage != NULL;
    rl_prep_term_function = on ? prepare_stage : prepare;
    rl_deprep_term_function = on ? unprepare_stage : unprepare;
    rl_redisplay_function = on ? draw_nothing : rl_redisplay;
    rl_completion_display_matches_hook = on ? offer_matches : NULL;
    mute(on);
}

/* ---- readline's hooks ------------------------------------------------------------ */

/* Only what readline reads inside of one of its commands finds the queue empty: the
 * rest of a paste, an answer to "Display all?". EOF ends those, and nothing else. */
static int next_key(FILE *in)
{
    size_t n;
    (void)in;
    for (;;) {
        if (tty_interrupted || (tty_gone() && !tty_queued()))
            return EOF;
        if (tty_queued())
            break;
        tty_pull(-1, ed.reading);
        if (tty_stopped || tty_continued)
            suspend();
    }
    unsigned char key = (unsigned char)*tty_keys(&n);
    tty_drop(1);
    return key;
}

/* Is there a key, or will there be one within readline's time for it? Behind a character it
 * would take at once what is there already, and with it keys that are the stage's. */
static int key_waits(void)
{
    int us = rl_set_keyboard_input_timeout(-1); /* changes nothing, tells the time */
    size_t n;
    if (!tty_queued())
        tty_pull(us / 1000, ed.reading);
    return tty_queued() && (!ed.stage || (unsigned char)*tty_keys(&n) >= ' ');
}

static void take_line(char *text)
{
    rl_callback_handler_remove();
    ed.reading = false;
    if (!text && tty_interrupted)
        return; /* see next_key */
    ed.line = charset_inside(text);
    ed.end = !text;
}

static int press_f2(int count, int key)
{
    (void)count;
    (void)key;
    ed.f2 = true;
    return 0;
}

/* ---- the interface --------------------------------------------------------------- */

static void set_readline(void)
{
    const char *keys;
    rl_readline_name = "seqsh";
    rl_instream = stdin;
    rl_outstream = ed.out;
    rl_catch_signals = 0;
    rl_catch_sigwinch = 0;
    rl_change_environment = 0;
    rl_getc_function = next_key;
    hook_stage();
    rl_input_available_hook = key_waits;
    rl_attempted_completion_function = recall_words;
    rl_completer_word_break_characters = (char *)" \t\n=";
    rl_basic_quote_characters = "";
    if (MB_CUR_MAX == 1) { /* or readline takes a byte of another locale for a command */
        rl_variable_bind("input-meta", "on");
        rl_variable_bind("convert-meta", "off");
        rl_variable_bind("output-meta", charset_own() ? "on" : "off");
    }
    using_history();
    rl_initialize();
    for (int i = 0; (keys = keys_sequence(SCREEN_F2, i)); i++)
        rl_bind_keyseq_if_unbound(keys, press_f2);
}

void line_open(FILE *talk, const char *history, line_complete *complete, void *own)
{
    ed.open = true;
    ed.talk = talk;
    ed.out = fdopen(dup(fileno(talk)), "w");
    if (!ed.out)
        BUG("no descriptor for the editor: %s", strerror(errno));
    set_readline();
    recall_open(history, complete, own);
    const char *brackets = rl_variable_value("enable-bracketed-paste");
    tty_open(talk, brackets && !strcmp(brackets, "on"));
}

void line_close(void)
{
    if (!ed.open)
        return;
    tty_close();
    ed.open = false;
    recall_close();
    free(ed.kept);
    str_release(&ed.text);
    str_release(&ed.before);
    fclose(ed.out);
}

static void remember(const char *text)
{
    struct err err;
    if (recall_add(text, &err) < 0)
        ui_say(ed.out, "this line is not kept for the next session: %s", err.msg);
}

static void begin_line(void)
{
    ed.reading = true;
    rl_callback_handler_install(ed.prompt, take_line);
}

/* Ctrl-C: the line is gone, or, if there was none, how to leave. */
static void discard(void)
{
    bool searching = RL_ISSTATE(RL_STATE_ISEARCH | RL_STATE_NSEARCH);
    bool empty = rl_end == 0 && !searching;
    tty_interrupted = 0;
    rl_callback_sigcleanup();
    rl_point = rl_end;
    if (ed.reading && !searching && !ed.stage)
        rl_redisplay(); /* what follows stands behind the line, however long it is */
    fprintf(ed.out, "^C\n%s", empty ? "Ctrl-D or /quit to leave\n" : "");
    rl_free_line_state();
    rl_replace_line("", 1);
    using_history();
    if (!ed.reading) { /* see next_key */
        begin_line();
    } else if (!ed.stage) {
        rl_on_new_line();
        rl_redisplay();
    }
    if (ed.stage)
        ed.stage->interrupt(ed.stage_own, empty);
}

static void serve_signals(void)
{
    if (tty_interrupted)
        discard();
    if (tty_stopped || tty_continued)
        suspend();
    if (tty_resized)
        follow_size();
}

static void look_for_news(void)
{
    struct str news = STR_INIT;
    ed.on_idle(ed.idle_own, &news);
    if (news.n && ed.stage) {
        ed.stage->say(ed.stage_own, news.s);
    } else if (news.n) {
        rl_clear_visible_line();
        out_try(ed.out, &news);
        rl_on_new_line();
        rl_redisplay();
    }
    str_release(&news);
}

/* F2: what is said, if there can be no stage, stands above the line. */
static void leave_inline(void)
{
    rl_clear_visible_line();
    ed.on_f2(ed.f2_own);
    if (ed.stage)
        return;
    rl_on_new_line();
    rl_redisplay();
}

char *line_read(const char *prompt)
{
    if (tty_resized)
        rl_reset_screen_size();
    tty_interrupted = tty_resized = 0;
    ed.line = NULL;
    ed.end = tty_gone();
    ed.prompt = prompt;
    begin_line();
    if (ed.kept) {
        rl_insert_text(ed.kept);
        free(ed.kept);
        ed.kept = NULL;
    }
    while (!ed.line && !ed.end) {
        if (!tty_queued() && !tty_gone()) {
            show(true);
            if (tty_pull(ed.on_idle ? IDLE_MS : -1, true) == 0 && !tty_queued())
                look_for_news();
        }
        serve_signals();
        if (ed.stage && tty_queued())
            take_key();
        else if (tty_queued() || tty_gone())
            rl_callback_read_char();
        if (ed.f2 && ed.on_f2 && !ed.stage)
            leave_inline();
        ed.f2 = false;
    }
    if (ed.end)
        fputc('\n', ed.out);
    else
        remember(ed.line);
    fflush(ed.out);
    return ed.line;
}

bool line_wait(int ms)
{
    int64_t end = tty_ms() + ms;
    int left = ms, ready;
    bool escape = false;
    show(ms > show_ms);
    do {
        ready = tty_pull(left, false);
        if (tty_stopped || tty_continued)
            suspend();
        if (ed.stage && tty_resized)
            follow_size();
        escape = escape_pressed();
        left = (int)MAX(end - tty_ms(), 0);
    } while (!tty_interrupted && !escape && !tty_gone() && (left > 0 || ready > 0));
    bool was = tty_interrupted || escape || tty_gone();
    tty_interrupted = 0;
    return was;
}

/* Takes Enter out of the keys that wait, with what was typed before it. */
static bool take_enter(void)
{
    size_t n;
    while (tty_queued()) {
        char key = *tty_keys(&n);
        tty_drop(1);
        if (key == '\r' || key == '\n')
            return true;
    }
    return false;
}

bool line_wait_enter(void)
{
    bool was = line_wait(0);
    while (!was && !take_enter()) {
        show(true);
        tty_pull(-1, false);
        if (tty_stopped || tty_continued)
            suspend();
        if (ed.stage && tty_resized)
            follow_size();
        was = tty_interrupted || tty_gone();
    }
    tty_interrupted = 0;
    return was;
}

void line_lend(bool lent)
{
    if (lent && ed.stage)
        ed.stage->leave(ed.stage_own);
    tty_lend(lent);
    if (!lent && ed.stage)
        ed.stage->enter(ed.stage_own);
}

void line_stage(const struct line_stage *stage, void *own)
{
    char *typed = ed.reading ? rl_copy_text(0, rl_end) : NULL;
    int point = rl_point;
    if (typed)
        rl_callback_handler_remove();
    ed.stage = stage;
    ed.stage_own = own;
    hook_stage();
    if (!stage)
        tty_arm();
    if (!typed)
        return;
    begin_line();
    rl_insert_text(typed);
    rl_point = MIN(point, rl_end);
    rl_redisplay_function();
    free(typed);
}

void line_on_f2(void (*fn)(void *own), void *own)
{
    ed.on_f2 = fn;
    ed.f2_own = own;
}

void line_on_idle(void (*fn)(void *own, struct str *news), void *own)
{
    ed.on_idle = fn;
    ed.idle_own = own;
}

const char *line_text(const char **prompt, int *point)
{
    *prompt = "";
    *point = 0;
    str_clear(&ed.text);
    str_clear(&ed.before);
    if (!ed.reading)
        return "";
    charset_in(&ed.before, rl_display_prompt, strlen(rl_display_prompt));
    *prompt = str_cstr(&ed.before);
    charset_in(&ed.text, rl_line_buffer, (size_t)rl_point);
    *point = (int)ed.text.n;
    charset_in(&ed.text, rl_line_buffer + rl_point, (size_t)(rl_end - rl_point));
    return str_cstr(&ed.text);
}

void line_enter(const char *text)
{
    if (!ed.reading)
        return;
    free(ed.kept);
    ed.kept = rl_copy_text(0, rl_end);
    rl_callback_handler_remove();
    ed.reading = false;
    ed.line = xstrdup(text);
}

void line_type(const char *text)
{
    char *bytes = charset_outside(xstrdup(text));
    rl_replace_line(bytes, 1);
    rl_point = rl_end;
    free(bytes);
}

void line_slow(void)
{
    escape_ms = 500;
    show_ms = 5000;
}

int line_columns(void)
{
    int rows, columns;
    if (ed.columns)
        return ed.columns;
    rl_reset_screen_size();
    rl_get_screen_size(&rows, &columns);
    return columns;
}

void line_columns_set(int columns)
{
    ed.columns = columns;
}

void line_clear(void)
{
    const char *clear = tty_dumb() ? NULL : rl_get_termcap("cl");
    if (ed.stage)
        ed.stage->clear(ed.stage_own);
    else
        fputs(clear ? clear : "", ed.out);
}
