#include "ui/viewer.h"

#include "ui/theme.h"

#include <sys/stat.h>
#include <unistd.h>

static int take_graph(void *own, const char *value, struct err *err)
{
    (void)own;
    theme(); /* reads locale and environment, which the option outdoes */
    return theme_graph_set(value, err);
}

static int take_fps(void *own, const char *value, struct err *err)
{
    struct viewer *v = own;
    return opt_real(value, .01, 30, "--fps", &v->fps, err);
}

static int take_slow(void *own, const char *value, struct err *err)
{
    struct viewer *v = own;
    (void)value;
    (void)err;
    v->slow = true;
    return 0;
}

static int take_mouse(void *own, const char *value, struct err *err)
{
    struct viewer *v = own;
    (void)value;
    (void)err;
    v->mouse = true;
    return 0;
}

const struct opt viewer_options[] = {
    { .name = "graph", .arg = "SET", .take = take_graph,
      .help = "draw curves with braille, quad, block or ascii" },
    { .name = "fps", .arg = "N", .take = take_fps,
      .help = "frames a second, at most (default 2; with --slow 0.2)" },
    { .name = "slow", .take = take_slow,
      .help = "for a slow line: a frame every 5 s, with less in it" },
    { .name = "mouse", .take = take_mouse,
      .help = "hear the mouse, too; F9 switches it" },
    { .name = NULL },
};

double viewer_frame(const struct viewer *v)
{
    double fps = v->fps > 0 ? v->fps : v->slow ? .2 : 2;
    return 1 / fps;
}

bool viewer_foreign(const char *dir)
{
    struct stat st;
    return stat(dir, &st) == 0 && st.st_uid != geteuid() && geteuid() != 0;
}
