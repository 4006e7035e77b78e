/* dash: golden screens at two sizes, every other size without harm, what keys do,
 * and what is said at the end.
 *
 * After a change that is meant: GOLDEN=write tests/unit/test_dash, then look at the
 * difference of tests/screen/golden. */
#include "ui/dash.h"

#include "base/file.h"
#include "ui/fmt.h"
#include "ui/screen.h"

#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { NOW = 1757240030 };

static char root[] = "/tmp/seqsh-dash.XXXXXX";
static char dir[64];
static int lock_fd;
static struct dash d;

static const char *source(const char *name)
{
    static char path[4096];
    const char *src = getenv("SRCDIR");
    snprintf(path, sizeof path, "%s/tests/screen/%s", src ? src : ".", name);
    return path;
}

static void copy(const char *name)
{
    char from[100], to[100];
    struct str text = STR_INIT;
    struct err err;
    snprintf(from, sizeof from, "fixture/add3-0907/%s", name);
    snprintf(to, sizeof to, "%s/%s", dir, name);
    if (file_read(source(from), 1 << 20, &text, &err) < 0 ||
        file_write(to, str_cstr(&text), text.n, &err) < 0)
        fail_msg("%s", err.msg);
    str_release(&text);
}

static void put_lock(int pid)
{
    char text[40], path[100];
    snprintf(path, sizeof path, "%s/lock", dir);
    lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    int n = snprintf(text, sizeof text, "%d\n", pid);
    assert_int_equal(write(lock_fd, text, (size_t)n), n);
    assert_int_equal(flock(lock_fd, LOCK_EX | LOCK_NB), 0);
}

static void put_status(const char *state, int pid)
{
    char text[300], path[100];
    snprintf(path, sizeof path, "%s/status", dir);
    snprintf(text, sizeof text,
             "{\"state\":\"%s\",\"pid\":%d,\"host\":\"\",\"beat\":1757240029.4,"
             "\"started\":1757240000.0,\"step\":7168,\"steps\":10560,\"epoch\":20.4,"
             "\"epochs\":30,\"message\":\"disk \\u001b[31mfull\"}",
             state, pid);
    assert_int_equal(file_write(path, text, strlen(text), NULL), 0);
}

static void put_event(const char *line)
{
    char path[100];
    snprintf(path, sizeof path, "%s/events.jsonl", dir);
    FILE *f = fopen(path, "a");
    assert_non_null(f);
    fprintf(f, "%s\n", line);
    fclose(f);
}

static int begin(void **state)
{
    (void)state;
    memcpy(root + sizeof root - 7, "XXXXXX", 6);
    if (!mkdtemp(root))
        return -1;
    snprintf(dir, sizeof dir, "%s/add3-0907", root);
    dir_make(dir, NULL);
    copy("config");
    copy("events.jsonl");
    copy("status");
    put_lock(4121);
    ui_utf8_set(true);
    theme_init();
    dash_init(&d, dir, false);
    dash_poll(&d, NOW);
    return 0;
}

static int end(void **state)
{
    (void)state;
    static const char *const files[] = { "events.jsonl", "status", "lock", "config",
                                         "last.safetensors", "model.safetensors" };
    char path[100];
    dash_release(&d);
    close(lock_fd);
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        snprintf(path, sizeof path, "%s/%s", dir, files[i]);
        unlink(path);
    }
    return rmdir(dir) || rmdir(root);
}

/* The screen; the folder, whose name is another each time, as DIR. */
static char *drawn(int w, int h)
{
    struct canvas *c = canvas_new(w, h);
    struct str text = STR_INIT;
    dash_draw(&d, c, NOW);
    canvas_dump(c, &text);
    canvas_free(c);
    char *at = strstr(str_cstr(&text), dir);
    if (at) {
        char *rest = at + strlen(dir);
        memcpy(at, "DIR", 3);
        memmove(at + 3, rest, strlen(rest) + 1);
    }
    return str_take(&text);
}

static bool sees(const char *what)
{
    char *screen = drawn(100, 30);
    bool found = strstr(screen, what) != NULL;
    free(screen);
    return found;
}

static void golden(const char *name, int w, int h)
{
    char file[100];
    char *screen = drawn(w, h);
    struct str expected = STR_INIT;
    struct err err;
    snprintf(file, sizeof file, "golden/%s", name);
    if (getenv("GOLDEN"))
        assert_int_equal(file_write(source(file), screen, strlen(screen), NULL), 0);
    if (file_read(source(file), 1 << 20, &expected, &err) < 0)
        fail_msg("%s", err.msg);
    assert_string_equal(screen, str_cstr(&expected));
    str_release(&expected);
    free(screen);
}

/* ---- screens ---- */

static void small_and_ascii(void **state)
{
    (void)state;
    ui_utf8_set(false);
    theme_init();
    golden("dash-80x24-ascii.txt", 80, 24);
    dash_key(&d, 'm', NOW);
    golden("dash-80x24-ascii-accuracy.txt", 80, 24);
    dash_key(&d, '?', NOW);
    golden("dash-80x24-ascii-help.txt", 80, 24);
}

static void small_and_braille(void **state)
{
    (void)state;
    golden("dash-80x24-braille.txt", 80, 24);
}

static void middling(void **state)
{
    (void)state;
    golden("dash-132x36-braille.txt", 132, 36);
}

static void large(void **state)
{
    (void)state;
    golden("dash-200x50-braille.txt", 200, 50);
}

static void no_byte_of_another_locale(void **state)
{
    (void)state;
    ui_utf8_set(false);
    theme_init();
    put_status("failed", 4121);
    dash_poll(&d, NOW);
    char *screen = drawn(200, 50);
    for (const char *p = screen; *p; p++)
        assert_true(*p == '\n' || (*p >= 0x20 && *p < 0x7f));
    assert_non_null(strstr(screen, "failed: disk ^[[31mfull"));
    free(screen);
}

/* Every row as wide as the screen or less, whatever the size. */
static void any_size(void **state)
{
    (void)state;
    static const enum dash_ask asks[] = { ASK_NOTHING, ASK_STOP, ASK_INTERRUPT };
    ui_utf8_set(false);
    theme_init();
    for (int h = 1; h <= 60; h += h < 30 ? 1 : 10) {
        for (int w = 1; w <= 240; w += w < 90 ? 3 : 17) {
            d.ask = asks[(w + h) % 3];
            d.help = w % 5 == 0;
            char *screen = drawn(w, h), *line = screen;
            int rows = 0;
            for (char *stop; (stop = strchr(line, '\n')); line = stop + 1, rows++)
                assert_true(stop - line <= w);
            assert_int_equal(rows, h);
            if (w >= 20 && h >= 5)
                assert_non_null(strstr(screen, "train"));
            else if (w > 5)
                assert_memory_equal(screen, "seqsh", 5);
            if (h >= 5 && w >= 40 && d.ask == ASK_STOP)
                assert_non_null(strstr(screen, "y/n"));
            free(screen);
        }
    }
}

static void panes_go_in_order(void **state)
{
    (void)state;
    static const struct {
        int w, h, panes;
    } sizes[] = { { 80, 24, 4 }, { 71, 24, 3 }, { 80, 19, 2 }, { 59, 24, 1 }, { 20, 5, 1 } };
    static const char *const pane[] = { "─ lo", "─ now ", "─ samples ", "─ events " };
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        char *screen = drawn(sizes[i].w, sizes[i].h);
        for (int k = 0; k < 4; k++)
            if ((strstr(screen, pane[k]) != NULL) != (k < sizes[i].panes))
                fail_msg("%dx%d:\n%s", sizes[i].w, sizes[i].h, screen);
        free(screen);
    }
}

static void nothing_written_yet(void **state)
{
    (void)state;
    dash_release(&d);
    dash_init(&d, "/nonexistent/run", true);
    assert_false(dash_poll(&d, NOW));
    assert_true(sees("WAITING"));
    assert_true(sees("waiting for the trainer"));
    assert_true(sees("no data yet"));
}

/* ---- keys ---- */

static void keys_change_the_charts(void **state)
{
    (void)state;
    assert_true(sees("log-y  ema .60"));
    assert_true(dash_key(&d, 'l', NOW));
    assert_false(sees("log-y  ema"));
    for (int i = 0; i < 20; i++)
        assert_true(dash_key(&d, '+', NOW));
    assert_true(sees("ema .98"));
    for (int i = 0; i < 20; i++)
        assert_true(dash_key(&d, '-', NOW));
    assert_false(sees("ema ."));
    for (int i = 0; i < 5; i++) {
        assert_true(view_table[d.chart]->chart);
        assert_true(dash_key(&d, 'm', NOW));
    }
    assert_int_equal(d.chart, 0);
    assert_true(dash_key(&d, 'Q', NOW));
    assert_true(dash_key(&d, SCREEN_OTHER, NOW));
}

/* The values at a step of the file: {"step":3552, ... "loss":0.51...}. */
static double of_file(const char *ev, int64_t step, const char *field)
{
    struct str text = STR_INIT;
    char path[100], at[60], name[40];
    double v = NAN;
    snprintf(path, sizeof path, "%s/events.jsonl", dir);
    snprintf(at, sizeof at, "\"step\":%lld,", (long long)step);
    snprintf(name, sizeof name, "\"%s\":", field);
    assert_int_equal(file_read(path, 1 << 20, &text, NULL), 0);
    char *save, kind[40];
    snprintf(kind, sizeof kind, "\"ev\":\"%s\"", ev);
    for (char *line = strtok_r(text.s, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
        if (strstr(line, at) && strstr(line, kind))
            v = strtod(strstr(line, name) + strlen(name), NULL);
    str_release(&text);
    assert_false(isnan(v));
    return v;
}

static void the_cursor_tells_what_the_file_says(void **state)
{
    (void)state;
    char expected[100], number[FMT_MAX];
    assert_false(sees("at 7,"));
    assert_true(dash_key(&d, SCREEN_LEFT, NOW));
    assert_int_equal(d.options.cursor, 7232); /* the newest record */
    for (int i = 0; i < 30; i++) {
        fmt_real(number, of_file("step", d.options.cursor, "loss"));
        snprintf(expected, sizeof expected, "loss %s", number);
        assert_true(sees(expected));
        assert_true(dash_key(&d, SCREEN_LEFT, NOW));
    }
    assert_true(sees("valid 0.")); /* of the validation before */
    assert_true(dash_key(&d, SCREEN_HOME, NOW));
    assert_int_equal(d.options.cursor, 32);
    assert_true(sees("at 32 +00:00:00  loss"));
    assert_true(dash_key(&d, SCREEN_LEFT, NOW));
    assert_int_equal(d.options.cursor, 32);
    assert_true(dash_key(&d, SCREEN_END, NOW));
    assert_int_equal(d.options.cursor, 7232);
    assert_true(dash_key(&d, 27, NOW));
    assert_false(sees("at 7,232"));
}

static void zoom_and_axes(void **state)
{
    (void)state;
    assert_true(sees("10.6k"));
    dash_key(&d, 'x', NOW);
    assert_true(sees("x=time"));
    assert_true(sees("00:00:30"));
    dash_key(&d, 'x', NOW);
    assert_true(sees("x=tokens"));
    dash_key(&d, 'x', NOW);
    dash_key(&d, 'X', NOW);
    assert_true(sees("log-x"));
    assert_true(sees(" 32 ")); /* where it begins */
    dash_key(&d, 'X', NOW);
    dash_key(&d, 'z', NOW);
    assert_true(sees("zoom  ema"));
    assert_int_equal(d.options.from, 3616);
    assert_int_equal(d.options.to, 7232);
    assert_true(sees("3.62k"));
    for (int i = 0; i < 20; i++)
        dash_key(&d, 'z', NOW);
    assert_true(d.options.to - d.options.from >= 64);
    for (int i = 0; i < 200; i++)
        dash_key(&d, SCREEN_LEFT, NOW);
    assert_true(d.options.cursor >= d.options.from && d.options.cursor <= d.options.to);
    assert_true(d.options.cursor < 7000);
    for (int i = 0; i < 20; i++)
        dash_key(&d, 'Z', NOW);
    assert_int_equal(d.options.to, 0);
    dash_key(&d, 'l', NOW);
    dash_key(&d, '0', NOW);
    assert_true(sees("log-y  ema .60"));
    assert_false(sees("zoom  ema"));
}

static void numbers_in_a_table(void **state)
{
    (void)state;
    char path[200], expected[100];
    struct str text = STR_INIT;
    dash_key(&d, 'T', NOW);
    assert_true(sees("226 rows, newest first"));
    assert_true(sees("7,232  00:00:29"));
    dash_key(&d, SCREEN_PAGE_DOWN, NOW);
    dash_key(&d, SCREEN_DOWN, NOW);
    assert_false(sees("7,232  00:00:29"));
    for (int i = 0; i < 40; i++)
        dash_key(&d, SCREEN_PAGE_DOWN, NOW);
    assert_true(sees("32  00:00:00"));
    int back = open(".", O_RDONLY | O_CLOEXEC);
    assert_int_equal(chdir(root), 0);
    dash_key(&d, 'w', NOW);
    assert_int_equal(fchdir(back), 0);
    close(back);
    assert_true(sees("wrote add3-0907-7232.csv: 226 rows"));
    snprintf(path, sizeof path, "%s/add3-0907-7232.csv", root);
    assert_int_equal(file_read(path, 1 << 20, &text, NULL), 0);
    assert_memory_equal(text.s, "step,time,loss,valid,exact,gnorm,", 33);
    snprintf(expected, sizeof expected, "\n3552,");
    char *row = strstr(text.s, expected);
    assert_non_null(row);
    row = strchr(row + 6, ',');
    assert_true(fabs(strtod(row + 1, NULL) - of_file("step", 3552, "loss")) < 1e-9);
    assert_non_null(strstr(text.s, "\n3200,")); /* its gradient norm is null */
    unlink(path);
    str_release(&text);
    dash_key(&d, 27, NOW);
    assert_true(sees("loss \xe2\x94\x80"));
}

static void one_chart_alone(void **state)
{
    (void)state;
    assert_true(sees("samples"));
    dash_key(&d, '3', NOW);
    dash_key(&d, '\r', NOW);
    assert_true(sees("gradient norm"));
    assert_false(sees("samples"));
    dash_key(&d, '\r', NOW);
    assert_true(sees("samples"));
}

/* ---- the line behind : ---- */

static void type(const char *text)
{
    for (; *text; text++)
        assert_true(dash_key(&d, (unsigned char)*text, NOW));
}

static void a_line_is_typed(void **state)
{
    (void)state;
    type(":noq");
    assert_true(sees(": noq"));
    type("\x7f");
    type("t\te h\xc3\xa9llo"); /* Tab makes "note " of "not" */
    assert_string_equal(d.entry.text, "note e h\xc3\xa9llo");
    type("\x01");
    type("\x0b");
    assert_string_equal(d.entry.text, "");
    type("s\t");
    assert_true(sees("stop, stop-at STEP, sample TEXT, status"));
    type("\x1b");
    assert_false(d.entry.open);
    type(":nope\r");
    assert_true(sees("unknown 'nope': there are pause"));
    type(":lr\r");
    assert_true(sees("lr wants something behind it: lr X"));
    type(":lr x\r");
    assert_true(sees("no trainer of "));
    type(":");
    assert_true(dash_key(&d, SCREEN_UP, NOW));
    assert_string_equal(d.entry.text, "lr x");
    assert_true(dash_key(&d, SCREEN_UP, NOW));
    assert_true(dash_key(&d, SCREEN_UP, NOW));
    assert_true(dash_key(&d, SCREEN_UP, NOW));
    assert_string_equal(d.entry.text, "nope");
    assert_true(dash_key(&d, SCREEN_CTRL('C'), NOW)); /* only the line */
    assert_int_equal(d.ask, ASK_NOTHING);
    type("S");
    assert_string_equal(d.entry.text, "sample ");
    for (int i = 0; i < 1000; i++)
        type("x");
    assert_true(strlen(d.entry.text) < ENTRY_MAX);
    free(drawn(20, 5));
    put_status("done", 4121);
    dash_poll(&d, NOW + 1);
    type("\x1bp");
    assert_true(sees("the run is over"));
}

static void a_pause_is_seen(void **state)
{
    (void)state;
    char *before, *after;
    put_status("paused", 4121);
    dash_poll(&d, NOW);
    assert_true(sees("PAUSED"));
    before = drawn(200, 50);
    put_status("paused", 4121);
    assert_true(dash_poll(&d, NOW + 1));
    after = drawn(200, 50);
    assert_string_equal(before, after);
    free(before);
    free(after);
}

static void leaving(void **state)
{
    (void)state;
    assert_false(dash_key(&d, 'q', NOW));
    assert_false(dash_key(&d, 'd', NOW));
    assert_false(dash_key(&d, SCREEN_CTRL('D'), NOW));
    assert_true(dash_key(&d, '?', NOW));
    assert_true(dash_key(&d, 'q', NOW)); /* closes the help */
    assert_false(dash_key(&d, 'q', NOW));
}

static void stopping_needs_a_yes(void **state)
{
    (void)state;
    assert_true(dash_key(&d, 's', NOW));
    assert_true(sees("stop the training and save? y/n"));
    assert_true(dash_key(&d, 'q', NOW)); /* not yes */
    assert_true(sees("not stopped"));
    assert_true(d.stopping == 0);
    assert_true(dash_key(&d, 'l', NOW));
    assert_false(sees("not stopped"));
}

static void one_interrupt_is_a_warning(void **state)
{
    (void)state;
    assert_true(dash_key(&d, SCREEN_CTRL('C'), NOW));
    assert_true(sees("Ctrl-C again within 3 s"));
    assert_true(dash_key(&d, 'x', NOW));
    assert_false(sees("Ctrl-C again"));
    assert_true(dash_key(&d, SCREEN_CTRL('C'), NOW));
    assert_false(dash_key(&d, 'd', NOW));
    assert_true(dash_key(&d, SCREEN_CTRL('C'), NOW + 10)); /* late: the first again */
    assert_true(dash_key(&d, SCREEN_CTRL('C'), NOW + 13.5));
    assert_true(d.stopping == 0);
    assert_true(dash_poll(&d, NOW + 17));
    assert_false(sees("Ctrl-C again"));
}

static void a_trainer_that_is_not_there_is_not_stopped(void **state)
{
    (void)state;
    put_status("running", 4120); /* the lock says 4121 */
    dash_poll(&d, NOW);
    dash_key(&d, 's', NOW);
    dash_key(&d, 'y', NOW);
    assert_true(d.stopping == 0);
    assert_true(sees("cannot stop it"));
}

/* A process that ends when it is told to, with the lock in its name. */
static pid_t start_trainer(void)
{
    pid_t pid = fork();
    if (pid == 0) {
        signal(SIGTERM, SIG_DFL);
        for (;;)
            pause();
    }
    close(lock_fd);
    char path[100];
    snprintf(path, sizeof path, "%s/lock", dir);
    unlink(path);
    put_lock((int)pid);
    put_status("running", (int)pid);
    return pid;
}

static void stops(int first, int second)
{
    int how;
    pid_t pid = start_trainer();
    dash_poll(&d, NOW);
    assert_true(dash_key(&d, first, NOW));
    assert_int_equal(waitpid(pid, &how, WNOHANG), 0);
    assert_true(dash_key(&d, second, NOW + 1));
    assert_int_equal(waitpid(pid, &how, 0), pid);
    assert_true(WIFSIGNALED(how) && WTERMSIG(how) == SIGTERM);
    assert_true(sees("saving, please wait"));
    assert_true(dash_key(&d, SCREEN_CTRL('C'), NOW + 2)); /* patience */
    assert_true(sees("saving, please wait"));
    assert_false(dash_stopped(&d));
    put_status("stopped", (int)pid);
    assert_true(dash_poll(&d, NOW + 3));
    assert_true(dash_stopped(&d));
    assert_int_equal(dash_status(&d), 75);
}

static void yes_stops_the_trainer(void **state)
{
    (void)state;
    stops('s', 'y');
}

static void two_interrupts_stop_the_trainer(void **state)
{
    (void)state;
    stops(SCREEN_CTRL('C'), SCREEN_CTRL('C'));
}

/* ---- the end ---- */

static void ends_with(const char *run_state, bool ours, int status, const char *line)
{
    struct str s = STR_INIT;
    char *text;
    put_status(run_state, 4121);
    dash_poll(&d, NOW);
    d.ours = ours;
    dash_summary(&d, &s);
    text = str_take(&s);
    if (!strstr(text, line))
        fail_msg("'%s' is not in '%s'", line, text);
    assert_int_equal(dash_status(&d), status);
    free(text);
}

static void what_is_said_at_the_end(void **state)
{
    (void)state;
    char path[100];
    ends_with("running", true, 0, "run add3-0907: training goes on (pid 4121); seqsh attach /");
    ends_with("done", true, 0, "run add3-0907: done, exact 89.1 %");
    snprintf(path, sizeof path, "%s/model.safetensors", dir);
    assert_int_equal(file_write(path, "", 0, NULL), 0);
    ends_with("done", true, 0, "/add3-0907/model.safetensors");
    put_event("{\"ev\":\"done\",\"t\":6,\"step\":9,\"reason\":\"patience\"}");
    ends_with("done", true, 3, "run add3-0907: done, exact 89.1 %");
    ends_with("done", false, 0, "run add3-0907: done");
    ends_with("stopped", true, 75, "stopped at step 7,168");
    ends_with("stopped", false, 0, "stopped at step 7,168");
    ends_with("failed", true, 1, "failed: disk \033[31mfull"); /* ui_say makes it safe */
    ends_with("failed", false, 0, "failed: ");
    flock(lock_fd, LOCK_UN);
    put_status("running", 4121);
    dash_poll(&d, NOW);
    dash_poll(&d, NOW + 5);
    assert_true(sees("LOST"));
    assert_true(sees("its trainer is gone"));
    assert_int_equal(dash_status(&d), 0);
    d.ours = true;
    assert_int_equal(dash_status(&d), 1);
    assert_false(dash_key(&d, SCREEN_CTRL('C'), NOW)); /* leaves: nothing to stop */
}

int main(void)
{
#define IN(test) cmocka_unit_test_setup_teardown(test, begin, end)
    const struct CMUnitTest tests[] = {
        IN(small_and_ascii),
        IN(small_and_braille),
        IN(middling),
        IN(large),
        IN(no_byte_of_another_locale),
        IN(any_size),
        IN(panes_go_in_order),
        IN(nothing_written_yet),
        IN(keys_change_the_charts),
        IN(the_cursor_tells_what_the_file_says),
        IN(zoom_and_axes),
        IN(numbers_in_a_table),
        IN(one_chart_alone),
        IN(a_line_is_typed),
        IN(a_pause_is_seen),
        IN(leaving),
        IN(stopping_needs_a_yes),
        IN(one_interrupt_is_a_warning),
        IN(a_trainer_that_is_not_there_is_not_stopped),
        IN(yes_stops_the_trainer),
        IN(two_interrupts_stop_the_trainer),
        IN(what_is_said_at_the_end),
    };
    return cmocka_run_group_tests_name("dash", tests, NULL, NULL);
}
