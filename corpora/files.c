#include "corpora/files.h"

#include "base/file.h"
#include "base/mem.h"

#include <dirent.h>
#include <errno.h>
#include <strings.h>

enum { DEPTH = 16 }; /* folders in folders; links may go round */

static void add(struct files *f, char *path_taken)
{
    if (f->n == f->room) {
        f->room = 2 * f->room + 64;
        f->path = xrealloc(f->path, (size_t)f->room * sizeof *f->path);
    }
    f->path[f->n++] = path_taken;
}

static bool ends_in(const char *name, const char *ending)
{
    size_t n = strlen(name), k = strlen(ending);
    return n >= k && !strcasecmp(name + n - k, ending);
}

static int visit(struct files *f, const char *folder, const char *ending, int depth,
                 struct err *err)
{
    DIR *dir = opendir(folder);
    struct dirent *e;
    int bad = 0;
    if (!dir)
        return err_set(err, "cannot open '%s': %s", folder, strerror(errno));
    while (!bad && (e = readdir(dir))) {
        if (e->d_name[0] == '.')
            continue;
        char *path = path_join(folder, e->d_name);
        if (dir_is(path)) {
            if (depth < DEPTH)
                bad = visit(f, path, ending, depth + 1, err);
            free(path);
        } else if (ends_in(path, ending)) {
            add(f, path);
        } else {
            free(path);
        }
    }
    closedir(dir);
    return bad;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

int files_find(struct files *f, const char *path, const char *ending, struct err *err)
{
    *f = (struct files){ 0 };
    if (!dir_is(path)) {
        add(f, xstrdup(path));
        return 0;
    }
    int bad = visit(f, path, ending, 0, err);
    if (!bad && f->n == 0)
        bad = err_set(err, "no file in '%s' ends in %s", path, ending);
    if (bad)
        files_release(f);
    else
        qsort(f->path, (size_t)f->n, sizeof *f->path, by_name);
    return bad;
}

void files_release(struct files *f)
{
    for (int i = 0; i < f->n; i++)
        free(f->path[i]);
    free(f->path);
    *f = (struct files){ 0 };
}
