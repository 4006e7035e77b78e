#include "ui/revision.h"

#include "ui/errand.h"

#include <ctype.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE = 10 }; /* seconds: of a very large work tree nothing is known */

/* Is this folder, or one it lies in, a work tree? Spares others the process. */
static bool in_work_tree(void)
{
    char path[4096], git[4096 + 8];
    if (!getcwd(path, sizeof path))
        return false;
    for (char *slash = path + strlen(path); slash; slash = strrchr(path, '/')) {
        *slash = '\0';
        snprintf(git, sizeof git, "%s/.git", path);
        if (access(git, F_OK) == 0)
            return true;
    }
    return false;
}

/* Until it has said all, or for too long. */
static void listen_to(struct errand *e)
{
    struct pollfd on = { .fd = e->fd, .events = POLLIN };
    time_t end = time(NULL) + PATIENCE;
    while (errand_read(e) && time(NULL) < end)
        poll(&on, 1, 1000);
}

/* "3fa2c1e-dirty\n": anything else is a complaint. */
static bool parse(const char *said, char buf[REVISION_MAX])
{
    size_t n = 0;
    while (isxdigit((unsigned char)said[n]))
        n++;
    bool dirty = !strcmp(said + n, "-dirty\n");
    if (n < 4 || n > 40 || (!dirty && strcmp(said + n, "\n")))
        return false;
    snprintf(buf, REVISION_MAX, "%.*s%s", (int)n, said, dirty ? " (dirty)" : "");
    return true;
}

const char *revision_here(char buf[REVISION_MAX])
{
    static const char *const command[] = {
        "git", "--no-optional-locks", "-c", "core.fsmonitor=false", "describe", "--always",
        "--dirty", "--exclude=*", NULL
    };
    struct errand e = { .pid = 0 };
    struct err err;
    if (!in_work_tree() || errand_start(&e, command, &err) < 0)
        return NULL;
    listen_to(&e);
    bool known = parse(str_cstr(&e.out), buf);
    errand_end(&e);
    return known ? buf : NULL;
}
