/* watch: golden screens, every size without harm, what keys do, runs of other machines
 * as far as words go.
 *
 * After a change that is meant: GOLDEN=write tests/unit/test_watch, then look at the
 * difference of tests/screen/golden. */
#include "ui/watch.h"

#include "base/file.h"
#include "tests/unit/golden.h"
#include "ui/screen.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/file.h>
#include <unistd.h>

#include <cmocka.h>

enum { NOW = 1757240030, RUNS = 5 };

static const char *const states[RUNS] = { "running", "paused", "done", "failed", "running" };
static const char *const names[RUNS] = { "add3-0907", "add3-noattn", "add2-base", "chat-07",
                                         "nmt-01" };

static char root[] = "/tmp/seqsh-watch.XXXXXX";
static int lock_fd[2];
static struct watch w;
static char *screen;

static const char *in(const char *run, const char *name)
{
    static char path[200];
    snprintf(path, sizeof path, "%s/%s/%s", root, run, name);
    return path;
}

static void put(const char *run, const char *name, const char *text, size_t n)
{
    struct err err;
    if (file_write(in(run, name), text, n, &err) < 0)
        fail_msg("%s", err.msg);
}

/* The run of the fixture, cut after a part of it, and in another state. */
static void make_run(int i, int part)
{
    struct str text = STR_INIT;
    char dir[100];
    snprintf(dir, sizeof dir, "%s/%s", root, names[i]);
    assert_int_equal(dir_make(dir, NULL), 0);
    assert_int_equal(file_read(source("fixture/add3-0907/events.jsonl"), 1 << 20, &text, NULL), 0);
    put(names[i], "events.jsonl", text.s, text.n * (size_t)part / 10);
    str_clear(&text);
    str_addf(&text, "{\"state\":\"%s\",\"pid\":%d,\"host\":\"\",\"beat\":%d.5,\"step\":%d,"
             "\"steps\":10560,\"epoch\":4,\"epochs\":30,\"eta\":%d,\"params\":20532%d}",
             states[i], 4121 + i, NOW - 1 - 200 * i, 700 * part, 760 + i, i);
    put(names[i], "status", text.s, text.n);
    str_clear(&text);
    str_addf(&text, "cell = %s\nhidden = %d\n", i == 1 ? "gru" : "lstm", i == 3 ? 256 : 128);
    put(names[i], "config", text.s, text.n);
    str_release(&text);
}

static int begin(void **state)
{
    (void)state;
    memcpy(root + sizeof root - 7, "XXXXXX", 6);
    if (!mkdtemp(root))
        return -1;
    for (int i = 0; i < RUNS; i++)
        make_run(i, 10 - 2 * i);
    for (int i = 0; i < 2; i++) {
        lock_fd[i] = open(in(names[i], "lock"), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        flock(lock_fd[i], LOCK_EX | LOCK_NB);
    }
    ui_utf8_set(true);
    theme_init();
    theme_colours(0);
    watch_init(&w);
    assert_int_equal(watch_add(&w, root, NULL), 0);
    watch_poll(&w, NOW);
    return 0;
}

static int end(void **state)
{
    static const char *const files[] = { "events.jsonl", "status", "config", "lock" };
    (void)state;
    for (int i = 0; i < 2; i++)
        close(lock_fd[i]);
    for (int i = 0; i < RUNS; i++) {
        for (size_t k = 0; k < ARRAY_LEN(files); k++)
            unlink(in(names[i], files[k]));
        rmdir(in(names[i], ""));
    }
    watch_release(&w);
    free(screen);
    screen = NULL;
    return rmdir(root);
}

/* The screen as text, with the folder's name as it is in the golden ones. */
static const char *drawn(int width, int height)
{
    struct canvas *c = canvas_new(width, height);
    struct str text = STR_INIT;
    watch_draw(&w, c, NOW);
    canvas_dump(c, &text);
    canvas_free(c);
    char *at = strstr(text.s, root);
    if (at)
        memcpy(at, "/tmp/seqsh-watch.000000", strlen(root));
    free(screen);
    return screen = str_take(&text);
}

static void golden(const char *name, int width, int height)
{
    golden_same(name, drawn(width, height));
}

static void press(const char *keys)
{
    for (; *keys; keys++)
        assert_true(watch_key(&w, *keys, NOW));
}

static bool sees(const char *text)
{
    return strstr(drawn(80, 24), text) != NULL;
}

/* After a yes: a run of this machine that nobody trains. */
static void runs_are_deleted(void **state)
{
    (void)state;
    w.sort = run_fact_find("run");
    watch_choose(&w, NOW);
    watch_key(&w, SCREEN_HOME, NOW); /* add2-base is done */
    press("D");
    assert_true(sees("/add2-base, with its models, for good? y/n"));
    press("n");
    assert_true(sees("not deleted"));
    assert_true(file_is(in("add2-base", "events.jsonl")));
    watch_key(&w, SCREEN_DOWN, NOW); /* add3-0907 trains */
    press("D");
    assert_true(sees("this run is at work: stop it first"));
    watch_key(&w, SCREEN_UP, NOW);
    w.viewer.read_only = true;
    press("D");
    assert_true(sees("read-only: nothing of a run"));
    w.viewer.read_only = false;
    press("Dy");
    assert_false(dir_is(in("add2-base", "")));
    assert_true(watch_poll(&w, NOW + 3));
    assert_int_equal(w.all.n, RUNS - 1);
    assert_string_equal(w.at->run->name, "add3-0907");
}

static void golden_ascii(void **state)
{
    (void)state;
    ui_utf8_set(false);
    theme_init();
    theme_colours(0);
    press(" ");
    watch_key(&w, SCREEN_DOWN, NOW);
    press(" ");
    golden("watch-80x24-ascii.txt", 80, 24);
    press("\t");
    golden("watch-80x24-ascii-probes.txt", 80, 24);
    press("?");
    golden("watch-80x24-ascii-help.txt", 80, 24);
    for (const char *p = screen; *p; p++)
        assert_in_range((unsigned char)*p, '\n', '~');
}

static void golden_large(void **state)
{
    (void)state;
    press(" ");
    for (int i = 0; i < 3; i++) {
        watch_key(&w, SCREEN_DOWN, NOW);
        press(" ");
    }
    golden("watch-200x50-braille.txt", 200, 50);
}

static void all_states(void **state)
{
    (void)state;
    assert_true(sees("RUN ") && sees("PAUSED") && sees("DONE") && sees("CRASHED"));
    assert_true(sees("LOST"));
    assert_true(sees("1 live  1 paused  1 done  1 lost  1 crashed"));
}

static void filter_and_sort(void **state)
{
    (void)state;
    press("/state:lost");
    assert_int_equal(w.shown_n, 1);
    assert_string_equal(w.at->run->name, "nmt-01");
    press("\r");
    assert_true(sees("filter: state:lost"));
    assert_true(sees("1 of 5"));
    press("/\025add cell=lstm\r"); /* Ctrl-U */
    assert_int_equal(w.shown_n, 2);
    press("/\025hiden=3\033");      /* cannot be read: the last one that could stays */
    assert_int_equal(w.shown_n, 5); /* "hiden", on the way, fits nothing: Esc takes it away */
    w.sort = run_fact_find("valid-loss");
    press("OO");
    assert_string_equal(w.shown[0]->run->name, "add3-0907");
    press("O");
    assert_string_equal(w.shown[0]->run->name, "nmt-01");
}

static void digits(void **state)
{
    struct run_entry *e[WATCH_MARKS];
    (void)state;
    assert_int_equal(watch_compared(&w, e), 1); /* the one under the cursor */
    press(" ");
    watch_key(&w, SCREEN_DOWN, NOW);
    press(" ");
    assert_int_equal(watch_compared(&w, e), 2);
    assert_true(e[1] == w.at && e[1]->mark == 2);
    press(" ");
    watch_key(&w, SCREEN_END, NOW);
    press(" ");
    assert_int_equal(w.at->mark, 2); /* the smallest that is free */
    press("u");
    assert_int_equal(watch_compared(&w, e), 1);
    assert_int_equal(e[0]->mark, 0);
}

static void control_only_at_work(void **state)
{
    (void)state;
    watch_key(&w, SCREEN_END, NOW);
    press("c");
    assert_int_equal(w.ask, WATCH_LIST);
    assert_true(sees("nobody to tell"));
    w.at = w.shown[1]; /* add3-0907, which trains */
    press("c");
    assert_int_equal(w.ask, WATCH_CONTROL);
    assert_true(sees("tell add3-0907"));
    press("\033");
    assert_int_equal(w.ask, WATCH_LIST);
    assert_false(watch_key(&w, 'q', NOW));
}

static void every_size(void **state)
{
    (void)state;
    for (int height = 1; height <= 60; height += height < 30 ? 1 : 10) {
        for (int width = 1; width <= 240; width += width < 90 ? 3 : 17) {
            w.low = (enum watch_low)((width + height) % LOW_PANES);
            w.help = width % 5 == 0;
            drawn(width, height);
        }
    }
    assert_non_null(strstr(drawn(19, 5), "is too"));
}

static void words_for_another_shell(void **state)
{
    struct str command = STR_INIT;
    struct run_entry e = { .run = run_reader_new_fed("gpu1:my runs/it's") };
    struct peers all = { 0 };
    struct err err;
    (void)state;
    peer_command(&e, "ctl", "note $(reboot)  'x", &command);
    assert_string_equal(command.s,
                        "seqsh ctl 'my runs/it'\\''s' 'note' '$(reboot)' ''\\''x'");
    str_release(&command);
    run_reader_free(e.run);
    assert_true(peer_is("gpu1:runs") && !peer_is("./a:b") && !peer_is("runs") && !peer_is(":x"));
    assert_int_equal(peers_add(&all, "-oProxyCommand=x:y", &err), -1);
    assert_int_equal(peers_add(&all, "gpu1:~/runs", &err), 0);
    assert_int_equal(peers_add(&all, "gpu1:", &err), 0);
    assert_string_equal(all.at[0].folder, "runs");
    assert_string_equal(all.at[1].folder, "runs");
    peers_release(&all);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(golden_ascii),   TEST(golden_large),         TEST(all_states),
        TEST(filter_and_sort), TEST(digits),              TEST(control_only_at_work),
        TEST(runs_are_deleted), TEST(every_size),         cmocka_unit_test(words_for_another_shell),
    };
    return cmocka_run_group_tests_name("watch", tests, NULL, NULL);
}
