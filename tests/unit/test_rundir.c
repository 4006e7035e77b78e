/* rundir: what a trainer that was killed, or had no room, has left in the folder of a run. */
#include "run/rundir.h"

#include "base/file.h"
#include "base/mem.h"
#include "run/keep.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* Brackets are nothing special in a name. */
static char folder[] = "/tmp/seqsh-rundir[1].XXXXXX";
static struct rundir dir;

static void put(const char *name)
{
    struct err err;
    char *path = path_join(folder, name);
    if (file_write(path, "x", 1, &err) < 0)
        fail_msg("%s", err.msg);
    free(path);
}

static bool is_there(const char *name)
{
    char *path = path_join(folder, name);
    bool there = file_is(path);
    free(path);
    return there;
}

static void open_it(void)
{
    struct err err;
    if (rundir_open(&dir, folder, &err) < 0)
        fail_msg("%s", err.msg);
}

static bool any(void *own, const char *name)
{
    (void)own;
    (void)name;
    return true;
}

static int begin(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    rundir_close(&dir);
    dir_clear(folder, any, NULL);
    int bad = rmdir(folder);
    memcpy(strrchr(folder, '.'), ".XXXXXX", 7);
    return bad;
}

/* The number of a process that is no more. */
static long gone(void)
{
    pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    return pid;
}

static void parts_of_files(void **state)
{
    char left[60], written[60];
    (void)state;
    snprintf(left, sizeof left, "last.safetensors.tmp%ld", gone());
    snprintf(written, sizeof written, "last.safetensors.tmp%ld", (long)getppid());
    put(left);
    put(written);
    put("last.safetensors");
    put("notes.tmp");
    put("notes.tmp7x");
    open_it();
    assert_false(is_there(left));
    assert_true(is_there(written));
    assert_true(is_there("last.safetensors"));
    assert_true(is_there("notes.tmp"));
    assert_true(is_there("notes.tmp7x"));
}

static void earlier_results(void **state)
{
    (void)state;
    put("best-12.safetensors");
    put("best-130.safetensors");
    put("best.safetensors");
    put("best-12.safetensors.mine");
    open_it();
    keep_clear(&dir);
    assert_false(is_there("best-12.safetensors"));
    assert_false(is_there("best-130.safetensors"));
    assert_true(is_there("best.safetensors"));
    assert_true(is_there("best-12.safetensors.mine"));
}

static int say(const char *text, struct err *err)
{
    return rundir_put_event(&dir, &(struct event){ .kind = EVENT_NOTE, .text = text }, err);
}

/* What there is no room for is not there in part, and the next record is whole. */
static void torn_record(void **state)
{
    struct err err;
    struct stat st;
    struct str text = STR_INIT;
    struct rlimit was, little;
    (void)state;
    open_it();
    assert_int_equal(rundir_open_events(&dir, false, &err), 0);
    assert_int_equal(say("one", &err), 0);
    assert_int_equal(fstat(dir.events, &st), 0);
    getrlimit(RLIMIT_FSIZE, &was);
    little = was;
    little.rlim_cur = (rlim_t)st.st_size + 5;
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &little);
    int bad = say("two", &err);
    setrlimit(RLIMIT_FSIZE, &was);
    assert_int_equal(bad, -1);
    assert_non_null(strstr(err.msg, "events.jsonl': No space left"));
    assert_int_equal(say("three", &err), 0);

    char *path = path_join(folder, "events.jsonl");
    assert_int_equal(file_read(path, 1 << 16, &text, &err), 0);
    free(path);
    assert_non_null(strstr(text.s, "\"one\"}\n{\"ev\":\"note\""));
    assert_null(strstr(text.s, "two"));
    assert_string_equal(strstr(text.s, "\"three\""), "\"three\"}\n");
    str_release(&text);
}

/* A run is deleted whole; not while it is trained, and not what is none of it. */
static void deleted(void **state)
{
    static const char *const parts[] = { "config", "events.jsonl", "status", "tags", "view",
                                         "last.safetensors", "best-400.safetensors" };
    struct err err;
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        put(parts[i]);
    put("best-notes.txt");
    open_it();
    assert_int_equal(rundir_delete(folder, &err), -1);
    assert_non_null(strstr(err.msg, "is being trained by process"));
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        assert_true(is_there(parts[i]));
    rundir_close(&dir);
    assert_int_equal(rundir_delete(folder, &err), -1);
    assert_non_null(strstr(err.msg, "cannot delete all of"));
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        assert_false(is_there(parts[i]));
    char *mine = path_join(folder, "best-notes.txt");
    assert_int_equal(unlink(mine), 0);
    free(mine);
    put("config");
    assert_int_equal(rundir_delete(folder, &err), 0);
    assert_false(dir_is(folder));
    assert_int_equal(rundir_delete(folder, &err), -1);
    assert_false(dir_is(folder));
    assert_int_equal(dir_make(folder, &err), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(parts_of_files, begin, end),
        cmocka_unit_test_setup_teardown(earlier_results, begin, end),
        cmocka_unit_test_setup_teardown(torn_record, begin, end),
        cmocka_unit_test_setup_teardown(deleted, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
