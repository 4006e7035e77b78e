/* dash: golden screens at two sizes, every other size without harm, how it stops a run,
 * and what is said at the end.
 *
 * After a change that is meant: GOLDEN=write tests/unit/test_dash, then look at the
 * difference of tests/screen/golden. */
#include "tests/unit/dash_run.h"

#include "base/file.h"
#include "ui/screen.h"

#include <signal.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

static void golden(const char *name, int w, int h)
{
    char *screen = drawn(w, h);
    golden_same(name, screen);
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

/* Three validations, between which the model learns where to look. */
static void put_probes(void)
{
    static const char *const map[] = {
        "[[40,30,30],[30,40,30]]", "[[70,20,10],[20,60,20]]", "[[99,1,0],[0,2,98]]",
    };
    char line[400];
    for (int i = 0; i < 3; i++) {
        for (int n = 0; n < 2; n++) {
            snprintf(line, sizeof line,
                     "{\"ev\":\"probe\",\"t\":1757240029,\"step\":%d,\"epoch\":1,\"n\":%d,"
                     "\"q\":\"a \\u001b[2J%d\",\"g\":\"\u4e8c b\",\"src\":[\"a\",\" \",\"\"],"
                     "\"out\":[\"\u4e8c\",\"b\"],\"a\":%s}",
                     5000 + 1000 * i, n, n, map[i]);
            put_event(line);
        }
    }
    put_event("{\"ev\":\"probe\",\"t\":1,\"step\":7000,\"n\":7,\"a\":3}");
    put_event("{\"ev\":\"probe\",\"t\":1,\"step\":7000,\"n\":\"x\",\"out\":[1],\"src\":{}}");
    dash_poll(&d, NOW);
}

static void attention_through_the_training(void **state)
{
    (void)state;
    put_probes();
    golden("dash-200x50-attention.txt", 200, 50);
    ui_utf8_set(false);
    theme_init();
    dash_key(&d, 'a', NOW);
    golden("dash-80x24-ascii-attention.txt", 80, 24);
    assert_true(sees("[ ] step 7,000"));
    dash_key(&d, '[', NOW);
    dash_key(&d, '[', NOW);
    assert_true(sees("[ ] step 5,000"));
    assert_true(sees("probe 1/2"));
    assert_true(sees("entropy 1.57 bit"));
    for (int i = 0; i < 200; i++)
        dash_key(&d, '[', NOW);
    assert_true(sees("[ ] step 5,000"));
    for (int i = 0; i < 200; i++)
        dash_key(&d, ']', NOW);
    assert_true(sees("[ ] step 7,000"));
    dash_key(&d, 'a', NOW);
    assert_true(sees("probe 2/2"));
    dash_key(&d, 'a', NOW);
    assert_true(sees("attention: question 1 of 2"));
}

/* However many there are, a part is kept, the first and the newest among them. */
static void many_probes(void **state)
{
    (void)state;
    char line[200];
    for (int i = 0; i < 1000; i++) {
        snprintf(line, sizeof line,
                 "{\"ev\":\"probe\",\"t\":1,\"step\":%d,\"n\":0,\"out\":[\"x\"],"
                 "\"src\":[\"y\"],\"a\":[[100]]}", 6000 + i);
        put_event(line);
    }
    dash_poll(&d, NOW);
    const struct run_probes *p = &d.run->probes;
    assert_in_range(p->n[0], RUN_SHOTS / 2, RUN_SHOTS);
    assert_int_equal(p->shot[0][p->n[0] - 1]->step, 6999);
    assert_int_equal(p->shot[0][0]->step, 6000);
    for (int i = 1; i + 1 < p->n[0]; i++)
        assert_int_equal(p->shot[0][i]->step - p->shot[0][i - 1]->step, 16);
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

static void leaving(void **state)
{
    (void)state;
    assert_false(dash_key(&d, 'd', NOW));
    assert_false(dash_key(&d, SCREEN_CTRL('D'), NOW));
    assert_true(dash_key(&d, '?', NOW));
    assert_true(dash_key(&d, 'd', NOW)); /* closes the help */
    assert_false(dash_key(&d, 'd', NOW));
}

/* q: of a run at work, what to do about it; else it leaves. */
static void a_menu(void **state)
{
    (void)state;
    assert_true(dash_key(&d, 'q', NOW));
    assert_true(sees("q  leave: training goes on (pid 4121)"));
    assert_true(sees("K  kill it: 128 steps since 7,040 was saved are lost"));
    assert_true(dash_key(&d, 'x', NOW)); /* back, without what x does */
    assert_false(sees("kill it"));
    assert_true(sees("x=step"));
    assert_true(dash_key(&d, 'q', NOW));
    assert_true(dash_key(&d, 's', NOW));
    assert_true(sees("stop the training and save? y/n"));
    assert_true(dash_key(&d, 'n', NOW));
    assert_true(dash_key(&d, 'q', NOW));
    assert_true(dash_key(&d, 'K', NOW));
    assert_true(sees("kill it? 128 steps"));
    assert_true(dash_key(&d, 'n', NOW));
    assert_true(dash_key(&d, 'q', NOW));
    assert_false(dash_key(&d, 'q', NOW));
    d.left = false;
    assert_true(dash_key(&d, 'q', NOW));
    assert_false(dash_key(&d, 'd', NOW));
    d.viewer.read_only = true;
    assert_false(dash_key(&d, 'q', NOW));
    d.left = d.viewer.read_only = false;
    assert_true(dash_key(&d, 'q', NOW));
    put_status("done", 4121);
    dash_poll(&d, NOW);
    assert_false(sees("kill it"));
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
#define IN(test) cmocka_unit_test_setup_teardown(test, dash_run_begin, dash_run_end)
    const struct CMUnitTest tests[] = {
        IN(small_and_ascii),
        IN(small_and_braille),
        IN(attention_through_the_training),
        IN(many_probes),
        IN(middling),
        IN(large),
        IN(no_byte_of_another_locale),
        IN(any_size),
        IN(panes_go_in_order),
        IN(nothing_written_yet),
        IN(leaving),
        IN(a_menu),
        IN(stopping_needs_a_yes),
        IN(one_interrupt_is_a_warning),
        IN(a_trainer_that_is_not_there_is_not_stopped),
        IN(yes_stops_the_trainer),
        IN(two_interrupts_stop_the_trainer),
        IN(what_is_said_at_the_end),
    };
    return cmocka_run_group_tests_name("dash", tests, NULL, NULL);
}
