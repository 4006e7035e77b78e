#include "ui/dash.h"

#include "base/file.h"
#include "ui/fmt.h"
#include "ui/out.h"
#include "ui/screen.h"

#include <math.h>
#include <sys/statvfs.h>
#include <time.h>

enum { EXIT_EARLY = 3, EXIT_STOPPED = 75, EXIT_KILLED = 137, ANSWER_MS = 20 };

void dash_init(struct dash *d, const char *run_dir, bool ours)
{
    *d = (struct dash){
        .run = run_reader_new(run_dir),
        .options = view_options_default(),
        .ours = ours,
        .remote = { .fd = -1 },
        .disk = NAN,
        .net = NAN,
    };
}

void dash_release(struct dash *d)
{
    run_reader_free(d->run);
    remote_close(&d->remote);
    entry_release(&d->entry);
    entry_release(&d->search);
    str_release(&d->kept);
    d->run = NULL;
}

bool dash_stopped(const struct dash *d)
{
    return d->stopping > 0 && !run_reader_live(d->run);
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
        str_addf(out, "%s at step %s", r->killed ? "killed" : "stopped",
                 fmt_count(text, r->status.step));
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
        return d->run->killed ? EXIT_KILLED : EXIT_STOPPED;
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

/* What goes to the terminal, measured over some seconds; without the first frame. */
static void count_bytes(struct dash *d)
{
    enum { OVER = 5 };
    static double since, bytes;
    double now = seconds(CLOCK_MONOTONIC);
    int sent = screen_sent();
    bytes += sent;
    if (now - since < OVER)
        return;
    d->net = since > 0 && sent >= 0 ? bytes / (now - since) : NAN;
    since = now;
    bytes = 0;
}

static void show(struct dash *d, struct canvas *c)
{
    dash_draw(d, c, seconds(CLOCK_REALTIME));
    screen_show(c);
    count_bytes(d);
}

/* What the folder's disk has left; of a run that rests, nothing is to change. */
static void look_around(struct dash *d)
{
    struct statvfs disk;
    if (!run_reader_live(d->run) || d->run->status.state == RUN_PAUSED)
        return;
    if (statvfs(d->run->dir, &disk) == 0)
        d->disk = (double)disk.f_bavail * (double)disk.f_frsize;
}

static void loop(struct dash *d, struct canvas *c)
{
    double frame = seconds(CLOCK_MONOTONIC), left;
    for (;;) {
        while ((left = frame - seconds(CLOCK_MONOTONIC)) <= 0) {
            look_around(d);
            if (dash_poll(d, seconds(CLOCK_REALTIME)))
                show(d, c);
            if (dash_stopped(d))
                return;
            frame = seconds(CLOCK_MONOTONIC) + viewer_frame(&d->viewer);
        }
        int ms = (int)ceil(left * 1000), w, h;
        int key = screen_key(dash_waits(d) ? MIN(ms, ANSWER_MS) : ms);
        if (dash_hear(d) && key == SCREEN_NONE)
            show(d, c);
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
            bool goes_on = dash_key(d, key, seconds(CLOCK_REALTIME));
            dash_view_keep(d);
            if (!goes_on)
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

static void choose_viewer(struct dash *d, const struct viewer *v)
{
    d->viewer = *v;
    d->viewer.read_only |= viewer_foreign(d->run->dir);
    d->options.sparse = v->slow;
    screen_mouse(v->mouse);
    screen_patience(v->slow ? 500 : 50);
}

int dash_main(const char *run_dir, bool ours, const struct viewer *v)
{
    struct dash d;
    struct err err;
    int status = 0;
    if (!screen_possible())
        return dash_print(run_dir);
    dash_init(&d, run_dir, ours);
    choose_viewer(&d, v);
    dash_poll(&d, seconds(CLOCK_REALTIME));
    dash_view_load(&d);
    if (screen_open(&err) < 0) {
        ui_say(stderr, "seqsh: %s", err.msg);
        print_frame(&d);
    } else {
        status = on_screen(&d);
    }
    dash_release(&d);
    return status;
}
