#include "ui/view.h"

#include "base/str.h"
#include "base/utf8.h"
#include "ui/fmt.h"
#include "ui/run_variety.h"

#include <math.h>

static const char nothing[] = "(nothing)";
enum {
    NOTHING_W = sizeof nothing - 1,
    WITH_P = 40,   /* columns of a sample that is shown with its probability */
    WITH_MORE = 8, /* rows of a pane that says more than samples */
};

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
    while ((k = utf8_next(guess + at, n - at, NULL)) &&
           !strncmp(guess + at, truth + at, k))
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
        area_text(a, 0, 0, INK_BAD, nothing);
}

/* Columns for questions and for wrong guesses, so that they stand below each other. */
struct columns {
    int q, g;
};

/* As many as the widest needs; in a narrow cell the row gives up its padding, and
 * then its text. */
static struct columns fitted(const struct run_sample *s, struct columns c, int w)
{
    int truth = s->ok ? 0 : width_of(s->t) + 3;
    int q = width_of(s->q), g = s->g[0] ? width_of(s->g) : NOTHING_W;
    if (s->ok)
        c.g = g;
    if (c.q + c.g + truth > w)
        c.g = g;
    if (c.q + c.g + truth > w)
        c.q = q;
    if (c.q + c.g + truth > w) {
        c.q = MIN(q, w / 3);
        c.g = MIN(g, s->ok ? w - c.q : w / 3);
    }
    return c;
}

/* [XX] 123+89 -> 211 (212): mark, question, guess, and the truth where it is
 * another. */
static void draw_sample(struct area a, const struct run_reader *r, int i, struct columns c)
{
    const struct run_sample *s = &r->sample[i];
    char truth[500], sure[40];
    if (a.w >= WITH_P && !isnan(s->p)) {
        bool generic = s->g[0] && run_variety_generic(r, i);
        snprintf(sure, sizeof sure, "%sp %.2f", generic ? "generic  " : "", s->p);
        int from = area_right(a, a.w, 0, generic ? INK_WARN : INK_DIM, sure);
        a = area_sub(a, 0, 0, from - 1, 1);
    }
    const char *mark = s->ok ? theme()->right : theme()->wrong;
    int x = area_text(a, 0, 0, s->ok ? INK_GOOD : INK_BAD, mark) + 1;
    c = fitted(s, c, a.w - x - width_of(theme()->arrow) - 2);
    area_field(a, x, 0, c.q, INK_TEXT, s->q, strlen(s->q));
    x += c.q + 1;
    x += area_text(a, x, 0, INK_DIM, theme()->arrow) + 1;
    draw_guess(area_sub(a, x, 0, c.g, 1), s);
    x += c.g + 1;
    snprintf(truth, sizeof truth, "(%s)", s->t);
    if (!s->ok)
        area_field(a, x, 0, a.w - x, INK_DIM, truth, strlen(truth));
}

static struct columns measure(const struct run_reader *r)
{
    struct columns c = { 0, 0 };
    for (int i = 0; i < r->samples; i++) {
        const struct run_sample *s = &r->sample[i];
        c.q = MAX(c.q, width_of(s->q));
        if (!s->ok)
            c.g = MAX(c.g, s->g[0] ? width_of(s->g) : NOTHING_W);
    }
    return c;
}

static void draw_all(struct area in, const struct run_reader *r)
{
    enum { NARROWEST = 20, GAP = 1 };
    int wanted = (r->samples + in.h - 1) / in.h;
    int n = MAX(MIN(wanted, in.w / NARROWEST), 1);
    int w = (in.w + GAP) / n;
    struct columns c = measure(r);
    for (int i = 0; i < r->samples && i < n * in.h; i++)
        draw_sample(area_sub(in, i / in.h * w, i % in.h, w - GAP, 1), r, i, c);
}

/* "changed since 7,040: who are you ? "i 'm a man ." -> "i 'm a doctor ."": the first of
 * them; how many there are besides. */
static void draw_changed(struct area a, const struct run_reader *r)
{
    struct str s = STR_INIT;
    char step[FMT_MAX];
    int changed = 0;
    for (int i = 0; i < r->samples; i++) {
        const struct run_sample *x = &r->sample[i];
        if (!x->was || !strcmp(x->was, x->g))
            continue;
        if (!changed++)
            str_addf(&s, "changed since %s: %s  \"%s\" %s \"%s\"",
                     fmt_count(step, r->samples_before), x->q, x->was, theme()->arrow, x->g);
    }
    if (changed > 1)
        str_addf(&s, "  and %d more", changed - 1);
    if (!changed && r->samples_before >= 0)
        str_addf(&s, "no answer changed since %s", fmt_count(step, r->samples_before));
    area_field(a, 0, 0, a.w, INK_DIM, str_cstr(&s), s.n);
    str_release(&s);
}

/* How much the answers differ; of numbers and other single words there is little to say. */
static void draw_variety(struct area a, const struct run_reader *r)
{
    struct run_variety v;
    struct str s = STR_INIT;
    char part[FMT_MAX];
    run_variety(r, &v);
    str_addf(&s, "generic answers %s", fmt_percent(part, v.generic));
    str_addf(&s, "  length %.1f %s %.1f", v.length, theme()->utf8 ? "±" : "+-", v.spread);
    if (!isnan(v.distinct))
        str_addf(&s, "  distinct-2 %.2f", v.distinct);
    if (!isnan(v.self_bleu))
        str_addf(&s, "  self-BLEU %.2f", v.self_bleu);
    str_addf(&s, "  repeats %s", fmt_percent(part, v.repeats));
    str_addf(&s, "  <unk> %s", fmt_percent(part, v.unknown));
    area_field(a, 0, 0, a.w, INK_DIM, s.s, s.n);
    str_release(&s);
}

static void draw(struct area a, const struct run_reader *r, const struct view_options *o)
{
    char note[120] = "", title[80] = "samples", step[FMT_MAX], n[FMT_MAX], exact[FMT_MAX];
    bool wide = a.w >= 70;
    (void)o;
    fmt_percent(exact, r->series[RUN_VALID_EXACT].last);
    if (r->valid_n && wide)
        snprintf(note, sizeof note, "exact %s of %s", exact, fmt_count(n, r->valid_n));
    else if (r->valid_n)
        snprintf(note, sizeof note, "exact %s", exact);
    if (r->samples)
        snprintf(title, sizeof title, "samples (valid, greedy) %s%s", wide ? "step " : "@",
                 fmt_count(step, r->samples_step));
    struct area in = view_frame(a, title, note);
    if (!in.h)
        return;
    int more = r->samples && in.h >= WITH_MORE && in.w >= 50 ? 2 : 0;
    if (r->samples)
        draw_all(area_sub(in, 1, 0, in.w - 1, in.h - more), r);
    if (more) {
        draw_changed(area_sub(in, 1, in.h - 2, in.w - 2, 1), r);
        draw_variety(area_sub(in, 1, in.h - 1, in.w - 2, 1), r);
    }
    if (!r->samples)
        area_text(in, 1, in.h / 2, INK_DIM, "none yet: the first validation brings them");
}

const struct view view_samples = {
    .name = "samples",
    .help = "validation questions, answers, (the truth if different)",
    .draw = draw,
};
