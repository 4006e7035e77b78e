/*
 * What keys do to the watcher.
 */
#include "ui/watch.h"

#include "ui/screen.h"

/* ---- the list ---- */

enum { LAST = 1 << 20 }; /* lines: more than any list has */

static void move(struct watch *w, int by)
{
    int line = 0;
    while (line < w->shown_n && w->shown[line] != w->at)
        line++;
    if (w->shown_n)
        w->at = w->shown[MIN(MAX(line + by, 0), w->shown_n - 1)];
}

static void press_up(void *own, double now) { (void)now; move(own, -1); }
static void press_down(void *own, double now) { (void)now; move(own, 1); }
static void press_page_up(void *own, double now) { (void)now; move(own, -10); }
static void press_page_down(void *own, double now) { (void)now; move(own, 10); }
static void press_home(void *own, double now) { (void)now; move(own, -LAST); }
static void press_end(void *own, double now) { (void)now; move(own, LAST); }

static void press_select(void *own, double now)
{
    struct watch *w = own;
    bool taken[WATCH_MARKS + 1] = { true };
    int mark = 0;
    (void)now;
    if (!w->at)
        return;
    if (w->at->mark) {
        w->at->mark = 0;
        return;
    }
    for (int i = 0; i < w->all.n; i++)
        taken[w->all.at[i]->mark] = true;
    while (mark <= WATCH_MARKS && taken[mark])
        mark++;
    if (mark > WATCH_MARKS)
        watch_say(w, "nine runs are compared already: u takes all marks away");
    else
        w->at->mark = mark;
}

static void press_unselect(void *own, double now)
{
    struct watch *w = own;
    (void)now;
    for (int i = 0; i < w->all.n; i++)
        w->all.at[i]->mark = 0;
}

static void press_open(void *own, double now)
{
    struct watch *w = own;
    (void)now;
    w->open = w->at;
}

static void press_pin(void *own, double now)
{
    struct watch *w = own;
    (void)now;
    if (w->at)
        w->at->pinned = !w->at->pinned;
}

/* ---- lines to type ---- */

static void ask(struct watch *w, enum watch_ask what, const char *text)
{
    w->ask = what;
    snprintf(w->line, sizeof w->line, "%s", text);
}

static void press_filter(void *own, double now)
{
    struct watch *w = own;
    (void)now;
    ask(w, WATCH_FILTER, w->filter_text);
}

static void press_control(void *own, double now)
{
    struct watch *w = own;
    (void)now;
    if (!w->at || !run_reader_live(w->at->run))
        watch_say(w, "this run is not at work: there is nobody to tell");
    else
        ask(w, WATCH_CONTROL, "");
}

static void press_note(void *own, double now)
{
    struct watch *w = own;
    (void)now;
    if (w->at)
        ask(w, WATCH_NOTE, "");
}

static void press_tag(void *own, double now)
{
    struct watch *w = own;
    (void)now;
    if (w->at)
        ask(w, WATCH_TAG, "");
}

/* Of this machine, and when nobody trains it. */
static void press_delete(void *own, double now)
{
    struct watch *w = own;
    (void)now;
    if (w->at && w->at->where[0])
        watch_say(w, "this run is on another machine: it can only be deleted there");
    else if (w->at && run_reader_live(w->at->run))
        watch_say(w, "this run is at work: stop it first");
    else if (w->at)
        ask(w, WATCH_DELETE, "");
}

static void press_add(void *own, double now)
{
    struct watch *w = own;
    (void)now;
    ask(w, WATCH_ADD, "");
}

/* ---- what is seen ---- */

/* NULL, by folder and name, is one of them. */
static void press_sort(void *own, double now)
{
    struct watch *w = own;
    static const char *const keys[] = { "run", "state", "step", "loss", "valid-loss",
                                        "exact", "rate", "eta", "age" };
    size_t i = 0;
    (void)now;
    while (w->sort && i < ARRAY_LEN(keys) && strcmp(keys[i], w->sort->name) != 0)
        i++;
    i = w->sort ? i + 1 : 0;
    w->sort = i < ARRAY_LEN(keys) ? run_fact_find(keys[i]) : NULL;
}

static void press_reverse(void *own, double now)
{
    struct watch *w = own;
    (void)now;
    w->reverse = !w->reverse;
}

static void press_metric(void *own, double now)
{
    struct watch *w = own;
    (void)now;
    w->low = LOW_CHART;
    w->metric++;
    if (!w->metric->name)
        w->metric = run_metric_table;
}

static void press_pane(void *own, double now)
{
    struct watch *w = own;
    (void)now;
    w->low = (enum watch_low)((w->low + 1) % LOW_PANES);
}

static void press_log(void *own, double now)
{
    struct watch *w = own;
    (void)now;
    w->options.log_y = !w->options.log_y;
}

static void press_log_x(void *own, double now)
{
    struct watch *w = own;
    (void)now;
    w->options.log_x = !w->options.log_x;
}

/* On another axis the same places have other names. */
static void press_axis(void *own, double now)
{
    struct watch *w = own;
    (void)now;
    w->options.axis = (w->options.axis + 1) % VIEW_AXES;
    w->options.from = w->options.to = w->options.cursor = 0;
}

static void press_zoom_in(void *own, double now) { (void)now; watch_zoom(own, 2); }
static void press_zoom_out(void *own, double now) { (void)now; watch_zoom(own, .5); }
static void press_left(void *own, double now) { (void)now; watch_cursor(own, -1); }
static void press_right(void *own, double now) { (void)now; watch_cursor(own, 1); }

static void press_reset(void *own, double now)
{
    struct watch *w = own;
    (void)now;
    w->options = view_options_default();
    w->options.sparse = w->viewer.slow;
}

static void press_escape(void *own, double now)
{
    struct watch *w = own;
    (void)now;
    w->options.cursor = 0;
    w->table = false;
}

static void press_table(void *own, double now)
{
    struct watch *w = own;
    (void)now;
    w->low = LOW_CHART;
    w->table = !w->table;
}

static void press_csv(void *own, double now)
{
    struct watch *w = own;
    struct str said = STR_INIT;
    struct err err;
    (void)now;
    watch_say(w, watch_write(w, &said, &err) < 0 ? err.msg : str_cstr(&said));
    str_release(&said);
}

static void press_smoother(void *own, double now)
{
    struct watch *w = own;
    (void)now;
    view_smooth(&w->options, 1);
}

static void press_rougher(void *own, double now)
{
    struct watch *w = own;
    (void)now;
    view_smooth(&w->options, -1);
}

static void press_copy(void *own, double now)
{
    struct watch *w = own;
    struct str said = STR_INIT;
    struct err err;
    int width, height;
    (void)now;
    screen_size(&width, &height);
    watch_say(w, watch_copy(w, width, height, &said, &err) < 0 ? err.msg : str_cstr(&said));
    str_release(&said);
}

static void press_diff(void *own, double now)
{
    struct watch *w = own;
    (void)now;
    w->all_keys = !w->all_keys;
}

static void press_rescan(void *own, double now)
{
    struct watch *w = own;
    (void)now;
    w->scanned = 0;
    for (int i = 0; i < w->peers.n; i++)
        w->peers.at[i].retry = 0;
}

static void press_repaint(void *own, double now)
{
    (void)own;
    (void)now;
    screen_repaint();
}

static void press_mouse(void *own, double now)
{
    struct watch *w = own;
    (void)now;
    w->viewer.mouse = !w->viewer.mouse;
    screen_mouse(w->viewer.mouse);
    watch_say(w, w->viewer.mouse ? "mouse: the wheel goes through the runs"
                           : "the mouse is the terminal's again");
}

static void press_help(void *own, double now)
{
    struct watch *w = own;
    (void)now;
    w->help = 1;
}

/* The foot lines show hints in this order, as many as there is room for. */
const struct hotkey watch_keys[] = {
    { 'q', "q", "quit", "leave (also Ctrl-C, Ctrl-D); runs keep going", NULL, false },
    { ' ', "Space", "select", "compare this run, or not any more: it gets a digit",
      press_select, false },
    { '\r', "Enter", "open", "its dashboard; leaving that comes back here", press_open, false },
    { '/', "/", "filter", "which runs: add|nmt !smoke state:run loss<0.5 tag:good",
      press_filter, false },
    { 'o', "o", "sort", "by the next column", press_sort, false },
    { 'm', "m", "metric", "the next curve", press_metric, false },
    { '\t', "Tab", "pane", "curves, answers to the same probes, or events", press_pane, false },
    { '?', "?", "help", "this page (also F1)", press_help, false },
    { 'p', "p", "pin", "keep this run on top, whatever the filter", press_pin, false },
    { 'c', "c", "control", "tell this run: pause, resume, checkpoint, stop ...",
      press_control, true },
    { 'n', "n", "note", "words for the events of this run", press_note, true },
    { 'g', "g", "tag", "words to find it by, as in /tag:good; !word takes one away", press_tag,
      true },
    { 'x', "x", "axis", "curves over steps, time or tokens", press_axis, false },
    { 'l', "l", "log", "logarithmic axis, for losses and gradient norm", press_log, false },
    { 'z', "z", "zoom", "half as much, around the cursor or at the end; Z: twice",
      press_zoom_in, false },
    { 'T', "T", "table", "numbers in place of curves", press_table, false },
    { 'w', "w", "csv", "write the curves to a file here", press_csv, false },
    { 'd', "d", "diff", "config diff: also what is equal", press_diff, false },
    { 'y', "y", "copy", "write this pane, as it is drawn, to a text file here", press_copy,
      false },
    { 'X', "X", "log-x", "logarithmic axis for steps", press_log_x, false },
    { SCREEN_LEFT, "Left", "cursor", "also Right: what the curves have there; Esc: none",
      press_left, false },
    { '+', "+", "smooth", "smooth curves of training more; -: less", press_smoother, false },
    { '0', "0", "reset", "axes, zoom and cursor as they were", press_reset, false },
    { 'O', "O", "reverse", "sorted the other way round", press_reverse, false },
    { 'u', "u", NULL, "no run is selected any more", press_unselect, false },
    { 'D', "D", "delete", "after a question: the run and its models are deleted", press_delete,
      true },
    { 'r', "r", "rescan", "read folders again, call other machines again", press_rescan, false },
    { 'A', "A", "add", "another folder, or HOST:DIR", press_add, false },
    { SCREEN_CTRL('L'), "Ctrl-L", NULL, "draw the screen anew", press_repaint, false },
    { SCREEN_F9, "F9", NULL, "the mouse: heard here, or the terminal's", press_mouse, false },
    { 'Z', "Z", NULL, NULL, press_zoom_out, false },
    { '-', "-", NULL, NULL, press_rougher, false },
    { SCREEN_ESCAPE, "Esc", NULL, NULL, press_escape, false },
    { SCREEN_RIGHT, "Right", NULL, NULL, press_right, false },
    { SCREEN_UP, "Up", NULL, NULL, press_up, false },
    { SCREEN_DOWN, "Down", NULL, NULL, press_down, false },
    { SCREEN_PAGE_UP, "PageUp", NULL, NULL, press_page_up, false },
    { SCREEN_PAGE_DOWN, "PageDown", NULL, NULL, press_page_down, false },
    { SCREEN_HOME, "Home", NULL, NULL, press_home, false },
    { SCREEN_END, "End", NULL, NULL, press_end, false },
    { SCREEN_F1, "F1", NULL, NULL, press_help, false },
    { '=', "=", NULL, NULL, press_smoother, false },
    { SCREEN_CTRL('C'), "Ctrl-C", NULL, NULL, NULL, false },
    { SCREEN_CTRL('D'), "Ctrl-D", NULL, NULL, NULL, false },
    { .name = NULL },
};

static void use_mouse(struct watch *w, int key)
{
    int line = w->top + SCREEN_AT_Y(key) - 3; /* below head, frame and titles */
    if (SCREEN_DONE(key) != SCREEN_CLICK)
        move(w, SCREEN_DONE(key) == SCREEN_WHEEL_UP ? -1 : 1);
    else if (line >= w->top && line < w->top + w->rows && line < w->shown_n)
        w->at = w->shown[line];
}

bool watch_key(struct watch *w, int key, double now)
{
    if (w->ask && key < SCREEN_CLICK) {
        watch_type(w, key, now);
        return true;
    }
    w->message[0] = '\0';
    if (w->help) {
        w->help = key == '?' || key == ' ' || key == SCREEN_PAGE_DOWN ? w->help + 1 : 0;
        return true;
    }
    if (key >= SCREEN_CLICK)
        use_mouse(w, key);
    const struct hotkey *k = hotkey_find(watch_keys, key);
    if (!k)
        return true;
    if (!k->press)
        return false;
    if (k->controls && (w->viewer.read_only || (w->at && viewer_foreign(w->at->run->dir))))
        watch_say(w, "read-only: nothing of a run is changed from here");
    else
        k->press(w, now);
    watch_choose(w, now);
    return true;
}
