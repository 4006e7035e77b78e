#include "ui/export_run.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "run/tfevents.h"
#include "ui/out.h"
#include "ui/run_metric.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

enum { LOOK_MS = 500, FLUSH_AT = 1 << 16 };

/* One way to write records. Each appends to *out; the settings of the run may be NULL. */
struct format {
    const char *name;
    void (*begin)(struct str *out, double time, const struct settings *);
    /* all that was written is void */
    void (*again)(struct str *out, double time, const struct settings *);
    void (*put)(struct str *out, const struct run_record *, const struct settings *);
};

/* ---- JSON lines ---- */

static void jsonl_begin(struct str *out, double time, const struct settings *s)
{
    (void)out;
    (void)time;
    (void)s;
}

static void jsonl_again(struct str *out, double time, const struct settings *s)
{
    (void)time;
    (void)s;
    str_add(out, "{\"ev\":\"again\",\"step\":0}\n");
}

void export_json(struct str *out, const char *text, size_t n)
{
    uint32_t c;
    for (size_t i = 0, k; i < n; i += MAX(k, 1)) {
        k = utf8_next(text + i, n - i, &c);
        if (k == 0)
            str_add(out, "\xef\xbf\xbd");
        else if (c == '\t' || c == '\r')
            str_addc(out, ' ');
        else if (utf8_control(c))
            str_addf(out, "\\u%04x", (unsigned)c);
        else
            str_addn(out, text + i, k);
    }
}

static void jsonl_put(struct str *out, const struct run_record *rec, const struct settings *s)
{
    (void)s;
    export_json(out, rec->text, rec->n);
    str_addc(out, '\n');
}

/* ---- CSV ---- */

static void csv_begin(struct str *out, double time, const struct settings *s)
{
    (void)time;
    str_add(out, "step,t,epoch");
    for (const struct run_metric *m = run_metric_table; m->name; m++)
        str_addf(out, ",%s", run_metric_name(m, s));
    str_addc(out, '\n');
}

static void add_cell(struct str *out, double v)
{
    str_addc(out, ',');
    if (isfinite(v))
        str_add_double(out, v);
    else
        str_add(out, "nan");
}

static void csv_put(struct str *out, const struct run_record *rec, const struct settings *s)
{
    double v;
    (void)s;
    if (!run_line_is(rec->line, "step") && !run_line_is(rec->line, "eval"))
        return;
    str_addf(out, "%" PRId64, (int64_t)run_line_number(rec->line, FIELD_STEP));
    add_cell(out, run_line_number(rec->line, FIELD_T));
    add_cell(out, run_line_number(rec->line, FIELD_EPOCH));
    for (const struct run_metric *m = run_metric_table; m->name; m++)
        if (run_metric_in(m, rec->line, &v))
            add_cell(out, v);
        else
            str_addc(out, ',');
    str_addc(out, '\n');
}

/* ---- TensorBoard ---- */

static double time_of(const struct run_line *l)
{
    double t = run_line_number(l, FIELD_T);
    return isfinite(t) ? t : 0;
}

static void board_begin(struct str *out, double time, const struct settings *s)
{
    (void)s;
    tfevents_begin(out, time);
}

static void board_again(struct str *out, double time, const struct settings *s)
{
    (void)s;
    tfevents_restart(out, time, 0);
}

/* One cell of a table in Markdown: what would end it is taken away. */
static void add_markdown(struct str *out, const json_t *row, const char *key)
{
    const char *s = json_string_value(json_object_get(row, key));
    str_add(out, "| ");
    for (; s && *s; s++) {
        if (strchr("\\|`*_<>[]&", *s))
            str_addc(out, '\\');
        str_addc(out, (unsigned char)*s < ' ' ? ' ' : *s);
    }
    str_addc(out, ' ');
}

static void board_samples(struct str *out, const struct run_line *l)
{
    const json_t *rows = json_object_get(l->json, "rows");
    struct str table = STR_INIT;
    str_add(&table, "| question | answer | truth | right |\n|---|---|---|---|\n");
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);
        add_markdown(&table, row, "q");
        add_markdown(&table, row, "g");
        add_markdown(&table, row, "t");
        str_addf(&table, "| %s |\n", json_is_true(json_object_get(row, "ok")) ? "yes" : "no");
    }
    tfevents_text(out, time_of(l), (int64_t)run_line_number(l, FIELD_STEP), "samples",
                  table.s, table.n);
    str_release(&table);
}

/* Each metric under the tag of its row; the score under its own name, "valid/bleu". */
static void board_metric(struct str *out, const struct run_line *l, const struct run_metric *m,
                         const struct settings *s)
{
    char tag[16 + SETTING_TEXT];
    double v;
    if (!run_metric_in(m, l, &v))
        return;
    if (m->series == RUN_VALID_SCORE)
        snprintf(tag, sizeof tag, "valid/%s", run_score_name(s));
    else
        snprintf(tag, sizeof tag, "%s", m->tag);
    tfevents_scalar(out, time_of(l), (int64_t)run_line_number(l, FIELD_STEP), tag, v);
}

static void board_put(struct str *out, const struct run_record *rec, const struct settings *s)
{
    const struct run_line *l = rec->line;
    int64_t step = (int64_t)run_line_number(l, FIELD_STEP);
    size_t n;
    for (const struct run_metric *m = run_metric_table; m->name; m++)
        board_metric(out, l, m, s);
    if (run_line_is(l, "samples"))
        board_samples(out, l);
    if (run_line_is(l, "note")) {
        const char *text = run_line_text(l, "text", &n);
        tfevents_text(out, time_of(l), step, "notes", text, n);
    }
}

/* The settings, as they stand in the run's folder. */
static void board_config(struct str *out, const char *dir, double time)
{
    struct str text = STR_INIT, config = STR_INIT;
    char *path = path_join(dir, "config");
    if (file_read(path, 1 << 20, &config, NULL) == 0 && config.n) {
        for (size_t i = 0; i < config.n; i++) {
            if (i == 0 || config.s[i - 1] == '\n')
                str_add(&text, "    "); /* a block of code in Markdown */
            str_addc(&text, config.s[i]);
        }
        tfevents_text(out, time, 0, "config", text.s, text.n);
    }
    str_release(&text);
    str_release(&config);
    free(path);
}

static const struct format format_table[] = {
    [RUN_JSONL] = { "jsonl", jsonl_begin, jsonl_again, jsonl_put },
    [RUN_CSV] = { "csv", csv_begin, csv_begin, csv_put },
    [RUN_TENSORBOARD] = { "tensorboard", board_begin, board_again, board_put },
};

bool run_format_find(const char *name, enum run_format *format)
{
    for (size_t i = 0; i < ARRAY_LEN(format_table); i++) {
        if (strcmp(name, format_table[i].name) != 0)
            continue;
        *format = (enum run_format)i;
        return true;
    }
    return false;
}

/* ---- from a run to a file ---- */

struct exporter {
    const struct export_run *want;
    const struct format *format;
    const char *dir;
    struct settings settings;
    const struct settings *known; /* those, or NULL */
    struct run_file file;
    uint64_t rewinds;
    bool begun;
    struct str pending;
    char *path; /* of the file written to */
    FILE *out;
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* TensorBoard looks for files of this name, and shows their folder as the run. */
static int open_board(struct exporter *e, double time, struct err *err)
{
    char name[80];
    if (dir_make(e->want->out, err) < 0)
        return -1;
    snprintf(name, sizeof name, "events.out.tfevents.%010.0f.seqsh", fmax(time, 0));
    e->path = path_join(e->want->out, name);
    return 0;
}

static int open_out(struct exporter *e, double time, struct err *err)
{
    bool board = e->want->format == RUN_TENSORBOARD;
    if (e->want->out && board && open_board(e, time, err) < 0)
        return -1;
    if (e->want->out && !board)
        e->path = xstrdup(e->want->out);
    e->out = e->path ? fopen(e->path, "wb") : stdout;
    if (!e->out)
        return err_set(err, "cannot write '%s': %s", e->path, strerror(errno));
    if (run_settings(e->dir, &e->settings))
        e->known = &e->settings;
    e->format->begin(&e->pending, time, e->known);
    if (board)
        board_config(&e->pending, e->dir, time);
    e->begun = true;
    return 0;
}

static int flush(struct exporter *e, struct err *err)
{
    int bad = 0;
    if (e->out == stdout)
        out_write(stdout, &e->pending);
    else if (out_try(e->out, &e->pending) < 0)
        bad = err_set(err, "cannot write '%s': %s", e->path, strerror(errno));
    str_clear(&e->pending);
    return bad;
}

static int put_records(struct exporter *e, struct err *err)
{
    struct run_record rec;
    if (!run_file_open(&e->file))
        return 0;
    while (run_file_next(&e->file, &rec)) {
        double time = time_of(rec.line);
        if (!e->begun && open_out(e, time, err) < 0)
            return -1;
        if (e->rewinds != e->file.rewinds && e->begun)
            e->format->again(&e->pending, time, e->known);
        e->rewinds = e->file.rewinds;
        if (run_line_number(rec.line, FIELD_STEP) > (double)e->want->since)
            e->format->put(&e->pending, &rec, e->known);
        if (e->pending.n > FLUSH_AT && flush(e, err) < 0)
            return -1;
    }
    return e->begun ? flush(e, err) : 0;
}

/* Waits a while; ends the process when nobody reads stdout any more. */
static void wait_and_listen(const struct exporter *e)
{
    struct pollfd p = { .fd = e->want->out ? -1 : STDOUT_FILENO };
    if (poll(&p, 1, LOOK_MS) > 0) {
        signal(SIGPIPE, SIG_DFL);
        raise(SIGPIPE);
    }
}

static int export_all(struct exporter *e, struct err *err)
{
    struct run_reader *state = e->want->follow ? run_reader_new(e->dir) : NULL;
    int bad = put_records(e, err);
    bool over = !state;
    while (!bad && !over) {
        run_reader_poll(state, now()); /* before the records: the last ones come first */
        over = !run_reader_live(state) && state->status.state != RUN_WAITING;
        bad = put_records(e, err);
        if (!bad && !over)
            wait_and_listen(e);
    }
    run_reader_free(state);
    return bad;
}

int export_run(const struct export_run *want, const char *dir, struct err *err)
{
    struct exporter e = { .want = want, .dir = dir, .format = &format_table[want->format] };
    run_file_init(&e.file, dir);
    int bad = export_all(&e, err);
    if (!bad && !e.begun && !(bad = open_out(&e, now(), err)))
        bad = flush(&e, err);
    if (e.out && e.out != stdout && fclose(e.out) && !bad)
        bad = err_set(err, "cannot write '%s': %s", e.path, strerror(errno));
    run_file_release(&e.file);
    str_release(&e.pending);
    free(e.path);
    return bad;
}
