/*
 * Any bytes as each format of one file: pairs of valid UTF-8 with both sides, or reasons.
 */
#include "tests/fuzz/fuzz.h"

#include "base/utf8.h"
#include "corpora/reader.h"

#include <sys/mman.h>
#include <unistd.h>

/* One file in memory takes every input: a real one would be as good, but slow. */
static const char *save(const uint8_t *data, size_t n)
{
    static char path[40];
    static int fd = -1;
    if (fd < 0) {
        fd = memfd_create("corpus", MFD_CLOEXEC);
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    }
    if (fd < 0 || ftruncate(fd, 0) || pwrite(fd, data, n, 0) != (ssize_t)n)
        BUG("no file in memory");
    return path;
}

static void check(const struct reader *r, const struct example *ex)
{
    if (ex->kind != EXAMPLE_PAIR) {
        if (!ex->why || !ex->why[0])
            BUG("%s: not a pair, and nobody says why", r->name);
        return;
    }
    if (!ex->src[0] || !ex->tgt[0])
        BUG("%s: an empty side", r->name);
    if (!utf8_valid(ex->src, strlen(ex->src)) || !utf8_valid(ex->tgt, strlen(ex->tgt)))
        BUG("%s: a pair that is no UTF-8", r->name);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    const char *path = save(data, n);
    struct settings s;
    settings_init(&s);
    reader_guess(path, false);
    for (const struct reader *const *row = reader_table; *row; row++) {
        struct err err = { .msg = "" };
        struct example ex;
        int got = 0;
        if ((*row)->generates)
            continue;
        settings_set(&s, "target", path, &err);
        void *r = (*row)->open(&s, path, &err);
        while (r && (got = (*row)->next(r, &ex, &err)) > 0)
            check(*row, &ex);
        if ((!r || got < 0) && !err.msg[0])
            BUG("%s: refused and nobody says why", (*row)->name);
        if (r)
            (*row)->close(r);
    }
    return 0;
}
