#include "ui/watch.h"

#include "base/file.h"
#include "ui/dash.h"
#include "ui/out.h"
#include "ui/screen.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { EXIT_USAGE = 2, ANSWERS_WITHIN = 10, ANSWER_MS = 3 };

struct options {
    struct watch *watch;
    bool once;
};

static int take_filter(void *own, const char *value, struct err *err)
{
    struct options *o = own;
    return watch_filter(o->watch, value, err) < 0 ? err_prefix(err, "--filter") : 0;
}

static int take_once(void *own, const char *value, struct err *err)
{
    struct options *o = own;
    (void)value;
    (void)err;
    o->once = true;
    return 0;
}

static int take_read_only(void *own, const char *value, struct err *err)
{
    struct options *o = own;
    (void)value;
    (void)err;
    o->watch->viewer.read_only = true;
    return 0;
}

const struct opt watch_options[] = {
    { .name = "filter", .arg = "EXPR", .take = take_filter,
      .help = "only these runs; seqsh runs has the language" },
    { .name = "once", .take = take_once, .help = "print one screen as text and leave" },
    { .name = "read-only", .take = take_read_only,
      .help = "only look: no key changes anything of a run" },
    { .name = NULL },
};

static double seconds(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void show(struct watch *w, struct canvas *c)
{
    watch_draw(w, c, seconds(CLOCK_REALTIME));
    screen_show(c);
}

/* The dashboard of another machine, in this terminal. */
static void open_there(const struct run_entry *e)
{
    struct str command = STR_INIT;
    peer_command(e, "attach", "", &command);
    pid_t child = fork();
    if (child == 0) {
        execlp("ssh", "ssh", "-t", "--", e->where, command.s, (char *)NULL);
        _exit(127);
    }
    while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR)
        ;
    str_release(&command);
}

/* false: the terminal cannot be had again. */
static bool open_run(struct watch *w)
{
    struct err err;
    struct run_entry *e = w->open;
    w->open = NULL;
    screen_close();
    if (e->where[0])
        open_there(e);
    else
        dash_main(e->run->dir, false, &w->viewer);
    return screen_open(&err) == 0;
}

static void loop(struct watch *w, struct canvas *c)
{
    double frame = seconds(CLOCK_MONOTONIC), left;
    int width, height;
    for (;;) {
        while ((left = frame - seconds(CLOCK_MONOTONIC)) <= 0) {
            if (watch_poll(w, seconds(CLOCK_REALTIME)))
                show(w, c);
            frame = seconds(CLOCK_MONOTONIC) + viewer_frame(&w->viewer);
        }
        int ms = (int)ceil(left * 1000);
        bool waits = watch_waits(w, seconds(CLOCK_REALTIME));
        int key = screen_key(waits ? MIN(ms, ANSWER_MS) : ms);
        if (waits)
            watch_hear(w, seconds(CLOCK_REALTIME));
        if (key == SCREEN_NONE)
            continue;
        if (key == SCREEN_GONE)
            return;
        bool sized = key == SCREEN_RESIZED || key == SCREEN_RESUMED;
        if (!sized && !watch_key(w, key, seconds(CLOCK_REALTIME)))
            return;
        if (w->open && !open_run(w))
            return;
        screen_size(&width, &height);
        if (c->w != width || c->h != height || sized)
            canvas_resize(c, width, height);
        show(w, c);
    }
}

static int size_from(const char *name, int otherwise)
{
    long n;
    const char *v = getenv(name);
    return v && parse_long(v, 1, 1000, &n) ? (int)n : otherwise;
}

/* Other machines get some time to answer. */
static void print_frame(struct watch *w)
{
    struct canvas *c = canvas_new(size_from("COLUMNS", 80), size_from("LINES", 24));
    struct str text = STR_INIT;
    double end = seconds(CLOCK_MONOTONIC) + ANSWERS_WITHIN;
    watch_poll(w, seconds(CLOCK_REALTIME));
    while (!peers_ready(&w->peers) && seconds(CLOCK_MONOTONIC) < end) {
        usleep(20000);
        watch_poll(w, seconds(CLOCK_REALTIME));
    }
    theme_colours(0);
    watch_draw(w, c, seconds(CLOCK_REALTIME));
    canvas_dump(c, &text);
    out_write(stdout, &text);
    str_release(&text);
    canvas_free(c);
}

static void on_screen(struct watch *w)
{
    int width, height;
    screen_size(&width, &height);
    struct canvas *c = canvas_new(width, height);
    watch_poll(w, seconds(CLOCK_REALTIME));
    w->options.sparse = w->viewer.slow;
    screen_mouse(w->viewer.mouse);
    screen_patience(w->viewer.slow ? 500 : 50);
    show(w, c);
    loop(w, c);
    screen_close();
    canvas_free(c);
}

static int watch(struct watch *w, bool once)
{
    struct err err;
    signal(SIGPIPE, SIG_IGN); /* of a line to another machine */
    if (once || !screen_possible()) {
        print_frame(w);
    } else if (screen_open(&err) < 0) {
        ui_say(stderr, "seqsh: %s", err.msg);
        print_frame(w);
    } else {
        on_screen(w);
    }
    return 0;
}

int watch_main(int argc, char **argv)
{
    static const char here[] = "runs";
    struct watch w;
    struct options o = { .watch = &w };
    const struct opt_table tables[] = { { watch_options, &o }, { viewer_options, &w.viewer },
                                        { NULL, NULL } };
    struct err err;
    watch_init(&w);
    int n = opt_parse(tables, argc, argv, &err), bad = n < 0 ? -1 : 0;
    int status = EXIT_USAGE;
    for (int i = 0; !bad && i < MAX(n, 1); i++)
        bad = watch_add(&w, n ? argv[1 + i] : here, &err);
    if (n >= 0)
        status = bad ? 1 : watch(&w, o.once);
    if (bad)
        ui_say(stderr, "seqsh: %s", err.msg);
    watch_release(&w);
    return status;
}
