#include "ui/data.h"

#include "base/file.h"

#include <libgen.h>
#include <limits.h>
#include <unistd.h>

enum { PLACES = 3 };

static void beside_program(char *out, size_t n)
{
    char exe[PATH_MAX];
    ssize_t got = readlink("/proc/self/exe", exe, sizeof exe - 1);
    out[0] = '\0';
    if (got > 0) {
        exe[got] = '\0';
        snprintf(out, n, "%s/models", dirname(exe));
    }
}

/* The folders in their order; an empty one does not exist here. */
static void places(char out[PLACES][PATH_MAX])
{
    const char *set = getenv("SEQSH_MODELS");
    snprintf(out[0], PATH_MAX, "%s", set ? set : "");
    beside_program(out[1], PATH_MAX);
    snprintf(out[2], PATH_MAX, "%s", PKGDATADIR "/models");
}

char *data_find(const char *name)
{
    char place[PLACES][PATH_MAX];
    places(place);
    for (int i = 0; i < PLACES; i++) {
        if (!place[i][0])
            continue;
        char *path = path_join(place[i], name);
        if (file_is(path))
            return path;
        free(path);
    }
    return NULL;
}

void data_places(struct str *out)
{
    char place[PLACES][PATH_MAX];
    places(place);
    for (int i = 0; i < PLACES; i++)
        if (place[i][0])
            str_addf(out, "%s%s", out->n ? ", " : "", place[i]);
}
