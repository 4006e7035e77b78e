#include "corpora/unknown.h"

#include "base/mem.h"
#include "base/utf8.h"

enum { SHOWN = 3 };

void unknown_init(struct unknown *u)
{
    *u = (struct unknown){ 0 };
    tally_init(&u->met);
}

void unknown_release(struct unknown *u)
{
    tally_release(&u->met);
}

struct looking {
    struct unknown *unknown;
    const struct vocab *vocab;
};

static void look(void *own, const char *piece, size_t n)
{
    struct looking *l = own;
    if (vocab_find(l->vocab, piece, n) < 0)
        tally_add(&l->unknown->met, piece, n);
}

void unknown_add(struct unknown *u, const struct codec *c, const char *text,
                 const struct ids *row)
{
    struct looking l = { u, c->vocab };
    int unk = vocab_special(c->vocab, VOCAB_UNK);
    long before = u->unknown;
    for (int i = 0; i < row->n; i++) {
        u->unknown += unk >= 0 && row->id[i] == unk;
        u->pieces += row->id[i] == unk || !vocab_is_special(c->vocab, row->id[i]);
    }
    if (u->unknown > before)
        codec_split(c, text, look, &l);
}

double unknown_share(const struct unknown *u)
{
    return u->pieces ? (double)u->unknown / (double)u->pieces : 0;
}

void unknown_text(const struct unknown *u, const struct codec *c, struct str *out)
{
    struct tally_row *row = tally_rows(&u->met);
    int n = vocab_size(u->met.pieces);
    str_addf(out, "%.2f %% of %ld %ss are unknown", 100 * unknown_share(u), u->pieces,
             c->tokenizer->unit);
    for (int i = 0; i < MIN(n, SHOWN); i++)
        str_addf(out, "%s'%s' (%d time%s)", i ? ", " : ": ", utf8_quote(row[i].piece).s,
                 row[i].count, row[i].count == 1 ? "" : "s");
    str_add(out, n > SHOWN ? " ..." : "");
    free(row);
}
