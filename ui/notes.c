#include "ui/notes.h"

#include "ui/heat.h"
#include "ui/piece.h"
#include "ui/rivals.h"
#include "ui/sgr.h"

static const double bits_full = 4; /* 16 tokens that are equally likely */

enum ink notes_ink(double p)
{
    return p < 0.3 ? INK_DOUBT : p < 0.7 ? INK_UNSURE : INK_TEXT;
}

static void add_dim(struct str *out, struct str *text)
{
    sgr_add(out, INK_DIM, str_cstr(text));
    str_addc(out, '\n');
    str_release(text);
}

void notes_entropy(const struct reply *r, bool plain, struct str *out)
{
    const struct ramp *bar = theme()->bar;
    struct str text = STR_INIT;
    int rows = reply_rows(r), most = 0;
    str_add(out, plain ? "entropy of the tokens in bit:" : "  ");
    for (int i = 0; i < rows; i++) {
        double bits = r->step[i].entropy;
        if (plain)
            str_addf(out, " %.2f", bits);
        else
            sgr_glyph(out, notes_ink(r->step[i].p),
                      bar->glyph[ramp_level(bar->n, bits / bits_full)]);
        if (bits > r->step[most].entropy)
            most = i;
    }
    if (rows > 0) {
        str_addf(&text, "%smost at %d ", plain ? "; " : "  ", most + 1);
        piece_add(&text, r->step[most].piece);
        str_addf(&text, "  %.2f bit", r->step[most].entropy);
    }
    add_dim(out, &text);
}

static void add_ms(struct str *out, double seconds)
{
    double ms = 1e3 * seconds;
    str_addf(out, ms < 10 ? "%.2g ms" : "%.0f ms", ms);
}

static void add_timing(const struct reply *r, bool plain, struct str *out)
{
    struct str text = STR_INIT;
    int n = r->sums.vectors ? r->sums.tokens : r->n;
    double after = r->sums.seconds - r->sums.ready;
    str_addf(&text, "%s%.0f %s/s, the first after ", plain ? "" : "  ",
             n / MAX(r->sums.seconds, 1e-6), r->sums.vectors ? "vectors" : "tokens");
    add_ms(&text, r->sums.ready);
    if (n > 1) {
        str_add(&text, ", then one in ");
        add_ms(&text, after / (n - 1));
    }
    if (!r->sums.vectors)
        str_addf(&text, ", log p %.3f", r->sums.logp);
    add_dim(out, &text);
}

void notes_add(const struct shell *sh, const struct reply *r, int columns, struct str *out)
{
    const struct knobs *k = &sh->knobs;
    struct heat heat;
    if (k->entropy && !r->sums.vectors)
        notes_entropy(r, sh->plain, out);
    if (k->timing)
        add_timing(r, sh->plain, out);
    if (k->attn && heat_of_reply(&heat, r)) {
        heat_add(&heat, columns - 1, out);
        heat_release(&heat);
    }
    if (k->probs == PROBS_NUM)
        rivals_table(r, RIVALS, sh, columns, out);
}
