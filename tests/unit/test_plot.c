/* series and plot: constant memory that forgets nothing it promised, and curves in
 * four glyph sets. */
#include "ui/plot.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct series s;

static int begin(void **state)
{
    (void)state;
    ui_utf8_set(true);
    theme_init();
    series_init(&s);
    return 0;
}

static int end(void **state)
{
    (void)state;
    series_release(&s);
    return 0;
}

/* ---- series ---- */

static void buckets_keep_count_mean_and_range(void **state)
{
    (void)state;
    double sum = 0, x = 0;
    uint64_t n = 0;
    float least = INFINITY, most = -INFINITY;
    for (int64_t step = 1; step <= 100000; step++)
        series_add(&s, step, sin((double)step) + (double)step * 1e-3);
    assert_int_equal(s.n, 100000);
    assert_int_equal(s.last_step, 100000);
    assert_true(s.used <= SERIES_BUCKETS && s.used > SERIES_BUCKETS / 2);
    for (size_t i = 0; i < s.used; i++) {
        const struct bucket *b = &s.bucket[i];
        n += b->n;
        sum += b->sum;
        x += b->x;
        least = fminf(least, b->min);
        most = fmaxf(most, b->max);
        assert_true(series_mean(b) >= b->min && series_mean(b) <= b->max);
        assert_true(series_x(b) >= (double)(i * (size_t)s.length));
        assert_true(series_x(b) < (double)((i + 1) * (size_t)s.length));
    }
    assert_int_equal(n, 100000);
    assert_true(fabs(x - 100000.0 * 100001 / 2) < 1);
    assert_true(fabs(sum - 5000050 - 1.8) < 1); /* the sines all but cancel */
    assert_true(least < 0 && most > 100.9f);
}

static void points_stay_until_the_length_doubles(void **state)
{
    (void)state;
    for (int64_t step = 0; step < SERIES_BUCKETS; step++)
        series_add(&s, step, (double)step);
    assert_int_equal(s.length, 1);
    for (size_t i = 0; i < SERIES_BUCKETS; i++)
        assert_true(series_mean(&s.bucket[i]) == (double)i);
    series_add(&s, SERIES_BUCKETS, SERIES_BUCKETS);
    assert_int_equal(s.length, 2);
    assert_int_equal(s.used, SERIES_BUCKETS / 2 + 1);
    assert_true(series_mean(&s.bucket[0]) == 0.5);
    assert_true(s.bucket[0].min == 0 && s.bucket[0].max == 1);
}

static void holes_are_no_numbers(void **state)
{
    (void)state;
    series_add(&s, 1, NAN);
    assert_true(isnan(s.last));
    series_add(&s, 2, INFINITY);
    series_add(&s, 3, 1e300);
    series_add(&s, 4, 2.5);
    series_add(&s, INT64_MAX, -INFINITY);
    series_add(&s, -5, 1);
    assert_int_equal(s.holes, 4);
    assert_int_equal(s.n, 2);
    double lo, hi;
    assert_true(series_bounds(&s, -INFINITY, &lo, &hi));
    assert_true(lo == 1.75 && hi == 1.75); /* in one bucket by now */
    series_clear(&s);
    assert_int_equal(s.n + s.used, 0);
    assert_false(series_bounds(&s, -INFINITY, &lo, &hi));
}

static void smoothing_does_not_pull_to_zero(void **state)
{
    (void)state;
    double y[8];
    for (int i = 0; i < 8; i++)
        if (i != 3)
            series_add(&s, i, i < 6 ? 5 : 9);
    series_smooth(&s, .9, y);
    assert_true(fabs(y[0] - 5) < 1e-12 && fabs(y[5] - 5) < 1e-12);
    assert_true(isnan(y[3]));
    /* weights .1 and .9 * (1 - .9^5) */
    double before = .9 * (1 - pow(.9, 5)), expected = (5 * before + 9 * .1) / (before + .1);
    assert_true(fabs(y[6] - expected) < 1e-12);
    series_smooth(&s, 0, y);
    assert_true(y[6] == 9);
}

static void right_edge(void **state)
{
    (void)state;
    assert_int_equal(plot_x_end(0, 10560), 20);
    assert_int_equal(plot_x_end(2000, 10560), 2640);
    assert_int_equal(plot_x_end(2640, 10560), 2640);
    assert_int_equal(plot_x_end(2641, 10560), 5280);
    assert_int_equal(plot_x_end(10560, 10560), 10560);
    assert_int_equal(plot_x_end(20000, 10560), 32768);
    assert_int_equal(plot_x_end(-1, 0), 64);
    assert_int_equal(plot_x_end(65, 0), 128);
}

/* ---- plot ---- */

static void draws(const char *graph, struct plot *p, int w, int h, const char *expected)
{
    struct canvas *c = canvas_new(w, h);
    struct str text = STR_INIT;
    assert_int_equal(theme_graph_set(graph, NULL), 0);
    plot_draw(canvas_area(c), p);
    canvas_dump(c, &text);
    assert_string_equal(str_cstr(&text), expected);
    str_release(&text);
    canvas_free(c);
}

/* From 8 down to 0 over 16 steps. */
static void falling(void)
{
    for (int i = 0; i <= 16; i++)
        series_add(&s, i, 8 - i / 2.0);
}

static void four_glyph_sets(void **state)
{
    (void)state;
    struct plot_line line = { .series = &s, .mark = 'o', .ink = INK_1 };
    struct plot p = { .line = &line, .n = 1, .x_end = 16 };
    falling();
    draws("ascii", &p, 16, 5,
          "    10\n"
          "       oo\n"
          "     5   ooo\n"
          "            oo\n"
          "     0        oo\n");
    draws("braille", &p, 16, 5,
          "    10\n"
          "       ⠑⢄\n"
          "     5   ⠑⠤⣀\n"
          "            ⠑⢄\n"
          "     0        ⠑⢄\n");
    draws("quad", &p, 16, 5,
          "    10\n"
          "       ▀▄\n"
          "     5   ▀▚▄\n"
          "            ▀▄\n"
          "     0        ▀▄\n");
    draws("block", &p, 16, 5,
          "    10\n"
          "       ▇▅▁\n"
          "     5   █▅▂\n"
          "           █▆▂\n"
          "     0       █▆▃\n");
}

static void log_axis(void **state)
{
    (void)state;
    struct plot_line line = { .series = &s, .mark = '.' };
    struct plot p = { .line = &line, .n = 1, .x_end = 30, .log_y = true };
    for (int i = 0; i <= 30; i++)
        series_add(&s, i, i == 15 ? 0 : pow(10, -i / 10.0));
    draws("ascii", &p, 38, 8,
          "     1 ...\n"
          "          .....\n"
          "   0.1         .....\n"
          "                    .. ..\n" /* the hole */
          "  0.01                   .....\n"
          "                              .....\n"
          " 0.001                             ...\n"
          "       0             15             30\n");
}

static void gaps(void **state)
{
    (void)state;
    struct plot_line line = { .series = &s, .mark = '*' };
    struct plot p = { .line = &line, .n = 1, .x_end = 8, .lo = 0, .hi = 1 };
    static const double v[] = { 1, 1, 1, NAN, NAN, NAN, 0, 0, 0 };
    for (int i = 0; i < 9; i++)
        series_add(&s, i, v[i]);
    draws("ascii", &p, 9, 3, "***\n\n      ***\n");
    p.x_end = 40; /* a hole between two columns that touch breaks nothing else */
    draws("ascii", &p, 9, 3, "*\n\n **\n");
}

static void two_lines_and_a_fixed_range(void **state)
{
    (void)state;
    struct series up;
    series_init(&up);
    struct plot_line line[] = {
        { .series = &s, .mark = '.' },
        { .series = &up, .mark = 'o', .dash = PLOT_DASHED },
    };
    struct plot p = { .line = line, .n = 2, .x_end = 10, .hi = 1, .percent = true };
    for (int i = 0; i <= 10; i++) {
        series_add(&s, i, 1 - i / 10.0);
        series_add(&up, i, i / 5.0); /* over the top from the middle on */
    }
    draws("ascii", &p, 18, 5,
          "  100% ..   oooooo\n"
          "         ..o\n"
          "   50%   oo...\n"
          "        o     ..\n"
          "    0% o        ..\n");
    series_release(&up);
}

static void what_there_is_little_of(void **state)
{
    (void)state;
    struct plot_line line = { .series = &s, .mark = '*' };
    struct plot p = { .line = &line, .n = 1, .x_end = 64, .log_y = true };
    draws("ascii", &p, 20, 3, "\n no data yet\n\n");
    series_add(&s, 0, 0);
    draws("ascii", &p, 20, 3, "     2\n       *\n    -2\n");
    draws("ascii", &p, 1, 1, "*\n");
    series_add(&s, 64, 3e-7);
    draws("ascii", &p, 20, 3, "  3e-7             *\n\n  3e-8\n");
}

static void spread_only_in_colour(void **state)
{
    (void)state;
    struct plot_line line = { .series = &s, .mark = '*', .ink = INK_1, .beta = .9 };
    struct plot p = { .line = &line, .n = 1, .x_end = 4000, .hi = 1 };
    struct canvas *c = canvas_new(40, 10);
    int faint = 0, lines = 0;
    for (int i = 0; i < 4000; i++)
        series_add(&s, i, i % 2 ? .9 : .1);
    theme_graph_set("braille", NULL);
    theme_colours(256);
    plot_draw(canvas_area(c), &p);
    for (int i = 0; i < 400; i++) {
        faint += c->cells[i].ink == INK_FAINT;
        lines += c->cells[i].ink == INK_1;
        /* a thin line, in cells of its own */
        assert_true(c->cells[i].ink != INK_1 || c->cells[i].ch[0] != 0x28ff);
    }
    assert_true(faint > 150);
    assert_true(lines > 25 && lines < 80);
    assert_true(plot_spreads(&p));
    p.sparse = true;
    assert_false(plot_spreads(&p));
    p.sparse = false;
    theme_colours(0);
    canvas_clear(c);
    plot_draw(canvas_area(c), &p);
    for (int i = 0; i < 400; i++)
        assert_true(c->cells[i].ink != INK_FAINT);
    canvas_free(c);
}

/* Two runs of other speeds over the time: the same steps stand elsewhere. */
static void each_line_has_its_axis(void **state)
{
    (void)state;
    struct series time[2];
    struct plot_line line[2] = {
        { .series = &s, .x_of = &time[0], .mark = 'a' },
        { .series = &s, .x_of = &time[1], .mark = 'b' },
    };
    struct plot p = { .line = line, .n = 2, .x_end = 40, .hi = 8 };
    falling();
    for (int i = 0; i < 2; i++) {
        series_init(&time[i]);
        for (int step = 0; step <= 16; step++)
            series_add(&time[i], step, step * (i + 1));
    }
    draws("ascii", &p, 28, 3,
          "     8 bbbbb\n"
          "          aabbbbbbb\n"
          "     0       aaa   bbbbb\n");
    p.x_from = 8; /* half of one, a quarter of the other */
    p.x_end = 16;
    draws("ascii", &p, 28, 3,
          "     8 bbb\n"
          "       aaabbbbbbbbbbbbbbbbbb\n"
          "     0           aaaaaaaaaaa\n");
    for (int i = 0; i < 2; i++)
        series_release(&time[i]);
}

static void pins_have_digits(void **state)
{
    (void)state;
    static const double pin[] = { 4, 12, 99 };
    struct plot_line line = { .series = &s, .mark = 'o' };
    struct plot p = { .line = &line, .n = 1, .x_end = 16, .hi = 10, .pin = pin, .pins = 3,
                      .cursor = 8 };
    falling();
    draws("ascii", &p, 24, 3,
          "    10 oo  1   |   2\n"
          "         ooooooooo |\n"
          "     0     |   |  oooooo\n");
}

static void columns_have_places(void **state)
{
    (void)state;
    struct plot_line line = { .series = &s };
    struct plot p = { .line = &line, .n = 1, .x_from = 100, .x_end = 300 };
    struct area a = { .w = 28, .h = 8 };
    assert_true(isnan(plot_x_at(a, &p, 6)) && isnan(plot_x_at(a, &p, 28)));
    assert_true(plot_x_at(a, &p, 7) == 100 && plot_x_at(a, &p, 27) == 300);
    assert_true(plot_x_at(a, &p, 17) == 200);
    p.log_x = true;
    series_add(&s, 150, 1);
    assert_true(fabs(plot_x_at(a, &p, 7) - 150) < 1e-9);
    assert_true(fabs(plot_x_at(a, &p, 27) - 300) < 1e-9);
}

int main(void)
{
#define IN(test) cmocka_unit_test_setup_teardown(test, begin, end)
    const struct CMUnitTest tests[] = {
        IN(buckets_keep_count_mean_and_range),
        IN(points_stay_until_the_length_doubles),
        IN(holes_are_no_numbers),
        IN(smoothing_does_not_pull_to_zero),
        IN(right_edge),
        IN(four_glyph_sets),
        IN(log_axis),
        IN(gaps),
        IN(two_lines_and_a_fixed_range),
        IN(what_there_is_little_of),
        IN(spread_only_in_colour),
        IN(each_line_has_its_axis),
        IN(pins_have_digits),
        IN(columns_have_places),
    };
    return cmocka_run_group_tests_name("plot", tests, NULL, NULL);
}
