#include "ui/dash.h"

#include "base/file.h"
#include "ui/fmt.h"
#include "ui/out.h"
#include "ui/screen.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <time.h>

enum { EXIT_EARLY = 3, EXIT_STOPPED = 75, FRAME_MS = 500, AGAIN_WITHIN = 3 };

void dash_init(struct dash *d, const char *run_dir, bool ours)
{
    *d = (struct dash){
        .run = run_reader_new(run_dir),
        .options = { .log_y = true, .beta = .6 },
        .ours = ours,
    };
}

void dash_release(struct dash *d)
{
    run_reader_free(d->run);
    d->run = NULL;
}

/* ---- keys ---- */

static void say(struct dash *d, const char *text)
{
    snprintf(d->message, sizeof d->message, "%s", text);
}

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

static void press_log(struct dash *d, double now)
{
    (void)now;
    d->options.log_y = !d->options.log_y;
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

static void press_repaint(struct dash *d, double now)
{
    (void)d;
    (void)now;
    screen_repaint();
}

static void press_help(struct dash *d, double now)
{
    (void)now;
    d->help = true;
}

/* The foot line shows hints in this order, as many as there is room for. */
const struct dash_key dash_keys[] = {
    { 'q', "q", "leave", "leave (also d, Ctrl-D); training goes on", NULL },
    { 's', "s", "stop+save", "after a question: stop the training and save", press_stop },
    { '?', "?", "help", "this page (also F1)", press_help },
    { 'm', "m", "chart", "the next chart, where there is room for one", press_chart },
    { 'l', "l", "log-y", "logarithmic axis for loss and gradient norm", press_log },
    { '+', "+", "smoother", "smooth curves more (moving average)", press_smoother },
    { '-', "-", "rougher", "smooth less; behind, faint, the raw spread", press_rougher },
    { SCREEN_CTRL('C'), "Ctrl-C", NULL, "twice in 3 s: stop and save", press_interrupt },
    { SCREEN_CTRL('L'), "Ctrl-L", NULL, "draw the screen anew", press_repaint },
    { 'd', "d", NULL, NULL, NULL },
    { SCREEN_CTRL('D'), "Ctrl-D", NULL, NULL, NULL },
    { SCREEN_F1, "F1", NULL, NULL, press_help },
    { '=', "=", NULL, NULL, press_smoother },
    { .name = NULL },
};

/* ---- stopping the trainer ---- */

static void stop_trainer(struct dash *d, double now)
{
    long pid = run_reader_pid(d->run);
    if (pid < 0)
        say(d, "cannot stop it: its trainer is not to be found on this machine");
    else if (kill((pid_t)pid, SIGTERM) < 0)
        snprintf(d->message, sizeof d->message, "cannot stop process %ld: %s", pid,
                 strerror(errno));
    else
        d->stopping = now;
}

bool dash_stopped(const struct dash *d)
{
    return d->stopping > 0 && !run_reader_live(d->run);
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

bool dash_key(struct dash *d, int key, double now)
{
    bool interrupt = key == SCREEN_CTRL('C');
    if (d->ask == ASK_INTERRUPT && now - d->asked > AGAIN_WITHIN)
        d->ask = ASK_NOTHING;
    d->message[0] = '\0';
    if (d->help && !interrupt) {
        d->help = false;
        return true;
    }
    if (d->ask && answer(d, key, now))
        return true;
    if (interrupt && d->stopping > 0)
        return true; /* the foot line says that it takes its time */
    if (interrupt && !run_reader_live(d->run))
        return false; /* nothing is lost by leaving */
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
    if (d->ask == ASK_INTERRUPT && now - d->asked > AGAIN_WITHIN) {
        d->ask = ASK_NOTHING;
        news = true;
    }
    return news;
}

/* ---- the end ---- */

static void add_file(const struct dash *d, struct str *out, const char *before,
                     const char *name)
{
    char *path = path_join(d->run->dir, name);
    if (file_is(path))
        str_addf(out, "%s%s", before, path);
    free(path);
}

/* What a resumed trainer goes on from. */
static void add_resume(const struct dash *d, struct str *out)
{
    add_file(d, out, ", saved ", "last.safetensors");
    str_addf(out, "; seqsh train --resume --out %s goes on", d->run->dir);
}

void dash_summary(const struct dash *d, struct str *out)
{
    const struct run_reader *r = d->run;
    char text[FMT_MAX];
    double exact = r->series[RUN_VALID_EXACT].last;
    str_addf(out, "run %s: ", r->name);
    switch (r->status.state) {
    case RUN_DONE:
        str_add(out, "done");
        if (!isnan(exact))
            str_addf(out, ", exact %s", fmt_percent(text, exact));
        add_file(d, out, ", model ", "model.safetensors");
        break;
    case RUN_STOPPED:
        str_addf(out, "stopped at step %s", fmt_count(text, r->status.step));
        add_resume(d, out);
        break;
    case RUN_FAILED:
        str_addf(out, "failed: %s", r->status.message);
        break;
    case RUN_LOST:
        fmt_count(text, r->status.step);
        str_addf(out, "lost at step %s: its trainer is gone", text);
        add_resume(d, out);
        break;
    case RUN_WAITING:
        str_add(out, "has not begun");
        break;
    default:
        str_addf(out, "training goes on (pid %ld); seqsh attach %s", r->status.pid,
                 r->dir);
        break;
    }
}

int dash_status(const struct dash *d)
{
    enum run_state state = d->run->status.state;
    bool answers = d->ours || d->stopping > 0;
    if (!answers)
        return 0;
    if (state == RUN_STOPPED)
        return EXIT_STOPPED;
    if (state == RUN_DONE && d->run->early)
        return EXIT_EARLY;
    return state == RUN_FAILED || state == RUN_LOST;
}

/* ---- on a terminal ---- */

static double seconds(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void show(struct dash *d, struct canvas *c)
{
    dash_draw(d, c, seconds(CLOCK_REALTIME));
    screen_show(c);
}

static void loop(struct dash *d, struct canvas *c)
{
    double frame = seconds(CLOCK_MONOTONIC), left;
    for (;;) {
        while ((left = frame - seconds(CLOCK_MONOTONIC)) <= 0) {
            if (dash_poll(d, seconds(CLOCK_REALTIME)))
                show(d, c);
            if (dash_stopped(d))
                return;
            frame = seconds(CLOCK_MONOTONIC) + FRAME_MS * 1e-3;
        }
        int key = screen_key((int)ceil(left * 1000)), w, h;
        switch (key) {
        case SCREEN_NONE:
            continue;
        case SCREEN_GONE:
            return;
        case SCREEN_RESIZED:
        case SCREEN_RESUMED:
            screen_size(&w, &h);
            canvas_resize(c, w, h);
            break;
        default:
            if (!dash_key(d, key, seconds(CLOCK_REALTIME)))
                return;
        }
        show(d, c);
    }
}

static int size_from(const char *name, int otherwise)
{
    long n;
    const char *v = getenv(name);
    return v && parse_long(v, 1, 1000, &n) ? (int)n : otherwise;
}

static void print_frame(struct dash *d)
{
    struct canvas *c = canvas_new(size_from("COLUMNS", 80), size_from("LINES", 24));
    struct str text = STR_INIT;
    theme_colours(0);
    dash_draw(d, c, seconds(CLOCK_REALTIME));
    canvas_dump(c, &text);
    out_write(stdout, &text);
    str_release(&text);
    canvas_free(c);
}

int dash_print(const char *run_dir)
{
    struct dash d;
    dash_init(&d, run_dir, false);
    dash_poll(&d, seconds(CLOCK_REALTIME));
    print_frame(&d);
    dash_release(&d);
    return 0;
}

static int on_screen(struct dash *d)
{
    struct str line = STR_INIT;
    struct canvas *c;
    int w, h;
    screen_size(&w, &h);
    c = canvas_new(w, h);
    show(d, c);
    loop(d, c);
    screen_close();
    canvas_free(c);
    dash_summary(d, &line);
    ui_say(stdout, "%s", str_cstr(&line));
    str_release(&line);
    return dash_status(d);
}

int dash_main(const char *run_dir, bool ours)
{
    struct dash d;
    struct err err;
    int status = 0;
    if (!screen_possible())
        return dash_print(run_dir);
    dash_init(&d, run_dir, ours);
    dash_poll(&d, seconds(CLOCK_REALTIME));
    if (screen_open(&err) < 0) {
        ui_say(stderr, "seqsh: %s", err.msg);
        print_frame(&d);
    } else {
        status = on_screen(&d);
    }
    dash_release(&d);
    return status;
}
