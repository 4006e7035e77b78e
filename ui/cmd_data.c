/* What a model was made from: /near, /vocab. */
#include "ui/cmd.h"
#include "ui/line.h"
#include "ui/neighbours.h"
#include "ui/out.h"
#include "ui/piece.h"
#include "ui/sgr.h"
#include "ui/width.h"

enum { NEAR = 5, NEAR_MAX = 100, SHOWN = 200 };

/* ---- /near ------------------------------------------------------------------------- */

static int run_near(struct shell *sh, char *args, struct err *err)
{
    const struct reply *r = shell_tokens(sh, err);
    int step = r ? *args ? piece_step(r, &args, err) : r->n - 1 : -1;
    struct str out = STR_INIT;
    long k = NEAR;
    if (step < 0 || (*args && opt_whole(args, 1, NEAR_MAX, "the number", &k, err) < 0))
        return -1;
    int stopped = neighbours_add(sh, r, step, (int)k, &out, err);
    if (stopped > 0)
        str_add(&out, "^C\n");
    if (stopped >= 0)
        out_write(sh->talk, &out);
    str_release(&out);
    return MIN(stopped, 0);
}

const struct cmd cmd_near = {
    .name = "near",
    .args = "[N [K]]",
    .help = "training pairs in whose states token N was said",
    .more = "The K (5) pairs with a token at which the decoder's state was most like the one at\n"
            "token N (the last one), among 20,000 at most. The training data must be there.",
    .run = run_near,
};

/* ---- /vocab ------------------------------------------------------------------------ */

/* Adds those pieces that have the text in them; returns how many there are. */
static int list_pieces(const struct codec *c, const char *text, struct names *out)
{
    int n = 0;
    for (int v = 0; v < vocab_size(c->vocab); v++) {
        const char *piece = codec_piece(c, v);
        struct str row = STR_INIT;
        if (!strstr(piece, text))
            continue;
        if (n++ < SHOWN) {
            str_addf(&row, "%d ", v);
            piece_add(&row, piece);
            names_add(out, row.s);
        }
        str_release(&row);
    }
    return n;
}

/* As many in a row as find room. */
static void show_side(const struct shell *sh, const char *side, const struct codec *c,
                      const char *text)
{
    struct names rows = { 0 };
    int n = list_pieces(c, text, &rows), all = vocab_size(c->vocab), used = 0;
    struct str out = STR_INIT, head = STR_INIT;
    str_addf(&head, "%s: %d piece%s", side, all, all == 1 ? "" : "s");
    if (n < all)
        str_addf(&head, ", %d of them with this text", n);
    sgr_add(&out, INK_STRONG, head.s);
    for (int i = 0; i < rows.n; i++) {
        int width = width_text(rows.s[i], strlen(rows.s[i])) + 2;
        bool fits = i > 0 && used + width < line_columns();
        str_add(&out, fits ? "  " : "\n  ");
        str_add(&out, rows.s[i]);
        used = fits ? used + width : width;
    }
    str_addc(&out, '\n');
    if (n > rows.n)
        str_addf(&out, "  and %d more: /vocab TEXT shows those with this text\n", n - rows.n);
    out_write(sh->talk, &out);
    str_release(&head);
    str_release(&out);
    names_release(&rows);
}

static int run_vocab(struct shell *sh, char *args, struct err *err)
{
    const struct model *m = sh->model;
    if (m->src.dim || m->tgt.dim)
        return err_set(err, "this model reads and says vectors: it has no vocabulary");
    show_side(sh, "source", &m->src, args);
    show_side(sh, "target", &m->tgt, args);
    return 0;
}

const struct cmd cmd_vocab = {
    .name = "vocab",
    .args = "[TEXT]",
    .help = "the pieces that the model reads and says, or those with this text",
    .run = run_vocab,
};
