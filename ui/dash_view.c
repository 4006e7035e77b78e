/*
 * How the dashboard of a run was left: the file `view` of its folder, a line for what is not
 * as it is at first, as in "axis = time".
 */
#include "ui/dash_own.h"

#include "base/file.h"
#include "base/utf8.h"
#include "ui/view.h"

#include <stddef.h>

enum { LIMIT = 1 << 14 };

enum kind { FLAG, TIMES, STEP, SMOOTH, AXIS, CHART, FILTER, PINS };

static const struct field {
    const char *name;
    enum kind kind;
    size_t at; /* in struct dash */
} field_table[] = {
    { "chart", CHART, offsetof(struct dash, chart) },
    { "alone", FLAG, offsetof(struct dash, alone) },
    { "filter", FILTER, offsetof(struct dash, filter) },
    { "log_y", FLAG, offsetof(struct dash, options.log_y) },
    { "log_x", FLAG, offsetof(struct dash, options.log_x) },
    { "axis", AXIS, offsetof(struct dash, options.axis) },
    { "smooth", SMOOTH, offsetof(struct dash, options.beta) },
    { "from", STEP, offsetof(struct dash, options.from) },
    { "to", STEP, offsetof(struct dash, options.to) },
    { "pins", PINS, offsetof(struct dash, options.pins) },
    { "order", TIMES, offsetof(struct dash, options.order) },
    { "probe", TIMES, offsetof(struct dash, options.probe) },
    { "alerts", FLAG, offsetof(struct dash, options.alerts) },
};

/* ---- to text ---- */

static void show_field(const struct dash *d, const struct field *f, struct str *out)
{
    const void *v = (const char *)d + f->at;
    switch (f->kind) {
    case FLAG: str_add(out, *(const bool *)v ? "true" : "false"); break;
    case TIMES: str_addf(out, "%d", *(const int *)v); break;
    case STEP: str_addf(out, "%lld", (long long)*(const int64_t *)v); break;
    case SMOOTH: str_add_double(out, *(const double *)v); break;
    case AXIS: str_add(out, view_axis_name[*(const enum view_axis *)v]); break;
    case CHART: str_add(out, view_table[*(const int *)v]->name); break;
    case FILTER: str_add(out, v); break;
    case PINS:
        for (int i = 0; i < d->options.pins; i++)
            str_addf(out, "%s%lld", i ? " " : "", (long long)d->options.pin[i]);
        break;
    }
}

void dash_view_show(const struct dash *d, struct str *out)
{
    const struct dash first = { .options = view_options_default() };
    struct str now = STR_INIT, then = STR_INIT;
    for (size_t i = 0; i < ARRAY_LEN(field_table); i++) {
        str_clear(&now);
        str_clear(&then);
        show_field(d, &field_table[i], &now);
        show_field(&first, &field_table[i], &then);
        if (strcmp(str_cstr(&now), str_cstr(&then)))
            str_addf(out, "%s = %s\n", field_table[i].name, now.s);
    }
    str_release(&now);
    str_release(&then);
}

/* ---- from text ---- */

static bool take_flag(const char *value, bool *flag)
{
    *flag = !strcmp(value, "true");
    return *flag || !strcmp(value, "false");
}

static bool take_axis(const char *value, enum view_axis *axis)
{
    for (*axis = 0; *axis < VIEW_AXES; ++*axis)
        if (!strcmp(value, view_axis_name[*axis]))
            return true;
    return false;
}

static bool take_chart(const char *value, int *chart)
{
    for (*chart = 0; view_table[*chart]; ++*chart)
        if (view_table[*chart]->chart && !strcmp(value, view_table[*chart]->name))
            return true;
    return false;
}

static bool take_steps(const char *value, int64_t *step, int most, int *n)
{
    char one[24];
    long v;
    for (*n = 0; *value; ++*n) {
        size_t length = strcspn(value, " ");
        snprintf(one, sizeof one, "%.*s", (int)MIN(length, sizeof one), value);
        if (*n == most || !parse_long(one, 0, 1000000000000, &v))
            return false;
        step[*n] = v;
        value += length + (value[length] == ' ');
    }
    return true;
}

static bool take_field(struct dash *d, const struct field *f, const char *value)
{
    void *v = (char *)d + f->at;
    long times = 0;
    int n;
    switch (f->kind) {
    case FLAG: return take_flag(value, v);
    case AXIS: return take_axis(value, v);
    case CHART: return take_chart(value, v);
    case STEP: return take_steps(value, v, 1, &n) && n == 1;
    case PINS: return take_steps(value, d->options.pin, VIEW_PINS, v);
    case FILTER:
        snprintf(d->filter, sizeof d->filter, "%s", value);
        return true;
    case TIMES:
        if (!parse_long(value, 0, 1000, &times))
            return false;
        *(int *)v = (int)times;
        return true;
    case SMOOTH:
        return parse_double(value, v) && *(double *)v >= 0 && *(double *)v < 1;
    }
    return false;
}

static int take_line(struct dash *d, char *line, struct err *err)
{
    char *value = strstr(line, " = ");
    if (!value)
        return err_set(err, "'%s' is no setting of a view", utf8_quote(line).s);
    *value = '\0';
    value += 3;
    for (size_t i = 0; i < ARRAY_LEN(field_table); i++)
        if (!strcmp(line, field_table[i].name) && take_field(d, &field_table[i], value))
            return 0;
    return err_set(err, "cannot read '%s = %s'", utf8_quote(line).s, utf8_quote(value).s);
}

int dash_view_parse(struct dash *d, char *text, struct err *err)
{
    struct dash next = *d;
    for (char *end; *text; text = end) {
        end = text + strcspn(text, "\n");
        if (*end)
            *end++ = '\0';
        if (take_line(&next, text, err) < 0)
            return -1;
    }
    if (next.options.to <= next.options.from)
        next.options.from = next.options.to = 0;
    *d = next;
    return 0;
}

/* ---- the file ---- */

/* The run has begun anew since then. */
static void drop_beyond(struct view_options *o, int64_t last)
{
    int n = 0;
    if (o->to > last)
        o->from = o->to = 0;
    for (int i = 0; i < o->pins; i++)
        if (o->pin[i] <= last)
            o->pin[n++] = o->pin[i];
    o->pins = n;
}

void dash_view_load(struct dash *d)
{
    struct str text = STR_INIT;
    struct err err;
    char *path = path_join(d->run->dir, "view");
    if (file_is(path) && (file_read(path, LIMIT, &text, &err) < 0 ||
                          (text.n && dash_view_parse(d, text.s, &err) < 0)))
        snprintf(d->message, sizeof d->message, "the view kept in %.100s is ignored: %.150s",
                 path, err.msg);
    drop_beyond(&d->options, d->run->last_step);
    str_clear(&d->kept);
    dash_view_show(d, &d->kept);
    str_release(&text);
    free(path);
}

void dash_view_keep(struct dash *d)
{
    struct str now = STR_INIT;
    dash_view_show(d, &now);
    if (strcmp(str_cstr(&now), str_cstr(&d->kept)) && !d->viewer.read_only) {
        char *path = path_join(d->run->dir, "view");
        (void)file_renew(path, str_cstr(&now), now.n, NULL); /* no harm in losing it */
        free(path);
    }
    str_release(&d->kept);
    d->kept = now;
}
