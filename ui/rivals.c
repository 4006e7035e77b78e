#include "ui/rivals.h"

#include "base/mem.h"
#include "ui/ask.h"
#include "ui/sgr.h"
#include "ui/ui_text.h"

#include <math.h>
#include <unistr.h>

struct rival_row {
    struct cand taken;
    struct cand rival[RIVALS]; /* best first */
    int rivals;
};

enum { BAR = 10 };

void rivals_add(struct rivals *v, const struct decode_step *s)
{
    if (s->cands == 0)
        return;
    if (v->n == v->cap) {
        v->cap = v->cap ? 2 * v->cap : 16;
        v->row = xrealloc(v->row, (size_t)v->cap * sizeof *v->row);
    }
    struct rival_row *row = &v->row[v->n++];
    row->rivals = 0;
    for (int i = 0; i < s->cands; i++) {
        if (s->cand[i].kept)
            row->taken = s->cand[i];
        else if (row->rivals < RIVALS)
            row->rival[row->rivals++] = s->cand[i];
    }
}

void rivals_release(struct rivals *v)
{
    free(v->row);
    *v = (struct rivals){ 0 };
}

/* ---- cells ----------------------------------------------------------------------- */

/* A token as it is shown alone, a blank in quotes; returns its columns. */
static int add_piece(const struct shell *sh, int token, struct str *out)
{
    const char *piece = codec_piece(&sh->model->tgt, token);
    bool blank = strspn(piece, " ") == strlen(piece);
    int width = blank ? 2 : 0;
    str_add(out, blank ? "'" : "");
    width += ui_text(out, UI_FIELD, piece, strlen(piece));
    str_add(out, blank ? "'" : "");
    return width;
}

/* Cut to three digits, not rounded: a row does not add up to more than 1. */
static void add_p(struct str *out, double p)
{
    if (p >= 1 - 1e-6)
        str_add(out, "1.00");
    else
        str_addf(out, ".%03d", (int)(1000 * p));
}

static void add_bar(struct str *out, double p)
{
    struct str bar = STR_INIT;
    uint8_t bytes[6];
    for (int i = 0; i < BAR; i++) {
        bool full = p * BAR >= i + 0.5;
        uint32_t c = theme()->glyph[full ? GLYPH_FULL : GLYPH_EMPTY];
        str_addn(&bar, bytes, (size_t)u8_uctomb(bytes, c, sizeof bytes));
    }
    sgr_add(out, INK_1, str_cstr(&bar));
    str_release(&bar);
}

/* "6 .004  4 .002": the first, and as many that are worth a figure as find room;
 * brackets around what cannot be drawn. Returns whether there were any. */
static bool add_rivals(const struct rival_row *row, const struct shell *sh, int room,
                       struct str *out)
{
    bool drawn = sh->knobs.decode.strategy == &strategy_sample, cut = false;
    struct str one = STR_INIT, all = STR_INIT;
    for (int i = 0; i < row->rivals; i++) {
        const struct cand *c = &row->rival[i];
        double p = exp((double)c->logp);
        bool gone = drawn && !(c->p > 0);
        if (i > 0 && p < 0.001)
            break;
        str_clear(&one);
        str_add(&one, gone ? "  (" : "  ");
        int width = add_piece(sh, c->token, &one) + 7 + 2 * gone;
        str_addc(&one, ' ');
        add_p(&one, p);
        str_add(&one, gone ? ")" : "");
        if (width > room)
            break;
        room -= width;
        str_add(&all, one.s);
        cut |= gone;
    }
    sgr_add(out, INK_DIM, str_cstr(&all));
    str_release(&one);
    str_release(&all);
    return cut;
}

/* ---- the table ------------------------------------------------------------------- */

static int piece_width(const struct shell *sh, int token)
{
    struct str text = STR_INIT;
    int width = add_piece(sh, token, &text);
    str_release(&text);
    return width;
}

static void add_blanks(struct str *out, int n)
{
    for (int i = 0; i < n; i++)
        str_addc(out, ' ');
}

static bool add_row(const struct rivals *v, int i, const struct shell *sh, int width,
                    int columns, struct str *out)
{
    const struct rival_row *row = &v->row[i];
    bool drawn = sh->knobs.decode.strategy == &strategy_sample;
    double p = exp((double)row->taken.logp);
    str_addf(out, "  %4d  ", i + 1);
    add_blanks(out, width - add_piece(sh, row->taken.token, out));
    add_blanks(out, 2);
    add_p(out, p);
    if (drawn) {
        add_blanks(out, 3);
        add_p(out, (double)row->taken.p);
    }
    if (!sh->plain) {
        add_blanks(out, 2);
        add_bar(out, p);
    }
    int used = 8 + width + 6 + (drawn ? 7 : 0) + (sh->plain ? 0 : BAR + 2);
    bool cut = add_rivals(row, sh, columns - 1 - used, out);
    str_addc(out, '\n');
    return cut;
}

void rivals_table(const struct rivals *v, int rows, const struct shell *sh, int columns,
                  struct str *out)
{
    bool drawn = sh->knobs.decode.strategy == &strategy_sample, cut = false;
    struct str head = STR_INIT;
    int width = (int)strlen("token");
    rows = MIN(rows, v->n);
    if (rows == 0)
        return;
    for (int i = 0; i < rows; i++)
        width = MAX(width, piece_width(sh, v->row[i].taken.token));
    str_addf(&head, "  step  %-*s     p%s%*s  instead", width, "token",
             drawn ? "  drawn" : "", sh->plain ? 0 : BAR + 2, "");
    sgr_add(out, INK_DIM, head.s);
    str_addc(out, '\n');
    for (int i = 0; i < rows; i++)
        cut |= add_row(v, i, sh, width, columns, out);
    if (cut) {
        sgr_add(out, INK_DIM, "  in brackets: cut off by top-k or top-p");
        str_addc(out, '\n');
    }
    str_release(&head);
}
