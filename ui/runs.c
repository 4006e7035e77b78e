#include "ui/runs.h"

#include "base/base.h"
#include "ui/out.h"
#include "ui/run_fact.h"
#include "ui/run_filter.h"
#include "ui/ui_text.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <time.h>

enum { EXIT_USAGE = 2, WIDEST = 40 };

enum look { LOOK_TABLE, LOOK_JSON, LOOK_CSV };

struct runs {
    enum look look;
    struct run_filter *filter;
    const struct run_fact *sort; /* NULL: as they come */
    bool reverse;
};

static int take_json(void *own, const char *value, struct err *err)
{
    struct runs *r = own;
    (void)value;
    (void)err;
    r->look = LOOK_JSON;
    return 0;
}

static int take_csv(void *own, const char *value, struct err *err)
{
    struct runs *r = own;
    (void)value;
    (void)err;
    r->look = LOOK_CSV;
    return 0;
}

static int take_filter(void *own, const char *value, struct err *err)
{
    struct runs *r = own;
    run_filter_free(r->filter);
    r->filter = run_filter_new(value, err);
    return r->filter ? 0 : err_prefix(err, "--filter");
}

static int take_sort(void *own, const char *value, struct err *err)
{
    struct runs *r = own;
    r->sort = run_fact_find(value);
    if (r->sort || !run_fact_known(value, err))
        return r->sort ? 0 : err_prefix(err, "--sort");
    return err_set(err, "--sort: runs are not sorted by settings");
}

static int take_reverse(void *own, const char *value, struct err *err)
{
    struct runs *r = own;
    (void)value;
    (void)err;
    r->reverse = true;
    return 0;
}

const struct opt runs_options[] = {
    { .name = "filter", .arg = "EXPR", .take = take_filter,
      .help = "only these, such as 'state:run exact>90% cell=lstm'" },
    { .name = "sort", .arg = "KEY", .take = take_sort,
      .help = "by run, state, step, loss, valid-loss, exact, rate, eta, age or others" },
    { .name = "reverse", .letter = 'r', .take = take_reverse, .help = "the other way round" },
    { .name = "json", .take = take_json,
      .help = "a line of JSON for each run, with all that is known" },
    { .name = "csv", .take = take_csv, .help = "the same as CSV" },
    { .name = NULL },
};

/* ---- order ---- */

struct order {
    const struct runs *runs;
    double now;
};

static int compare(const void *a, const void *b, void *own)
{
    const struct order *o = own;
    return run_fact_order(o->runs->sort, o->runs->reverse, *(struct run_entry *const *)a,
                          *(struct run_entry *const *)b, o->now);
}

/* ---- JSON and CSV ---- */

/* What is not UTF-8 becomes U+FFFD, and so do controls: JSON has \u001b for these. */
static json_t *json_text(const char *s)
{
    struct str plain = STR_INIT;
    json_t *v = json_string(s);
    if (!v) {
        out_plain(&plain, s);
        v = json_string(str_cstr(&plain));
    }
    str_release(&plain);
    return v;
}

static void add_json(struct str *out, const struct run_entry *e, double now)
{
    json_t *o = json_object();
    for (const struct run_fact *f = run_fact_table; f->name; f++) {
        double v = run_fact_number(f, e, now);
        bool whole = f->kind == FACT_COUNT || f->kind == FACT_SHORT || f->kind == FACT_TIME;
        json_t *value = f->text              ? json_text(f->text(e))
                        : isnan(v)           ? json_null()
                        : whole && v == rint(v) ? json_integer((json_int_t)v)
                                             : json_real(v);
        json_object_set_new(o, f->name, value);
    }
    char *line = json_dumps(o, JSON_COMPACT | JSON_PRESERVE_ORDER |
                                   JSON_REAL_PRECISION(14) | JSON_ENSURE_ASCII);
    str_add(out, line);
    str_addc(out, '\n');
    free(line);
    json_decref(o);
}

static void add_csv_text(struct str *out, const char *text)
{
    struct str plain = STR_INIT;
    out_plain(&plain, text);
    bool quote = strpbrk(str_cstr(&plain), ",\"\t") != NULL;
    if (quote)
        str_addc(out, '"');
    for (const char *p = str_cstr(&plain); *p; p++) {
        if (*p == '"')
            str_addc(out, '"');
        str_addc(out, *p);
    }
    if (quote)
        str_addc(out, '"');
    str_release(&plain);
}

static void add_csv(struct str *out, const struct run_entry *e, double now)
{
    for (const struct run_fact *f = run_fact_table; f->name; f++) {
        double v = run_fact_number(f, e, now);
        if (f != run_fact_table)
            str_addc(out, ',');
        if (f->text)
            add_csv_text(out, f->text(e));
        else if (v == rint(v) && fabs(v) < 1e15)
            str_addf(out, "%.0f", v);
        else if (!isnan(v))
            str_add_double(out, v);
    }
    str_addc(out, '\n');
}

static void add_csv_head(struct str *out)
{
    for (const struct run_fact *f = run_fact_table; f->name; f++)
        str_addf(out, "%s%s", f == run_fact_table ? "" : ",", f->name);
    str_addc(out, '\n');
}

/* ---- the table ---- */

static const char *const columns[] = { "run", "state", "step", "loss", "valid-loss",
                                       "exact", "rate", "eta" };
enum { COLUMNS = ARRAY_LEN(columns) };

/* The text of a cell, made safe; returns its width. A row of NULL is the head. */
static int cell(const struct run_entry *e, int column, double now, struct str *shown)
{
    const struct run_fact *f = run_fact_find(columns[column]);
    struct str text = STR_INIT;
    str_clear(shown);
    if (e)
        run_fact_show(f, e, now, &text);
    else
        str_add(&text, f->name);
    size_t n = MIN(text.n, (size_t)WIDEST);
    while (n < text.n && ((unsigned char)text.s[n] & 0xc0) == 0x80)
        n--; /* between two characters */
    int width = ui_text(shown, UI_FIELD, str_cstr(&text), n);
    str_release(&text);
    return width;
}

static void add_row(struct str *out, const struct run_entry *e, const int *width, double now)
{
    struct str shown = STR_INIT;
    for (int c = 0; c < COLUMNS; c++) {
        int w = cell(e, c, now, &shown);
        bool left = run_fact_find(columns[c])->text != NULL;
        if (c)
            str_add(out, "  ");
        if (left)
            str_add(out, str_cstr(&shown));
        str_addf(out, "%*s", width[c] - w, "");
        if (!left)
            str_add(out, str_cstr(&shown));
    }
    str_trim(out);
    str_addc(out, '\n');
    str_release(&shown);
}

static void add_table(struct str *out, const struct run_list *all, double now)
{
    struct str shown = STR_INIT;
    int width[COLUMNS];
    for (int c = 0; c < COLUMNS; c++) {
        width[c] = cell(NULL, c, now, &shown);
        for (int i = 0; i < all->n; i++)
            width[c] = MAX(width[c], cell(all->at[i], c, now, &shown));
    }
    add_row(out, NULL, width, now);
    for (int i = 0; i < all->n; i++)
        add_row(out, all->at[i], width, now);
    str_release(&shown);
}

/* ---- all together ---- */

static void show(const struct runs *r, struct run_list *all, double now)
{
    struct order order = { r, now };
    struct str out = STR_INIT;
    for (int i = all->n - 1; i >= 0; i--)
        if (!run_filter_match(r->filter, all->at[i], now))
            run_list_remove(all, i);
    if (r->sort)
        qsort_r(all->at, (size_t)all->n, sizeof *all->at, compare, &order);
    if (r->look == LOOK_TABLE && all->n)
        add_table(&out, all, now);
    if (r->look == LOOK_CSV)
        add_csv_head(&out);
    for (int i = 0; i < all->n && r->look != LOOK_TABLE; i++)
        (r->look == LOOK_JSON ? add_json : add_csv)(&out, all->at[i], now);
    out_write(stdout, &out);
    str_release(&out);
}

static int runs(const struct runs *r, int n, char **folder)
{
    struct run_list all = { 0 };
    struct timespec t;
    int status = 0;
    for (int i = 0; i < n; i++) {
        if (run_list_scan(&all, folder[i]) >= 0)
            continue;
        ui_say(stderr, "seqsh: cannot read '%s': %s", folder[i], strerror(errno));
        status = 1;
    }
    clock_gettime(CLOCK_REALTIME, &t);
    double now = (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
    run_list_poll(&all, now);
    int found = all.n;
    show(r, &all, now);
    if (!status && !found)
        ui_say(stderr, "seqsh: no runs in '%s': seqsh train starts one", folder[0]);
    else if (!status && !all.n)
        ui_say(stderr, "seqsh: none of %d run%s fits the filter", found, found > 1 ? "s" : "");
    run_list_release(&all);
    return status;
}

int runs_main(int argc, char **argv)
{
    static char here[] = "runs", *dflt[] = { here };
    struct runs r = { .look = LOOK_TABLE };
    const struct opt_table tables[] = { { runs_options, &r }, { NULL, NULL } };
    struct err err;
    int status = EXIT_USAGE, n = opt_parse(tables, argc, argv, &err);
    if (n < 0)
        ui_say(stderr, "seqsh: %s", err.msg);
    else
        status = runs(&r, n ? n : 1, n ? argv + 1 : dflt);
    run_filter_free(r.filter);
    return status;
}
