/*
 * What keys do to the dashboard, and what of it goes to the trainer.
 */
#include "ui/dash.h"

#include "base/mem.h"
#include "run/directive.h"
#include "ui/dash_table.h"
#include "ui/screen.h"

#include <errno.h>
#include <math.h>
#include <signal.h>

enum { AGAIN_WITHIN = 3, CALL_EVERY = 2 }; /* seconds */

static void say(struct dash *d, const char *text)
{
    snprintf(d->message, sizeof d->message, "%s", text);
}

/* ---- the trainer ---- */

static void call(struct dash *d, double now, struct err *err)
{
    d->called = now;
    remote_open(&d->remote, d->run->dir, "attach", err);
}

bool dash_waits(const struct dash *d)
{
    return d->remote.fd >= 0 && d->remote.asked > 0;
}

bool dash_hear(struct dash *d)
{
    int got = 0, news = 0;
    while (d->remote.fd >= 0 && (got = remote_next(&d->remote)) > 0) {
        say(d, d->remote.answer);
        news++;
    }
    return news > 0;
}

/* A trainer that can be reached counts us among its viewers. */
static void keep_in_touch(struct dash *d, double now)
{
    struct err err;
    if (d->remote.fd < 0 && run_reader_live(d->run) && fabs(now - d->called) >= CALL_EVERY)
        call(d, now, &err);
}

void dash_tell(struct dash *d, const char *line, double now)
{
    const struct directive *row;
    struct err err;
    char *copy = xstrdup(line), *arg;
    int bad = directive_parse(copy, &row, &arg, &err);
    free(copy);
    if (bad == 0 && !run_reader_live(d->run))
        bad = err_set(&err, "the run is over: nobody listens");
    if (bad == 0 && d->remote.fd < 0)
        call(d, now, &err);
    if (bad == 0 && (d->remote.fd < 0 || remote_send(&d->remote, line, &err) < 0))
        bad = -1;
    if (bad < 0)
        say(d, err.msg);
}

/* ---- questions ---- */

static void press_stop(struct dash *d, double now)
{
    if (!run_reader_live(d->run)) {
        say(d, "the run is over: there is nothing to stop");
        return;
    }
    d->ask = ASK_STOP;
    d->asked = now;
}

static void press_interrupt(struct dash *d, double now)
{
    d->ask = ASK_INTERRUPT;
    d->asked = now;
}

/* Through the socket, so that it is known who did; else by a signal. */
static void stop_trainer(struct dash *d, double now)
{
    struct err err;
    long pid = run_reader_pid(d->run);
    if (d->remote.fd < 0)
        call(d, now, &err);
    if (d->remote.fd >= 0 && remote_send(&d->remote, "stop", &err) == 0)
        d->stopping = now;
    else if (pid < 0)
        say(d, "cannot stop it: its trainer is not to be found on this machine");
    else if (kill((pid_t)pid, SIGTERM) < 0)
        snprintf(d->message, sizeof d->message, "cannot stop process %ld: %s", pid,
                 strerror(errno));
    else
        d->stopping = now;
}

/* A key while a question is open. true: it was an answer. */
static bool answer(struct dash *d, int key, double now)
{
    enum dash_ask asked = d->ask;
    d->ask = ASK_NOTHING;
    if (asked == ASK_STOP) {
        if (key == 'y' || key == 'Y')
            stop_trainer(d, now);
        else
            say(d, "not stopped");
        return true;
    }
    if (key == SCREEN_CTRL('C')) {
        stop_trainer(d, now);
        return true;
    }
    return key != 'd' && key != 'q';
}

/* ---- directives ---- */

static void press_pause(struct dash *d, double now)
{
    dash_tell(d, d->run->status.state == RUN_PAUSED ? "resume" : "pause", now);
}

static void press_save(struct dash *d, double now)
{
    dash_tell(d, "checkpoint", now);
}

static void press_validate(struct dash *d, double now)
{
    dash_tell(d, "validate", now);
}

static void press_command(struct dash *d, double now)
{
    (void)now;
    entry_open(&d->entry, "");
}

static void press_sample(struct dash *d, double now)
{
    (void)now;
    entry_open(&d->entry, "sample ");
}

static void press_note(struct dash *d, double now)
{
    (void)now;
    entry_open(&d->entry, "note ");
}

/* Tab behind `:`: what all names that begin so have in common; or which they are. */
static void complete(struct dash *d)
{
    struct entry *e = &d->entry;
    const char *first = NULL;
    size_t common = 0, n = e->n;
    struct str list = STR_INIT;
    if (memchr(e->text, ' ', n) || e->at != n)
        return;
    for (const struct directive *row = directive_table; row->name; row++) {
        if (strncmp(row->name, e->text, n) != 0)
            continue;
        size_t k = 0;
        while (first && k < common && row->name[k] == first[k])
            k++;
        common = first ? k : strlen(row->name);
        first = row->name;
        str_addf(&list, "%s%s%s%s", list.n ? ", " : "", row->name, row->arg[0] ? " " : "",
                 row->arg);
    }
    if (first && common > n)
        entry_insert(e, first + n, common - n);
    if (first && !first[common])
        entry_insert(e, " ", 1);
    else if (first)
        say(d, str_cstr(&list));
    str_release(&list);
}

static void type(struct dash *d, int key, double now)
{
    if (key == '\t')
        complete(d);
    else if (entry_key(&d->entry, key) == ENTRY_DONE && d->entry.n)
        dash_tell(d, d->entry.text, now);
}

/* ---- charts ---- */

static void press_log(struct dash *d, double now)
{
    (void)now;
    d->options.log_y = !d->options.log_y;
}

static void press_log_x(struct dash *d, double now)
{
    (void)now;
    d->options.log_x = !d->options.log_x;
}

static void press_axis(struct dash *d, double now)
{
    (void)now;
    d->options.axis = (d->options.axis + 1) % VIEW_AXES;
}

static const double betas[] = { 0, .2, .4, .6, .8, .9, .95, .98 };

static void smooth(struct dash *d, int by)
{
    int i = 0, last = (int)ARRAY_LEN(betas) - 1;
    while (i < last && betas[i] < d->options.beta)
        i++;
    d->options.beta = betas[MIN(MAX(i + by, 0), last)];
}

static void press_smoother(struct dash *d, double now)
{
    (void)now;
    smooth(d, 1);
}

static void press_rougher(struct dash *d, double now)
{
    (void)now;
    smooth(d, -1);
}

static void press_chart(struct dash *d, double now)
{
    (void)now;
    d->chart++;
    if (!view_table[d->chart]->chart)
        d->chart = 0;
}

static void press_alone(struct dash *d, double now)
{
    (void)now;
    d->alone = !d->alone;
    d->table = false;
}

static void press_zoom_in(struct dash *d, double now)
{
    (void)now;
    view_zoom(&d->options, d->run, 2);
}

static void press_zoom_out(struct dash *d, double now)
{
    (void)now;
    view_zoom(&d->options, d->run, .5);
}

static void press_reset(struct dash *d, double now)
{
    (void)now;
    d->options = view_options_default();
}

static void press_left(struct dash *d, double now)
{
    (void)now;
    view_cursor(&d->options, d->run, -1);
}

static void press_right(struct dash *d, double now)
{
    (void)now;
    view_cursor(&d->options, d->run, 1);
}

static void press_home(struct dash *d, double now)
{
    (void)now;
    view_cursor(&d->options, d->run, -1000);
}

static void press_end(struct dash *d, double now)
{
    (void)now;
    view_cursor(&d->options, d->run, 1000);
}

static void press_escape(struct dash *d, double now)
{
    (void)now;
    d->options.cursor = 0;
    d->table = d->alone = false;
}

/* ---- numbers ---- */

static void press_table(struct dash *d, double now)
{
    (void)now;
    d->table = !d->table;
    d->row = 0;
}

static void scroll(struct dash *d, int by)
{
    int rows = dash_table_rows(d->run);
    d->row = d->table ? MIN(MAX(d->row + by, 0), MAX(rows - 1, 0)) : 0;
}

static void press_up(struct dash *d, double now)
{
    (void)now;
    scroll(d, -1);
}

static void press_down(struct dash *d, double now)
{
    (void)now;
    scroll(d, 1);
}

static void press_page_up(struct dash *d, double now)
{
    (void)now;
    d->table ? scroll(d, -10) : view_cursor(&d->options, d->run, -10);
}

static void press_page_down(struct dash *d, double now)
{
    (void)now;
    d->table ? scroll(d, 10) : view_cursor(&d->options, d->run, 10);
}

static void press_csv(struct dash *d, double now)
{
    struct str said = STR_INIT;
    struct err err;
    (void)now;
    if (dash_table_write(d->run, &said, &err) < 0)
        say(d, err.msg);
    else
        say(d, str_cstr(&said));
    str_release(&said);
}

/* ---- attention ---- */

static void choose_view(struct dash *d, const struct view *v)
{
    for (int i = 0; view_table[i]; i++)
        if (view_table[i] == v)
            d->chart = i;
}

static void press_probe(struct dash *d, double now)
{
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
        say(d, "no attention was recorded: none yet, or a model without");
}

static void press_earlier(struct dash *d, double now)
{
    (void)now;
    d->options.back = MIN(d->options.back + 1, RUN_SHOTS - 1);
}

static void press_later(struct dash *d, double now)
{
    (void)now;
    d->options.back = MAX(d->options.back - 1, 0);
}

/* ---- the rest ---- */

static void press_repaint(struct dash *d, double now)
{
    (void)d;
    (void)now;
    screen_repaint();
}

static void press_help(struct dash *d, double now)
{
    (void)now;
    d->help = 1;
}

/* The foot lines show hints in this order, as many as there is room for. */
const struct dash_key dash_keys[] = {
    { 'q', "q", "leave", "leave (also d, Ctrl-D); training goes on", NULL },
    { 'p', "p", "pause", "pause the training, and go on with it", press_pause },
    { 's', "s", "stop+save", "after a question: stop the training and save", press_stop },
    { 'k', "k", "save", "save a checkpoint now", press_save },
    { 'v', "v", "validate", "validate now", press_validate },
    { ':', ":", "command", "lr X, clip X, stop-at STEP and others; Tab lists", press_command },
    { '?', "?", "help", "this page (also F1)", press_help },
    { 'm', "m", "chart", "the next chart, where there is room for one", press_chart },
    { 'l', "l", "log-y", "logarithmic axis for loss and gradient norm", press_log },
    { 'X', "X", "log-x", "logarithmic axis for steps", press_log_x },
    { 'x', "x", "axis", "over steps, time or tokens", press_axis },
    { '+', "+", "smoother", "smooth curves more (moving average)", press_smoother },
    { '-', "-", "rougher", "smooth less; behind, faint, the raw spread", press_rougher },
    { 'z', "z", "zoom", "half as much, around the cursor or at the end", press_zoom_in },
    { 'Z', "Z", NULL, "twice as much", press_zoom_out },
    { '0', "0", "reset", "all of these as they were", press_reset },
    { 'T', "T", "table", "numbers in place of charts; arrows scroll", press_table },
    { 'w', "w", "csv", "write the table to a file here", press_csv },
    { 'S', "S", "sample", "ask the model as it stands", press_sample },
    { 'n', "n", "note", "words for the events", press_note },
    { 'a', "a", "attention", "where it looks; once more: the next question", press_probe },
    { '[', "[", NULL, "attention: an earlier validation", press_earlier },
    { ']', "]", NULL, "attention: a later one", press_later },
    { '\r', "Enter", NULL, "one chart alone, and back", press_alone },
    { SCREEN_LEFT, "Left, Right", NULL, "cursor: values at a step; PgUp, PgDn, Home, End",
      press_left },
    { 27, "Esc", NULL, "no cursor, no table", press_escape },
    { SCREEN_CTRL('C'), "Ctrl-C", NULL, "twice in 3 s: stop and save", press_interrupt },
    { SCREEN_CTRL('L'), "Ctrl-L", NULL, "draw the screen anew", press_repaint },
    { 'd', "d", NULL, NULL, NULL },
    { SCREEN_CTRL('D'), "Ctrl-D", NULL, NULL, NULL },
    { SCREEN_F1, "F1", NULL, NULL, press_help },
    { '=', "=", NULL, NULL, press_smoother },
    { SCREEN_RIGHT, "Right", NULL, NULL, press_right },
    { SCREEN_UP, "Up", NULL, NULL, press_up },
    { SCREEN_DOWN, "Down", NULL, NULL, press_down },
    { SCREEN_PAGE_UP, "PgUp", NULL, NULL, press_page_up },
    { SCREEN_PAGE_DOWN, "PgDn", NULL, NULL, press_page_down },
    { SCREEN_HOME, "Home", NULL, NULL, press_home },
    { SCREEN_END, "End", NULL, NULL, press_end },
    { .name = NULL },
};

/* 1 to 9: that chart. */
static bool choose_chart(struct dash *d, int key)
{
    int n = 0;
    while (view_table[n]->chart)
        n++;
    if (key < '1' || key >= '1' + n)
        return false;
    d->chart = key - '1';
    return true;
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
    if (d->ask && answer(d, key, now))
        return true;
    if (d->entry.open) {
        type(d, key, now);
        return true;
    }
    if (interrupt && d->stopping > 0)
        return true; /* the foot line says that it takes its time */
    if (interrupt && !run_reader_live(d->run))
        return false; /* nothing is lost by leaving */
    if (choose_chart(d, key))
        return true;
    for (const struct dash_key *k = dash_keys; k->name; k++) {
        if (k->key != key)
            continue;
        if (!k->press)
            return false;
        k->press(d, now);
        break;
    }
    return true;
}

bool dash_poll(struct dash *d, double now)
{
    bool news = run_reader_poll(d->run, now);
    keep_in_touch(d, now);
    if (d->ask == ASK_INTERRUPT && now - d->asked > AGAIN_WITHIN) {
        d->ask = ASK_NOTHING;
        news = true;
    }
    return dash_hear(d) || news;
}
