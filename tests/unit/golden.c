#include "tests/unit/golden.h"

#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

const char *source(const char *name)
{
    static char path[4096];
    const char *src = getenv("SRCDIR");
    snprintf(path, sizeof path, "%s/tests/screen/%s", src ? src : ".", name);
    return path;
}

void golden_same(const char *name, const char *screen)
{
    char file[100];
    struct str expected = STR_INIT;
    struct err err;
    snprintf(file, sizeof file, "golden/%s", name);
    if (getenv("GOLDEN"))
        assert_int_equal(file_write(source(file), screen, strlen(screen), NULL), 0);
    if (file_read(source(file), 1 << 20, &expected, &err) < 0)
        fail_msg("%s", err.msg);
    assert_string_equal(screen, str_cstr(&expected));
    str_release(&expected);
}
