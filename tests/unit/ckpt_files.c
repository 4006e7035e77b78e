#include "tests/unit/ckpt_files.h"

#include "base/file.h"
#include "base/mem.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct err err;
static char folder[] = "/tmp/seqsh-ckpt.XXXXXX";

int folder_make(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *f)
{
    (void)st;
    (void)type;
    (void)f;
    return remove(path);
}

int folder_remove(void **state)
{
    (void)state;
    return nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

const char *folder_path(void)
{
    return folder;
}

const char *in_folder(const char *name)
{
    static char path[200];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

const char *save(const void *bytes, size_t n)
{
    const char *path = in_folder("m.safetensors");
    unlink(path); /* some file systems sync a file that is emptied and written again */
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
    return path;
}

static void add_length(struct str *s, uint64_t length)
{
    for (int i = 0; i < 8; i++)
        str_addc(s, (char)(length >> 8 * i & 0xff));
}

const char *save_parts(const char *header, const void *data, size_t n)
{
    struct str s = STR_INIT;
    add_length(&s, strlen(header));
    str_add(&s, header);
    for (size_t i = 0; i < n; i++)
        str_addc(&s, data ? ((const char *)data)[i] : 0);
    const char *path = save(s.s, s.n);
    str_release(&s);
    return path;
}

struct str load(const char *path)
{
    struct str s = STR_INIT;
    assert_int_equal(file_read(path, 1 << 24, &s, &err), 0);
    return s;
}

struct ckpt *open_good(const char *path)
{
    struct ckpt *c = ckpt_open(path, &err);
    if (!c)
        fail_msg("%s", err.msg);
    return c;
}

void expect_message(const char *wanted)
{
    char text[800];
    err_text(&err, text, sizeof text);
    if (!strstr(text, wanted))
        fail_msg("'%s' is not in: %s", wanted, text);
}

void expect_refused(const char *path, const char *wanted)
{
    memset(&err, 0, sizeof err);
    struct ckpt *c = ckpt_open(path, &err);
    if (c)
        fail_msg("opened, without '%s'", wanted);
    expect_message(wanted);
}

void expect_unread(const struct ckpt *c, const char *name, int rows, int cols,
                          const char *wanted)
{
    real *x = xcalloc((size_t)(MAX(rows, 1) * cols), sizeof *x);
    memset(&err, 0, sizeof err);
    assert_int_equal(ckpt_read(c, name, rows, cols, x, &err), -1);
    expect_message(wanted);
    free(x);
}

void commit(struct ckpt_new *n, const char *path)
{
    size_t bytes;
    struct stat st;
    if (ckpt_commit(n, path, &bytes, &err) < 0)
        fail_msg("%s", err.msg);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(bytes, st.st_size);
}
