#include "text/respell.h"

#include "base/mem.h"
#include "base/utf8.h"

#include <math.h>

enum {
    WORD = 256, /* bytes of the longest word that is respelled */
    PIECE = 64, /* bytes of the longest piece that is tried */
};

static const char space[] = "\xe2\x96\x81"; /* U+2581 starts a word */

/* A word as its text, and as the characters it starts from. */
struct word {
    char text[WORD];
    int bytes;
    int at[WORD + 1]; /* [n + 1] where the pieces start, and the end */
    int id[WORD];     /* [n] */
    int n;
};

static int find(const struct codec *c, const struct word *w, int from, int to)
{
    int id = to - from > PIECE ? -1 : vocab_find(c->vocab, w->text + from, (size_t)(to - from));
    return id >= 0 && subword_is_text(c->subword, id) ? id : -1;
}

/* Cuts the word into characters. false: one of them is no piece. */
static bool to_characters(const struct codec *c, struct word *w)
{
    w->n = 0;
    for (int i = 0, k; i < w->bytes; i += k) {
        k = (int)utf8_next(w->text + i, (size_t)(w->bytes - i), NULL);
        if (k == 0)
            return false;
        w->at[w->n] = i;
        w->id[w->n] = find(c, w, i, i + k);
        if (w->id[w->n++] < 0)
            return false;
    }
    w->at[w->n] = w->bytes;
    return true;
}

/* ---- bpe ------------------------------------------------------------------------- */

/* The best merge of two neighbours that is not passed over; of equals the first. */
static int best_merge(const struct codec *c, const int *pair, int n, double drop,
                      struct rng *r)
{
    int best = -1;
    for (int i = 0; i + 1 < n; i++)
        if (pair[i] >= 0 && rng_unit(r) >= drop &&
            (best < 0 || subword_score(c->subword, pair[i]) >
                             subword_score(c->subword, pair[best])))
            best = i;
    return best;
}

static void merge(const struct codec *c, struct word *w, double drop, struct rng *r)
{
    int pair[WORD], i; /* the piece that i and i + 1 make together */
    for (i = 0; i + 1 < w->n; i++)
        pair[i] = find(c, w, w->at[i], w->at[i + 2]);
    while ((i = best_merge(c, pair, w->n, drop, r)) >= 0) {
        size_t behind = (size_t)(w->n - i - 2); /* pieces */
        w->id[i] = pair[i];
        memmove(w->id + i + 1, w->id + i + 2, behind * sizeof *w->id);
        memmove(w->at + i + 1, w->at + i + 2, (behind + 1) * sizeof *w->at);
        memmove(pair + i, pair + i + 1, behind * sizeof *pair);
        w->n--;
        if (i > 0)
            pair[i - 1] = find(c, w, w->at[i - 1], w->at[i + 1]);
        if (i + 1 < w->n)
            pair[i] = find(c, w, w->at[i], w->at[i + 2]);
    }
}

/* ---- unigram --------------------------------------------------------------------- */

static double log_add(double a, double b)
{
    return isinf(a) ? b : MAX(a, b) + log1p(exp(-fabs(a - b)));
}

/*
 * total[j] = log sum over pieces i..j of exp(total[i] + alpha * score): all ways to cut
 * the first j characters. Then a way is drawn from the end backwards, a piece i..j with
 * probability exp(total[i] + alpha * score - total[j]).
 */
static void draw_cuts(const struct codec *c, struct word *w, double alpha, struct rng *r)
{
    double total[WORD + 1] = { 0 };
    int at[WORD + 1], from[WORD], id[WORD], pieces = 0, n = w->n;
    memcpy(at, w->at, sizeof at);
    for (int j = 1; j <= n; j++) {
        total[j] = -INFINITY;
        for (int i = j - 1; i >= 0 && at[j] - at[i] <= PIECE; i--) {
            int piece = find(c, w, at[i], at[j]);
            if (piece >= 0)
                total[j] = log_add(total[j],
                                   total[i] + alpha * (double)subword_score(c->subword, piece));
        }
    }
    for (int j = n; j > 0; j = from[pieces++]) {
        double u = rng_unit(r), sum = 0;
        for (int i = j - 1; i >= 0 && at[j] - at[i] <= PIECE && sum <= u; i--) {
            int piece = find(c, w, at[i], at[j]);
            if (piece < 0)
                continue;
            from[pieces] = i;
            id[pieces] = piece;
            sum += exp(total[i] + alpha * (double)subword_score(c->subword, piece) - total[j]);
        }
    }
    for (int k = 0; k < pieces; k++)
        w->id[k] = id[pieces - 1 - k];
    w->n = pieces;
}

/* ---- rows ------------------------------------------------------------------------ */

/* Pieces of the row from `first` on that make one word; its text, if there is room. */
static int word_at(const struct codec *c, const int *id, int n, int first, struct word *w)
{
    int i = first;
    w->bytes = 0;
    for (; i < n && id[i] >= 0 && subword_is_text(c->subword, id[i]); i++) {
        const char *piece = vocab_piece(c->vocab, id[i]);
        int k = (int)strlen(piece);
        if (i > first && !strncmp(piece, space, strlen(space)))
            break;
        if (w->bytes + k <= WORD)
            memcpy(w->text + w->bytes, piece, (size_t)k);
        w->bytes += k;
    }
    return i - first;
}

static void add_all(struct ids *out, const int *id, int n)
{
    for (int i = 0; i < n; i++)
        ids_add(out, id[i]);
}

/* A row that reads forwards. */
static void respell(const struct codec *c, const int *id, int n, double strength,
                    struct rng *r, struct ids *out)
{
    struct word w;
    for (int i = 0, k; i < n; i += MAX(k, 1)) {
        k = word_at(c, id, n, i, &w);
        if (k == 0 || w.bytes > WORD || !to_characters(c, &w)) {
            add_all(out, id + i, MAX(k, 1));
            continue;
        }
        if (subword_is_bpe(c->subword))
            merge(c, &w, strength, r);
        else
            draw_cuts(c, &w, strength, r);
        add_all(out, w.id, w.n);
    }
}

/* The text of a row that is fed backwards stands between the marks of its ends. */
static void turn(const struct codec *c, int *id, int n)
{
    int from = 0, to = n - 1;
    while (from < n && vocab_is_special(c->vocab, id[from]))
        from++;
    while (to > from && vocab_is_special(c->vocab, id[to]))
        to--;
    for (; from < to; from++, to--) {
        int x = id[from];
        id[from] = id[to];
        id[to] = x;
    }
}

void respell_row(const struct codec *c, const int *id, int n, double strength,
                 struct rng *r, struct ids *out)
{
    out->n = 0;
    if (!c->reverse) {
        respell(c, id, n, strength, r, out);
    } else {
        int *copy = xcalloc((size_t)n, sizeof *copy);
        memcpy(copy, id, (size_t)n * sizeof *copy);
        turn(c, copy, n);
        respell(c, copy, n, strength, r, out);
        turn(c, out->id, out->n);
        free(copy);
    }
    if (out->n > CODEC_ROW_MAX) { /* no room for so many: as it was */
        out->n = 0;
        add_all(out, id, n);
    }
}

static void respell_kept(const struct codec *c, const uint16_t *kept, int n,
                         double strength, struct rng *r, struct ids *row, struct ids *out)
{
    row->n = 0;
    for (int i = 0; i < n; i++)
        ids_add(row, pairs_id(kept[i]));
    respell_row(c, row->id, n, strength, r, out);
}

void respell_pairs(struct pairs *to, const struct pairs *from, const int *row, int rows,
                   const struct codec *src, const struct codec *tgt, double strength,
                   uint64_t seed, int64_t epoch)
{
    struct ids ids = { 0 }, new_src = { 0 }, new_tgt = { 0 };
    pairs_drop_last(to, 0);
    for (int i = 0; i < rows; i++) {
        struct rng r;
        rng_init(&r, seed, RNG_RESPELL, (uint64_t)epoch * (uint64_t)from->n +
                                            (uint64_t)row[i]);
        respell_kept(src, pairs_src(from, row[i]), from->src_n[row[i]], strength, &r, &ids,
                     &new_src);
        respell_kept(tgt, pairs_tgt(from, row[i]), from->tgt_n[row[i]], strength, &r, &ids,
                     &new_tgt);
        pairs_add(to, new_src.id, new_src.n, new_tgt.id, new_tgt.n);
    }
    ids_release(&ids);
    ids_release(&new_src);
    ids_release(&new_tgt);
}
