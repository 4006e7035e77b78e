/*
 * Any bytes as a file to import: a zip archive ("PK"), Keras' description of a model
 * ("{"), else a state dict of PyTorch. A message, or a model. What libhdf5 reads is
 * left to libhdf5.
 */
#include "tests/fuzz/fuzz.h"

#include "base/mem.h"
#include "model/import.h"
#include "model/keras_config.h"
#include "model/zip.h"

#include <sys/mman.h>
#include <unistd.h>

static const char *save(const uint8_t *data, size_t n)
{
    static char path[40];
    static int fd = -1;
    if (fd < 0) {
        fd = memfd_create("import", MFD_CLOEXEC);
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    }
    if (fd < 0 || ftruncate(fd, 0) || pwrite(fd, data, n, 0) != (ssize_t)n)
        BUG("no file in memory");
    return path;
}

static void unpack(const uint8_t *data, size_t n, struct err *err)
{
    struct str zip = STR_INIT, out = STR_INIT;
    str_addn(&zip, data, n);
    if (zip_member(&zip, "x", "a.json", &out, err) < 0 && !err->msg[0])
        BUG("refused and nobody says why");
    str_release(&zip);
    str_release(&out);
}

static void describe(const uint8_t *data, size_t n, struct err *err)
{
    struct keras_config k;
    if (keras_config_read(&k, (const char *)data, n, n % 2, err) < 0 && !err->msg[0])
        BUG("refused and nobody says why");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct err err = { .msg = "" };
    struct import_options o = { 0 };
    struct str notes = STR_INIT;
    if (n > 1 && data[0] == 'P' && data[1] == 'K') {
        unpack(data, n, &err);
    } else if (n > 0 && data[0] == '{') {
        describe(data, n, &err);
    } else {
        struct model *m = import_torch(save(data, n), &o, &notes, &err);
        if (!m && !err.msg[0])
            BUG("refused and nobody says why");
        model_free(m);
    }
    str_release(&notes);
    return 0;
}
