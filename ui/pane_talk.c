/* The transcript: what was asked and answered, and beneath it the token that the cursor is
 * at. */
#include "ui/notes.h"
#include "ui/pane.h"
#include "ui/piece.h"
#include "ui/width.h"

#include <math.h>

enum { TOKEN_ROWS = 4, LEAST = 9, BRANCHES = 4 };

static void title(const struct full *f, struct str *out)
{
    if (f->back > 0)
        str_addf(out, "%d rows below", f->back);
}

/* "2[2]": the answer, brackets around the token; what comes before is cut. */
static void draw_answer(struct area a, const struct full *f)
{
    const struct reply *r = f->reply;
    const char *text = str_cstr(&r->text);
    size_t to = r->step[f->step].end, from = f->step ? r->step[f->step - 1].end : 0;
    struct str before = STR_INIT, at = STR_INIT, all = STR_INIT;
    while (from < to && text[from] == ' ')
        from++;
    int width = ui_text(&before, UI_FIELD, text, MIN(from, r->text.n));
    if (to > from)
        ui_text(&at, UI_FIELD, text + from, to - from);
    else
        piece_add(&at, r->step[f->step].piece);
    int over = MAX(width + area_text(area_sub(a, 0, 0, 0, 0), 0, 0, INK_TEXT,
                                     str_cstr(&at)) + 2 - a.w, 0);
    int x = area_text(a, -over, 0, INK_TEXT, str_cstr(&before)) - over;
    str_addf(&all, "[%s]", str_cstr(&at));
    x += area_text(a, x, 0, INK_STRONG, all.s);
    if (to < r->text.n)
        area_textn(a, x, 0, INK_TEXT, text + to, r->text.n - to);
    str_release(&before);
    str_release(&at);
    str_release(&all);
}

/* What the token looked at most, in order. */
static void draw_looks(struct area a, const struct full *f)
{
    const struct reply *r = f->reply;
    const real *alpha = r->step[f->step].alpha;
    struct str text = STR_INIT;
    char figure[16];
    if (!alpha)
        return;
    str_add(&text, "attends ");
    for (int n = 0, last = -1; n < MIN(3, r->source.n); n++) {
        int most = -1;
        for (int j = 0; j < r->source.n; j++) {
            bool later = last < 0 || alpha[j] < alpha[last] ||
                         (!(alpha[j] > alpha[last]) && j > last);
            if (later && (most < 0 || alpha[j] > alpha[most]))
                most = j;
        }
        size_t whole = text.n;
        str_addc(&text, ' ');
        piece_add(&text, r->source.s[most]);
        str_addf(&text, " %s ", ask_p(figure, (double)alpha[most]));
        if (n > 0 && width_text(text.s, text.n - 1) > a.w)
            str_cut(&text, whole);
        last = most;
    }
    area_text(a, 0, 0, INK_DIM, text.s);
    str_release(&text);
}

static void draw_token(struct area a, const struct full *f)
{
    const struct reply *r = f->reply;
    const struct reply_step *s = &r->step[f->step];
    struct str text = STR_INIT;
    char figure[16];
    double logp = 0;
    for (int i = 0; i <= f->step; i++)
        logp += log(MAX(r->step[i].p, 1e-300));
    draw_answer(area_sub(a, 0, 0, a.w, 1), f);
    str_addf(&text, "step %d of %d  ", f->step + 1, r->n);
    piece_quote(&text, s->piece);
    str_addf(&text, "  p %s  H %.2f", ask_p(figure, s->p), s->entropy);
    area_text(a, 0, 1, INK_DIM, text.s);
    draw_looks(area_sub(a, 0, 2, a.w, 1), f);
    str_clear(&text);
    str_addf(&text, "cum logp %.3f", logp);
    for (int k = 0; k < s->cands; k++) {
        if (s->cand[k].token == s->token)
            continue;
        str_add(&text, "  2nd ");
        piece_quote(&text, codec_piece(&f->sh->model->tgt, s->cand[k].token));
        str_addf(&text, " %s", ask_p(figure, exp((double)s->cand[k].logp)));
        break;
    }
    area_text(a, 0, 3, INK_DIM, text.s);
    str_release(&text);
}

/* "p .982  -0.18  +0.67": the log-probability, and how much more it is than that of the
 * current answer, where there is room. */
static const char *branch_figures(char buf[64], const struct reply *r,
                                  const struct reply *now, int room)
{
    char figure[16];
    double logp = r->sums.logp;
    ask_p(figure, exp(logp));
    if (room < 60)
        snprintf(buf, 64, "%s", figure);
    else if (r == now)
        snprintf(buf, 64, "p %s  %.2f         ", figure, logp);
    else
        snprintf(buf, 64, "p %s  %.2f  %+7.2f", figure, logp, logp - now->sums.logp);
    return buf;
}

/* The answers there are to the question, the current one marked. */
static int draw_branches(struct area a, const struct full *f)
{
    const struct transcript *said = &f->sh->said;
    const struct reply *r;
    char name[8], figures[64];
    int n = 0, first;
    while (transcript_branch(said, n))
        n++;
    if (f->live || n < 2)
        return 0;
    first = MAX(n - BRANCHES, 0);
    for (int i = first; (r = transcript_branch(said, i)); i++) {
        struct str text = STR_INIT;
        str_addf(&text, "%c %s  ", r == f->reply ? '>' : ' ', reply_letter(name, i));
        ui_text(&text, UI_FIELD, str_cstr(&r->text), r->text.n);
        int end = area_right(a, a.w, i - first, INK_DIM,
                             branch_figures(figures, r, f->reply, a.w));
        area_field(a, 0, i - first, end - 1, r == f->reply ? INK_STRONG : INK_TEXT, text.s,
                   text.n);
        str_release(&text);
    }
    return n - first;
}

static void draw(struct full *f, struct area a)
{
    int low = 0;
    if (f->reply && f->reply->n > 0 && a.h >= LEAST) {
        low = TOKEN_ROWS;
        draw_token(area_sub(a, 1, a.h - low, a.w - 1, low), f);
        int room = a.h - low - LEAST;
        if (room > BRANCHES) {
            int n = draw_branches(area_sub(a, 1, a.h - low - BRANCHES, a.w - 1, BRANCHES), f);
            low += n ? BRANCHES + 1 : 0;
        }
        low++;
    }
    struct area top = area_sub(a, 0, 0, a.w, a.h - low);
    int rows = scroll_draw(top, &f->scroll, f->back);
    if (f->back > MAX(rows - top.h, 0)) {
        f->back = MAX(rows - top.h, 0);
        area_fill(top, ' ', INK_TEXT);
        scroll_draw(top, &f->scroll, f->back);
    }
}

static bool key(struct full *f, int key)
{
    switch (key) {
    case SCREEN_UP: f->back++; break;
    case SCREEN_DOWN: f->back -= f->back > 0; break;
    case SCREEN_HOME: f->back = INT32_MAX / 2; break;
    case SCREEN_END: f->back = 0; break;
    default: return false;
    }
    return true;
}

const struct pane pane_talk = {
    .name = "transcript",
    .title = title,
    .draw = draw,
    .key = key,
    .keys = { { "Up, Down", "scroll by a row", "scroll" },
              { "Home, End", "the first row, the last", "ends" } },
};
