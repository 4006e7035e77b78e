#include "ui/score_show.h"

#include "ui/out.h"
#include "ui/ui_text.h"

/* The share of chance above which a difference is not worth mentioning. */
#define SIGNIFICANT 0.05

static const struct score *score_of(const struct score_set *set, int metric, int system)
{
    return &set->score[metric * set->systems + system];
}

static int decimals(const struct score *s, int width)
{
    return width + (s->measure.metric->share ? 2 : 0);
}

static void add_signature(const struct score_set *set, const struct score *s,
                          struct str *out)
{
    measure_label(&s->measure, out);
    str_addc(out, '|');
    measure_signature(&s->measure, s->resampled ? set->resamples : 0, set->seed, out);
}

/* ---- text ------------------------------------------------------------------------- */

void score_line(const struct score_set *set, const struct score *s, int width,
                struct str *out)
{
    int digits = decimals(s, width);
    add_signature(set, s, out);
    str_addf(out, " = %.*f", digits, s->score);
    if (s->resampled)
        str_addf(out, " (mean %.*f +- %.*f)", digits, s->interval.mean, digits,
                 s->interval.half);
    if (s->measure.metric->detail) {
        str_addc(out, ' ');
        measure_detail(&s->measure, s->measure.sum, out);
    }
}

/* The system's name stands last: nobody knows how wide it is. */
static void add_row(const struct score *s, int width, struct str *out)
{
    int digits = decimals(s, width);
    struct str label = STR_INIT, spread = STR_INIT, p = STR_INIT;
    measure_label(&s->measure, &label);
    if (s->resampled)
        str_addf(&spread, "%.*f +- %.*f", digits, s->interval.mean, digits,
                 s->interval.half);
    if (s->paired)
        str_addf(&p, "%.4f%s", s->p, s->p < SIGNIFICANT ? "*" : " ");
    str_addf(out, "%-10s %9.*f   %17s   %8s  %s\n", str_cstr(&label), digits, s->score,
             str_cstr(&spread), str_cstr(&p), s->system);
    str_release(&label);
    str_release(&spread);
    str_release(&p);
}

/* Each line of what may hold foreign bytes, said on its own. */
static void say(const struct str *lines)
{
    for (const char *p = str_cstr(lines); *p;) {
        size_t n = strcspn(p, "\n");
        ui_say(stdout, "%.*s", (int)n, p);
        p += n + (p[n] == '\n');
    }
}

static void show_table(const struct score_set *set, int width)
{
    struct str out = STR_INIT;
    bool paired = false;
    str_addf(&out, "%-10s %9s   %17s   %8s  %s\n", "metric", "score", "mean +- 95 %", "p ",
             "system");
    for (int m = 0; m < set->metrics; m++)
        for (int i = 0; i < set->systems; i++) {
            add_row(score_of(set, m, i), width, &out);
            paired |= score_of(set, m, i)->paired;
        }
    if (paired)
        str_addf(&out, "p: of so large a difference to %s by chance (paired bootstrap, %d "
                 "resamples); *: below %g\n", set->score[0].system, set->resamples,
                 SIGNIFICANT);
    for (int m = 0; m < set->metrics; m++) {
        add_signature(set, score_of(set, m, 0), &out);
        str_addc(&out, '\n');
    }
    say(&out);
    str_release(&out);
}

void score_show_lines(const struct score_set *set, const struct score_style *style)
{
    struct str out = STR_INIT;
    str_add(&out, "line");
    for (int m = 0; m < set->metrics; m++) {
        str_addc(&out, '\t');
        measure_label(&set->score[m].measure, &out);
    }
    str_addc(&out, '\n');
    for (int i = 0; i < set->lines; i++) {
        str_addf(&out, "%d", i + 1);
        for (int m = 0; m < set->metrics; m++) {
            const struct score *s = &set->score[m];
            const double *line = s->measure.line + (size_t)i * s->measure.size;
            str_addf(&out, "\t%.*f", decimals(s, style->width),
                     measure_score(&s->measure, line));
        }
        str_addc(&out, '\n');
    }
    out_write(stdout, &out);
    str_release(&out);
}

/* ---- JSON ------------------------------------------------------------------------- */

static json_t *to_json(struct str *s)
{
    json_t *o = json_string(str_cstr(s));
    str_release(s);
    return o;
}

static json_t *one_json(const struct score_set *set, const struct score *s)
{
    const struct metric *row = s->measure.metric;
    struct str label = STR_INIT, signature = STR_INIT, detail = STR_INIT;
    json_t *o = json_object();
    measure_label(&s->measure, &label);
    add_signature(set, s, &signature);
    measure_detail(&s->measure, s->measure.sum, &detail);
    json_object_set_new(o, "metric", json_string(row->name));
    json_object_set_new(o, "label", to_json(&label));
    json_object_set_new(o, "score", json_real(s->score));
    json_object_set_new(o, "signature", to_json(&signature));
    if (row->detail)
        json_object_set_new(o, "detail", to_json(&detail));
    if (s->resampled) {
        json_object_set_new(o, "mean", json_real(s->interval.mean));
        json_object_set_new(o, "interval", json_real(s->interval.half));
    }
    if (s->paired)
        json_object_set_new(o, "p", json_real(s->p));
    return o;
}

json_t *score_json(const struct score_set *set, int system)
{
    json_t *list = json_array();
    for (int m = 0; m < set->metrics; m++)
        json_array_append_new(list, one_json(set, score_of(set, m, system)));
    return list;
}

static void show_json(const struct score_set *set)
{
    json_t *systems = json_array(), *all;
    for (int i = 0; i < set->systems; i++) {
        struct str name = STR_INIT;
        out_plain(&name, set->score[i].system);
        json_array_append_new(systems, json_pack("{s:o, s:o}", "system", to_json(&name),
                                                 "scores", score_json(set, i)));
    }
    all = json_pack("{s:i, s:o}", "lines", set->lines, "systems", systems);
    char *text = json_dumps(all, JSON_COMPACT | JSON_REAL_PRECISION(10));
    ui_say(stdout, "%s", text);
    free(text);
    json_decref(all);
}

void score_show(const struct score_set *set, const struct score_style *style)
{
    if (style->json) {
        show_json(set);
    } else if (set->systems > 1) {
        show_table(set, style->width);
    } else {
        struct str out = STR_INIT;
        for (int m = 0; m < set->metrics; m++) {
            score_line(set, &set->score[m], style->width, &out);
            str_addc(&out, '\n');
        }
        say(&out);
        str_release(&out);
    }
}
