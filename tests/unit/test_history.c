/* history: every line comes back as it was typed, whoever else is writing. */
#include "ui/history.h"

#include "base/file.h"
#include "base/mem.h"
#include "ui/names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[64], path[128];
static struct names loaded;

static void note(const char *input)
{
    names_add(&loaded, input);
}

static void load(void)
{
    names_release(&loaded);
    history_load(path, note);
}

static int set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/seqsh-history.XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/a/b/history", folder);
    return 0;
}

static int tear_down(void **state)
{
    char cmd[100];
    (void)state;
    names_release(&loaded);
    snprintf(cmd, sizeof cmd, "rm -rf '%s'", folder);
    return system(cmd);
}

static void lines_come_back(void **state)
{
    static const char *const typed[] = {
        "10+12", "two\nlines\n", "a\\nb", "\\", "ends in \\", "été 日本", "\033[31m", "\xff",
    };
    struct err err;
    struct stat st;
    (void)state;
    load();
    assert_int_equal(loaded.n, 0);
    for (size_t i = 0; i < ARRAY_LEN(typed); i++)
        assert_int_equal(history_append(path, typed[i], &err), 0);
    load();
    assert_int_equal(loaded.n, ARRAY_LEN(typed));
    for (size_t i = 0; i < ARRAY_LEN(typed); i++)
        assert_string_equal(loaded.s[i], typed[i]);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void many_may_write(void **state)
{
    struct err err;
    (void)state;
    for (int p = 0; p < 8; p++) {
        if (fork() == 0) {
            for (int i = 0; i < 100; i++) {
                char line[32];
                snprintf(line, sizeof line, "line %d of %d", i, p);
                history_append(path, line, &err);
            }
            _exit(0);
        }
    }
    while (wait(NULL) > 0)
        ;
    load();
    assert_int_equal(loaded.n, 800);
    names_sort(&loaded); /* drops what is there twice */
    assert_int_equal(loaded.n, 800);
}

/* Of a huge file only the end is read, beginning with a whole line. */
static void the_end_of_a_long_file(void **state)
{
    struct str text = STR_INIT;
    struct err err;
    int lines = 300000;
    (void)state;
    assert_int_equal(history_append(path, "first", &err), 0);
    for (int i = 0; i < lines; i++)
        str_addf(&text, "question %d\n", i);
    assert_int_equal(file_write(path, text.s, text.n, &err), 0);
    load();
    assert_true(loaded.n > 20000 && loaded.n < lines);
    assert_string_equal(loaded.s[loaded.n - 1], "question 299999");
    for (int i = 0; i < loaded.n; i++)
        assert_int_equal(strncmp(loaded.s[i], "question ", 9), 0);
    str_release(&text);
}

static void what_is_no_file(void **state)
{
    struct err err;
    (void)state;
    assert_int_equal(dir_make(path, &err), 0);
    load();
    assert_int_equal(loaded.n, 0);
    assert_int_equal(history_append(path, "x", &err), -1);
    assert_non_null(strstr(err.msg, "Is a directory"));
    rmdir(path);
    assert_int_equal(mkfifo(path, 0600), 0);
    load(); /* does not wait for a writer */
    assert_int_equal(loaded.n, 0);
    assert_int_equal(history_append(path, "x", &err), -1);
}

static void its_place(void **state)
{
    (void)state;
    char *p;
    setenv("HOME", "/h", 1);
    setenv("XDG_STATE_HOME", "/s", 1);
    assert_string_equal(p = history_path(), "/s/seqsh/history");
    free(p);
    setenv("XDG_STATE_HOME", "relative", 1); /* to be ignored, says the standard */
    assert_string_equal(p = history_path(), "/h/.local/state/seqsh/history");
    free(p);
    unsetenv("HOME");
    unsetenv("XDG_STATE_HOME");
    assert_null(history_path());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(lines_come_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(many_may_write, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_end_of_a_long_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_file, set_up, tear_down),
        cmocka_unit_test(its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
