#include "ui/rivals.h"

#include "ui/piece.h"
#include "ui/sgr.h"

#include <math.h>
#include <unistr.h>

enum { BAR = 10 };

/* ---- cells ----------------------------------------------------------------------- */

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
static bool add_rivals(const struct reply_step *row, int most, bool drawn,
                       const struct model *m, int room, struct str *out)
{
    bool cut = false;
    struct str one = STR_INIT, all = STR_INIT;
    for (int i = 0, shown = 0; i < row->cands && shown < most; i++) {
        const struct cand *c = &row->cand[i];
        double p = exp((double)c->logp);
        bool gone = drawn && !(c->p > 0);
        if (c->token == row->token)
            continue;
        if (shown++ > 0 && p < 0.001)
            break;
        str_clear(&one);
        str_add(&one, gone ? "  (" : "  ");
        int width = piece_add(&one, codec_piece(&m->tgt, c->token)) + 7 + 2 * gone;
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

static void add_blanks(struct str *out, int n)
{
    for (int i = 0; i < n; i++)
        str_addc(out, ' ');
}

static bool add_row(const struct reply *r, int i, int most, const struct shell *sh,
                    int width, int columns, struct str *out)
{
    const struct reply_step *row = &r->step[i];
    bool drawn = r->strategy == &strategy_sample;
    str_addf(out, "  %4d  ", i + 1);
    add_blanks(out, width - piece_add(out, row->piece));
    add_blanks(out, 2);
    add_p(out, row->p);
    if (drawn) {
        add_blanks(out, 3);
        add_p(out, (double)reply_taken(r, i)->p);
    }
    if (!sh->plain) {
        add_blanks(out, 2);
        add_bar(out, row->p);
    }
    int used = 8 + width + 6 + (drawn ? 7 : 0) + (sh->plain ? 0 : BAR + 2);
    bool cut = add_rivals(row, most, drawn, sh->model, columns - 1 - used, out);
    str_addc(out, '\n');
    return cut;
}

void rivals_table(const struct reply *r, int most, const struct shell *sh, int columns,
                  struct str *out)
{
    bool drawn = r->strategy == &strategy_sample, cut = false;
    struct str head = STR_INIT;
    int rows = reply_rows(r), width = (int)strlen("token");
    if (rows == 0 || r->sums.vectors)
        return;
    for (int i = 0; i < rows; i++)
        width = MAX(width, piece_width(r->step[i].piece));
    str_addf(&head, "  step  %-*s     p%s%*s  instead", width, "token",
             drawn ? "  drawn" : "", sh->plain ? 0 : BAR + 2, "");
    sgr_add(out, INK_DIM, head.s);
    str_addc(out, '\n');
    for (int i = 0; i < rows; i++)
        cut |= add_row(r, i, most, sh, width, columns, out);
    if (cut) {
        sgr_add(out, INK_DIM, "  in brackets: cut off by top-k or top-p");
        str_addc(out, '\n');
    }
    str_release(&head);
}
