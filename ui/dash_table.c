#include "ui/dash_table.h"

#include "base/file.h"
#include "base/mem.h"
#include "ui/fmt.h"
#include "ui/run_metric.h"

#include <math.h>

static const struct column {
    const char *name;
    enum run_series series;
    int w;
    const char *(*text)(char buf[FMT_MAX], double v);
} column_table[] = {
    { "time", RUN_TIME, 9, fmt_clock },
    { "loss", RUN_LOSS, 8, fmt_real },
    { "valid", RUN_VALID_LOSS, 8, fmt_real },
    { "exact", RUN_VALID_EXACT, 8, fmt_percent },
    { "gnorm", RUN_GNORM, 8, fmt_real },
    { "lr", RUN_LR, 8, fmt_real },
    { "tok/s", RUN_RATE, 8, fmt_short },
    { "acc", RUN_ACC, 8, fmt_percent },
    { "v.acc", RUN_VALID_ACC, 8, fmt_percent },
    { "ms", RUN_MS, 8, fmt_real },
    { "clip", RUN_CLIPPED, 8, fmt_percent },
    { "tokens", RUN_TOKENS, 8, fmt_short },
    { "ppl", RUN_VALID_PPL, 8, fmt_real },
    { "score", RUN_VALID_SCORE, 8, fmt_real },
};

enum { STEP_W = 11 };

/* The score is called by the name of its metric. */
static const char *name_of(const struct column *c, const struct run_reader *r)
{
    return c->series == RUN_VALID_SCORE ? run_score_name(r->has_settings ? &r->settings : NULL)
                                        : c->name;
}

/* The steps that rows stand for: of the curve with the shortest buckets. */
static int64_t row_length(const struct run_reader *r)
{
    int64_t length = INT64_MAX;
    for (size_t i = 0; i < ARRAY_LEN(column_table); i++) {
        const struct series *s = &r->series[column_table[i].series];
        if (s->n)
            length = MIN(length, s->length);
    }
    return length;
}

/* Row by row; *step: the first of the row before, or -1. true: there is one more. */
static bool next_row(const struct run_reader *r, int64_t length, int64_t *step)
{
    const struct series *loss = &r->series[RUN_LOSS], *valid = &r->series[RUN_VALID_LOSS];
    for (*step = *step < 0 ? 0 : *step + length; *step <= r->last_step; *step += length) {
        double from = (double)*step, to = from + (double)length;
        if (!isnan(series_mean_in(loss, from, to)) || !isnan(series_mean_in(valid, from, to)))
            return true;
    }
    return false;
}

int dash_table_rows(const struct run_reader *r)
{
    int64_t step = -1, length = row_length(r);
    int n = 0;
    while (length < INT64_MAX && next_row(r, length, &step))
        n++;
    return n;
}

static double value(const struct run_reader *r, size_t i, int64_t from, int64_t length)
{
    return series_mean_in(&r->series[column_table[i].series], (double)from,
                          (double)(from + length));
}

/* The step of the row's newest record: where there is one record, its own. */
static int64_t row_step(const struct run_reader *r, int64_t from, int64_t length)
{
    static const enum run_series either[] = { RUN_LOSS, RUN_VALID_LOSS };
    for (size_t i = 0; i < ARRAY_LEN(either); i++) {
        const struct bucket *b = series_before(&r->series[either[i]], (double)(from + length - 1));
        if (b && series_x(b) >= (double)from)
            return (int64_t)llround(series_x(b));
    }
    return from;
}

static void draw_row(struct area a, int y, const struct run_reader *r, int64_t from,
                     int64_t length)
{
    char text[FMT_MAX];
    int x = STEP_W;
    area_right(a, x, y, INK_STRONG, fmt_count(text, row_step(r, from, length)));
    for (size_t i = 0; i < ARRAY_LEN(column_table) && x + column_table[i].w < a.w; i++) {
        double v = value(r, i, from, length);
        x += column_table[i].w + 1;
        area_right(a, x, y, isnan(v) ? INK_DIM : INK_TEXT,
                   isnan(v) ? "" : column_table[i].text(text, v));
    }
}

void dash_table_draw(struct area a, const struct run_reader *r, int row)
{
    int64_t length = row_length(r), step = -1;
    int rows = dash_table_rows(r), x = STEP_W;
    int64_t *from = xcalloc((size_t)rows + 1, sizeof *from);
    char title[80], n[FMT_MAX];
    snprintf(title, sizeof title, "%s rows, newest first", fmt_count(n, rows));
    struct area in = view_frame(a, "table", title);
    for (int i = 0; i < rows && next_row(r, length, &step); i++)
        from[i] = step;
    area_right(in, x, 0, INK_DIM, "step");
    for (size_t i = 0; i < ARRAY_LEN(column_table) && x + column_table[i].w < in.w; i++) {
        x += column_table[i].w + 1;
        area_right(in, x, 0, INK_DIM, name_of(&column_table[i], r));
    }
    for (int y = 1; y < in.h && row + y <= rows; y++)
        draw_row(in, y, r, from[rows - row - y], length);
    if (!rows && in.h)
        area_text(in, 1, in.h / 2, INK_DIM, "no data yet");
    free(from);
}

int dash_table_write(const struct run_reader *r, struct str *said, struct err *err)
{
    struct str text = STR_INIT, name = STR_INIT;
    int64_t length = row_length(r), step = -1;
    int rows = 0;
    str_add(&text, "step");
    for (size_t i = 0; i < ARRAY_LEN(column_table); i++)
        str_addf(&text, ",%s", name_of(&column_table[i], r));
    while (length < INT64_MAX && next_row(r, length, &step)) {
        str_addf(&text, "\n%lld", (long long)row_step(r, step, length));
        for (size_t i = 0; i < ARRAY_LEN(column_table); i++) {
            double v = value(r, i, step, length);
            str_addc(&text, ',');
            if (!isnan(v))
                str_add_double(&text, v);
        }
        rows++;
    }
    str_addc(&text, '\n');
    str_addf(&name, "%s-%lld.csv", r->name, (long long)MAX(r->last_step, 0));
    int bad = rows ? file_write(name.s, text.s, text.n, err) : err_set(err, "no data yet");
    if (bad == 0)
        str_addf(said, "wrote %s: %d rows", name.s, rows);
    str_release(&name);
    str_release(&text);
    return bad;
}
