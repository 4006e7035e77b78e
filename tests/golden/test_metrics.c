/*
 * Metrics against sacreBLEU: scores of whole texts and of lines, signatures, intervals
 * and p-values. tests/golden/metrics holds the texts and what is expected of them;
 * make_metrics.py made both and says how.
 */
#include "base/file.h"
#include "base/mem.h"
#include "metric/resample.h"
#include "ui/metric_opt.h"

#include <math.h>

enum { COLUMNS = 8, REFS = 2, SEED = 12345, TIMES = 1000, WORDS = 24 };

/* A row of scores.tsv: KIND, OPTIONS, REFERENCES, TEXT, SCORE, and by kind
 *     text   SIGNATURE, DETAIL
 *     line   NUMBER, from 0
 *     edit   REFERENCE; it and TEXT are lines, the others name a file
 *     pair   MEAN, INTERVAL, P; p is empty for the text that the next ones go with */
struct row {
    char *column[COLUMNS];
    int columns;
};

enum column { KIND, OPTIONS, NREFS, TEXT, SCORE, FIRST };

static struct segments ref[REFS];
static struct err err;
static int tests, wrong;

static void must(int rc)
{
    if (rc < 0)
        BUG("%s", err.msg);
}

static char *path_of(const char *name)
{
    const char *top = getenv("SRCDIR");
    struct str s = STR_INIT;
    str_addf(&s, "%s/tests/golden/metrics/%s", top ? top : ".", name);
    return str_take(&s);
}

static void load(struct segments *s, const char *start, const char *name)
{
    struct str file = STR_INIT;
    str_addf(&file, "%s%s", start, name);
    char *path = path_of(file.s);
    must(segments_load(s, path, &err));
    free(path);
    str_release(&file);
}

/* ---- rows ------------------------------------------------------------------------- */

static void cut(char *line, struct row *r)
{
    r->columns = 0;
    for (char *p = line; r->columns < COLUMNS; p++) {
        r->column[r->columns++] = p;
        p += strcspn(p, "\t");
        if (!*p)
            break;
        *p = '\0';
    }
}

static double number(const struct row *r, int column)
{
    double v;
    if (column >= r->columns || !parse_double(r->column[column], &v))
        BUG("column %d is no number", column);
    return v;
}

static void options_of(const struct row *r, struct metric_choice *c)
{
    char *words = xstrdup(r->column[OPTIONS]), *argv[WORDS + 1] = { (char *)"" };
    struct opt_table tables[] = { { metric_options, c }, { NULL, NULL } };
    int argc = 1;
    for (char *p = words; *p && argc < WORDS; p += strspn(p, " ")) {
        argv[argc++] = p;
        p += strcspn(p, " ");
        if (*p)
            *p++ = '\0';
    }
    metric_choice_init(c);
    must(opt_parse(tables, argc, argv, &err));
    must(metric_choice_ready(c, NULL, &err));
    free(words);
}

static bool near(double got, double want, double by)
{
    if (fabs(got - want) <= by)
        return true;
    printf("# %.7f, not %.7f\n", got, want);
    return false;
}

static bool same(const char *got, const char *want)
{
    if (!strcmp(got, want))
        return true;
    printf("# '%s', not '%s'\n", got, want);
    return false;
}

/* ---- what is compared ------------------------------------------------------------- */

/* sacreBLEU names no n-gram order in its signature, and another version. */
static bool signature_fits(const struct measure *m, const char *want)
{
    struct str s = STR_INIT;
    measure_signature(m, 0, 0, &s);
    char *end = strstr(s.s, m->o.order == 4 ? "|version:seqsh-" : "|order:");
    if (end)
        *end = '\0';
    bool ok = end && same(s.s, want);
    str_release(&s);
    return ok;
}

static bool text_fits(const struct measure *m, const struct row *r)
{
    struct str detail = STR_INIT;
    measure_detail(m, m->sum, &detail);
    bool ok = near(measure_score(m, m->sum), number(r, SCORE), 2e-6) &&
              signature_fits(m, r->column[FIRST]) &&
              same(str_cstr(&detail), r->column[FIRST + 1]);
    str_release(&detail);
    return ok;
}

static bool line_fits(const struct measure *m, const struct row *r)
{
    const double *line = m->line + (size_t)number(r, FIRST) * m->size;
    return near(measure_score(m, line), number(r, SCORE), 2e-6);
}

/* sacreBLEU counts with float here. */
static bool pair_fits(const struct measure *m, const struct row *r)
{
    static double first[TIMES], first_score;
    double own[TIMES], score = measure_score(m, m->sum);
    resample_scores(m, TIMES, SEED, own);
    struct interval v = resample_interval(own, TIMES);
    bool ok = near(score, number(r, SCORE), 2e-6) &&
              near(v.mean, number(r, FIRST), 2e-4) &&
              near(v.half, number(r, FIRST + 1), 2e-4);
    if (*r->column[FIRST + 2])
        return ok && near(resample_p(first, own, TIMES, score - first_score),
                          number(r, FIRST + 2), 1e-6);
    memcpy(first, own, sizeof first);
    first_score = score;
    return ok;
}

static bool edit_fits(struct measure *m, const struct row *r)
{
    struct segments hyp = { 0 }, own = { 0 };
    segments_add(&hyp, r->column[TEXT], strlen(r->column[TEXT]));
    segments_add(&own, r->column[FIRST], strlen(r->column[FIRST]));
    measure_lines(m, &hyp, &own, 1);
    bool ok = near(measure_score(m, m->sum), number(r, SCORE), 2e-6);
    segments_release(&hyp);
    segments_release(&own);
    return ok;
}

static bool file_fits(struct measure *m, const struct row *r)
{
    struct segments hyp = { 0 };
    load(&hyp, "hyp-", r->column[TEXT]);
    measure_lines(m, &hyp, ref, (int)number(r, NREFS));
    bool ok = !strcmp(r->column[KIND], "text")   ? text_fits(m, r)
              : !strcmp(r->column[KIND], "line") ? line_fits(m, r)
                                                 : pair_fits(m, r);
    segments_release(&hyp);
    return ok;
}

static bool row_fits(const struct row *r)
{
    struct metric_choice c;
    struct measure m;
    options_of(r, &c);
    measure_start(&m, c.metric[0], &c.o);
    bool ok = !strcmp(r->column[KIND], "edit") ? edit_fits(&m, r) : file_fits(&m, r);
    measure_release(&m);
    metric_choice_release(&c);
    return ok;
}

/* Rows of one kind and with the same options are one test. */
static void finish(const char *name, int rows, int bad)
{
    printf("%s %d - %s: %d\n", bad ? "not ok" : "ok", ++tests, name, rows);
    wrong += bad;
}

int main(void)
{
    struct str table = STR_INIT, name = STR_INIT, now = STR_INIT;
    char *path = path_of("scores.tsv"), *p;
    int rows = 0, bad = 0;
    load(&ref[0], "ref-", "1");
    load(&ref[1], "ref-", "2");
    must(file_read(path, 1 << 22, &table, &err));
    for (p = table.s; *p;) {
        struct row r;
        char *end = p + strcspn(p, "\n");
        *end = '\0';
        cut(p, &r);
        str_clear(&now);
        str_addf(&now, "%s %s", r.column[KIND], r.column[OPTIONS]);
        if (rows && strcmp(now.s, name.s)) {
            finish(name.s, rows, bad);
            rows = bad = 0;
        }
        str_clear(&name);
        str_add(&name, now.s);
        rows++;
        if (!row_fits(&r)) {
            printf("# %s, %s references\n", r.column[TEXT], r.column[NREFS]);
            bad++;
        }
        p = end + 1;
    }
    finish(name.s, rows, bad);
    printf("1..%d\n", tests);
    free(path);
    str_release(&table);
    str_release(&name);
    str_release(&now);
    segments_release(&ref[0]);
    segments_release(&ref[1]);
    return wrong > 0;
}
