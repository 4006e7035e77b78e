#include "ui/find.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/near.h"
#include "base/utf8.h"
#include "ui/data.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char suffix[] = ".safetensors";
static const char *const of_run[] = { "model", "best", "last" };

static bool ends_so(const char *name)
{
    size_t n = strlen(name), k = sizeof suffix - 1;
    return n > k && !strcmp(name + n - k, suffix);
}

/* ---- one model ------------------------------------------------------------------- */

static char *in_folder(const char *folder, const char *name)
{
    struct str file = STR_INIT;
    str_addf(&file, "%s%s", name, ends_so(name) ? "" : suffix);
    char *path = strcmp(folder, ".") ? path_join(folder, file.s) : xstrdup(file.s);
    str_release(&file);
    if (file_is(path))
        return path;
    free(path);
    return NULL;
}

/* A trainer holds the lock of its run. */
static bool trains(const char *folder)
{
    char *path = path_join(folder, "lock");
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    bool held = fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK;
    if (fd >= 0)
        close(fd);
    free(path);
    return held;
}

static char *newest_in(const char *folder)
{
    struct stat st;
    struct timespec latest = { 0 };
    char *newest = NULL;
    for (size_t i = 0; i < ARRAY_LEN(of_run); i++) {
        char *path = in_folder(folder, of_run[i]);
        bool later = path && stat(path, &st) == 0 &&
                     (st.st_mtim.tv_sec > latest.tv_sec ||
                      (st.st_mtim.tv_sec == latest.tv_sec &&
                       st.st_mtim.tv_nsec > latest.tv_nsec));
        if (later) {
            latest = st.st_mtim;
            free(newest);
            newest = path;
        } else {
            free(path);
        }
    }
    return newest;
}

static char *in_run(const char *folder)
{
    char *path = trains(folder) ? newest_in(folder) : NULL;
    for (size_t i = 0; i < ARRAY_LEN(of_run) && !path; i++)
        path = in_folder(folder, of_run[i]);
    return path;
}

static char *by_name(const char *name)
{
    struct names places = { 0 };
    char *path = NULL;
    names_add(&places, ".");
    data_folders(&places);
    for (int i = 0; i < places.n && !path; i++)
        path = in_folder(places.s[i], name);
    names_release(&places);
    if (!path) {
        char *run = path_join("runs", name);
        path = in_run(run);
        free(run);
    }
    return path;
}

static int not_found(const char *name, struct err *err)
{
    struct names there = { 0 }, places = { 0 };
    struct str text = STR_INIT;
    struct near near = near_to(name);
    data_folders(&places);
    find_models(&there);
    str_addf(&text, "no model '%s' here, in ", utf8_quote(name).s);
    for (int i = 0; i < places.n; i++)
        str_addf(&text, "%s, ", places.s[i]);
    str_add(&text, "or in runs");
    for (int i = 0; i < there.n; i++) {
        near_try(&near, there.s[i]);
        str_addf(&text, "%s%s", i == 0 ? "; there is " : ", ", utf8_quote(there.s[i]).s);
    }
    if (near.best)
        err_set(err, "no model '%s': did you mean '%s'?", utf8_quote(name).s,
                utf8_quote(near.best).s);
    else
        err_set(err, "%s%s", text.s, there.n ? "" : "; there are no models at all");
    names_release(&there);
    names_release(&places);
    str_release(&text);
    return -1;
}

char *find_model(const char *name, struct err *err)
{
    char *path = NULL;
    if (!*name) {
        err_set(err, "the name of the model is empty");
        return NULL;
    }
    if (dir_is(name)) {
        path = in_run(name);
        if (!path && strchr(name, '/')) {
            err_set(err, "no model in the folder '%s'", utf8_quote(name).s);
            return NULL;
        }
    } else if (strchr(name, '/') || file_is(name)) {
        return xstrdup(name); /* whoever opens it says what is wrong with it */
    }
    if (!path)
        path = by_name(name);
    if (!path)
        not_found(name, err);
    return path;
}

char *find_newest(const char *path)
{
    const char *base = strrchr(path, '/');
    bool of_a_run = false;
    for (size_t i = 0; base && i < ARRAY_LEN(of_run); i++) {
        size_t n = strlen(of_run[i]);
        of_a_run |= !strncmp(base + 1, of_run[i], n) && !strcmp(base + 1 + n, suffix);
    }
    char *folder = of_a_run ? xstrndup(path, (size_t)(base - path)) : NULL;
    char *newest = folder ? in_run(folder) : NULL;
    free(folder);
    return newest;
}

/* ---- all of them ----------------------------------------------------------------- */

static void list_files(const char *folder, struct names *out)
{
    DIR *dir = opendir(folder);
    struct dirent *e;
    while (dir && (e = readdir(dir)))
        if (ends_so(e->d_name) && e->d_name[0] != '.')
            names_addn(out, e->d_name, strlen(e->d_name) - (sizeof suffix - 1));
    if (dir)
        closedir(dir);
}

static void list_runs(struct names *out)
{
    DIR *dir = opendir("runs");
    struct dirent *e;
    while (dir && (e = readdir(dir))) {
        if (e->d_name[0] == '.')
            continue;
        char *run = path_join("runs", e->d_name), *path = in_run(run);
        if (path)
            names_add(out, e->d_name);
        free(run);
        free(path);
    }
    if (dir)
        closedir(dir);
}

void find_models(struct names *out)
{
    struct names places = { 0 };
    names_add(&places, ".");
    data_folders(&places);
    for (int i = 0; i < places.n; i++)
        list_files(places.s[i], out);
    names_release(&places);
    list_runs(out);
    names_sort(out);
}

char *find_name(const char *path)
{
    const char *base = strrchr(path, '/');
    base = base ? base + 1 : path;
    size_t n = strlen(base) - (ends_so(base) ? sizeof suffix - 1 : 0);
    for (size_t i = 0; i < ARRAY_LEN(of_run) && base > path; i++) {
        if (strlen(of_run[i]) != n || strncmp(of_run[i], base, n))
            continue;
        const char *end = base - 1, *start = end; /* the run's name is its folder's */
        while (start > path && start[-1] != '/')
            start--;
        return xstrndup(start, (size_t)(end - start));
    }
    return xstrndup(base, n);
}
