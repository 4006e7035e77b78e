#include "ui/view.h"

#include "ui/fmt.h"
#include "ui/heat.h"

#include <math.h>

static const char *label(const char *piece)
{
    if (!*piece)
        return "-";
    return strspn(piece, " ") == strlen(piece) ? theme()->blank : piece;
}

/* The map, without what was only padding's or cut. */
static void draw_map(struct area a, const struct run_shot *s)
{
    const char *row[RUN_SHOT_SIDE], *col[RUN_SHOT_SIDE];
    const real *x[RUN_SHOT_SIDE];
    real level[RUN_SHOT_SIDE][RUN_SHOT_SIDE];
    for (int i = 0; i < s->rows; i++) {
        row[i] = label(s->row[i]);
        x[i] = level[i];
        for (int j = 0; j < s->cols; j++)
            level[i][j] = (real)s->level[i][j];
    }
    for (int j = 0; j < s->cols; j++)
        col[j] = label(s->col[j]);
    struct heat h = { .rows = s->rows, .cols = s->cols, .row = row, .col = col, .x = x };
    struct heat_fit fit = heat_fit(&h, a.w);
    heat_draw(a, &h, &fit, 0, 0);
}

/* How widely it looks, from the first validation to the newest; the one shown stands
 * out. */
static void draw_trend(struct area a, struct run_shot *const *shot, int n, int shown)
{
    char text[40];
    double most = 1e-9;
    int from = MAX(n - MAX(a.w - 24, 1), 0);
    for (int i = 0; i < n; i++)
        most = fmax(most, run_shot_bits(shot[i]));
    snprintf(text, sizeof text, "entropy %.2f bit ", run_shot_bits(shot[shown]));
    int x = area_text(a, 0, 0, INK_DIM, text);
    const struct ramp *bar = theme()->bar;
    for (int i = from; i < n && x < a.w; i++, x++)
        area_char(a, x, 0, bar->glyph[ramp_level(bar->n, run_shot_bits(shot[i]) / most)],
                  i == shown ? INK_STRONG : INK_DIM);
}

static void draw(struct area a, const struct run_reader *r, const struct view_options *o)
{
    char title[80] = "attention", note[80] = "", step[FMT_MAX];
    int probe = r->probes.probes ? o->probe % r->probes.probes : 0, n = r->probes.n[probe];
    int at = MAX(n - 1 - o->back, 0);
    struct run_shot *const *shot = r->probes.shot[probe];
    if (n) {
        snprintf(title, sizeof title, "attention  probe %d/%d", probe + 1, r->probes.probes);
        snprintf(note, sizeof note, "[ ] step %s", fmt_count(step, shot[at]->step));
    }
    struct area in = view_frame(a, title, note);
    if (o->focus)
        area_heavy(a);
    if (!in.h)
        return;
    if (!n) {
        area_text(in, 1, in.h / 2, INK_DIM, "none yet, or a model without");
        return;
    }
    struct area said = area_sub(in, 1, 0, in.w - 2, 1);
    int x = area_field(said, 0, 0, said.w / 2, INK_TEXT, shot[at]->question,
                       strlen(shot[at]->question)) + 1;
    x += area_text(said, x, 0, INK_DIM, theme()->arrow) + 1;
    area_field(said, x, 0, said.w - x, INK_STRONG, shot[at]->guess, strlen(shot[at]->guess));
    draw_map(area_sub(in, 1, 1, in.w - 2, in.h - 2), shot[at]);
    draw_trend(area_sub(in, 1, in.h - 1, in.w - 2, 1), shot, n, at);
}

const struct view view_attention = {
    .name = "attention",
    .help = "where it looks while it answers a validation question",
    .chart = true,
    .draw = draw,
};
