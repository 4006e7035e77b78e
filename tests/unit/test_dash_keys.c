/* dash: what keys do to the charts, the numbers and the line behind `:`. */
#include "tests/unit/dash_run.h"

#include "base/file.h"
#include "ui/dash_own.h"
#include "ui/fmt.h"
#include "ui/screen.h"

#include <fcntl.h>
#include <math.h>
#include <unistd.h>

static void keys_change_the_charts(void **state)
{
    (void)state;
    assert_true(sees("log-y ema .6"));
    assert_true(dash_key(&d, 'l', NOW));
    assert_false(sees("log-y ema"));
    for (int i = 0; i < 20; i++)
        assert_true(dash_key(&d, '+', NOW));
    assert_true(sees("ema .98"));
    for (int i = 0; i < 20; i++)
        assert_true(dash_key(&d, '-', NOW));
    assert_false(sees("ema ."));
    for (int i = 0; i < 7; i++) {
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
    assert_true(sees("zoom ema"));
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
    assert_true(sees("log-y ema .6"));
    assert_false(sees("zoom ema"));
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

/* The chart that keys go to, as text. */
static void panes_are_copied(void **state)
{
    char path[100];
    struct str text = STR_INIT, said = STR_INIT;
    struct err err;
    int back = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    (void)state;
    assert_int_equal(chdir(root), 0);
    dash_key(&d, '3', NOW);
    assert_int_equal(dash_copy(&d, 200, 50, &said, &err), 0);
    dash_key(&d, 'T', NOW);
    dash_key(&d, 'y', NOW);
    assert_int_equal(fchdir(back), 0);
    close(back);
    assert_string_equal(said.s, "wrote add3-0907-7168-gradient-norm.txt: this pane as text");
    assert_true(sees("wrote add3-0907-7168-table.txt: this pane as text"));
    snprintf(path, sizeof path, "%s/add3-0907-7168-gradient-norm.txt", root);
    assert_int_equal(file_read(path, 1 << 20, &text, NULL), 0);
    unlink(path);
    assert_memory_equal(text.s, "\xe2\x94\x8c\xe2\x94\x80 gradient norm", 19);
    assert_null(strstr(text.s, "loss"));
    str_clear(&text);
    snprintf(path, sizeof path, "%s/add3-0907-7168-table.txt", root);
    assert_int_equal(file_read(path, 1 << 20, &text, NULL), 0);
    unlink(path);
    assert_non_null(strstr(text.s, "newest first"));
    str_release(&text);
    str_release(&said);
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
    assert_true(sees("stop, stop-at STEP, set NAME VALUE, sample TEXT, status"));
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
    assert_true(sees("nobody trains"));
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

/* Only charts with these words in their names; none such leaves them as they were. */
static void charts_are_filtered(void **state)
{
    (void)state;
    type("/GRAD");
    assert_true(sees("/ GRAD"));
    assert_true(sees("gradient norm \xe2\x94\x80"));
    type("x");
    assert_true(sees("no chart fits 'GRADx'"));
    assert_true(sees("gradient norm \xe2\x94\x80"));
    type("\x7f\r");
    assert_string_equal(d.filter, "GRAD");
    type("m");
    assert_true(sees("gradient norm \xe2\x94\x80"));
    type("/\x15!r\r"); /* without an r: loss, perplexity has one */
    assert_true(sees("loss \xe2\x94\x80"));
    type("m");
    assert_false(sees("gradient norm \xe2\x94\x80"));
    type("/\x1b");
    assert_string_equal(d.filter, "");
}

/* The score is called what it is: in its chart, for the filter, in the table. */
static void the_score_has_its_name(void **state)
{
    char path[100];
    const char config[] = "watch = chrf\n";
    (void)state;
    snprintf(path, sizeof path, "%s/config", dir);
    assert_int_equal(file_write(path, config, strlen(config), NULL), 0);
    put_event("{\"ev\":\"eval\",\"t\":1757240030,\"step\":7168,\"epoch\":1,\"loss\":1,"
              "\"chrf\":41}");
    dash_poll(&d, NOW);
    type("/chrf\r");
    assert_true(sees("chrf \xe2\x94\x80"));
    type("T");
    char *screen = drawn(160, 30);
    assert_non_null(strstr(screen, " chrf"));
    free(screen);
}

static void comes_back(void)
{
    dash_release(&d);
    dash_init(&d, dir, false);
    dash_poll(&d, NOW);
    dash_view_load(&d);
}

static void put_view(const char *text)
{
    char path[100];
    snprintf(path, sizeof path, "%s/view", dir);
    assert_int_equal(file_write(path, text, strlen(text), NULL), 0);
}

/* Who comes back finds it as it was left: every choice, in a file of the run. */
static void views_are_kept(void **state)
{
    struct str before = STR_INIT, after = STR_INIT, none = STR_INIT;
    (void)state;
    comes_back();
    dash_view_show(&d, &none);
    assert_int_equal(none.n, 0);
    dash_view_keep(&d);
    char path[100];
    snprintf(path, sizeof path, "%s/view", dir);
    assert_false(file_is(path));
    type("/!ppl\r3lXxx++ozao!");
    for (int i = 0; i < 3; i++)
        assert_true(dash_key(&d, SCREEN_LEFT, NOW));
    type("\r"); /* a pin */
    dash_key(&d, SCREEN_LEFT, NOW);
    type("\r\x1b");
    type("3\r"); /* alone */
    d.viewer.read_only = true;
    dash_view_keep(&d);
    assert_false(file_is(path));
    d.viewer.read_only = false;
    type("+");
    dash_view_keep(&d);
    dash_view_show(&d, &before);
    static const char *const names[] = { "chart", "alone", "filter", "log_y", "log_x", "axis",
                                         "smooth", "from", "to", "pins", "order", "alerts" };
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        assert_non_null(strstr(before.s, names[i]));
    comes_back();
    dash_view_show(&d, &after);
    assert_string_equal(after.s, before.s);
    assert_int_equal(d.options.pins, 2);
    assert_true(d.alone);
    assert_int_equal(d.options.axis, VIEW_TOKENS);
    str_release(&before);
    str_release(&after);
}

/* What cannot be read changes nothing; what is beyond the run's end is over. */
static void views_that_are_damaged(void **state)
{
    static const char *const bad[] = {
        "axis = sideways\n", "smooth = 1\n", "smooth = nan\n", "from = -1\n", "chart = now\n",
        "pins = 1 2 3 4 5 6 7 8 9 10\n", "pins = 1 x\n", "alone = 2\n", "nothing = 1\n",
        "axis = time\nlog_y\n", "\x1b]2;x\x07", "order = 99999999999\n", "from = 1 2\n",
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct str text = STR_INIT;
        put_view(bad[i]);
        comes_back();
        dash_view_show(&d, &text);
        assert_int_equal(text.n, 0);
        assert_non_null(strstr(d.message, "is ignored: "));
        assert_false(sees("\x1b"));
        str_release(&text);
    }
    put_view("");
    comes_back();
    assert_string_equal(d.message, "");
    put_view("from = 100\nto = 90000\npins = 320 80000\naxis = time");
    comes_back();
    assert_string_equal(d.message, "");
    assert_int_equal(d.options.to, 0);
    assert_int_equal(d.options.pins, 1);
    assert_int_equal(d.options.axis, VIEW_TIME);
}

static void places_are_pinned(void **state)
{
    (void)state;
    dash_key(&d, SCREEN_HOME, NOW);
    dash_key(&d, SCREEN_HOME, NOW);
    type("\r");
    assert_int_equal(d.options.pins, 1);
    assert_int_equal(d.options.pin[0], 32);
    assert_false(d.alone);
    dash_key(&d, SCREEN_END, NOW);
    char expected[60];
    snprintf(expected, sizeof expected, "pins 1@32 %+.4g",
             of_file("step", 7232, "loss") - of_file("step", 32, "loss"));
    assert_true(sees(expected));
    type("\r");
    assert_int_equal(d.options.pins, 2);
    type("\r"); /* the same place: taken away */
    assert_int_equal(d.options.pins, 1);
    for (int i = 0; i < 20; i++) {
        dash_key(&d, SCREEN_LEFT, NOW);
        type("\r");
    }
    assert_int_equal(d.options.pins, VIEW_PINS);
    assert_true(sees("nine places are pinned"));
    type("0");
    assert_int_equal(d.options.pins, 0);
}

static void who_only_reads_changes_nothing(void **state)
{
    (void)state;
    d.viewer.read_only = true;
    assert_false(sees("p pause"));
    assert_true(sees("read-only"));
    for (const char *key = "pksvSnK:"; *key; key++) {
        assert_true(dash_key(&d, *key, NOW));
        assert_true(sees("read-only: nothing of the run is changed"));
        assert_false(d.entry.open);
        assert_int_equal(d.ask, ASK_NOTHING);
    }
    dash_tell(&d, "pause", NOW);
    assert_true(sees("read-only: nothing"));
    type("l");
    assert_false(dash_key(&d, SCREEN_CTRL('C'), NOW));
}

static void killing_tells_what_is_lost(void **state)
{
    (void)state;
    type("K");
    assert_true(sees("kill it? 128 steps since 7,040 was saved are lost: y/n"));
    type("n");
    assert_true(sees("not killed"));
    type(":kill\r");
    assert_int_equal(d.ask, ASK_KILL);
    type("x");
    assert_int_equal(d.ask, ASK_NOTHING);
}

static void alerts_alone(void **state)
{
    (void)state;
    assert_true(sees("\xe2\x98\x85 valid"));
    type("!");
    assert_false(sees("\xe2\x98\x85 valid"));
    assert_true(sees("\xe2\x94\x80 alerts "));
}

int main(void)
{
#define IN(test) cmocka_unit_test_setup_teardown(test, dash_run_begin, dash_run_end)
    const struct CMUnitTest tests[] = {
        IN(keys_change_the_charts),
        IN(the_cursor_tells_what_the_file_says),
        IN(zoom_and_axes),
        IN(numbers_in_a_table),
        IN(panes_are_copied),
        IN(views_are_kept),
        IN(views_that_are_damaged),
        IN(one_chart_alone),
        IN(a_line_is_typed),
        IN(a_pause_is_seen),
        IN(charts_are_filtered),
        IN(the_score_has_its_name),
        IN(places_are_pinned),
        IN(who_only_reads_changes_nothing),
        IN(killing_tells_what_is_lost),
        IN(alerts_alone),
    };
    return cmocka_run_group_tests_name("dash_keys", tests, NULL, NULL);
}
