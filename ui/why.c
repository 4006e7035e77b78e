#include "ui/why.h"

#include "base/mem.h"
#include "ui/line.h"
#include "ui/piece.h"
#include "ui/sgr.h"
#include "ui/ui_text.h"

#include <jansson.h>
#include <math.h>

enum {
    CANDS = 8, /* that are listed */
    LOOKS = 3, /* places of the source that are named */
    BAR = 16,
};

/* ---- occlusion ------------------------------------------------------------------- */

/* The probability of a forced token with the source as the plan has it. 1: Ctrl-C. */
static int probe(const struct shell *sh, const struct plan *plan, int step, double *p)
{
    struct decode_step s;
    struct ask a;
    bool stop = false;
    struct knobs plain = sh->knobs;
    plain.decode.strategy = &strategy_argmax; /* all is forced: nothing to search */
    ask_again(&a, sh->model, &plain, 0, plan);
    while (!stop && ask_next(&a, &s)) {
        *p = (double)s.p;
        if (s.t == step)
            break;
        stop = line_wait(0);
    }
    ask_end(&a);
    return stop;
}

int why_init(struct why *w, const struct shell *sh, const struct reply *r, int step)
{
    struct plan plan = reply_plan(r, step + 1);
    int stopped = 0;
    *w = (struct why){ .reply = r, .step = step,
                       .symbols = vocab_size(sh->model->tgt.vocab) };
    w->without = xcalloc((size_t)r->source.n, sizeof *w->without);
    for (int j = 0; j < r->source.n && !stopped; j++) {
        int id = plan.src.id[j];
        plan.src.id[j] = -1;
        stopped = probe(sh, &plan, step, &w->without[j]);
        plan.src.id[j] = id;
    }
    plan_release(&plan);
    return stopped;
}

void why_release(struct why *w)
{
    free(w->without);
}

/* ---- candidates ------------------------------------------------------------------ */

/* What became of a candidate, and why. */
static const char *fate(const struct reply *r, const struct cand *c, bool taken)
{
    bool drawn = r->strategy == &strategy_sample;
    if (taken)
        return c->p > 0 ? "taken" : "taken, forced";
    if (c->cut)
        return c->cut;
    if (c->kept)
        return "kept, too";
    return drawn ? "not drawn" : "not the best";
}

const char *why_fate(const struct reply *r, int step, int i)
{
    static const struct {
        const char *by, *text;
    } cuts[] = { { "top-k", "cut by top-k" }, { "top-p", "cut by top-p" },
                 { "min-p", "cut by min-p" }, { "beam", "cut by beam" } };
    const struct cand *c = &r->step[step].cand[i];
    const char *fell = fate(r, c, c->token == r->step[step].token);
    for (size_t k = 0; k < ARRAY_LEN(cuts); k++)
        if (!strcmp(fell, cuts[k].by))
            return cuts[k].text;
    return fell;
}

int why_rank(const struct reply_step *s)
{
    int i = 0;
    while (s->cand[i].token != s->token)
        i++;
    return i + 1;
}

void why_p(struct str *out, double p)
{
    if (p >= 1 - 1e-6)
        str_add(out, " 1.000");
    else
        str_addf(out, "  .%03d", (int)(1000 * p));
}

static void add_bar(struct str *out, double p)
{
    int full = (int)(p * BAR + 0.5);
    for (int i = 0; i < BAR; i++)
        sgr_glyph(out, INK_1, i < full ? theme()->glyph[GLYPH_FULL] : ' ');
}

static void add_candidate(const struct why *w, int i, const char *piece, int width,
                          bool plain, struct str *out)
{
    const struct reply *r = w->reply;
    const struct reply_step *s = &r->step[w->step];
    const struct cand *c = &s->cand[i];
    bool taken = c->token == s->token;
    const char *fell = fate(r, c, taken);
    struct str row = STR_INIT;
    str_addf(&row, "%c %2d ", taken ? '>' : ' ', i + 1);
    str_addf(&row, "%*s", width - piece_add(&row, piece), "");
    why_p(&row, exp((double)c->logp));
    str_add(&row, "  ");
    why_p(&row, (double)c->p);
    sgr_add(out, taken ? INK_STRONG : INK_TEXT, row.s);
    str_add(out, "  ");
    if (!plain)
        add_bar(out, exp((double)c->logp));
    str_addf(out, "  %s%s\n", c->cut && !taken ? "cut by " : "", fell);
    str_release(&row);
}

static void add_candidates(const struct why *w, bool plain, struct str *out,
                           const char *const *piece)
{
    const struct reply_step *s = &w->reply->step[w->step];
    int width = (int)strlen("token"), n = 0;
    double left = 1;
    struct str head = STR_INIT;
    struct str more = STR_INIT;
    str_addf(&more, "%d more", w->symbols);
    width = MAX(width, (int)more.n);
    str_clear(&more);
    for (int i = 0; i < s->cands; i++)
        width = MAX(width, piece_width(piece[i]));
    str_addf(&head, "     %-*s  p_base  p_final", width, "token");
    sgr_add(out, INK_DIM, head.s);
    str_addc(out, '\n');
    for (int i = 0; i < s->cands; i++) {
        if (i >= CANDS && s->cand[i].token != s->token)
            continue;
        add_candidate(w, i, piece[i], width, plain, out);
        left -= exp((double)s->cand[i].logp);
        n++;
    }
    if (w->symbols > n) {
        str_clear(&head);
        str_addf(&more, "%d more", w->symbols - n);
        str_addf(&head, "     %-*s", width, more.s);
        why_p(&head, MAX(left, 0));
        sgr_add(out, INK_DIM, head.s);
        str_addc(out, '\n');
    }
    str_release(&head);
    str_release(&more);
}

/* ---- the source ------------------------------------------------------------------ */

/* "looks at  stehen .78  Männer .11" */
static void add_looks(const struct reply *r, const struct reply_step *s, struct str *out)
{
    char figure[16];
    double last = 2;
    int before = -1;
    sgr_add(out, INK_DIM, "looks at");
    for (int n = 0; n < MIN(LOOKS, r->source.n); n++) {
        int most = -1;
        for (int j = 0; j < r->source.n; j++) {
            double v = (double)s->alpha[j];
            bool after = v < last || (v == last && j > before);
            if (after && (most < 0 || v > (double)s->alpha[most]))
                most = j;
        }
        str_add(out, "  ");
        piece_add(out, r->source.s[most]);
        str_addf(out, " %s", ask_p(figure, (double)s->alpha[most]));
        last = (double)s->alpha[most];
        before = most;
    }
    str_addc(out, '\n');
}

/* Pieces above, what the token's probability becomes without each beneath. */
static void add_without(const struct why *w, int columns, struct str *out)
{
    const struct reply *r = w->reply;
    double p = r->step[w->step].p;
    enum { HEAD = 9, LEAST = 5 };
    for (int from = 0; from < r->source.n;) {
        struct str pieces = STR_INIT, figures = STR_INIT;
        int used = HEAD, j = from;
        for (; j < r->source.n; j++) {
            char figure[16];
            struct str piece = STR_INIT;
            int shown = piece_add(&piece, r->source.s[j]), cell = MAX(shown, LEAST) + 2;
            bool fits = used + cell < columns || j == from;
            if (fits) {
                str_addf(&pieces, "%*s%s", cell - shown, "", str_cstr(&piece));
                ask_p(figure, w->without[j]);
                str_addf(&figures, "%*s", cell - (int)strlen(figure), "");
                sgr_add(&figures, w->without[j] < p / 2 ? INK_DOUBT : INK_TEXT, figure);
                used += cell;
            }
            str_release(&piece);
            if (!fits)
                break;
        }
        sgr_add(out, INK_DIM, "without  ");
        str_addf(out, "%s\n", pieces.s);
        sgr_add(out, INK_DIM, "p is     ");
        str_addf(out, "%s\n", figures.s);
        str_release(&pieces);
        str_release(&figures);
        from = j;
    }
}

/* ---- all of it ------------------------------------------------------------------- */

void why_show(const struct why *w, const struct model *m, bool plain, int columns,
              struct str *out)
{
    const struct reply_step *s = &w->reply->step[w->step];
    const char **piece = xcalloc((size_t)s->cands, sizeof *piece);
    char figure[16];
    struct str head = STR_INIT;
    for (int i = 0; i < s->cands; i++)
        piece[i] = codec_piece(&m->tgt, s->cand[i].token);
    str_addf(&head, "token %d ", w->step + 1);
    piece_quote(&head, s->piece);
    str_addf(&head, "  p %s  H %.2f bit  rank %d  %s", ask_p(figure, s->p), s->entropy,
             why_rank(s), w->reply->strategy->name);
    sgr_add(out, INK_STRONG, head.s);
    str_addc(out, '\n');
    add_candidates(w, plain, out, piece);
    if (s->alpha)
        add_looks(w->reply, s, out);
    add_without(w, columns, out);
    free(piece);
    str_release(&head);
}

void why_json(const struct why *w, const struct model *m, struct str *out)
{
    const struct reply_step *s = &w->reply->step[w->step];
    json_t *cands = json_array(), *looks = json_array(), *without = json_array();
    for (int i = 0; i < s->cands; i++) {
        const struct cand *c = &s->cand[i];
        bool taken = c->token == s->token;
        json_array_append_new(
            cands, json_pack("{s:o, s:f, s:f, s:b, s:s}", "token",
                             reply_json_text(codec_piece(&m->tgt, c->token)), "p_base",
                             exp((double)c->logp), "p_final", (double)c->p, "kept",
                             taken, "why", fate(w->reply, c, taken)));
    }
    for (int j = 0; j < w->reply->source.n; j++) {
        if (s->alpha)
            json_array_append_new(looks, json_real((double)s->alpha[j]));
        json_array_append_new(without, json_real(w->without[j]));
    }
    json_t *o = json_pack("{s:i, s:o, s:f, s:f, s:i, s:o, s:o, s:o}", "step", w->step + 1,
                          "token", reply_json_text(s->piece), "p", s->p, "entropy",
                          s->entropy, "rank", why_rank(s), "candidates", cands, "attention",
                          looks, "without", without);
    char *line = json_dumps(o, JSON_COMPACT | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(9));
    str_add(out, line);
    free(line);
    json_decref(o);
}
