#include "ui/score_differ.h"

#include "base/mem.h"
#include "ui/ui_text.h"

#include <math.h>
#include <unistr.h>

struct line {
    int number; /* from 0 */
    double a, b;
};

/* Of a single line BLEU has to leave out n-grams that it has no room for. */
static double score_at(const struct score *s, int i)
{
    struct measure m = s->measure;
    m.o.effective = true;
    return measure_score(&m, m.line + (size_t)i * m.size);
}

static int larger_first(const void *a, const void *b)
{
    const struct line *x = a, *y = b;
    double dx = fabs(x->b - x->a), dy = fabs(y->b - y->a);
    if (dx != dy)
        return dx < dy ? 1 : -1;
    return (x->number > y->number) - (x->number < y->number);
}

static void show_text(const char *name, const struct segments *text, int i)
{
    struct segment s = segments_at(text, i);
    struct str utf8 = STR_INIT;
    for (int k = 0; k < s.n; k++) {
        uint8_t byte[6];
        int n = u8_uctomb(byte, s.cp[k], sizeof byte);
        str_addn(&utf8, byte, n > 0 ? (size_t)n : 0);
    }
    ui_say(stdout, "  %-12s %s", name, str_cstr(&utf8));
    str_release(&utf8);
}

static void show_line(const struct score_pair *p, const struct line *l, int width)
{
    struct str label = STR_INIT;
    int digits = width + (p->a->measure.metric->share ? 2 : 0);
    measure_label(&p->a->measure, &label);
    ui_say(stdout, "line %d: %s %.*f -> %.*f", l->number + 1, str_cstr(&label), digits, l->a,
           digits, l->b);
    if (p->ref)
        show_text("reference", p->ref, l->number);
    show_text(p->a->system, p->a_text, l->number);
    show_text(p->b->system, p->b_text, l->number);
    str_release(&label);
}

void score_differ(const struct score_pair *p, int most, const struct score_style *style)
{
    int n = p->a->measure.n;
    struct line *line = xcalloc((size_t)n + 1, sizeof *line);
    for (int i = 0; i < n; i++)
        line[i] = (struct line){ i, score_at(p->a, i), score_at(p->b, i) };
    qsort(line, (size_t)n, sizeof *line, larger_first);
    for (int i = 0; i < MIN(n, most) && line[i].a != line[i].b; i++)
        show_line(p, &line[i], style->width);
    free(line);
}
