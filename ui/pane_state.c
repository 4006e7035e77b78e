/* The decoder at a token: its state, how far its gates were open, and what it was like in
 * training. */
#include "ui/neighbours.h"
#include "ui/pane.h"

#include <math.h>

enum { LABEL = 8, FIGURE = 6, NEAR_ROWS = 7 };

static void title(const struct full *f, struct str *out)
{
    str_addf(out, "decoder, step %d", f->step + 1);
}

/* Of the whole answer: computed once. */
static const struct states *states(struct full *f)
{
    const struct reply *r = f->reply;
    struct ids said = { 0 };
    if (f->states.n)
        return &f->states;
    for (int i = 0; i < r->n; i++)
        ids_add(&said, r->step[i].token);
    states_of(f->sh->model, &r->plan.src, &said, r->plan.memory, &f->states);
    ids_release(&said);
    return &f->states;
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

static void draw_figures(struct area a, const struct states *s, int step)
{
    const real *x = s->x + (size_t)(step * s->dim);
    int saturated = 0;
    for (int i = 0; i < s->dim; i++)
        saturated += fabs((double)x[i]) > .95;
    int y = a.w < 90, at = 0;
    at += area_textf(a, 0, 0, INK_TEXT, "%d units  length %.2f", s->dim,
                     length(x, NULL, s->dim)) + 2;
    if (y)
        at = 0;
    if (step > 0)
        at += area_textf(a, at, y, INK_DIM, "change from step %d  %.2f", step,
                         length(x, x - s->dim, s->dim)) + 2;
    area_textf(a, at, y, INK_DIM, "beyond .95  %.1f %%", 100.0 * saturated / s->dim);
}

/* A glyph for each unit, as many as find room: -1 to 1, those of a memory squashed. */
static void draw_units(struct area a, const real *x, int n)
{
    const struct ramp *bar = theme()->bar;
    for (int i = 0; i < n && i < a.w * a.h; i++) {
        double v = tanh((double)x[i]);
        area_char(a, i % a.w, i / a.w, bar->glyph[ramp_level(bar->n, (v + 1) / 2)],
                  fabs(v) > .95 ? INK_UNSURE : INK_1);
    }
}

/* "forget  .87  ▇█▇▅": the mean, and the units that find room, from shut to open. */
static void draw_gate(struct area a, const char *name, const real *x, int n)
{
    const struct ramp *bar = theme()->bar;
    char figure[16];
    double sum = 0;
    for (int j = 0; j < n; j++)
        sum += (double)x[j];
    area_text(a, 0, 0, INK_TEXT, name);
    area_text(a, LABEL, 0, INK_DIM, ask_p(figure, sum / n));
    for (int j = 0; j < n && LABEL + FIGURE + j < a.w; j++)
        area_char(a, LABEL + FIGURE + j, 0,
                  bar->glyph[ramp_level(bar->n, (double)x[j])], INK_1);
}

/* Returns the rows that it takes. */
static int draw_gates(struct area a, const struct full *f, const struct states *s)
{
    int layer = s->layers - 1 - f->layer % s->layers, y = 0;
    for (int g = 0; g < s->cell->gates; g++) {
        if (!s->cell->gate[g])
            continue;
        if (y == 0)
            area_textf(a, 0, y++, INK_DIM, "gates of layer %d of %d: mean, units", layer + 1,
                       s->layers);
        draw_gate(area_sub(a, 0, y++, a.w, 1), s->cell->gate[g],
                  states_gate(s, f->step, layer, g), s->units[layer]);
    }
    return y;
}

static void draw(struct full *f, struct area a)
{
    const struct states *s = states(f);
    int head = a.w < 90 ? 2 : 1, near = f->near.n ? MIN(NEAR_ROWS, a.h / 2) : 0;
    draw_figures(a, s, f->step);
    int units = MIN((s->dim + a.w - 1) / a.w, MAX((a.h - near - head - 4) / 3, 1));
    draw_units(area_sub(a, 0, head, a.w, units), s->x + (size_t)(f->step * s->dim), s->dim);
    struct area below = area_sub(a, 0, head + units, a.w, a.h - head - units);
    int rows = draw_gates(below, f, s);
    below = area_sub(below, 0, rows, a.w, below.h - rows);
    if (f->near.n)
        scroll_page(below, f->near.s, 0);
    else
        area_text(below, 0, 0, INK_DIM, "i: the nearest training pairs");
}

static bool key(struct full *f, int key)
{
    struct err err;
    if (key == 'l') {
        f->layer = (f->layer + 1) % MAX(states(f)->layers, 1);
        return true;
    }
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
    .keys = { { "i", "training pairs with the nearest states (/near)", "nearest" },
              { "l", "gates of another layer", "layer" } },
};
