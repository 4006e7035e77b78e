#include "ui/attach.h"

#include "base/file.h"
#include "base/mem.h"
#include "ui/dash.h"
#include "ui/names.h"
#include "ui/ui_text.h"
#include "ui/viewer.h"

#include <dirent.h>
#include <sys/stat.h>

enum { EXIT_USAGE = 2 };

static const char runs[] = "runs";

double attach_written(const char *dir)
{
    static const char *const file[] = { "status", "events.jsonl", "config", "lock" };
    double newest = 0;
    for (size_t i = 0; i < ARRAY_LEN(file); i++) {
        struct stat st;
        char *path = path_join(dir, file[i]);
        if (stat(path, &st) == 0 && S_ISREG(st.st_mode)) {
            double t = (double)st.st_mtim.tv_sec + (double)st.st_mtim.tv_nsec * 1e-9;
            newest = t > newest ? t : newest;
        }
        free(path);
    }
    return newest;
}

/* The run folders in ./runs, sorted; *newest is the one written last, or NULL. */
static void list_runs(struct names *all, char **newest)
{
    DIR *d = opendir(runs);
    struct dirent *e;
    double latest = 0;
    *newest = NULL;
    while (d && (e = readdir(d))) {
        char *dir = path_join(runs, e->d_name);
        double t = e->d_name[0] == '.' ? 0 : attach_written(dir);
        if (t > 0)
            names_add(all, e->d_name);
        if (t > latest) {
            latest = t;
            free(*newest);
            *newest = xstrdup(dir);
        }
        free(dir);
    }
    if (d)
        closedir(d);
    names_sort(all);
}

static void no_such_run(const char *name, const struct names *all, struct err *err)
{
    struct str list = STR_INIT;
    for (int i = 0; i < all->n && i < 8; i++)
        str_addf(&list, "%s%s", i ? ", " : "", all->s[i]);
    if (all->n > 8)
        str_addf(&list, " and %d more", all->n - 8);
    if (!name)
        err_set(err, "there is no run in '%s': seqsh train starts one", runs);
    else if (dir_is(name))
        err_set(err, "'%s' is not a run folder: no status, no events.jsonl, no config",
                name);
    else if (!all->n)
        err_set(err, "there is no run '%s', and none in '%s' at all", name, runs);
    else
        err_set(err, "there is no run '%s' in '%s': it has %s", name, runs,
                str_cstr(&list));
    str_release(&list);
}

char *attach_find(const char *name, struct err *err)
{
    struct names all = { 0 };
    char *newest, *found = NULL;
    if (name && attach_written(name) > 0)
        return xstrdup(name);
    list_runs(&all, &newest);
    if (!name) {
        found = newest;
        newest = NULL;
    } else if (!strchr(name, '/')) {
        found = path_join(runs, name);
        if (attach_written(found) == 0) {
            free(found);
            found = NULL;
        }
    }
    if (!found)
        no_such_run(name, &all, err);
    names_release(&all);
    free(newest);
    return found;
}

struct attach {
    struct viewer viewer;
    bool once;
};

static int take_once(void *own, const char *value, struct err *err)
{
    struct attach *a = own;
    (void)value;
    (void)err;
    a->once = true;
    return 0;
}

static int take_read_only(void *own, const char *value, struct err *err)
{
    struct attach *a = own;
    (void)value;
    (void)err;
    a->viewer.read_only = true;
    return 0;
}

const struct opt attach_options[] = {
    { .name = "once", .take = take_once, .help = "print one screen as text and leave" },
    { .name = "read-only", .take = take_read_only,
      .help = "only look: no key changes anything of the run" },
    { .name = NULL },
};

int attach_main(int argc, char **argv)
{
    struct attach a = { .once = false };
    const struct opt_table tables[] = { { attach_options, &a }, { viewer_options, &a.viewer },
                                        { NULL, NULL } };
    struct err err;
    char text[700], *dir = NULL;
    int n = opt_parse(tables, argc, argv, &err);
    if (n > 1)
        n = err_set(&err, "one run at a time, not %d", n);
    if (n >= 0)
        dir = attach_find(n ? argv[1] : NULL, &err);
    if (!dir) {
        ui_say(stderr, "seqsh: %s", err_text(&err, text, sizeof text));
        return n < 0 ? EXIT_USAGE : 1;
    }
    int status = a.once ? dash_print(dir) : dash_main(dir, false, &a.viewer);
    free(dir);
    return status;
}
