/* Why this token: what else there was, and what it rests on. */
#include "base/mem.h"
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
    str_addf(out, " (step %d)  p %s  H %.2f bit  %s", f->step + 1, ask_p(figure, s->p),
             s->entropy, f->reply->strategy->name);
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
    const char *all = why_fate(f->reply, f->step, i);
    for (size_t k = 0; narrow && k < ARRAY_LEN(words); k++)
        if (!strcmp(all, words[k].all))
            return words[k].word;
    return all;
}

static struct columns columns_of(const struct full *f, int w, int rows)
{
    const struct reply_step *s = &f->reply->step[f->step];
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
    const struct reply_step *s = &f->reply->step[f->step];
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
        int width = piece_add(&piece, r->source.s[j]);
        area_text(a, x, 0, INK_TEXT, str_cstr(&piece));
        area_text(a, x, 1, f->without[j] < r->step[f->step].p / 2 ? INK_DOUBT : INK_TEXT,
                  ask_p(figure, f->without[j]));
        x += MAX(width, 5) + 1;
        str_release(&piece);
    }
}

static void draw(struct full *f, struct area a)
{
    const struct reply_step *s = &f->reply->step[f->step];
    int symbols = vocab_size(f->sh->model->tgt.vocab), below = f->without ? 2 : 0;
    int room = a.h - 2 - below, n = MIN(MIN(s->cands, REPLY_CANDS), room), first = 0;
    double left = 1;
    if (n < 1)
        return;
    if (f->cand >= n)
        first = f->cand - n + 1;
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
        area_text(a, 5, 1 + n, INK_DIM, count);
        why_p(&more, MAX(left, 0));
        area_text(a, 5 + c.token, 1 + n, INK_DIM, more.s);
        str_release(&more);
    }
    if (f->without)
        draw_without(area_sub(a, 0, a.h - 2, a.w, 2), f);
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

static bool key(struct full *f, int key)
{
    const struct reply_step *s = &f->reply->step[f->step];
    int n = MIN(s->cands, REPLY_CANDS);
    switch (key) {
    case SCREEN_UP: pane_move(&f->cand, -1, n); break;
    case SCREEN_DOWN: pane_move(&f->cand, 1, n); break;
    case '\r':
        if (f->cand < n)
            pane_run(f, "/alt %d %d", f->step + 1, f->cand + 1);
        break;
    case 'o': toggle_without(f); break;
    default: return false;
    }
    return true;
}

const struct pane pane_why = {
    .name = "why",
    .title = title,
    .draw = draw,
    .key = key,
    .keys = { { "Up, Down", "another candidate" },
              { "Enter", "go on from this candidate (/alt)" },
              { "o", "what the token is without each piece of the source" } },
};
