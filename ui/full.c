#include "ui/full.h"

#include "base/mem.h"
#include "ui/line.h"
#include "ui/notes.h"
#include "ui/out.h"
#include "ui/pane.h"
#include "ui/screen.h"
#include "ui/sgr.h"

#include <stdarg.h>

enum { SHOWN_BEFORE = 100 }; /* answers that are in the transcript when it opens */

const struct pane *const pane_table[] = { &pane_talk, &pane_attn, &pane_why, &pane_beam,
                                          &pane_state, NULL };

/* ---- the current answer ---------------------------------------------------------- */

static void forget_reply(struct full *f)
{
    free(f->without);
    f->without = NULL;
    reply_free(f->odds);
    f->odds = NULL;
    str_clear(&f->near);
    states_release(&f->states);
    if (f->beam.decode)
        ask_end(&f->beam);
    f->beam_of = NULL;
}

void full_forget(struct full *f)
{
    forget_reply(f);
    f->reply = NULL;
}

/* The answer as far as it is decoded. */
static const struct reply *live_reply(struct full *f)
{
    struct shell *sh = f->sh;
    f->live = reply_new("");
    reply_end(f->live, sh->model, sh->asking, &sh->knobs, false);
    f->step = INT32_MAX;
    return f->live;
}

void full_follow(struct full *f)
{
    const struct reply *was = f->reply;
    reply_free(f->live);
    f->live = NULL;
    f->reply = f->sh->asking ? live_reply(f) : f->sh->said.now;
    if (f->reply && f->reply->n == 0)
        f->reply = NULL;
    if (f->live || f->reply != was)
        forget_reply(f);
    if (!f->reply)
        return;
    if (f->reply->turn != f->turn && !f->live) { /* another question */
        f->step = f->cand = f->place = f->row = f->col = 0;
        f->turn = f->reply->turn;
    }
    f->step = MIN(f->step, f->reply->n - 1);
    f->place = MIN(f->place, MAX(f->reply->source.n - 1, 0));
    f->cand = MIN(f->cand, MAX(f->reply->step[f->step].cands - 1, 0));
    if (f->without && f->without_step != f->step) {
        free(f->without);
        f->without = NULL;
    }
}

/* ---- what the shell says --------------------------------------------------------- */

static ssize_t take_text(void *own, const char *text, size_t n)
{
    struct full *f = own;
    scroll_add(&f->scroll, text, n);
    f->back = 0;
    return (ssize_t)n;
}

static void add_line(struct full *f, struct str *line)
{
    scroll_add(&f->scroll, str_cstr(line), line->n);
    str_release(line);
}

void full_echo(struct full *f, const char *typed)
{
    struct str line = STR_INIT, safe = STR_INIT;
    if (!f || !f->open)
        return;
    ui_text(&safe, UI_FLOW, typed, strlen(typed));
    str_add(&line, "> ");
    sgr_add(&line, INK_STRONG, str_cstr(&safe));
    str_addc(&line, '\n');
    add_line(f, &line);
    str_release(&safe);
}

/* An answer from before, as it looked. */
static void add_reply(struct full *f, const struct reply *r)
{
    struct str line = STR_INIT, figures = STR_INIT;
    char letter[8];
    int width = 0;
    if (r->branch > 0) {
        str_addf(&line, "%s ", reply_letter(letter, r->branch));
        width = 2;
    } else {
        full_echo(f, r->question);
    }
    width += ui_text(&line, UI_FLOW, str_cstr(&r->text), r->text.n);
    ask_figures(&r->sums, &f->sh->knobs, false, &figures);
    int room = line_columns() - 1 - width - (int)figures.n;
    if (room < 2) { /* in a row of their own */
        str_addc(&line, '\n');
        room = MAX(line_columns() - 1 - (int)figures.n, 0);
    }
    str_addf(&line, "%*s", room, "");
    sgr_add(&line, INK_DIM, figures.s);
    str_addc(&line, '\n');
    add_line(f, &line);
    str_release(&figures);
}

/* ---- readline's stage ------------------------------------------------------------ */

static void show(void *own)
{
    struct full *f = own;
    const char *prompt, *text;
    int point;
    text = line_text(&prompt, &point);
    full_follow(f);
    full_draw(f, f->canvas, prompt, text, point);
    screen_show(f->canvas);
}

static void follow_size(struct full *f)
{
    int w, h;
    screen_size(&w, &h);
    canvas_resize(f->canvas, w, h);
    full_draw(f, f->canvas, "", "", 0); /* tells readers how wide the transcript is */
}

static void resize(void *own)
{
    screen_resize();
    follow_size(own);
}

static void leave(void *own)
{
    (void)own;
    screen_leave();
}

static void enter(void *own)
{
    struct full *f = own;
    screen_enter();
    follow_size(f);
    screen_show(f->canvas);
}

static void interrupt(void *own, bool empty)
{
    struct full *f = own;
    f->help = false;
    if (f->focus)
        f->focus = NULL;
    else if (empty)
        snprintf(f->message, sizeof f->message, "Ctrl-D or /quit to leave");
}

/* The words that Tab found, in columns. */
static void offer(void *own, char *const *word, int n)
{
    struct full *f = own;
    struct str line = STR_INIT;
    int widest = 0, across, columns = line_columns();
    for (int i = 0; i < n; i++)
        widest = MAX(widest, (int)strlen(word[i]));
    across = MAX(columns / (widest + 2), 1);
    for (int i = 0; i < n; i++) {
        struct str safe = STR_INIT;
        int width = ui_text(&safe, UI_FIELD, word[i], strlen(word[i]));
        bool last = i == n - 1 || i % across == across - 1;
        str_addf(&line, "%s%*s", str_cstr(&safe), last ? 0 : MAX(widest + 2 - width, 0), "");
        if (last)
            str_addc(&line, '\n');
        str_release(&safe);
    }
    add_line(f, &line);
    f->back = 0;
}

static void say(void *own, const char *text)
{
    struct full *f = own;
    scroll_add(&f->scroll, text, strlen(text));
}

static void clear(void *own)
{
    struct full *f = own;
    scroll_release(&f->scroll);
    f->first = f->back = 0;
}

static bool take_key(void *own, int key)
{
    return full_key(own, key);
}

static const struct line_stage stage = {
    .show = show,
    .key = take_key,
    .interrupt = interrupt,
    .offer = offer,
    .say = say,
    .clear = clear,
    .resize = resize,
    .leave = leave,
    .enter = enter,
};

/* ---- open and close -------------------------------------------------------------- */

static void close_screen(struct full *f)
{
    struct shell *sh = f->sh;
    struct str text = STR_INIT;
    screen_close();
    f->open = false;
    sh->talk = f->talk;
    sh->answers = f->answers;
    line_columns_set(0);
    sgr_marks(false);
    sgr_init(sh->talk);
    scroll_text(&f->scroll, f->first, &text);
    out_write(sh->talk, &text);
    str_release(&text);
    line_stage(NULL, NULL);
    scroll_release(&f->scroll);
    forget_reply(f);
    f->reply = NULL;
    f->focus = NULL;
    f->zoom = f->help = false;
    f->first = f->back = 0;
}

static int open_screen(struct full *f, struct err *err)
{
    struct shell *sh = f->sh;
    if (sh->plain)
        return err_set(err, "a full screen says nothing to a screen reader: leave --plain out");
    if (sh->answers != sh->talk)
        return err_set(err, "the answers go elsewhere: there is nothing to fill a screen with");
    line_stage(&stage, f);
    if (screen_open_to_draw(err) < 0) {
        line_stage(NULL, NULL);
        return -1;
    }
    f->open = true;
    screen_mouse(f->mouse);
    f->talk = sh->talk;
    f->answers = sh->answers;
    sh->talk = sh->answers = f->sink;
    sgr_marks(true);
    f->message[0] = '\0';
    full_follow(f);
    follow_size(f);
    for (int i = MAX(sh->said.n - SHOWN_BEFORE, 0); i < sh->said.n; i++)
        add_reply(f, sh->said.reply[i]);
    f->first = f->scroll.n;
    return 0;
}

void full_recolour(const struct full *f)
{
    if (f && f->open)
        screen_recolour();
}

int full_toggle(struct full *f, struct err *err)
{
    if (!f->open)
        return open_screen(f, err);
    close_screen(f);
    return 0;
}

struct full *full_new(struct shell *sh)
{
    struct full *f = xcalloc(1, sizeof *f);
    f->sh = sh;
    f->pruned = true;
    f->canvas = canvas_new(80, 24);
    f->sink = fopencookie(f, "w", (cookie_io_functions_t){ .write = take_text });
    if (!f->sink)
        BUG("no stream for the transcript");
    return f;
}

void full_free(struct full *f)
{
    if (!f)
        return;
    if (f->open)
        close_screen(f);
    fclose(f->sink);
    scroll_release(&f->scroll);
    forget_reply(f);
    reply_free(f->live);
    str_release(&f->near);
    canvas_free(f->canvas);
    free(f);
}

/* ---- keys ------------------------------------------------------------------------ */

void pane_move(int *at, int by, int n)
{
    *at = MAX(MIN(*at + by, n - 1), 0);
}

void pane_run(struct full *f, const char *fmt, ...)
{
    char text[200];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (!f->sh->asking)
        line_enter(text);
}

/* The pane after or before the one that has the focus, of those that are seen. */
static void move_focus(struct full *f, int by)
{
    int n = 0, at = 0;
    while (pane_table[n])
        n++;
    for (int i = 0; i < n; i++)
        at = pane_table[i] == f->focus ? i : at;
    do
        at = (at + by + n) % n;
    while (!f->zoom && f->layout == FULL_ALL && !full_seen(f, pane_table[at]) &&
           pane_table[at] != f->focus);
    f->focus = pane_table[at];
}

/* The pane as text, into the transcript. */
static void copy_pane(struct full *f)
{
    struct canvas *c = canvas_new(MAX(line_columns() - 1, 1), 20);
    struct str text = STR_INIT;
    if (f->focus == &pane_talk || !f->reply)
        return;
    f->focus->draw(f, canvas_area(c));
    sgr_canvas(&text, c);
    while (text.n > 1 && text.s[text.n - 2] == '\n')
        str_cut(&text, text.n - 1);
    add_line(f, &text);
    canvas_free(c);
}

static void scroll_by(struct full *f, int pages)
{
    f->back = MAX(f->back + pages * MAX(f->canvas->h / 3, 1), 0);
}

static void toggle_mouse(struct full *f)
{
    f->mouse = !f->mouse;
    screen_mouse(f->mouse);
    snprintf(f->message, sizeof f->message, "%s",
             f->mouse ? "the mouse is ours: Shift selects text, F9 gives it back"
                      : "the mouse is the terminal's");
}

static void next_layout(struct full *f)
{
    static const char *const said[] = {
        [FULL_ALL] = "all panes", [FULL_TWO] = "the transcript and one pane",
        [FULL_ONE] = "the transcript alone",
    };
    f->layout = (f->layout + 1) % FULL_LAYOUTS;
    f->zoom = false;
    snprintf(f->message, sizeof f->message, "%s: F4 changes that", said[f->layout]);
}

/* Keys that mean the same wherever the focus is. */
static bool common_key(struct full *f, int key)
{
    switch (key) {
    case SCREEN_F1: f->help = true; break;
    case SCREEN_F2: full_toggle(f, NULL); break;
    case SCREEN_F3: pane_run(f, "/mode %s", mode_turn(f->sh->mode)->name); break;
    case SCREEN_F4: next_layout(f); break;
    case SCREEN_F6: f->focus = f->focus ? NULL : &pane_why; break;
    case SCREEN_F9: toggle_mouse(f); break;
    case SCREEN_F11: f->zoom = !f->zoom; break;
    case SCREEN_PAGE_UP: scroll_by(f, 1); break;
    case SCREEN_PAGE_DOWN: scroll_by(f, -1); break;
    case SCREEN_CTRL('L'): screen_repaint(); break;
    default: return false;
    }
    return true;
}

/* Keys of any pane that has the focus. */
static bool pane_key(struct full *f, int key)
{
    int n = f->reply ? f->reply->n : 0;
    switch (key) {
    case SCREEN_ESCAPE: f->focus = NULL; break;
    case '\t': move_focus(f, 1); break;
    case SCREEN_BACK_TAB: move_focus(f, -1); break;
    case '1': case '2': case '3': case '4': case '5': f->focus = pane_table[key - '1']; break;
    case SCREEN_LEFT: pane_move(&f->step, -1, n); break;
    case SCREEN_RIGHT: pane_move(&f->step, 1, n); break;
    case 'a': f->focus = &pane_attn; break;
    case 'b': f->focus = &pane_beam; break;
    case 'w': f->focus = &pane_why; break;
    case 'y': copy_pane(f); break;
    case '?': f->help = true; break;
    case 'e':
        f->focus = NULL;
        if (f->reply) {
            struct str text = STR_INIT;
            str_addf(&text, "/force %d ", f->step + 1);
            line_type(text.s);
            str_release(&text);
        }
        break;
    default: return false;
    }
    return true;
}

bool full_key(struct full *f, int key)
{
    if (key >= SCREEN_CLICK) {
        full_mouse(f, key);
        return true;
    }
    f->message[0] = '\0';
    if (f->help) {
        f->help = false;
        return true;
    }
    if (key == SCREEN_PASTE)
        f->focus = NULL;
    if (common_key(f, key))
        return true;
    if (!f->focus || key == SCREEN_CTRL('D'))
        return false;
    full_follow(f);
    bool able = f->focus == &pane_talk || f->reply;
    if (able && f->focus->key(f, key))
        return true;
    if (!pane_key(f, key))
        snprintf(f->message, sizeof f->message, "Esc goes back to the line, ? lists keys");
    return true;
}
