/* Why this token: what else there was, and what it rests on. */
#include "ui/answer.h"
#include "ui/line.h"
#include "ui/pane.h"
#include "ui/piece.h"
#include "ui/why.h"

#include <math.h>

enum { BAR_MOST = 30, BAR_LEAST = 4 };

static void title(const struct full *f, struct str *out)
{
    const struct reply_step *s = &f->reply->step[f->step];
    char figure[16];
    piece_quote(out, s->piece);
    str_addf(out, " (step %d)  p %s  H %.2f bit  rank %d  %s", f->step + 1,
             ask_p(figure, s->p), s->entropy, why_rank(s), f->reply->strategy->name);
}

/* The reply, or the same tokens under the odds that [ ] { } have set. */
static const struct reply *shown(const struct full *f)
{
    return f->odds ? f->odds : f->reply;
}

/* Columns that all rows share. */
struct columns {
    int token, bar; /* widths */
    bool narrow;
};

/* Where there is little room, what became of it in a word. */
static const char *fate_of(const struct full *f, int i, bool narrow)
{
    static const struct {
        const char *all, *word;
    } words[] = { { "taken, forced", "forced" }, { "not the best", "-" },
                  { "not drawn", "-" },          { "kept, too", "kept" },
                  { "cut by top-k", "- top-k" }, { "cut by top-p", "- top-p" },
                  { "cut by min-p", "- min-p" }, { "cut by beam", "- beam" } };
    const char *all = why_fate(shown(f), f->step, i);
    for (size_t k = 0; narrow && k < ARRAY_LEN(words); k++)
        if (!strcmp(all, words[k].all))
            return words[k].word;
    return all;
}

static struct columns columns_of(const struct full *f, int w, int rows)
{
    const struct reply_step *s = &shown(f)->step[f->step];
    struct columns c = { .token = 7, .narrow = w < 56 };
    int fate = 4;
    for (int i = 0; i < MIN(s->cands, rows); i++) {
        const char *piece = codec_piece(&f->sh->model->tgt, s->cand[i].token);
        c.token = MAX(c.token, MIN(piece_width(piece), c.narrow ? 12 : 20));
        fate = MAX(fate, (int)strlen(fate_of(f, i, c.narrow)));
    }
    c.bar = MIN(w - (5 + c.token + 14 + 1 + fate), BAR_MOST);
    if (c.bar < BAR_LEAST)
        c.bar = 0;
    return c;
}

static void draw_candidate(struct area a, const struct full *f, int i, struct columns c)
{
    const struct reply_step *s = &shown(f)->step[f->step];
    const struct cand *cand = &s->cand[i];
    bool taken = cand->token == s->token;
    double p = exp((double)cand->logp);
    enum ink ink = taken ? INK_STRONG : INK_TEXT;
    struct str piece = STR_INIT, figures = STR_INIT;
    area_textf(a, 0, 0, INK_STRONG, "%c%2d%s", i == f->cand ? '>' : ' ', i + 1,
               taken ? "*" : "");
    piece_add(&piece, codec_piece(&f->sh->model->tgt, cand->token));
    area_field(a, 5, 0, c.token, ink, piece.s, piece.n);
    int x = 5 + c.token;
    why_p(&figures, p);
    str_addc(&figures, ' ');
    why_p(&figures, (double)cand->p);
    area_text(a, x, 0, ink, figures.s);
    x += 14;
    if (c.bar) {
        int full = (int)(p * c.bar + 0.5);
        area_fill(area_sub(a, x, 0, full, 1), theme()->glyph[GLYPH_FULL], INK_1);
        x += c.bar + 1;
    }
    area_text(a, x, 0, cand->kept || taken ? INK_TEXT : INK_DIM, fate_of(f, i, c.narrow));
    str_release(&piece);
    str_release(&figures);
}

/* Pieces of the source, and the token's probability without each. */
static void draw_without(struct area a, const struct full *f)
{
    const struct reply *r = f->reply;
    char figure[16];
    int x = 8;
    area_text(a, 0, 0, INK_DIM, "without");
    area_text(a, 0, 1, INK_DIM, "p is");
    for (int j = 0; j < r->source.n && x < a.w; j++) {
        struct str piece = STR_INIT;
        int width = MAX(piece_add(&piece, r->source.s[j]), 5);
        if (x + width <= a.w) {
            area_text(a, x, 0, INK_TEXT, str_cstr(&piece));
            area_text(a, x, 1, f->without[j] < r->step[f->step].p / 2 ? INK_DOUBT : INK_TEXT,
                      ask_p(figure, f->without[j]));
        } else {
            area_char(a, a.w - 1, 0, theme()->glyph[GLYPH_MORE], INK_DIM);
        }
        x += width + 1;
        str_release(&piece);
    }
}

/* "unknown 0 of 7  T 0.8  top-p .9": pieces of the source that the model has not, and the
 * odds that make p_final of p_base. */
static void draw_odds(struct area a, const struct full *f)
{
    const struct strategy_options *o = &f->sh->knobs.decode.choose;
    const struct ids *src = &f->reply->plan.src;
    int unk = vocab_special(f->sh->model->src.vocab, VOCAB_UNK), unknown = 0;
    for (int j = 0; j < src->n; j++)
        unknown += unk >= 0 && src->id[j] == unk;
    int x = area_textf(a, 0, 0, INK_DIM, "unknown %d of %d", unknown, src->n);
    if (shown(f)->strategy == &strategy_sample)
        x += 2 + area_textf(a, x + 2, 0, INK_DIM, "T %.3g  top-p %.3g", o->temperature,
                            o->top_p);
    area_field(a, x + 2, 0, a.w - x - 2, INK_DIM, "[ ] { } change T, top-p", 23);
}

/* Candidates from `first` on have the rows behind the head; below: those at the end. */
struct rows {
    int first, n, below;
};

static struct rows rows_of(const struct full *f, struct area a)
{
    struct rows r = { .below = (f->without ? 2 : 0) + (a.h >= 8) };
    int cands = MIN(shown(f)->step[f->step].cands, REPLY_CANDS);
    r.n = MIN(cands, a.h - 2 - r.below);
    r.first = r.n > 0 ? MIN(MAX(f->cand - r.n + 1, 0), cands - r.n) : 0;
    return r;
}

static void draw(struct full *f, struct area a)
{
    const struct reply_step *s = &shown(f)->step[f->step];
    int symbols = vocab_size(f->sh->model->tgt.vocab);
    struct rows r = rows_of(f, a);
    int n = r.n, first = r.first, below = r.below;
    double left = 1;
    if (n < 1)
        return;
    struct columns c = columns_of(f, a.w, first + n);
    area_text(a, 5, 0, INK_DIM, "token");
    area_text(a, 5 + c.token, 0, INK_DIM, " p_base p_final");
    for (int i = 0; i < first + n; i++) {
        left -= exp((double)s->cand[i].logp);
        if (i >= first)
            draw_candidate(area_sub(a, 0, 1 + i - first, a.w, 1), f, i, c);
    }
    if (symbols > first + n) {
        struct str more = STR_INIT;
        char count[32];
        snprintf(count, sizeof count, "%d more", symbols - first - n);
        area_right(a, MAX(5 + c.token - 1, (int)strlen(count)), 1 + n, INK_DIM, count);
        why_p(&more, MAX(left, 0));
        area_text(a, 5 + c.token, 1 + n, INK_DIM, more.s);
        str_release(&more);
    }
    if (f->without)
        draw_without(area_sub(a, 0, a.h - below, a.w, 2), f);
    if (a.h >= 8)
        draw_odds(area_sub(a, 0, a.h - 1, a.w, 1), f);
}

/* Computes what the token is without each piece of the source, or forgets it. */
static void toggle_without(struct full *f)
{
    struct why w;
    if (f->without) {
        free(f->without);
        f->without = NULL;
        return;
    }
    if (why_init(&w, f->sh, f->reply, f->step) == 0) {
        f->without = w.without;
        f->without_step = f->step;
        w.without = NULL;
    }
    why_release(&w);
}

/* Other odds: the answer once more, each of its tokens forced, as if it were drawn. */
static void change_odds(struct full *f, double temperature, double top_p)
{
    struct knobs knobs = f->sh->knobs;
    struct strategy_options *o = &knobs.decode.choose;
    struct plan plan = reply_plan(f->reply, f->reply->n);
    o->temperature = MIN(MAX(o->temperature * temperature, .01), 100);
    o->top_p = MIN(MAX(o->top_p + top_p, .05), 1);
    f->sh->knobs.decode.choose = *o;
    knobs.decode.strategy = &strategy_sample;
    o->draws = knobs.decode.nbest = 1;
    struct reply *odds = answer_quietly(f->sh, &knobs, &plan); /* draws the panes, too */
    plan_release(&plan);
    if (odds && odds->n < f->reply->n) { /* answers must be shorter by now */
        reply_free(odds);
        odds = NULL;
    }
    reply_free(f->odds);
    f->odds = odds;
}

static bool key(struct full *f, int key)
{
    const struct reply_step *s = &shown(f)->step[f->step];
    int n = MIN(s->cands, REPLY_CANDS);
    switch (key) {
    case SCREEN_UP: pane_move(&f->cand, -1, n); break;
    case SCREEN_DOWN: pane_move(&f->cand, 1, n); break;
    case '\r':
        if (f->cand < n)
            pane_run(f, "/alt %d %d", f->step + 1, f->cand + 1);
        break;
    case 'o': toggle_without(f); break;
    case '[': case ']': case '{': case '}':
        if (!f->live)
            change_odds(f, key == '[' ? .8 : key == ']' ? 1.25 : 1,
                        key == '{' ? -.05 : key == '}' ? .05 : 0);
        break;
    default: return false;
    }
    return true;
}

static void click(struct full *f, struct area a, int x, int y)
{
    struct rows r = rows_of(f, a);
    (void)x;
    if (y >= 1 && y <= r.n)
        f->cand = r.first + y - 1;
}

const struct pane pane_why = {
    .name = "why",
    .title = title,
    .draw = draw,
    .key = key,
    .click = click,
    .keys = { { "Up, Down", "another candidate", "other" },
              { "Enter", "go on from this candidate (/alt)", "go on" },
              { "o", "what the token is without each piece of the source", "without" },
              { "[ ] { }", "p_final at another temperature, at another top-p", "odds" } },
};
