/*
 * Any bytes as a checkpoint: a message, or tensors whose values are all finite.
 */
#include "tests/fuzz/fuzz.h"

#include "base/mem.h"
#include "model/ckpt.h"

#include <math.h>
#include <sys/mman.h>
#include <unistd.h>

/* One file in memory takes every input: a real one would be as good, but slow. */
static const char *save(const uint8_t *data, size_t n)
{
    static char path[40];
    static int fd = -1;
    if (fd < 0) {
        fd = memfd_create("ckpt", MFD_CLOEXEC);
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    }
    if (fd < 0 || ftruncate(fd, 0) || pwrite(fd, data, n, 0) != (ssize_t)n)
        BUG("no file in memory");
    return path;
}

static void read_all(const struct ckpt *c)
{
    for (int i = 0; i < ckpt_count(c); i++) {
        struct err err = { .msg = "" };
        const struct ckpt_tensor *t = ckpt_at(c, i);
        int rows = t->dims == 2 ? (int)t->shape[0] : 1;
        int cols = t->dims ? (int)t->shape[t->dims - 1] : 1;
        /* as many values as the file can hold, in the smallest type there is */
        real *x = xcalloc(t->bytes, sizeof *x);
        int64_t *v = xcalloc(t->bytes, sizeof *v);
        if (ckpt_read(c, t->name, rows, cols, x, &err) == 0) {
            for (size_t k = 0; k < (size_t)rows * (size_t)cols; k++)
                if (!isfinite(x[k]))
                    BUG("value %zu of '%s' is not finite", k, t->name);
        } else if (!err.msg[0]) {
            BUG("'%s' is not read and nobody says why", t->name);
        }
        if (t->type == CKPT_I32 || t->type == CKPT_I64)
            ckpt_read_ints(c, t->name, t->bytes / (t->type == CKPT_I32 ? 4 : 8), v, &err);
        free(x);
        free(v);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct err err = { .msg = "" };
    struct ckpt *c = ckpt_open(save(data, n), &err);
    if (c) {
        ckpt_meta(c, "settings");
        read_all(c);
    } else if (!err.msg[0]) {
        BUG("refused and nobody says why");
    }
    ckpt_close(c);
    return 0;
}
