#include "ui/watch.h"

#include "base/file.h"
#include "base/mem.h"
#include "ui/screen.h"

#include <math.h>

enum { SCAN_EVERY = 2 };

/* ---- life ---- */

void watch_init(struct watch *w)
{
    *w = (struct watch){
        .options = { .log_y = true, .beta = .6 },
        .metric = run_metric_find("valid-loss", NULL),
        .scanned = -SCAN_EVERY,
    };
}

void watch_release(struct watch *w)
{
    errand_end(&w->errand);
    peers_release(&w->peers);
    run_list_release(&w->all);
    run_filter_free(w->filter);
    names_release(&w->places);
    free(w->shown);
}

int watch_add(struct watch *w, const char *place, struct err *err)
{
    if (peer_is(place) && !dir_is(place))
        return peers_add(&w->peers, place, err);
    if (!dir_is(place))
        return err_set(err, "there is no folder '%s'", place);
    names_add(&w->places, place);
    return 0;
}

/* ---- what is shown ---- */

struct order {
    const struct watch *w;
    double now;
};

static int compare(const void *a, const void *b, void *own)
{
    const struct order *o = own;
    return run_fact_order(o->w->sort, o->w->reverse, *(struct run_entry *const *)a,
                          *(struct run_entry *const *)b, o->now);
}

/* The cursor stays on its run; where that is gone, on its line. */
static void choose(struct watch *w, double now)
{
    struct order order = { w, now };
    int line = 0, n = 0;
    bool found = false;
    while (line < w->shown_n && w->shown[line] != w->at)
        line++;
    w->shown = xrealloc(w->shown, (size_t)(w->all.n + 1) * sizeof *w->shown);
    for (int i = 0; i < w->all.n; i++)
        if (run_filter_match(w->filter, w->all.at[i], now))
            w->shown[n++] = w->all.at[i];
    w->shown_n = n;
    if (w->sort)
        qsort_r(w->shown, (size_t)n, sizeof *w->shown, compare, &order);
    for (int i = 0; i < n; i++)
        found |= w->shown[i] == w->at;
    if (!found)
        w->at = n ? w->shown[MIN(line, n - 1)] : NULL;
}

int watch_filter(struct watch *w, const char *text, struct err *err)
{
    struct run_filter *f = run_filter_new(text, err);
    if (!f)
        return -1;
    run_filter_free(w->filter);
    w->filter = f;
    snprintf(w->filter_text, sizeof w->filter_text, "%s", text);
    return 0;
}

static bool hear_errand(struct watch *w)
{
    if (!w->errand.pid || errand_read(&w->errand))
        return false;
    str_trim(&w->errand.out);
    snprintf(w->message, sizeof w->message, "%.*s", (int)sizeof w->message - 1,
             str_cstr(&w->errand.out));
    errand_end(&w->errand);
    return true;
}

bool watch_poll(struct watch *w, double now)
{
    int before = w->all.n;
    if (fabs(now - w->scanned) >= SCAN_EVERY) {
        for (int i = 0; i < w->places.n; i++)
            run_list_scan(&w->all, w->places.s[i]);
        w->scanned = now;
    }
    bool news = peers_poll(&w->peers, &w->all, now);
    news |= run_list_poll(&w->all, now);
    news |= hear_errand(w) || before != w->all.n || !w->shown;
    if (news)
        choose(w, now);
    return news || peers_news(&w->peers, now, (char[8]){ 0 }, 8);
}

/* ---- keys ---- */

static void say(struct watch *w, const char *text)
{
    snprintf(w->message, sizeof w->message, "%s", text);
}

static void move(struct watch *w, int by)
{
    int line = 0;
    while (line < w->shown_n && w->shown[line] != w->at)
        line++;
    if (w->shown_n)
        w->at = w->shown[MIN(MAX(line + by, 0), w->shown_n - 1)];
}

static void press_up(struct watch *w, double now) { (void)now; move(w, -1); }
static void press_down(struct watch *w, double now) { (void)now; move(w, 1); }
static void press_page_up(struct watch *w, double now) { (void)now; move(w, -10); }
static void press_page_down(struct watch *w, double now) { (void)now; move(w, 10); }
static void press_home(struct watch *w, double now) { (void)now; move(w, -w->shown_n); }
static void press_end(struct watch *w, double now) { (void)now; move(w, w->shown_n); }

static void press_select(struct watch *w, double now)
{
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
        say(w, "nine runs are compared already: u takes all marks away");
    else
        w->at->mark = mark;
}

static void press_unselect(struct watch *w, double now)
{
    (void)now;
    for (int i = 0; i < w->all.n; i++)
        w->all.at[i]->mark = 0;
}

static void press_open(struct watch *w, double now)
{
    (void)now;
    w->open = w->at;
}

static void press_filter(struct watch *w, double now)
{
    (void)now;
    w->ask = WATCH_FILTER;
    snprintf(w->line, sizeof w->line, "%s", w->filter_text);
}

static void press_control(struct watch *w, double now)
{
    (void)now;
    if (!w->at || !run_reader_live(w->at->run)) {
        say(w, "this run is not at work: there is nobody to tell");
        return;
    }
    w->ask = WATCH_CONTROL;
    w->line[0] = '\0';
}

/* NULL, by folder and name, is one of them. */
static void press_sort(struct watch *w, double now)
{
    static const char *const keys[] = { "run", "state", "step", "loss", "valid-loss",
                                        "exact", "rate", "eta", "age" };
    size_t i = 0;
    (void)now;
    while (w->sort && i < ARRAY_LEN(keys) && strcmp(keys[i], w->sort->name) != 0)
        i++;
    i = w->sort ? i + 1 : 0;
    w->sort = i < ARRAY_LEN(keys) ? run_fact_find(keys[i]) : NULL;
}

static void press_reverse(struct watch *w, double now)
{
    (void)now;
    w->reverse = !w->reverse;
}

static void press_metric(struct watch *w, double now)
{
    (void)now;
    w->low = LOW_CHART;
    w->metric++;
    if (!w->metric->name)
        w->metric = run_metric_table;
}

static void press_pane(struct watch *w, double now)
{
    (void)now;
    w->low = (enum watch_low)((w->low + 1) % LOW_PANES);
}

static void press_log(struct watch *w, double now)
{
    (void)now;
    w->options.log_y = !w->options.log_y;
}

static void smooth(struct watch *w, int by)
{
    static const double betas[] = { 0, .2, .4, .6, .8, .9, .95, .98 };
    int i = 0, last = (int)ARRAY_LEN(betas) - 1;
    while (i < last && betas[i] < w->options.beta)
        i++;
    w->options.beta = betas[MIN(MAX(i + by, 0), last)];
}

static void press_smoother(struct watch *w, double now) { (void)now; smooth(w, 1); }
static void press_rougher(struct watch *w, double now) { (void)now; smooth(w, -1); }

static void press_diff(struct watch *w, double now)
{
    (void)now;
    w->all_keys = !w->all_keys;
}

static void press_rescan(struct watch *w, double now)
{
    (void)now;
    w->scanned = -SCAN_EVERY;
    for (int i = 0; i < w->peers.n; i++)
        w->peers.at[i].retry = 0;
}

static void press_repaint(struct watch *w, double now)
{
    (void)w;
    (void)now;
    screen_repaint();
}

static void press_help(struct watch *w, double now)
{
    (void)now;
    w->help = true;
}

/* The foot line shows hints in this order, as many as there is room for. */
const struct watch_key watch_keys[] = {
    { 'q', "q", "quit", "leave (also Ctrl-C, Ctrl-D); runs keep going", NULL },
    { ' ', "Space", "select", "compare this run, or not any more: it gets a digit",
      press_select },
    { '\r', "Enter", "open", "its dashboard; leaving that comes back here", press_open },
    { '/', "/", "filter", "which runs: add|nmt !smoke state:run loss<0.5 cell=lstm",
      press_filter },
    { 'o', "o", "sort", "by the next column", press_sort },
    { 'm', "m", "metric", "the next curve", press_metric },
    { '\t', "Tab", "pane", "curves, answers to the same probes, or events", press_pane },
    { 'c', "c", "control", "tell this run: pause, resume, checkpoint, stop ...",
      press_control },
    { '?', "?", "help", "this page (also F1)", press_help },
    { 'O', "O", NULL, "sorted the other way round", press_reverse },
    { 'u', "u", NULL, "no run is selected any more", press_unselect },
    { 'd', "d", NULL, "config diff: also what is equal", press_diff },
    { 'l', "l", NULL, "logarithmic axis, for losses and gradient norm", press_log },
    { '+', "+", NULL, "smooth curves of training more", press_smoother },
    { '-', "-", NULL, "smooth less", press_rougher },
    { 'r', "r", NULL, "read folders again, call other machines again", press_rescan },
    { SCREEN_CTRL('L'), "Ctrl-L", NULL, "draw the screen anew", press_repaint },
    { SCREEN_UP, "Up", NULL, NULL, press_up },
    { SCREEN_DOWN, "Down", NULL, NULL, press_down },
    { SCREEN_PAGE_UP, "PageUp", NULL, NULL, press_page_up },
    { SCREEN_PAGE_DOWN, "PageDown", NULL, NULL, press_page_down },
    { SCREEN_HOME, "Home", NULL, NULL, press_home },
    { SCREEN_END, "End", NULL, NULL, press_end },
    { SCREEN_F1, "F1", NULL, NULL, press_help },
    { '=', "=", NULL, NULL, press_smoother },
    { SCREEN_CTRL('C'), "Ctrl-C", NULL, NULL, NULL },
    { SCREEN_CTRL('D'), "Ctrl-D", NULL, NULL, NULL },
    { .name = NULL },
};

/* ---- a line that is being typed ---- */

/* The filter as far as it is typed; one that cannot be read yet changes nothing. */
static void try_filter(struct watch *w, double now)
{
    struct err err;
    w->message[0] = '\0';
    if (watch_filter(w, w->line, &err) < 0)
        say(w, err.msg);
    choose(w, now);
    if (!w->shown_n && w->all.n && !w->message[0])
        say(w, "no run fits");
}

/* `seqsh ctl` does it: here, or on the machine of the run. */
static void send_control(struct watch *w)
{
    struct err err;
    const struct run_entry *e = w->at;
    struct str command = STR_INIT;
    if (!e || !w->line[0])
        return;
    peer_command(e, "ctl", w->line, &command);
    const char *there[] = { "ssh", "-T", "-o", "BatchMode=yes", "--", e->where, command.s, NULL };
    const char *here[] = { "/bin/sh", "-c", command.s, NULL };
    errand_end(&w->errand);
    if (errand_start(&w->errand, e->where[0] ? there : here, &err) < 0)
        say(w, err.msg);
    else
        say(w, "asked ...");
    str_release(&command);
}

static void type(struct watch *w, int key, double now)
{
    size_t n = strlen(w->line);
    bool filter = w->ask == WATCH_FILTER;
    if (key == SCREEN_ESCAPE || key == SCREEN_CTRL('C')) {
        w->ask = WATCH_LIST;
        w->message[0] = '\0';
        if (filter && !w->shown_n)
            watch_filter(w, "", NULL);
        choose(w, now);
        return;
    }
    if (key == '\r') {
        w->ask = WATCH_LIST;
        if (!filter)
            send_control(w);
        return;
    }
    if ((key == 127 || key == 8) && n)
        w->line[n - 1] = '\0';
    else if (key == SCREEN_CTRL('U'))
        w->line[0] = '\0';
    else if (key >= ' ' && key < 127 && n + 1 < sizeof w->line)
        snprintf(w->line + n, sizeof w->line - n, "%c", key);
    if (filter)
        try_filter(w, now);
}

bool watch_key(struct watch *w, int key, double now)
{
    if (w->ask) {
        type(w, key, now);
        return true;
    }
    w->message[0] = '\0';
    if (w->help) {
        w->help = false;
        return true;
    }
    for (const struct watch_key *k = watch_keys; k->name; k++) {
        if (k->key != key)
            continue;
        if (!k->press)
            return false;
        k->press(w, now);
        choose(w, now);
        break;
    }
    return true;
}
