/*
 * What keys do to the dashboard.
 */
#include "ui/dash_own.h"

#include "ui/chart.h"
#include "ui/dash_table.h"
#include "ui/screen.h"

#include <math.h>

enum { AGAIN_WITHIN = 3 }; /* seconds */

/* ---- charts ---- */

static void press_log(void *own, double now)
{
    struct dash *d = own;
    (void)now;
    d->options.log_y = !d->options.log_y;
}

static void press_log_x(void *own, double now)
{
    struct dash *d = own;
    (void)now;
    d->options.log_x = !d->options.log_x;
}

static void press_axis(void *own, double now)
{
    struct dash *d = own;
    (void)now;
    d->options.axis = (d->options.axis + 1) % VIEW_AXES;
}

static void press_smoother(void *own, double now)
{
    struct dash *d = own;
    (void)now;
    view_smooth(&d->options, 1);
}

static void press_rougher(void *own, double now)
{
    struct dash *d = own;
    (void)now;
    view_smooth(&d->options, -1);
}

/* ---- which chart ---- */

void dash_choose_shown(struct dash *d)
{
    int chart[DASH_CHARTS], n = dash_charts(d, chart);
    for (int i = 0; i < n; i++)
        if (chart[i] == d->chart)
            return;
    d->chart = chart[0];
}

static void move_chart(struct dash *d, int by)
{
    int chart[DASH_CHARTS], n = dash_charts(d, chart), at = 0;
    while (at < n - 1 && chart[at] != d->chart)
        at++;
    d->chart = chart[(at + by + n) % n];
}

static void press_chart(void *own, double now)
{
    struct dash *d = own;
    (void)now;
    move_chart(d, 1);
}

static void press_chart_before(void *own, double now)
{
    struct dash *d = own;
    (void)now;
    move_chart(d, -1);
}

/* 1 to 9: that one of those shown. */
static bool choose_chart(struct dash *d, int key)
{
    int chart[DASH_CHARTS], n = dash_charts(d, chart);
    if (key < '1' || key >= '1' + MIN(n, 9))
        return false;
    d->chart = chart[key - '1'];
    return true;
}

static void press_filter(void *own, double now)
{
    struct dash *d = own;
    (void)now;
    entry_open(&d->search, d->filter);
}

static void press_alone(void *own, double now)
{
    struct dash *d = own;
    (void)now;
    d->alone = !d->alone;
    d->table = false;
}

/* With a cursor: its place is to be found again. */
static void press_enter(void *own, double now)
{
    struct dash *d = own;
    if (!d->options.cursor)
        press_alone(d, now);
    else if (view_pin(&d->options) < 0)
        dash_say(d, "nine places are pinned already: 0 takes all pins away");
}

/* ---- what is seen of it ---- */

static void press_order(void *own, double now)
{
    struct dash *d = own;
    (void)now;
    d->options.order++;
}

static void press_alerts(void *own, double now)
{
    struct dash *d = own;
    (void)now;
    d->options.alerts = !d->options.alerts;
}

static void press_zoom_in(void *own, double now)
{
    struct dash *d = own;
    (void)now;
    view_zoom(&d->options, d->run, 2);
}

static void press_zoom_out(void *own, double now)
{
    struct dash *d = own;
    (void)now;
    view_zoom(&d->options, d->run, .5);
}

static void press_reset(void *own, double now)
{
    struct dash *d = own;
    (void)now;
    d->options = view_options_default();
    d->options.sparse = d->viewer.slow;
}

static void press_left(void *own, double now)
{
    struct dash *d = own;
    (void)now;
    view_cursor(&d->options, d->run, -1);
}

static void press_right(void *own, double now)
{
    struct dash *d = own;
    (void)now;
    view_cursor(&d->options, d->run, 1);
}

static void press_home(void *own, double now)
{
    struct dash *d = own;
    (void)now;
    view_cursor(&d->options, d->run, -1000);
}

static void press_end(void *own, double now)
{
    struct dash *d = own;
    (void)now;
    view_cursor(&d->options, d->run, 1000);
}

static void press_escape(void *own, double now)
{
    struct dash *d = own;
    (void)now;
    d->options.cursor = 0;
    d->table = d->alone = false;
}

/* ---- numbers ---- */

static void press_table(void *own, double now)
{
    struct dash *d = own;
    (void)now;
    d->table = !d->table;
    d->row = 0;
}

static void scroll(struct dash *d, int by)
{
    int rows = dash_table_rows(d->run);
    d->row = d->table ? MIN(MAX(d->row + by, 0), MAX(rows - 1, 0)) : 0;
}

static void press_up(void *own, double now)
{
    struct dash *d = own;
    (void)now;
    scroll(d, -1);
}

static void press_down(void *own, double now)
{
    struct dash *d = own;
    (void)now;
    scroll(d, 1);
}

static void press_page_up(void *own, double now)
{
    struct dash *d = own;
    (void)now;
    d->table ? scroll(d, -10) : view_cursor(&d->options, d->run, -10);
}

static void press_page_down(void *own, double now)
{
    struct dash *d = own;
    (void)now;
    d->table ? scroll(d, 10) : view_cursor(&d->options, d->run, 10);
}

static void press_csv(void *own, double now)
{
    struct dash *d = own;
    struct str said = STR_INIT;
    struct err err;
    (void)now;
    dash_say(d, dash_table_write(d->run, &said, &err) < 0 ? err.msg : str_cstr(&said));
    str_release(&said);
}

static void press_copy(void *own, double now)
{
    struct dash *d = own;
    struct str said = STR_INIT;
    struct err err;
    int w, h;
    (void)now;
    screen_size(&w, &h);
    dash_say(d, dash_copy(d, w, h, &said, &err) < 0 ? err.msg : str_cstr(&said));
    str_release(&said);
}

/* ---- attention ---- */

static void choose_view(struct dash *d, const struct view *v)
{
    for (int i = 0; view_table[i]; i++)
        if (view_table[i] == v)
            d->chart = i;
}

static void press_probe(void *own, double now)
{
    struct dash *d = own;
    int n = d->run->probes.probes;
    (void)now;
    if (view_table[d->chart] == &view_attention)
        d->options.probe++;
    choose_view(d, &view_attention);
    d->options.back = 0;
    if (n)
        snprintf(d->message, sizeof d->message, "attention: question %d of %d",
                 d->options.probe % n + 1, n);
    else
        dash_say(d, "no attention was recorded: none yet, or a model without");
}

static void press_earlier(void *own, double now)
{
    struct dash *d = own;
    (void)now;
    d->options.back = MIN(d->options.back + 1, RUN_SHOTS - 1);
}

static void press_later(void *own, double now)
{
    struct dash *d = own;
    (void)now;
    d->options.back = MAX(d->options.back - 1, 0);
}

/* ---- the rest ---- */

static void press_repaint(void *own, double now)
{
    (void)own;
    (void)now;
    screen_repaint();
}

static void press_mouse(void *own, double now)
{
    struct dash *d = own;
    (void)now;
    d->viewer.mouse = !d->viewer.mouse;
    screen_mouse(d->viewer.mouse);
    dash_say(d, d->viewer.mouse ? "mouse: a click chooses a chart and a step, the wheel zooms"
                                : "the mouse is the terminal's again");
}

/* Where there is nothing to choose, q leaves at once. */
static void press_menu(void *own, double now)
{
    struct dash *d = own;
    (void)now;
    if (run_reader_live(d->run) && !d->viewer.read_only && !(d->stopping > 0))
        d->ask = ASK_MENU;
    else
        d->left = true;
}

static void press_help(void *own, double now)
{
    struct dash *d = own;
    (void)now;
    d->help = 1;
}

/* The foot lines show hints in this order, as many as there is room for. */
const struct hotkey dash_keys[] = {
    { 'p', "p", "pause", "pause the training, and go on with it", dash_pause, true },
    { 'k', "k", "save", "save a checkpoint now", dash_save, true },
    { 's', "s", "stop+save", "after a question: stop the training and save", dash_stop, true },
    { 'd', "d", "leave", "leave (also Ctrl-D); training goes on", NULL, false },
    { 'q', "q", "menu", "leave, stop or kill; leave, where nobody trains", press_menu, false },
    { 'v', "v", "eval", "validate now", dash_validate, true },
    { 'S', "S", "sample", "ask the model as it stands", dash_sample, true },
    { 'n', "n", "note", "words for the events", dash_note, true },
    { '?', "?", "help", "this page (also F1)", press_help, false },
    { ':', ":", "command", "lr X, clip X, set, tag, stop-at STEP and others; Tab lists",
      dash_command, true },
    { 'm', "m", "chart", "the next chart (also Tab; Shift-Tab back; 1 to 9)", press_chart,
      false },
    { 'l', "l", "log", "logarithmic axis for loss, perplexity, gradient norm", press_log,
      false },
    { 'x', "x", "axis", "over steps, time or tokens", press_axis, false },
    { 'z', "z", "zoom", "half as much, around the cursor or at the end", press_zoom_in, false },
    { '+', "+", "smooth", "smooth curves more (moving average)", press_smoother, false },
    { 'T', "T", "table", "numbers in place of charts; arrows scroll", press_table, false },
    { '/', "/", "find", "only charts with these words in their names; !word: without",
      press_filter, false },
    { 'a', "a", "attn", "attention: where it looks; once more: the next question",
      press_probe, false },
    { 'X', "X", "log-x", "logarithmic axis for steps", press_log_x, false },
    { '-', "-", "rougher", "smooth less; behind, faint, the raw spread", press_rougher, false },
    { 'Z', "Z", NULL, "twice as much", press_zoom_out, false },
    { '0', "0", "reset", "axes, zoom, cursor and pins as they were", press_reset, false },
    { 'w', "w", "csv", "write the table to a file here", press_csv, false },
    { 'y', "y", "copy", "write this chart, as it is drawn, to a text file here", press_copy,
      false },
    { 'o', "o", "order", "which line of a chart is on top", press_order, false },
    { '!', "!", "alerts", "among the events, alerts alone", press_alerts, false },
    { '[', "[", NULL, "attention: an earlier validation", press_earlier, false },
    { ']', "]", NULL, "attention: a later one", press_later, false },
    { SCREEN_LEFT, "Left", "cursor", "cursor: values at a step; also Right, PgUp, PgDn, Home, "
      "End", press_left, false },
    { '\r', "Enter", "alone, pin", "one chart alone, and back; with a cursor: pin its place",
      press_enter, false },
    { 'K', "K", NULL, "after a question: kill the training; what is not saved is lost",
      dash_kill, true },
    { 27, "Esc", NULL, "no cursor, no table", press_escape, false },
    { SCREEN_CTRL('C'), "Ctrl-C", NULL, "twice in 3 s: stop and save", dash_interrupt, false },
    { SCREEN_CTRL('L'), "Ctrl-L", NULL, "draw the screen anew", press_repaint, false },
    { SCREEN_F9, "F9", NULL, "the mouse: heard here, or the terminal's", press_mouse, false },
    { SCREEN_CTRL('D'), "Ctrl-D", NULL, NULL, NULL, false },
    { SCREEN_F1, "F1", NULL, NULL, press_help, false },
    { SCREEN_F11, "F11", NULL, NULL, press_alone, false },
    { '\t', "Tab", NULL, NULL, press_chart, false },
    { SCREEN_BACK_TAB, "Shift-Tab", NULL, NULL, press_chart_before, false },
    { '=', "=", NULL, NULL, press_smoother, false },
    { SCREEN_RIGHT, "Right", NULL, NULL, press_right, false },
    { SCREEN_UP, "Up", NULL, NULL, press_up, false },
    { SCREEN_DOWN, "Down", NULL, NULL, press_down, false },
    { SCREEN_PAGE_UP, "PgUp", NULL, NULL, press_page_up, false },
    { SCREEN_PAGE_DOWN, "PgDn", NULL, NULL, press_page_down, false },
    { SCREEN_HOME, "Home", NULL, NULL, press_home, false },
    { SCREEN_END, "End", NULL, NULL, press_end, false },
    { .name = NULL },
};

/* What is under the mouse: the chart is chosen, and the step. */
static void click(struct dash *d, int x, int y, int w, int h)
{
    struct dash_pane pane[DASH_PANES];
    struct dash_rows rows = dash_rows(w, h);
    int n = d->table ? 0 : dash_layout(d, w, h - rows.head - rows.foot, pane);
    for (int i = 0; i < n; i++) {
        const struct dash_pane *p = &pane[i];
        int at = x - p->x, row = y - rows.head - p->y;
        if (at < 0 || row < 0 || at >= p->w || row >= p->h || !p->view->lines)
            continue;
        choose_view(d, p->view);
        struct area a = { .w = p->w, .h = p->h };
        d->options.cursor = chart_step(a, at, d->run, &d->options, p->view->lines);
        if (d->options.cursor)
            view_cursor(&d->options, d->run, 0);
    }
}

static void use_mouse(struct dash *d, int key)
{
    int w, h, done = SCREEN_DONE(key);
    screen_size(&w, &h);
    if (done == SCREEN_CLICK)
        click(d, SCREEN_AT_X(key), SCREEN_AT_Y(key), w, h);
    else if (d->table)
        scroll(d, done == SCREEN_WHEEL_UP ? -3 : 3);
    else
        view_zoom(&d->options, d->run, done == SCREEN_WHEEL_UP ? 2 : .5);
}

bool dash_key(struct dash *d, int key, double now)
{
    bool interrupt = key == SCREEN_CTRL('C');
    if (d->ask == ASK_INTERRUPT && now - d->asked > AGAIN_WITHIN)
        d->ask = ASK_NOTHING;
    d->message[0] = '\0';
    if (d->help && !interrupt) {
        d->help = key == '?' || key == ' ' || key == SCREEN_PAGE_DOWN ? d->help + 1 : 0;
        return true;
    }
    if (key >= SCREEN_CLICK) {
        use_mouse(d, key);
        return true;
    }
    if (d->ask && dash_answer(d, key, now))
        return !d->left;
    if (d->entry.open || d->search.open) {
        dash_type(d, key, now);
        return true;
    }
    if (interrupt && d->stopping > 0)
        return true; /* the foot line says that it takes its time */
    if (interrupt && (!run_reader_live(d->run) || d->viewer.read_only))
        return false; /* nothing is lost by leaving */
    if (choose_chart(d, key))
        return true;
    const struct hotkey *k = hotkey_find(dash_keys, key);
    if (k && !k->press)
        return false;
    if (k && k->controls && d->viewer.read_only)
        dash_say(d, "read-only: nothing of the run is changed from here");
    else if (k)
        k->press(d, now);
    return !d->left;
}

bool dash_poll(struct dash *d, double now)
{
    bool news = run_reader_poll(d->run, now);
    dash_keep_in_touch(d, now);
    dash_choose_shown(d);
    if (d->ask == ASK_MENU && !run_reader_live(d->run))
        d->ask = ASK_NOTHING; /* nothing of it can be chosen any more */
    if (d->ask == ASK_INTERRUPT && now - d->asked > AGAIN_WITHIN) {
        d->ask = ASK_NOTHING;
        news = true;
    }
    return dash_hear(d) || news;
}
