#include "ui/get.h"

#include "base/mem.h"
#include "ui/attach.h"
#include "ui/out.h"
#include "ui/run_metric.h"
#include "ui/ui_text.h"

#include <inttypes.h>
#include <math.h>

enum { EXIT_USAGE = 2, SHOWN_AROUND = 11 };

struct get {
    bool json;
    long around, limit; /* -1: not said */
};

static int take_json(void *own, const char *value, struct err *err)
{
    struct get *g = own;
    (void)value;
    (void)err;
    g->json = true;
    return 0;
}

static int take_around(void *own, const char *value, struct err *err)
{
    struct get *g = own;
    return opt_whole(value, 0, 1000000000000, "--around", &g->around, err);
}

static int take_limit(void *own, const char *value, struct err *err)
{
    struct get *g = own;
    return opt_whole(value, 1, 1000000000, "--limit", &g->limit, err);
}

const struct opt get_options[] = {
    { .name = "around", .arg = "STEP", .take = take_around,
      .help = "only the values nearest to this step, 11 of them" },
    { .name = "limit", .arg = "N", .take = take_limit,
      .help = "only so many: the last ones, or with --around the nearest" },
    { .name = "json", .take = take_json,
      .help = "a line of JSON for each value, with its time and epoch" },
    { .name = NULL },
};

struct value {
    int64_t step;
    double t, epoch, v;
};

struct values {
    struct value *at;
    size_t n, cap;
};

static void values_read(struct values *all, const char *dir, const struct run_metric *m)
{
    struct run_file f;
    struct run_record rec;
    uint64_t rewinds = 0;
    double v;
    run_file_init(&f, dir);
    run_file_open(&f);
    while (run_file_next(&f, &rec)) {
        if (f.rewinds != rewinds)
            all->n = 0;
        rewinds = f.rewinds;
        if (!run_metric_in(m, rec.line, &v))
            continue;
        if (all->n == all->cap) {
            all->cap = all->cap * 2 + 64;
            all->at = xrealloc(all->at, all->cap * sizeof *all->at);
        }
        all->at[all->n++] = (struct value){
            .step = (int64_t)run_line_number(rec.line, FIELD_STEP),
            .t = run_line_number(rec.line, FIELD_T),
            .epoch = run_line_number(rec.line, FIELD_EPOCH),
            .v = v,
        };
    }
    run_file_release(&f);
}

/* The first of n values in a row that lie nearest to the step. */
static size_t nearest(const struct values *all, int64_t step, size_t n)
{
    size_t from = 0;
    while (from + n < all->n &&
           llabs(all->at[from + n].step - step) < llabs(all->at[from].step - step))
        from++;
    return from;
}

static void add_number(struct str *out, double v, const char *unknown)
{
    if (isfinite(v))
        str_add_double(out, v);
    else
        str_add(out, unknown);
}

static void add_value(struct str *out, const struct get *g, const char *name,
                      const struct value *v)
{
    if (!g->json) {
        str_addf(out, "%" PRId64 "\t", v->step);
        add_number(out, v->v, "nan");
        str_addc(out, '\n');
        return;
    }
    str_addf(out, "{\"step\":%" PRId64 ",\"t\":", v->step);
    add_number(out, v->t, "null");
    str_add(out, ",\"epoch\":");
    add_number(out, v->epoch, "null");
    str_addf(out, ",\"%s\":", name);
    add_number(out, v->v, "null");
    str_add(out, "}\n");
}

static int get(const struct get *g, const char *name, const char *metric, struct err *err)
{
    char *dir = attach_find(name, err);
    struct settings s;
    const struct settings *known = dir && run_settings(dir, &s) ? &s : NULL;
    const struct run_metric *m = dir ? run_metric_find(metric, known, err) : NULL;
    struct values all = { .at = NULL };
    struct str out = STR_INIT;
    if (!m) {
        free(dir);
        return -1;
    }
    const char *own = run_metric_name(m, known);
    values_read(&all, dir, m);
    size_t n = g->limit > 0 ? (size_t)g->limit : g->around < 0 ? all.n : SHOWN_AROUND;
    size_t from = g->around >= 0 ? nearest(&all, g->around, n)
                                 : all.n - MIN(n, all.n);
    for (size_t i = from; i < all.n && i < from + n; i++)
        add_value(&out, g, own, &all.at[i]);
    out_write(stdout, &out);
    int bad = all.n ? 0 : err_set(err, "the run '%s' has no %s yet", name, own);
    str_release(&out);
    free(all.at);
    free(dir);
    return bad;
}

int get_main(int argc, char **argv)
{
    struct get g = { .around = -1, .limit = -1 };
    const struct opt_table tables[] = { { get_options, &g }, { NULL, NULL } };
    char text[sizeof(struct err) + 4];
    struct err err;
    int n = opt_parse(tables, argc, argv, &err);
    if (n >= 0 && n != 2)
        n = err_set(&err, "get what? a run and a metric, such as `seqsh get runs/add3 loss`");
    if (n < 0) {
        ui_say(stderr, "seqsh: %s", err.msg);
        return EXIT_USAGE;
    }
    if (get(&g, argv[1], argv[2], &err) == 0)
        return 0;
    ui_say(stderr, "seqsh: %s", err_text(&err, text, sizeof text));
    return 1;
}
