/*
 * What part of a run the charts show, and the place in it that is looked at.
 */
#include "ui/view.h"

#include "ui/fmt.h"

#include <math.h>

enum { LEAST_SHOWN = 8 }; /* buckets */

const char *const view_axis_name[VIEW_AXES] = {
    [VIEW_STEPS] = "step", [VIEW_TIME] = "time", [VIEW_TOKENS] = "tokens",
};

struct view_options view_options_default(void)
{
    return (struct view_options){ .log_y = true, .beta = .6 };
}

/* The curve whose places the cursor stands on. */
static const struct series *curve(const struct run_reader *r)
{
    bool trains = r->series[RUN_LOSS].n > 0;
    return &r->series[trains ? RUN_LOSS : RUN_VALID_LOSS];
}

static void shown(const struct view_options *o, const struct run_reader *r, double *from,
                  double *to)
{
    *from = o->to ? (double)o->from : 0;
    *to = (double)(o->to ? o->to : MAX(r->last_step, 1));
}

void view_zoom_in(struct view_options *o, double all, double least, double factor)
{
    double from = (double)o->from, to = o->to ? (double)o->to : all;
    double width = fmax((to - from) / factor, least);
    if (width >= all) {
        o->from = o->to = 0;
        return;
    }
    double middle = o->cursor ? (double)o->cursor : factor > 1 ? to - width / 2 : (from + to) / 2;
    from = fmin(fmax(middle - width / 2, 0), all - width);
    o->from = (int64_t)llround(from);
    o->to = (int64_t)llround(from + width);
}

void view_zoom(struct view_options *o, const struct run_reader *r, double factor)
{
    view_zoom_in(o, (double)MAX(r->last_step, 1), LEAST_SHOWN * (double)curve(r)->length,
                 factor);
}

void view_smooth(struct view_options *o, int by)
{
    static const double betas[] = { 0, .2, .4, .6, .8, .9, .95, .98 };
    int i = 0, last = (int)ARRAY_LEN(betas) - 1;
    while (i < last && betas[i] < o->beta)
        i++;
    o->beta = betas[MIN(MAX(i + by, 0), last)];
}

/* The nearest bucket with a value from place i on, going by `way`; -1: none. */
static int64_t search(const struct series *s, int64_t i, int way)
{
    for (; i >= 0 && i < (int64_t)s->used; i += way)
        if (s->bucket[i].n)
            return i;
    return -1;
}

static int64_t place_of(const struct series *s, double step)
{
    return (int64_t)fmin(fmax(step, 0) / (double)s->length, (double)s->used - 1);
}

void view_cursor(struct view_options *o, const struct run_reader *r, int by)
{
    const struct series *s = curve(r);
    double from, to;
    int64_t at, next;
    if (!s->n)
        return;
    shown(o, r, &from, &to);
    if (o->cursor <= 0) {
        next = search(s, place_of(s, to), -1);
    } else {
        at = place_of(s, (double)o->cursor);
        next = place_of(s, (double)o->cursor + by * (to - from) / 100);
        if (next == at && by)
            next += by < 0 ? -1 : 1;
        next = search(s, next, by <= 0 ? -1 : 1);
    }
    if (next < 0)
        next = by <= 0 ? search(s, 0, 1) : search(s, (int64_t)s->used - 1, -1);
    o->cursor = MAX((int64_t)llround(series_x(&s->bucket[next])), 1);
    double off = o->to == 0 ? 0 : (double)o->cursor < from ? (double)o->cursor - from
               : (double)o->cursor > to ? (double)o->cursor - to : 0;
    o->from += (int64_t)off;
    o->to += (int64_t)off;
}

int view_pin(struct view_options *o)
{
    int i = 0;
    while (i < o->pins && o->pin[i] != o->cursor)
        i++;
    if (i < o->pins) {
        o->pins--;
        memmove(&o->pin[i], &o->pin[i + 1], (size_t)(o->pins - i) * sizeof *o->pin);
        return 0;
    }
    if (i == VIEW_PINS)
        return -1;
    o->pin[o->pins++] = o->cursor;
    return 0;
}

const struct series *view_x(const struct view_options *o, const struct run_reader *r)
{
    const struct series *s = o->axis == VIEW_TIME ? &r->series[RUN_TIME]
                             : o->axis == VIEW_TOKENS ? &r->series[RUN_TOKENS] : NULL;
    return s && s->n ? s : NULL;
}

void view_around(const struct run_reader *r, int64_t step, double *from, double *to)
{
    const struct series *s = curve(r);
    *from = floor((double)step / (double)s->length) * (double)s->length;
    *to = *from + (double)s->length;
}

static void add_value(struct str *out, const char *label, double v, bool percent)
{
    char text[FMT_MAX];
    if (!isnan(v))
        str_addf(out, "  %s %s", label, percent ? fmt_percent(text, v) : fmt_real(text, v));
}

/* The training loss, or else that of the validation, around a step. */
static double loss_at(const struct run_reader *r, int64_t step)
{
    double from, to;
    view_around(r, step, &from, &to);
    return series_mean_in(curve(r), from, to);
}

/* "pins 1 at 2,048: loss -0.4012": from each of them to the cursor. */
static void add_pins(struct str *out, const struct view_options *o, const struct run_reader *r)
{
    char text[FMT_MAX];
    for (int i = 0; i < o->pins; i++) {
        double change = loss_at(r, o->cursor) - loss_at(r, o->pin[i]);
        str_addf(out, "  %s%d@%s", i ? "" : "pins ", i + 1, fmt_short(text, (double)o->pin[i]));
        if (!isnan(change))
            str_addf(out, " %+.4g", change);
    }
}

/* Validations are rare: the newest up to here. */
static void add_valid(struct str *out, const char *label, const struct series *s,
                      double step, bool percent)
{
    const struct bucket *b = series_before(s, step);
    if (b)
        add_value(out, label, series_mean(b), percent);
}

void view_values(const struct view_options *o, const struct run_reader *r, struct str *out)
{
    char text[FMT_MAX];
    double from, to, step = (double)o->cursor;
    view_around(r, o->cursor, &from, &to);
    str_addf(out, "at %s", fmt_count(text, o->cursor));
    if (r->series[RUN_TIME].n)
        str_addf(out, " +%s", fmt_clock(text, series_at(&r->series[RUN_TIME], step)));
    add_value(out, "loss", series_mean_in(&r->series[RUN_LOSS], from, to), false);
    add_pins(out, o, r);
    add_valid(out, "valid", &r->series[RUN_VALID_LOSS], to, false);
    add_valid(out, "exact", &r->series[RUN_VALID_EXACT], to, true);
    add_value(out, "gnorm", series_mean_in(&r->series[RUN_GNORM], from, to), false);
    add_value(out, "lr", series_mean_in(&r->series[RUN_LR], from, to), false);
    add_value(out, "acc", series_mean_in(&r->series[RUN_ACC], from, to), true);
    double rate = series_mean_in(&r->series[RUN_RATE], from, to);
    if (!isnan(rate))
        str_addf(out, "  tok/s %s", fmt_short(text, rate));
}
