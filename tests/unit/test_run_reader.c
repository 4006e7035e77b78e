/* run_reader: a run folder in every state it can be in, whole and damaged. */
#include "ui/run_reader.h"

#include "base/file.h"
#include "base/str.h"
#include "ui/run_line.h"

#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/file.h>
#include <unistd.h>

#include <cmocka.h>

static char dir[] = "/tmp/seqsh-reader.XXXXXX";
static struct run_reader *r;
static int lock_fd = -1;

static const char *in_dir(const char *name)
{
    static char path[100];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    return path;
}

static int begin(void **state)
{
    (void)state;
    memcpy(dir + sizeof dir - 7, "XXXXXX", 6);
    r = NULL;
    return mkdtemp(dir) ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    static const char *const files[] = { "events.jsonl", "status", "lock", "config" };
    run_reader_free(r);
    if (lock_fd >= 0)
        close(lock_fd);
    lock_fd = -1;
    for (size_t i = 0; i < ARRAY_LEN(files); i++)
        unlink(in_dir(files[i]));
    return rmdir(dir);
}

static void put(const char *name, const char *text)
{
    struct err err;
    if (file_write(in_dir(name), text, strlen(text), &err) < 0)
        fail_msg("%s", err.msg);
}

static void append_n(const char *text, size_t n)
{
    int fd = open(in_dir("events.jsonl"), O_WRONLY | O_CREAT | O_APPEND, 0666);
    assert_int_equal(write(fd, text, n), n);
    close(fd);
}

static void append(const char *text)
{
    append_n(text, strlen(text));
}

static void append_step(int step, double loss)
{
    char line[200];
    snprintf(line, sizeof line,
             "{\"ev\":\"step\",\"t\":%d.5,\"step\":%d,\"epoch\":0.1,\"loss\":%g,\"acc\":0.5,"
             "\"gnorm\":0.7,\"lr\":0.001,\"rate\":48200,\"ms\":4.1,\"clipped\":0.03}\n",
             1757240000 + step, step, loss);
    append(line);
}

static void put_status(const char *state, int pid)
{
    char text[400];
    snprintf(text, sizeof text,
             "{\"state\":\"%s\",\"pid\":%d,\"host\":\"\",\"beat\":100,\"started\":40,"
             "\"step\":9800,\"steps\":42000,\"epoch\":6.97,\"epochs\":30,\"rate\":48200,"
             "\"eta\":760,\"threads\":2,\"rss\":222298112,\"params\":205324,"
             "\"preset\":\"keras-add3\",\"message\":\"\",\"news\":[1,{}]}",
             state, pid);
    put("status", text);
}

static void take_lock(int pid)
{
    char text[20];
    int n = snprintf(text, sizeof text, "%d\n", pid);
    lock_fd = open(in_dir("lock"), O_RDWR | O_CREAT, 0666);
    assert_int_equal(flock(lock_fd, LOCK_EX | LOCK_NB), 0);
    assert_int_equal(pwrite(lock_fd, text, (size_t)n, 0), n);
}

static void open_run(void)
{
    r = run_reader_new(dir);
}

/* ---- one record ---- */

static struct run_line parsed(const char *text)
{
    struct run_line l;
    if (run_line_parse(&l, text, strlen(text)) < 0)
        fail_msg("refused: %s", text);
    return l;
}

/* A nested field sends the same record to the library. */
static void by_hand_as_by_the_library(void **state)
{
    (void)state;
    static const char *const number[] = {
        "0", "1", "-1", "0.5", "1e3", "1E-3", "2.5e+2", "123456789012345678", "0.1",
        "3.141592653589793", "1757240000.123456", "1e22", "1e23", "1e-22", "1e-30", "-0.0",
        "4.9e-324", "1.7976931348623157e308", "0.30000000000000004", "7236830840615796.5",
        "9007199254740993",
        "null", "true", "false", "\"text\"",
    };
    for (size_t i = 0; i < ARRAY_LEN(number); i++) {
        char text[300];
        int n = snprintf(text, sizeof text,
                         " {\"ev\" : \"step\", \"step\":7 ,\t\"loss\": %s,\"other\":1 } ",
                         number[i]);
        struct run_line hand = parsed(text);
        snprintf(text + n - 3, sizeof text - (size_t)n, ",\"nested\":[{}]}");
        struct run_line library = parsed(text);
        assert_non_null(library.json);
        assert_int_equal(hand.has, library.has);
        double a = run_line_number(&hand, FIELD_LOSS);
        double b = run_line_number(&library, FIELD_LOSS);
        if (a != b && !(isnan(a) && isnan(b)))
            fail_msg("%s: %.17g by hand, %.17g by the library", number[i], a, b);
        assert_true(run_line_number(&hand, FIELD_STEP) == 7);
        run_line_release(&hand);
        run_line_release(&library);
    }
    struct run_line usual = parsed("{\"ev\":\"step\",\"step\":1,\"loss\":0.25}");
    assert_null(usual.json); /* or it is slow */
    assert_true(run_line_number(&usual, FIELD_LOSS) == .25);
    assert_false(run_line_has(&usual, FIELD_ACC));
}

static void what_is_no_record(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "", "{", "}", "{}", "[]", "null", "step", "{\"ev\":\"step\"}", "{\"step\":1}",
        "{\"ev\":7,\"step\":1}", "{\"ev\":\"step\",\"step\":-1}",
        "{\"ev\":\"step\",\"step\":1e13}", "{\"ev\":\"step\",\"step\":null}",
        "{\"ev\":\"step\",\"step\":1,}", "{\"ev\":\"step\",\"step\":1",
        "{\"ev\":\"step\" \"step\":1}",
        "{\"ev\":\"step\",\"step\":1}}", "{\"ev\":\"step\",\"step\":1}x",
        "{\"ev\":\"step\",\"step\":1,\"loss\":-null}", "{\"ev\":\"step\",\"step\":1,\"loss\":.5}",
        "{\"ev\":\"step\",\"step\":1,\"loss\":1e}", "{\"ev\":\"step\",\"step\":1,\"loss\":--1}",
        "\xff\xfe", "{\"ev\":\"note\",\"step\":1,\"text\":\"\xff\"}",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct run_line l;
        if (run_line_parse(&l, bad[i], strlen(bad[i])) == 0)
            fail_msg("taken for a record: %s", bad[i]);
        run_line_release(&l);
    }
}

/* ---- the folder ---- */

static void nothing_there_yet(void **state)
{
    (void)state;
    open_run();
    assert_false(run_reader_poll(r, 100));
    assert_int_equal(r->status.state, RUN_WAITING);
    assert_false(run_reader_live(r));
    assert_int_equal(run_reader_pid(r), -1);
    assert_int_equal(r->last_step, -1);
    append_step(1, 2);
    assert_true(run_reader_poll(r, 100.5));
    assert_false(run_reader_poll(r, 101));
    assert_int_equal(r->last_step, 1);
    run_reader_free(r);
    r = run_reader_new("runs/add3///");
    assert_string_equal(r->name, "add3");
    assert_string_equal(r->dir, "runs/add3");
}

static void every_kind_of_record(void **state)
{
    (void)state;
    append("{\"ev\":\"start\",\"t\":1,\"step\":0,\"epoch\":0,\"run\":\"x\",\"params\":205324,"
           "\"steps\":10560}\n");
    append_step(32, 2.25);
    append("{\"ev\":\"step\",\"t\":2,\"step\":64,\"epoch\":0.2,\"loss\":null,\"gnorm\":1.5}\n");
    append("{\"ev\":\"eval\",\"t\":3,\"step\":64,\"epoch\":0.2,\"loss\":0.21,\"acc\":0.96,"
           "\"exact\":0.94,\"n\":5000,\"seconds\":0.2,\"best\":true}\n");
    append("{\"ev\":\"samples\",\"t\":3,\"step\":64,\"epoch\":0.2,\"rows\":["
           "{\"q\":\"535+61\",\"t\":\"596\",\"g\":\"596\",\"ok\":true},"
           "{\"q\":\"1+1\",\"t\":\"2\",\"g\":\"\\u001b[2J\",\"ok\":false},{\"q\":7},null]}\n");
    append("{\"ev\":\"saved\",\"t\":4,\"step\":64,\"epoch\":0.2,\"file\":\"last.safetensors\","
           "\"bytes\":1234567,\"seconds\":0.01}\n");
    append("{\"ev\":\"note\",\"t\":5,\"step\":64,\"epoch\":0.2,\"text\":\"look\"}\n");
    append("{\"ev\":\"unheard of\",\"t\":5,\"step\":99999,\"epoch\":0.2,\"loss\":7}\n");
    append("{\"ev\":\"done\",\"t\":6,\"step\":64,\"epoch\":1,\"reason\":\"epochs\",\"exact\":1}\n");
    open_run();
    assert_true(run_reader_poll(r, 100));
    assert_int_equal(r->bad_lines, 0);
    assert_int_equal(r->last_step, 64);
    assert_int_equal(r->steps, 10560);
    assert_int_equal(r->series[RUN_LOSS].n, 1);
    assert_int_equal(r->series[RUN_LOSS].holes, 1);
    assert_true(isnan(r->series[RUN_LOSS].last));
    assert_true(r->series[RUN_GNORM].last == 1.5);
    assert_int_equal(r->series[RUN_ACC].holes, 0); /* not there is not null */
    assert_true(r->series[RUN_VALID_EXACT].last == .94);
    assert_int_equal(r->valid_n, 5000);
    assert_int_equal(r->best_step, 64);
    assert_int_equal(r->saved_step, 64);
    assert_int_equal(r->samples, 4);
    assert_string_equal(r->sample[0].q, "535+61");
    assert_true(r->sample[0].ok);
    assert_string_equal(r->sample[1].g, "\033[2J");
    assert_false(r->sample[1].ok);
    assert_string_equal(r->sample[2].q, "");
    assert_int_equal(r->events, 5);
    assert_string_equal(run_reader_event(r, 0)->text, "done (epochs): exact 100 %");
    assert_string_equal(run_reader_event(r, 1)->text, "look");
    assert_int_equal(run_reader_event(r, 1)->kind, RUN_EV_NOTE);
    assert_int_equal(run_reader_event(r, 3)->kind, RUN_EV_BEST);
    assert_non_null(run_reader_event(r, 4));
    assert_null(run_reader_event(r, 5));
    assert_null(run_reader_event(r, -1));
}

static void a_torn_line_waits_for_its_rest(void **state)
{
    (void)state;
    append_step(1, 2);
    append("{\"ev\":\"step\",\"step\":2,\"lo");
    open_run();
    run_reader_poll(r, 100);
    assert_int_equal(r->series[RUN_LOSS].n, 1);
    append("ss\":1}");
    run_reader_poll(r, 100.5);
    assert_int_equal(r->series[RUN_LOSS].n, 1);
    append("\n");
    run_reader_poll(r, 101);
    assert_int_equal(r->series[RUN_LOSS].n, 2);
    assert_int_equal(r->bad_lines, 0);
    /* torn, cut by a resumed trainer, and something else in its place */
    append("{\"ev\":\"step\",\"step\":3,\"loss\":7");
    run_reader_poll(r, 101.5);
    assert_int_equal(truncate(in_dir("events.jsonl"), r->file.offset), 0);
    append_step(3, 0.5);
    run_reader_poll(r, 102);
    assert_int_equal(r->series[RUN_LOSS].n, 3);
    assert_true(r->series[RUN_LOSS].last == .5);
    assert_int_equal(r->bad_lines, 0);
}

static void damage_is_counted_and_skipped(void **state)
{
    (void)state;
    static char zeros[3000];
    append_step(1, 2);
    append("garbage\n\n{\"ev\":\"step\"\n");
    append_n(zeros, sizeof zeros);
    append("\n\xff\xfe\n");
    append_step(2, 1);
    for (int i = 0; i < 1200; i++) /* a line of more than a megabyte */
        append_n(zeros, 1000);
    append("\n");
    append_step(3, .5);
    open_run();
    run_reader_poll(r, 100);
    assert_int_equal(r->series[RUN_LOSS].n, 3);
    assert_int_equal(r->bad_lines, 5);
    assert_true(r->series[RUN_LOSS].last == .5);
}

static void a_resume_voids_what_came_after_its_step(void **state)
{
    (void)state;
    for (int i = 1; i <= 10; i++)
        append_step(i, 10);
    append("{\"ev\":\"note\",\"t\":1,\"step\":9,\"epoch\":0,\"text\":\"void\"}\n");
    append("{\"ev\":\"resume\",\"t\":1,\"step\":6,\"epoch\":0}\n");
    append_step(7, 20);
    append_step(8, 20);
    append("{\"ev\":\"resume\",\"t\":1,\"step\":7,\"epoch\":0}\n");
    append_step(8, 30);
    open_run();
    run_reader_poll(r, 100);
    assert_int_equal(r->series[RUN_LOSS].n, 8);
    assert_int_equal(r->last_step, 8);
    for (size_t i = 1; i <= 8; i++) {
        assert_int_equal(r->series[RUN_LOSS].bucket[i].n, 1);
        assert_true(series_mean(&r->series[RUN_LOSS].bucket[i]) ==
                    (i <= 6 ? 10 : i == 7 ? 20 : 30));
    }
    assert_int_equal(r->events, 2); /* the resumes */
    /* and one that comes while we watch */
    append_step(9, 30);
    run_reader_poll(r, 100.5);
    append("{\"ev\":\"resume\",\"t\":1,\"step\":3,\"epoch\":0}\n");
    append_step(4, 40);
    run_reader_poll(r, 101);
    assert_int_equal(r->series[RUN_LOSS].n, 4);
    assert_int_equal(r->last_step, 4);
    assert_true(r->series[RUN_LOSS].last == 40);
    assert_int_equal(r->events, 1); /* the resumes at 6 and 7 are void as well */
    append_step(5, 40);
    run_reader_poll(r, 101.5);
    assert_int_equal(r->last_step, 5);
}

static void a_file_begun_anew(void **state)
{
    (void)state;
    for (int i = 1; i <= 10; i++)
        append_step(i, 10);
    open_run();
    run_reader_poll(r, 100);
    put("events.jsonl", "{\"ev\":\"step\",\"step\":1,\"loss\":3}\n");
    run_reader_poll(r, 101);
    assert_int_equal(r->series[RUN_LOSS].n, 1);
    assert_true(r->series[RUN_LOSS].last == 3);
    assert_int_equal(r->last_step, 1);
    /* cut in place */
    append_step(2, 3);
    run_reader_poll(r, 102);
    assert_int_equal(r->last_step, 2);
    assert_int_equal(truncate(in_dir("events.jsonl"), 0), 0);
    append_step(1, 4);
    run_reader_poll(r, 103);
    assert_int_equal(r->series[RUN_LOSS].n, 1);
    assert_true(r->series[RUN_LOSS].last == 4);
}

/* ---- who is alive ---- */

static void status_and_lock_decide(void **state)
{
    (void)state;
    put_status("running", 4121);
    open_run();
    run_reader_poll(r, 100);
    assert_int_equal(r->status.state, RUN_LOST); /* nobody holds the lock */
    take_lock(4121);
    assert_true(run_reader_poll(r, 103));
    assert_int_equal(r->status.state, RUN_RUNNING);
    assert_true(run_reader_live(r));
    assert_int_equal(run_reader_pid(r), 4121);
    assert_int_equal(r->status.steps, 42000);
    assert_true(r->status.epoch == 6.97);
    assert_false(run_reader_poll(r, 106));
    close(lock_fd); /* killed */
    lock_fd = -1;
    assert_true(run_reader_poll(r, 109));
    assert_int_equal(r->status.state, RUN_LOST);
    assert_int_equal(run_reader_pid(r), -1);
    put_status("done", 4121);
    assert_true(run_reader_poll(r, 110));
    assert_int_equal(r->status.state, RUN_DONE);
}

static void a_pid_that_is_not_certain_is_none(void **state)
{
    (void)state;
    put_status("running", 4121);
    take_lock(4122);
    open_run();
    run_reader_poll(r, 100);
    assert_int_equal(run_reader_pid(r), -1);
    put_status("running", 1);
    assert_int_equal(pwrite(lock_fd, "1\n\n\n\n", 5, 0), 5);
    run_reader_poll(r, 101);
    assert_int_equal(run_reader_pid(r), -1);
    put("status", "{\"state\":\"running\",\"pid\":4122,\"host\":\"elsewhere\",\"beat\":100}");
    assert_int_equal(pwrite(lock_fd, "4122\n", 5, 0), 5);
    run_reader_poll(r, 102);
    assert_int_equal(run_reader_pid(r), -1);
}

static void a_run_of_another_machine(void **state)
{
    (void)state;
    put("status", "{\"state\":\"running\",\"pid\":9,\"host\":\"elsewhere\",\"beat\":100}");
    open_run();
    run_reader_poll(r, 110);
    assert_int_equal(r->status.state, RUN_RUNNING);
    run_reader_poll(r, 131);
    assert_int_equal(r->status.state, RUN_LOST);
}

static void a_damaged_status_changes_nothing(void **state)
{
    (void)state;
    static const char *const bad[] = { "", "{", "[]", "{\"state\":7}", "{\"state\":\"lost\"}",
                                       "{\"state\":\"flying\",\"pid\":3}" };
    put_status("done", 4121);
    open_run();
    run_reader_poll(r, 100);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        put("status", bad[i]);
        run_reader_poll(r, 101 + (double)i);
        assert_int_equal(r->status.state, RUN_DONE);
        assert_int_equal(r->status.pid, 4121);
    }
    put("status", "{\"state\":\"failed\",\"steps\":-5,\"epoch\":\"x\",\"threads\":1e300}");
    run_reader_poll(r, 120);
    assert_int_equal(r->status.state, RUN_FAILED);
    assert_int_equal(r->status.steps, 0);
    assert_true(isnan(r->status.epoch));
    assert_int_equal(r->status.threads, 0);
}

static void recent_values(void **state)
{
    (void)state;
    struct run_recent c = { .n = 0 };
    assert_true(isnan(run_recent_z(&c)) && isnan(run_recent_quantile(&c, .5)));
    for (int i = 1; i <= 30; i++)
        append_step(i, i % 2 ? 1 : 3);
    append_step(31, 6);
    open_run();
    run_reader_poll(r, 100);
    assert_true(fabs(run_recent_z(&r->recent[RUN_LOSS]) - 4) < 1e-9);
    assert_true(run_recent_quantile(&r->recent[RUN_LOSS], 1) == 6);
    assert_true(run_recent_quantile(&r->recent[RUN_LOSS], 0) == 1);
    for (int i = 32; i < 500; i++)
        append_step(i, 5);
    run_reader_poll(r, 101);
    assert_true(run_recent_quantile(&r->recent[RUN_LOSS], 0) == 5);
    assert_true(isnan(run_recent_z(&r->recent[RUN_LOSS]))); /* no spread */
}

int main(void)
{
#define IN(test) cmocka_unit_test_setup_teardown(test, begin, end)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_hand_as_by_the_library),
        cmocka_unit_test(what_is_no_record),
        IN(nothing_there_yet),
        IN(every_kind_of_record),
        IN(a_torn_line_waits_for_its_rest),
        IN(damage_is_counted_and_skipped),
        IN(a_resume_voids_what_came_after_its_step),
        IN(a_file_begun_anew),
        IN(status_and_lock_decide),
        IN(a_pid_that_is_not_certain_is_none),
        IN(a_run_of_another_machine),
        IN(a_damaged_status_changes_nothing),
        IN(recent_values),
    };
    return cmocka_run_group_tests_name("run_reader", tests, NULL, NULL);
}
