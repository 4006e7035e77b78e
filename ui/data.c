#include "ui/data.h"

#include "base/file.h"

#include <libgen.h>
#include <limits.h>
#include <unistd.h>

static void beside_program(struct names *out)
{
    char exe[PATH_MAX];
    ssize_t got = readlink("/proc/self/exe", exe, sizeof exe - 1);
    if (got <= 0)
        return;
    exe[got] = '\0';
    char *path = path_join(dirname(exe), "models");
    names_add(out, path);
    free(path);
}

void data_folders(struct names *out)
{
    const char *set = getenv("SEQSH_MODELS");
    if (set && *set)
        names_add(out, set);
    beside_program(out);
    names_add(out, PKGDATADIR "/models");
}

void data_preset_folders(struct names *out)
{
    struct names folder = { 0 };
    data_folders(&folder);
    for (int i = 0; i < folder.n; i++) {
        char *path = path_join(folder.s[i], "presets");
        names_add(out, path);
        free(path);
    }
    names_release(&folder);
}

char *data_find(const char *name)
{
    struct names folder = { 0 };
    char *found = NULL;
    data_folders(&folder);
    for (int i = 0; i < folder.n && !found; i++) {
        char *path = path_join(folder.s[i], name);
        if (file_is(path))
            found = path;
        else
            free(path);
    }
    names_release(&folder);
    return found;
}

void data_places(struct str *out)
{
    struct names folder = { 0 };
    data_folders(&folder);
    for (int i = 0; i < folder.n; i++)
        str_addf(out, "%s%s", out->n ? ", " : "", folder.s[i]);
    names_release(&folder);
}
