/* control: lines of this user come in, one of each caller in turn; whatever a caller does,
 * nobody waits for it. And the rows of directive.h are found by their names. */
#include "run/control.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/settings.h"
#include "run/directive.h"
#include "run/live.h"
#include "run/tags.h"
#include "ui/remote.h"

#include <setjmp.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static char dir[400], path[420];
static struct control *control;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void open_it(void)
{
    struct err err;
    control = control_open(dir, &err);
    if (!control)
        fail_msg("%s", err.msg);
}

static int begin(void **state)
{
    (void)state;
    snprintf(dir, sizeof dir, "/tmp/seqsh-control.XXXXXX");
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/ctl.sock", dir);
    open_it();
    return 0;
}

static int end(void **state)
{
    (void)state;
    control_close(control);
    assert_int_not_equal(access(path, F_OK), 0);
    return rmdir(dir);
}

static void call(struct remote *r, const char *name)
{
    struct err err;
    if (remote_open(r, dir, name, &err) < 0)
        fail_msg("%s", err.msg);
}

static void send_line(struct remote *r, const char *text)
{
    struct err err;
    if (remote_send(r, text, &err) < 0)
        fail_msg("%s", err.msg);
}

/* A line that comes within 0.3 seconds. */
static bool next(struct control_line *line)
{
    for (double until = now() + .3; now() < until; control_wait(control, 10))
        if (control_next(control, line))
            return true;
    return false;
}

static void expect(struct control_line *line, const char *by, const char *text)
{
    if (!next(line))
        fail_msg("no '%s'", text);
    assert_string_equal(line->text, text);
    assert_string_equal(line->by, by);
}

static bool answered(struct remote *r)
{
    struct control_line line;
    assert_false(next(&line));
    return remote_next(r) == 1;
}

/* ---- well behaved ---- */

static void lines_and_answers(void **state)
{
    struct remote a, b;
    struct control_line first, second;
    struct stat st;
    (void)state;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_true(S_ISSOCK(st.st_mode));
    call(&a, "attach");
    call(&b, "ctl");
    send_line(&a, "lr 3e-4");
    send_line(&a, "pause");
    send_line(&b, "note h\xc3\xa9llo");
    expect(&first, "attach #1", "lr 3e-4");
    expect(&second, "ctl #2", "note h\xc3\xa9llo");
    control_answer(control, &second, false, "no");
    control_answer(control, &first, true, "two\nlines");
    expect(&second, "attach #1", "pause");
    assert_int_equal(control_viewers(control), 1);
    assert_int_equal(remote_next(&a), 1);
    assert_true(a.ok);
    assert_string_equal(a.answer, "two lines");
    assert_int_equal(remote_next(&a), 0);
    assert_int_equal(a.asked, 1);
    assert_int_equal(remote_next(&b), 1);
    assert_false(b.ok);
    assert_string_equal(b.answer, "no");
    remote_close(&a);
    assert_false(next(&first));
    assert_int_equal(control_viewers(control), 0);
    control_answer(control, &second, true, "to nobody");
    remote_close(&b);
}

static void a_last_word_is_heard(void **state)
{
    struct remote a;
    struct control_line line;
    (void)state;
    call(&a, "ctl");
    send_line(&a, "pause");
    remote_close(&a);
    expect(&line, "ctl #1", "pause");
    control_answer(control, &line, true, "paused");
    assert_false(next(&line));
}

static void the_end_is_seen(void **state)
{
    struct remote a;
    struct err err;
    (void)state;
    call(&a, "attach");
    control_close(control);
    assert_int_equal(remote_next(&a), -1);
    assert_int_equal(remote_send(&a, "pause", &err), -1);
    assert_int_equal(remote_open(&a, dir, "ctl", &err), -1);
    assert_non_null(strstr(err.msg, "listens here"));
    open_it();
}

/* ---- hostile ---- */

static int dial(void)
{
    struct sockaddr_un a;
    int way, fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    assert_int_equal(control_address(dir, &a, &way, NULL), 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof a), 0);
    return fd;
}

static void a_line_too_long(void **state)
{
    struct control_line line;
    char text[4 * CONTROL_LINE], got[200] = "";
    int fd = dial();
    (void)state;
    memset(text, 'x', sizeof text);
    assert_int_equal(send(fd, text, sizeof text, MSG_NOSIGNAL), sizeof text);
    assert_false(next(&line));
    assert_true(recv(fd, got, sizeof got - 1, MSG_DONTWAIT) > 0);
    assert_string_equal(got, "error the line is too long\n");
    assert_true(send(fd, "pause\n", 6, MSG_NOSIGNAL) < 0);
    close(fd);
}

static void odd_bytes(void **state)
{
    struct control_line line;
    int fd = dial();
    (void)state;
    assert_int_equal(send(fd, "pau\0se\n\n\r\npause\r\n", 17, MSG_NOSIGNAL), 17);
    expect(&line, "#1", "");
    expect(&line, "#1", "");
    expect(&line, "#1", "");
    expect(&line, "#1", "pause");
    close(fd);
}

static void bad_names(void **state)
{
    static const char *const names[] = { "", "Attach", "a b", "a\x1b[2J", "abcdefghi" };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct remote r;
        struct control_line line;
        call(&r, "ctl");
        char text[40];
        snprintf(text, sizeof text, "as %s", names[i]);
        send_line(&r, text);
        assert_true(answered(&r));
        assert_false(r.ok);
        send_line(&r, "pause");
        assert_true(next(&line));
        assert_memory_equal(line.by, "ctl #", 5);
        remote_close(&r);
    }
}

/* One who does not read is dropped as soon as the kernel keeps no more for it; a call
 * never takes long. */
static void one_who_does_not_read(void **state)
{
    struct control_line line;
    char text[CONTROL_LINE];
    int fd = dial();
    double worst = 0;
    (void)state;
    memset(text, 'y', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_int_equal(send(fd, "a\n", 2, MSG_NOSIGNAL), 2);
    assert_true(next(&line));
    for (int i = 0; i < 2000; i++) {
        double began = now();
        control_answer(control, &line, true, text);
        worst = now() - began > worst ? now() - began : worst;
    }
    assert_true(worst < .1);
    assert_true(send(fd, "a\n", 2, MSG_NOSIGNAL) < 0);
    close(fd);
}

/* Whoever comes in is heard, however many keep silent; viewers are the last to go. */
static void a_crowd(void **state)
{
    struct remote viewer, late;
    struct control_line line;
    int fd[40];
    (void)state;
    call(&viewer, "attach");
    assert_false(next(&line));
    for (size_t i = 0; i < ARRAY_LEN(fd); i++) {
        fd[i] = dial();
        if (i % 8 == 7)
            assert_false(next(&line));
    }
    call(&late, "ctl");
    send_line(&late, "pause");
    expect(&line, "ctl #42", "pause");
    assert_int_equal(control_viewers(control), 1);
    send_line(&viewer, "resume");
    expect(&line, "attach #1", "resume");
    for (size_t i = 0; i < ARRAY_LEN(fd); i++)
        close(fd[i]);
    remote_close(&viewer);
    remote_close(&late);
}

/* A flood is heard a line every 20 ms, and costs next to nothing in between. */
static void a_flood(void **state)
{
    struct control_line line;
    int fd = dial(), heard = 0, looks = 0;
    double began = now();
    (void)state;
    while (now() < began + .2) {
        for (int i = 0; i < 20; i++)
            if (send(fd, "note spam\n", 10, MSG_NOSIGNAL) < 0)
                break;
        heard += control_next(control, &line);
        looks++;
    }
    assert_in_range(heard, 1, 11);
    assert_true(looks > 100);
    close(fd);
}

/* ---- places ---- */

static void what_lies_there(void **state)
{
    struct err err;
    (void)state;
    control_close(control);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0), way;
    struct sockaddr_un a;
    assert_int_equal(control_address(dir, &a, &way, NULL), 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
    close(fd); /* as a killed trainer leaves it */
    open_it();
    control_close(control);
    assert_int_equal(file_write(path, "mine", 4, NULL), 0);
    assert_null(control_open(dir, &err));
    assert_true(file_is(path));
    unlink(path);
    assert_null(control_open("/nonexistent", &err));
    open_it();
}

static void a_long_path(void **state)
{
    struct control *before = control;
    char short_dir[sizeof dir], deep[sizeof dir];
    struct remote r;
    struct control_line line;
    (void)state;
    memcpy(short_dir, dir, sizeof dir);
    snprintf(deep, sizeof deep, "%.80s/%0150d", dir, 7);
    memcpy(dir, deep, sizeof dir);
    assert_int_equal(dir_make(dir, NULL), 0);
    open_it();
    call(&r, "ctl");
    send_line(&r, "pause");
    expect(&line, "ctl #1", "pause");
    remote_close(&r);
    control_close(control);
    assert_int_equal(rmdir(dir), 0); /* the socket is gone */
    control = before;
    memcpy(dir, short_dir, sizeof dir);
}

/* ---- the rows ---- */

static void parses(const char *text, const char *name, const char *arg)
{
    const struct directive *row;
    struct err err;
    char line[200], *rest;
    snprintf(line, sizeof line, "%s", text);
    int bad = directive_parse(line, &row, &rest, &err);
    if ((bad < 0) != (name == NULL))
        fail_msg("'%s': %s", text, bad < 0 ? err.msg : "taken");
    if (bad < 0)
        return;
    assert_string_equal(row->name, name);
    assert_string_equal(rest, arg);
}

static void rows(void **state)
{
    (void)state;
    parses("pause", "pause", "");
    parses("  lr \t3e-4  ", "lr", "3e-4");
    parses("no  two  words ", "note", "two  words");
    parses("stop", "stop", "");
    parses("stop-", NULL, NULL);
    parses("stop-at 7", "stop-at", "7");
    parses("sto", NULL, NULL);
    parses("", NULL, NULL);
    parses("nope", NULL, NULL);
    parses("pause now", NULL, NULL);
    parses("lr", NULL, NULL);
    parses("\x1b]0;x", NULL, NULL);
    for (const struct directive *d = directive_table; d->name; d++)
        assert_ptr_equal(directive_find(d->name, strlen(d->name), NULL), d);
}

/* Those that may change are settings; what decides about the model is none of them. */
static void live_settings(void **state)
{
    struct err err;
    (void)state;
    for (const struct live *l = live_table; l->key; l++) {
        assert_non_null(setting_find(l->key));
        assert_int_equal(live_check(l->key, 1, &err), 0);
        assert_int_equal(live_check(l->key, 2, &err), l->alone ? -1 : 0);
    }
    assert_int_equal(live_check("hidden", 1, &err), -1);
    assert_non_null(strstr(err.msg, "hidden is fixed while a run goes on; these may change: lr,"));
    assert_int_equal(live_check("patienc", 1, &err), -1);
    assert_non_null(strstr(err.msg, "did you mean 'patience'"));
    assert_int_equal(live_check("smoothing", 2, &err), -1);
    assert_non_null(strstr(err.msg, "while several processes train"));
}

static void tagged(const char *words, const char *tags)
{
    struct str now = STR_INIT;
    struct err err;
    char text[TAGS_MAX];
    assert_int_equal(tags_change(dir, words, &now, &err), 0);
    assert_string_equal(str_cstr(&now), tags);
    tags_read(dir, text);
    assert_string_equal(text, tags);
    str_release(&now);
}

static void tags(void **state)
{
    struct str now = STR_INIT;
    struct err err;
    char long_one[TAGS_MAX + 10], file[sizeof dir + 10];
    (void)state;
    tagged("", "");
    tagged("good  small", "good small");
    tagged("good", "small good"); /* each once, the newest last */
    tagged("!small !none big", "good big");
    tagged("!good !big", "");
    tagged("!", "!");
    tagged("gr\xc3\xbc\xc3\x9f""e", "! gr\xc3\xbc\xc3\x9f""e");
    memset(long_one, 'x', sizeof long_one);
    long_one[sizeof long_one - 1] = '\0';
    assert_int_equal(tags_change(dir, long_one, &now, &err), -1);
    assert_int_equal(tags_change(dir, "a\xff", &now, &err), -1);
    str_release(&now);
    snprintf(file, sizeof file, "%s/tags", dir);
    assert_int_equal(unlink(file), 0);
}

int main(void)
{
#define IN(test) cmocka_unit_test_setup_teardown(test, begin, end)
    const struct CMUnitTest tests[] = {
        IN(lines_and_answers),
        IN(a_last_word_is_heard),
        IN(the_end_is_seen),
        IN(a_line_too_long),
        IN(odd_bytes),
        IN(bad_names),
        IN(one_who_does_not_read),
        IN(a_crowd),
        IN(a_flood),
        IN(what_lies_there),
        IN(a_long_path),
        cmocka_unit_test(rows),
        cmocka_unit_test(live_settings),
        IN(tags),
    };
    return cmocka_run_group_tests_name("control", tests, NULL, NULL);
}
