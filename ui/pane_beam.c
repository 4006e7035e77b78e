/* The search as a tree: what it kept, and what it gave up. */
#include "ui/answer.h"
#include "ui/beamtree.h"
#include "ui/line.h"
#include "ui/pane.h"
#include "ui/piece.h"

/* Decodes the reply once more, as the settings are now. */
static void search_again(struct full *f)
{
    struct decode_step s;
    struct knobs knobs = f->sh->knobs;
    if (f->beam.decode)
        ask_end(&f->beam);
    if (knobs.decode.strategy == &strategy_beam) /* all that it comes to */
        knobs.decode.nbest = MAX(knobs.decode.nbest, knobs.decode.choose.width);
    ask_again(&f->beam, f->sh->model, &knobs, 0, &f->reply->plan);
    while (ask_next(&f->beam, &s))
        ;
    f->beam_of = f->reply;
    f->hyp = f->top = 0;
}

static const struct decode *decode_of(struct full *f)
{
    if (f->live)
        return f->sh->asking->decode;
    if (f->beam_of != f->reply || !f->beam.decode)
        search_again(f);
    return f->beam.decode;
}

static void title(const struct full *f, struct str *out)
{
    const struct decode_options *o = &f->sh->knobs.decode;
    if (o->strategy != &strategy_beam)
        str_add(out, o->strategy->name);
    else
        str_addf(out, "k=%d  normalize %.2g", o->choose.width, o->rank.length);
}

/* Rows without those of hypotheses that were given up. */
static void leave_out_pruned(struct str *text)
{
    struct str all = *text;
    str_init(text);
    for (char *line = all.s, *end; line && *line; line = end) {
        end = strchrnul(line, '\n');
        end += *end == '\n';
        char was = *end;
        *end = '\0';
        if (!strstr(line, "pruned at step") || strstr(line, "finished,"))
            str_add(text, line);
        *end = was;
    }
    str_release(&all);
}

/* Of n hypotheses those that stand at the foot of a pane, and the first of them. */
static int rows_below(struct area a, int n)
{
    return n > 1 ? MIN(MIN(n, 4), MAX(a.h / 4, 1)) : 0;
}

static int first_below(const struct full *f, int rows, int n)
{
    return MAX(MIN(f->hyp - rows / 2, n - rows), 0);
}

/* The hypotheses, best first: the one that Enter takes is marked. */
static void draw_hypotheses(struct area a, struct full *f, const struct decode *d, int n)
{
    const struct search *s = decode_search(d);
    int first = first_below(f, a.h, n);
    for (int i = first; i < MIN(n, first + a.h); i++) {
        struct str text = STR_INIT, safe = STR_INIT;
        char figure[32];
        int last = search_answer(s, 0, i)->last;
        decode_text(f->sh->model, s, last, &text);
        str_addf(&safe, "%c%d  ", i == f->hyp ? '>' : ' ', i + 1);
        ui_text(&safe, UI_FIELD, str_cstr(&text), text.n);
        snprintf(figure, sizeof figure, "%.3f", search_link(s, last)->logp);
        int end = area_right(a, a.w, i - first, INK_DIM, figure);
        area_field(a, 0, i - first, end - 1, i == f->hyp ? INK_STRONG : INK_TEXT, safe.s,
                   safe.n);
        str_release(&text);
        str_release(&safe);
    }
}

static void draw(struct full *f, struct area a)
{
    const struct decode *d = decode_of(f);
    struct str tree = STR_INIT;
    if (decode_best(d) < 0)
        return;
    beamtree_add(d, f->sh->model, a.w, &tree);
    if (!f->pruned)
        leave_out_pruned(&tree);
    char *sum = tree.s + tree.n - 1; /* the last line counts: it stays in sight */
    while (sum > tree.s && sum[-1] != '\n')
        sum--;
    int n = f->live ? 0 : search_answers(decode_search(d), 0);
    int low = rows_below(a, n), sums = a.h > low + 1;
    struct area top = area_sub(a, 0, 0, a.w, a.h - low - sums);
    scroll_page(area_sub(a, 0, top.h, a.w, sums), sum, 0);
    *sum = '\0';
    int rows = scroll_page(top, str_cstr(&tree), f->top);
    if (f->top > MAX(rows - top.h, 0)) {
        f->top = MAX(rows - top.h, 0);
        area_fill(top, ' ', INK_TEXT);
        scroll_page(top, str_cstr(&tree), f->top);
    }
    if (low > 0)
        draw_hypotheses(area_sub(a, 0, a.h - low, a.w, low), f, d, n);
    str_release(&tree);
}

/* The hypothesis becomes an answer. */
static void adopt(struct full *f)
{
    const struct search *s = f->beam.decode ? decode_search(f->beam.decode) : NULL;
    if (!s || f->live || f->hyp >= search_answers(s, 0))
        return;
    struct plan plan = reply_plan(f->reply, 0);
    struct str how = STR_INIT;
    int last = search_answer(s, 0, f->hyp)->last, n = search_link(s, last)->len;
    for (int i = 0; i < n; i++)
        ids_add(&plan.forced, 0);
    for (int i = n; last >= 0; last = search_link(s, last)->before)
        plan.forced.id[--i] = search_link(s, last)->token;
    str_addf(&how, "hypothesis %d of the search", f->hyp + 1);
    answer_again(f->sh, &plan, how.s);
    str_release(&how);
}

static bool key(struct full *f, int key)
{
    int n = f->beam.decode ? search_answers(decode_search(f->beam.decode), 0) : 0;
    switch (key) {
    case SCREEN_UP: f->top -= f->top > 0; break;
    case SCREEN_DOWN: f->top++; break;
    case 'g': pane_move(&f->hyp, 1, n); break;
    case 'G': pane_move(&f->hyp, -1, n); break;
    case 'm': f->pruned = !f->pruned; break;
    case '\r': adopt(f); break;
    default: return false;
    }
    return true;
}

static void click(struct full *f, struct area a, int x, int y)
{
    int n = f->beam.decode ? search_answers(decode_search(f->beam.decode), 0) : 0;
    int low = rows_below(a, n), row = y - (a.h - low);
    (void)x;
    if (row >= 0 && low > 0)
        f->hyp = MIN(first_below(f, low, n) + row, n - 1);
}

const struct pane pane_beam = {
    .name = "beam",
    .title = title,
    .draw = draw,
    .key = key,
    .click = click,
    .keys = { { "g, G", "the next hypothesis, the one before", "hypothesis" },
              { "Enter", "take it for the answer", "adopt" },
              { "m", "show what was pruned, or not", "pruned" },
              { "Up, Down", "scroll", "scroll" } },
};
