#define NCURSES_WIDECHAR 1
#include "ui/screen.h"

#include "base/mem.h"
#include "base/str.h"
#include "ui/palette.h"
#include "ui/restore.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <term.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

enum { SETTLE_MS = 50 }; /* resizes within this time are one */

static SCREEN *terminal;
static WINDOW *keys;         /* a pad: reading from it refreshes nothing */
static struct canvas *shown; /* what curses was told last; NULL: nothing */
static bool repaint;
static bool drawing; /* alone: keys and signals are somebody else's */
static int cursor_x = -1, cursor_y;
static char leave[RESTORE_MAX];
static bool hears_mouse;
static int escape_ms = 50;
static int sent = -1;
static int wake[2] = { -1, -1 }; /* signals write, screen_key reads */

bool screen_possible(void)
{
    const char *term = getenv("TERM");
    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && term && *term &&
           strcmp(term, "dumb") != 0;
}

/* ---- signals ---- */

static void note(int sig)
{
    char c = sig == SIGWINCH ? 'w' : sig == SIGTSTP ? 'z' : 'c';
    int saved = errno;
    ssize_t n = write(wake[1], &c, 1);
    (void)n; /* a full pipe wakes us just as well */
    errno = saved;
}

static void catch_notes(void (*handler)(int))
{
    static const int noted[] = { SIGWINCH, SIGTSTP, SIGCONT };
    struct sigaction act = { .sa_handler = handler, .sa_flags = SA_RESTART };
    sigemptyset(&act.sa_mask);
    for (size_t i = 0; i < ARRAY_LEN(noted); i++)
        sigaction(noted[i], &act, NULL);
}

static int open_pipe(struct err *err)
{
    if (wake[0] < 0 && pipe2(wake, O_CLOEXEC | O_NONBLOCK) < 0)
        return err_set(err, "cannot make a pipe: %s", strerror(errno));
    return 0;
}

struct notes {
    bool resized, stop, resumed;
};

/* Adds the signals that came in since. */
static void take_notes(struct notes *got)
{
    char c[64];
    ssize_t n;
    while ((n = read(wake[0], c, sizeof c)) > 0) {
        got->resized |= memchr(c, 'w', (size_t)n) != NULL;
        got->stop |= memchr(c, 'z', (size_t)n) != NULL;
        got->resumed |= memchr(c, 'c', (size_t)n) != NULL;
    }
}

/* ---- in and out ---- */

/* Adds a capability without its padding, "$<5>". */
static void add_capability(const char *name)
{
    const char *s = tigetstr(name);
    size_t n = strlen(leave);
    if (!s || s == (char *)-1)
        return;
    while (*s && n + 1 < sizeof leave) {
        const char *end = s[0] == '$' && s[1] == '<' ? strchr(s, '>') : NULL;
        if (end) {
            s = end + 1;
            continue;
        }
        leave[n++] = *s++;
    }
    leave[n] = '\0';
}

/* Presses of buttons, told in decimal figures (SGR 1006): for who draws alone; otherwise
 * curses does it. */
static const char mouse_on[] = "\033[?1000h\033[?1006h";
static const char mouse_off[] = "\033[?1000l\033[?1002l\033[?1006l";

/* Mouse off, brackets around pastes off (who draws alone has an editor beside), attributes
 * off, cursor on, line wrap on, keypad off, off the second screen. */
static void prepare_leave(void)
{
    static const char *const order[] = { "sgr0", "cnorm", "smam", "rmkx", "rmcup" };
    snprintf(leave, sizeof leave, "%s%s", !drawing || hears_mouse ? mouse_off : "",
             drawing ? "\033[?2004l" : "");
    for (size_t i = 0; i < ARRAY_LEN(order); i++)
        add_capability(order[i]);
}

/* Can this terminal place its cursor? Then `leave` is filled. */
static int learn_terminal(struct err *err)
{
    const char *term = getenv("TERM");
    int status;
    if (!screen_possible())
        return err_set(err, "this terminal (TERM=%s) cannot show a full screen",
                       term ? term : "");
    if (setupterm(term, STDOUT_FILENO, &status) == ERR)
        return err_set(err, "nothing is known about the terminal '%s': set TERM", term);
    const char *cup = tigetstr("cup");
    bool able = cup && cup != (char *)-1;
    prepare_leave();
    del_curterm(cur_term); /* newterm() makes its own */
    return able ? 0 : err_set(err, "the terminal '%s' cannot place its cursor", term);
}

int screen_terminfo_colours(void)
{
    const char *term = getenv("TERM");
    int status, colours;
    if (!term || setupterm(term, STDOUT_FILENO, &status) == ERR)
        return -1;
    colours = tigetnum("colors");
    del_curterm(cur_term);
    return MAX(colours, 0);
}

const char *screen_library(void)
{
    return curses_version();
}

static void set_colours(void)
{
    if (has_colors() && start_color() == OK) {
        bool own = use_default_colors() == OK;
        theme_colours(COLORS);
        for (int ink = 0; ink < INK_COUNT && ink + 1 < COLOR_PAIRS; ink++) {
            int attrs, colour = theme_ink((enum ink)ink, &attrs);
            if (colour < 0)
                colour = own ? -1 : COLOR_WHITE;
            /* a terminal of all colours takes their RGB for a number */
            init_extended_pair(ink + 1, colour & (colour < 0 ? -1 : PALETTE_RGB - 1),
                               own ? -1 : COLOR_BLACK);
        }
    } else {
        theme_colours(0);
    }
}

void screen_recolour(void)
{
    set_colours();
    repaint = true;
}

static void set_mouse(void)
{
    mousemask(hears_mouse && !drawing ? BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED
                                      : 0, NULL);
    mouseinterval(0); /* a click is there when the button goes down */
}

static void set_modes(void)
{
    set_mouse();
    if (drawing)
        cbreak(); /* Ctrl-C stays a signal */
    else
        raw();
    noecho();
    nonl();
    curs_set(0);
    leaveok(stdscr, !drawing);
    keypad(keys, !drawing);
    nodelay(keys, TRUE);
}

static int open_terminal(struct err *err)
{
    restore_arm(STDOUT_FILENO, leave);
    use_env(FALSE);
    use_tioctl(TRUE);
    terminal = newterm(NULL, stdout, stdin);
    if (!terminal)
        return err_set(err, "cannot open the terminal '%s'", getenv("TERM"));
    set_escdelay(escape_ms);
    keys = newpad(1, 1);
    set_modes();
    set_colours();
    cursor_x = -1;
    repaint = true;
    return 0;
}

int screen_open(struct err *err)
{
    drawing = false;
    if (learn_terminal(err) < 0 || open_pipe(err) < 0)
        return -1;
    catch_notes(note); /* before curses: it only takes signals nobody has */
    if (open_terminal(err) == 0)
        return 0;
    catch_notes(SIG_DFL);
    restore_disarm();
    return -1;
}

int screen_open_to_draw(struct err *err)
{
    drawing = true;
    return learn_terminal(err) < 0 ? -1 : open_terminal(err);
}

static void send(const char *code)
{
    putp(code);
    fflush(stdout);
}

void screen_mouse(bool on)
{
    bool was = hears_mouse;
    hears_mouse = on;
    if (!terminal || (drawing && on == was))
        return;
    if (!drawing) {
        set_mouse();
        return;
    }
    prepare_leave();
    restore_arm(STDOUT_FILENO, leave);
    send(on ? mouse_on : mouse_off);
}

int screen_mouse_key(int done, long x, long y)
{
    return done | (int)MIN(MAX(x, 0), 0xfff) | (int)MIN(MAX(y, 0), 0xfff) << 12;
}

void screen_patience(int ms)
{
    escape_ms = ms;
    if (terminal)
        set_escdelay(ms);
}

int screen_sent(void)
{
    return sent;
}

void screen_close(void)
{
    if (!terminal)
        return;
    if (drawing)
        screen_mouse(false);
    endwin();
    if (!drawing) {
        restore_disarm();
        catch_notes(SIG_DFL);
    }
    delwin(keys);
    delscreen(terminal);
    terminal = NULL;
    canvas_free(shown);
    shown = NULL;
}

void screen_size(int *w, int *h)
{
    struct winsize size;
    bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0;
    known = known && size.ws_col && size.ws_row;
    *w = known ? size.ws_col : 80;
    *h = known ? size.ws_row : 24;
}

void screen_resize(void)
{
    int w, h;
    screen_size(&w, &h);
    resizeterm(h, w);
    repaint = true;
}

void screen_cursor(int x, int y)
{
    cursor_x = x;
    cursor_y = y;
}

void screen_leave(void)
{
    def_prog_mode();
    if (drawing && hears_mouse)
        send(mouse_off);
    endwin();
}

/* Takes the terminal again after a stop; the shell may have changed its modes. */
void screen_enter(void)
{
    restore_arm(STDOUT_FILENO, leave);
    reset_prog_mode();
    refresh();
    set_modes();
    if (drawing && hears_mouse)
        send(mouse_on);
    screen_resize();
}

static void suspend(void)
{
    struct notes own = { 0 }; /* of our stop: all served here */
    screen_leave();
    restore_disarm();
    restore_stop();
    take_notes(&own);
    screen_enter();
}

/* ---- drawing ---- */

static void add_cell(int x, int y, const struct canvas_cell *cell)
{
    wchar_t text[2 + UI_MARKS] = { (wchar_t)cell->ch[0] };
    bool agreed = wcwidth(text[0]) == cell->width;
    int attrs;
    theme_ink((enum ink)cell->ink, &attrs);
    attr_t attr = (attrs & ATTR_BOLD ? A_BOLD : 0) | (attrs & ATTR_DIM ? A_DIM : 0) |
                  (attrs & ATTR_REVERSE ? A_REVERSE : 0) |
                  (attrs & ATTR_UNDERLINE ? A_UNDERLINE : 0);
    short pair = theme()->colours ? (short)(cell->ink + 1) : 0;
    cchar_t out;
    for (int k = 1; k <= UI_MARKS && cell->ch[k]; k++) {
        text[k] = (wchar_t)cell->ch[k];
        agreed &= wcwidth(text[k]) == 0;
    }
    /* the C library counts differently, or knows nothing of it: keep the columns */
    for (int i = 0; !agreed && i < cell->width; i++) {
        setcchar(&out, L"?", attr, pair, NULL);
        mvadd_wch(y, x + i, &out);
    }
    if (agreed && setcchar(&out, text, attr, pair, NULL) == OK)
        mvadd_wch(y, x, &out);
}

/* Bytes this process has written so far, as the system counts them; -1: it does not. */
static double written(void)
{
    char text[400] = "";
    long n = -1;
    int fd = open("/proc/self/io", O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (fd >= 0)
        close(fd);
    char *at = got > 0 ? strstr(text, "wchar: ") : NULL;
    if (at) {
        at += 7;
        at[strcspn(at, "\n")] = '\0';
    }
    return at && parse_long(at, 0, INT64_MAX, &n) ? (double)n : -1;
}

static bool same_cell(const struct canvas_cell *a, const struct canvas_cell *b)
{
    return a->width == b->width && a->ink == b->ink &&
           !memcmp(a->ch, b->ch, sizeof a->ch);
}

void screen_show(const struct canvas *c)
{
    bool all = repaint || !shown || shown->w != c->w || shown->h != c->h;
    bool changed = all;
    if (!shown)
        shown = canvas_new(c->w, c->h);
    if (all) {
        canvas_resize(shown, c->w, c->h);
        erase();
    }
    if (repaint)
        clearok(stdscr, TRUE);
    repaint = false;
    for (int y = 0; y < MIN(c->h, LINES); y++) {
        for (int x = 0; x < MIN(c->w, COLS); x++) {
            const struct canvas_cell *now = canvas_cell(c, x, y);
            struct canvas_cell *before = canvas_cell(shown, x, y);
            if (same_cell(now, before))
                continue;
            *before = *now;
            changed = true;
            if (now->width)
                add_cell(x, y, now);
        }
    }
    if (drawing) {
        bool seen = cursor_x >= 0 && cursor_x < COLS && cursor_y < LINES;
        curs_set(seen);
        if (seen)
            move(cursor_y, cursor_x);
    }
    if (!changed && !drawing)
        return;
    double before = written();
    refresh();
    sent = before < 0 ? -1 : (int)(written() - before);
}

void screen_repaint(void)
{
    repaint = true;
}

/* ---- keys ---- */

static int mouse_key(void)
{
    MEVENT e;
    if (getmouse(&e) != OK)
        return SCREEN_OTHER;
    int done = e.bstate & BUTTON4_PRESSED ? SCREEN_WHEEL_UP :
               e.bstate & BUTTON5_PRESSED ? SCREEN_WHEEL_DOWN : SCREEN_CLICK;
    return screen_mouse_key(done, e.x, e.y);
}

static int key_of(int c)
{
    switch (c) {
    case KEY_UP: return SCREEN_UP;
    case KEY_DOWN: return SCREEN_DOWN;
    case KEY_LEFT: return SCREEN_LEFT;
    case KEY_RIGHT: return SCREEN_RIGHT;
    case KEY_HOME: return SCREEN_HOME;
    case KEY_END: return SCREEN_END;
    case KEY_PPAGE: return SCREEN_PAGE_UP;
    case KEY_NPAGE: return SCREEN_PAGE_DOWN;
    case KEY_BTAB: return SCREEN_BACK_TAB;
    case KEY_F(1): return SCREEN_F1;
    case KEY_F(2): return SCREEN_F2;
    case KEY_F(9): return SCREEN_F9;
    case KEY_F(11): return SCREEN_F11;
    case KEY_MOUSE: return mouse_key();
    case KEY_ENTER: return '\r';
    case KEY_BACKSPACE: return 127;
    default: return c > 0 && c < 256 ? c : SCREEN_OTHER;
    }
}

/* A key that curses has or can read now; SCREEN_NONE: none. */
static int read_key(void)
{
    int c;
    do
        c = wgetch(keys);
    while (c == KEY_RESIZE); /* told by SIGWINCH already */
    if (c == ERR)
        return SCREEN_NONE;
    if (c == SCREEN_CTRL('Z')) {
        suspend();
        return SCREEN_RESUMED;
    }
    if (c == SCREEN_CTRL('\\'))
        raise(SIGQUIT);
    return key_of(c);
}

/* While a window is dragged there is a new size every few milliseconds: waits until none
 * has come for one pause, but not for more than some of them. */
static void settle(struct notes *got)
{
    enum { PAUSES = 8 };
    bool more = true;
    for (int i = 0; i < PAUSES && more; i++) {
        nanosleep(&(struct timespec){ .tv_nsec = SETTLE_MS * 1000000L }, NULL);
        got->resized = false;
        take_notes(got);
        more = got->resized;
    }
}

static int serve_notes(void)
{
    struct notes got = { 0 };
    take_notes(&got);
    if (got.stop) {
        suspend();
        return SCREEN_RESUMED;
    }
    if (got.resumed) {
        screen_enter();
        return SCREEN_RESUMED;
    }
    if (!got.resized)
        return SCREEN_NONE;
    settle(&got);
    screen_resize();
    if (got.stop)
        suspend();
    return SCREEN_RESIZED;
}

int screen_key(int timeout_ms)
{
    struct pollfd on[2] = {
        { .fd = STDIN_FILENO, .events = POLLIN },
        { .fd = wake[0], .events = POLLIN },
    };
    int key = read_key();
    if (key != SCREEN_NONE)
        return key;
    int n = poll(on, 2, timeout_ms);
    if (n == 0)
        return SCREEN_NONE;
    if (n < 0 || on[1].revents)
        return serve_notes();
    key = read_key();
    bool gone = on[0].revents & (POLLHUP | POLLERR | POLLNVAL);
    return key == SCREEN_NONE && gone ? SCREEN_GONE : key;
}
