#include "tests/unit/data_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

char path[] = "/tmp/seqsh-data.XXXXXX";

int make_path(void **state)
{
    (void)state;
    int fd = mkstemp(path);
    return fd < 0 ? -1 : close(fd);
}

int drop_path(void **state)
{
    (void)state;
    return unlink(path);
}

void put_bytes(const void *bytes, size_t n)
{
    FILE *out = fopen(path, "wb");
    assert_non_null(out);
    assert_int_equal(fwrite(bytes, 1, n, out), n);
    assert_int_equal(fclose(out), 0);
}

void put_file(const char *text)
{
    put_bytes(text, strlen(text));
}

struct settings config(const char *text, const char *file)
{
    struct settings s;
    struct err err;
    settings_init(&s);
    if (settings_parse(&s, text, strlen(text), "test", &err) < 0)
        fail_msg("%s: %s", err.where, err.msg);
    if (file) {
        put_file(file);
        assert_int_equal(settings_set(&s, "data", path, &err), 0);
    }
    if (settings_check(&s, &err) < 0)
        fail_msg("%s", err.msg);
    return s;
}

void load(struct dataset *ds, const char *text, const char *file)
{
    struct settings s = config(text, file);
    struct err err;
    if (dataset_load(ds, &s, &err) < 0)
        fail_msg("%s: %s %s", text, err.where, err.msg);
}

void assert_pieces(const struct codec *c, const char *want)
{
    struct str all = STR_INIT;
    for (int i = 0; i < vocab_size(c->vocab); i++)
        str_add(&all, codec_piece(c, i));
    assert_string_equal(all.s, want);
    str_release(&all);
}
