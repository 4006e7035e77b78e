/* The decoder's state at a token: its units, and what it was like in training. */
#include "run/states.h"
#include "ui/neighbours.h"
#include "ui/pane.h"

#include <math.h>

static void title(const struct full *f, struct str *out)
{
    str_addf(out, "decoder, step %d", f->step + 1);
}

static double length(const real *x, const real *minus, int n)
{
    double sum = 0;
    for (int i = 0; i < n; i++) {
        double v = (double)(x[i] - (minus ? minus[i] : 0));
        sum += v * v;
    }
    return sqrt(sum);
}

/* A glyph for each unit, -1 to 1; so many that find room. */
static void draw_units(struct area a, const real *x, int n)
{
    const struct ramp *bar = theme()->bar;
    for (int i = 0; i < n && i < a.w * a.h; i++) {
        double v = tanh((double)x[i]);
        area_char(a, i % a.w, i / a.w, bar->glyph[ramp_level(bar->n, (v + 1) / 2)],
                  fabs(v) > .95 ? INK_UNSURE : INK_1);
    }
}

static void draw_figures(struct area a, const struct states *s, int step)
{
    const real *x = s->x + (size_t)(step * s->dim);
    int saturated = 0;
    for (int i = 0; i < s->dim; i++)
        saturated += fabs((double)x[i]) > .95;
    area_textf(a, 0, 0, INK_TEXT, "%d units  length %.2f", s->dim, length(x, NULL, s->dim));
    if (step > 0)
        area_textf(a, 0, 1, INK_DIM, "change from step %d  %.2f   beyond .95  %.1f %%", step,
                   length(x, x - s->dim, s->dim), 100.0 * saturated / s->dim);
    else
        area_textf(a, 0, 1, INK_DIM, "beyond .95  %.1f %%", 100.0 * saturated / s->dim);
}

static void draw(struct full *f, struct area a)
{
    const struct reply *r = f->reply;
    struct states s;
    struct ids said = { 0 };
    for (int i = 0; i <= f->step; i++)
        ids_add(&said, r->step[i].token);
    states_of(f->sh->model, &r->plan.src, &said, r->plan.memory, &s);
    draw_figures(a, &s, f->step);
    int low = f->near.n ? MIN(7, a.h / 2) : 1;
    struct area units = area_sub(a, 0, 3, a.w, a.h - 4 - low);
    if (units.h > 0)
        draw_units(units, s.x + (size_t)(f->step * s.dim), s.dim);
    if (f->near.n)
        scroll_page(area_sub(a, 0, a.h - low, a.w, low), f->near.s, 0);
    else
        area_text(a, 0, a.h - 1, INK_DIM, "i nearest training pairs");
    states_release(&s);
    ids_release(&said);
}

static bool key(struct full *f, int key)
{
    struct err err;
    if (key != 'i' || f->live)
        return key == 'i';
    str_clear(&f->near);
    if (neighbours_add(f->sh, f->reply, f->step, 5, &f->near, &err) < 0)
        snprintf(f->message, sizeof f->message, "%s", err.msg);
    return true;
}

const struct pane pane_state = {
    .name = "state",
    .title = title,
    .draw = draw,
    .key = key,
    .keys = { { "i", "training pairs with the nearest states (/near)" } },
};
