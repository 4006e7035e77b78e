#include "ui/view.h"

#include "base/str.h"
#include "base/utf8.h"
#include "ui/fmt.h"

/* Columns of a text as it is shown. */
static int width_of(const char *s)
{
    struct str shown = STR_INIT;
    int width = ui_text(&shown, UI_FIELD, s, strlen(s));
    str_release(&shown);
    return width;
}

/* Bytes at which the guess leaves the truth, between two characters. */
static size_t agreement(const char *guess, const char *truth)
{
    size_t n = strlen(guess), at = 0, k;
    while ((k = utf8_next(guess + at, n - at, NULL)) && !strncmp(guess + at, truth + at, k))
        at += k;
    return at;
}

/* The guess; from its first wrong character on it stands out. */
static void draw_guess(struct area a, const struct run_sample *s)
{
    size_t good = s->ok ? strlen(s->g) : agreement(s->g, s->t);
    int x = area_textn(a, 0, 0, INK_TEXT, s->g, good);
    area_field(a, x, 0, a.w - x, INK_BAD, s->g + good, strlen(s->g + good));
    if (!s->g[0])
        area_text(a, 0, 0, INK_BAD, "(nothing)");
}

/* [XX] 123+89  -> 211 (212): mark, question in q columns, guess in g, the truth
 * where it is another. */
static void draw_sample(struct area a, const struct run_sample *s, int q, int g)
{
    char truth[500];
    const char *mark = s->ok ? theme()->right : theme()->wrong;
    int x = area_text(a, 0, 0, s->ok ? INK_GOOD : INK_BAD, mark) + 1;
    area_field(a, x, 0, q, INK_TEXT, s->q, strlen(s->q));
    x += q + 1;
    x += area_text(a, x, 0, INK_DIM, theme()->arrow) + 1;
    if (s->ok)
        g = a.w - x;
    draw_guess(area_sub(a, x, 0, g, 1), s);
    x += g + 1;
    snprintf(truth, sizeof truth, "(%s)", s->t);
    if (!s->ok)
        area_field(a, x, 0, a.w - x, INK_DIM, truth, strlen(truth));
}

/* Widest question and wrong guess, as far as a cell of w columns has room. */
static void measure(const struct run_reader *r, int w, int *q, int *g)
{
    int truth = 0, marks = width_of(theme()->right) + width_of(theme()->arrow) + 4;
    *q = *g = 0;
    for (int i = 0; i < r->samples; i++) {
        const struct run_sample *s = &r->sample[i];
        *q = MAX(*q, width_of(s->q));
        if (s->ok)
            continue;
        *g = MAX(*g, MAX(width_of(s->g), s->g[0] ? 0 : 9));
        truth = MAX(truth, width_of(s->t) + 2);
    }
    int room = MAX(w - marks, 9);
    if (*q + *g + truth > room) {
        *q = MIN(*q, room / 3);
        *g = MIN(*g, room / 3);
    }
}

static void draw_all(struct area in, const struct run_reader *r)
{
    enum { NARROWEST = 20, GAP = 1 };
    int wanted = (r->samples + in.h - 1) / in.h;
    int columns = MAX(MIN(wanted, in.w / NARROWEST), 1);
    int w = in.w / columns, q, g;
    measure(r, w - GAP, &q, &g);
    for (int i = 0; i < r->samples && i < columns * in.h; i++) {
        struct area cell = area_sub(in, i / in.h * w, i % in.h, w - GAP, 1);
        draw_sample(cell, &r->sample[i], q, g);
    }
}

static void draw(struct area a, const struct run_reader *r, const struct view_options *o)
{
    char note[120] = "", step[FMT_MAX], n[FMT_MAX], exact[FMT_MAX];
    (void)o;
    if (r->valid_n)
        snprintf(note, sizeof note, "exact %s of %s",
                 fmt_percent(exact, r->series[RUN_VALID_EXACT].last), fmt_count(n, r->valid_n));
    char title[80] = "samples";
    if (r->samples)
        snprintf(title, sizeof title, "samples  step %s", fmt_count(step, r->samples_step));
    struct area in = view_frame(a, title, note);
    if (!in.h)
        return;
    if (r->samples)
        draw_all(area_sub(in, 1, 0, in.w - 1, in.h), r);
    else
        area_text(in, 1, in.h / 2, INK_DIM, "none yet: they come with the first validation");
}

const struct view view_samples = {
    .name = "samples",
    .help = "validation questions, answers, (the truth if different)",
    .draw = draw,
};
