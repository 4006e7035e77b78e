#include "text/codec.h"

#include "base/mem.h"
#include "base/utf8.h"

void ids_add(struct ids *v, int id)
{
    if (v->n == v->cap) {
        v->cap = v->cap ? 2 * v->cap : 32;
        v->id = xrealloc(v->id, (size_t)v->cap * sizeof *v->id);
    }
    v->id[v->n++] = id;
}

void ids_release(struct ids *v)
{
    free(v->id);
    *v = (struct ids){ 0 };
}

static void ids_reverse(struct ids *v)
{
    for (int i = 0, j = v->n - 1; i < j; i++, j--) {
        int x = v->id[i];
        v->id[i] = v->id[j];
        v->id[j] = x;
    }
}

void codec_release(struct codec *c)
{
    vocab_free(c->vocab);
    *c = (struct codec){ 0 };
}

/* ---- text -> ids ----------------------------------------------------------------- */

struct encoding {
    const struct codec *codec;
    struct ids *row;
    int unk, room; /* room: most pieces of a row */
    long seen;     /* pieces met, left out ones too */
    long used;     /* pieces of the row, were there room */
    long bad_at;   /* the first unknown piece, counted from 1; 0: none */
    struct utf8_quote bad;
};

static void encode_piece(void *own, const char *piece, size_t n)
{
    struct encoding *e = own;
    const struct codec *c = e->codec;
    e->seen++;
    if (!c->keep_spaces && n == 1 && (*piece == ' ' || *piece == '\t'))
        return;
    int id = vocab_find(c->vocab, piece, n);
    id = id < 0 ? e->unk : id;
    if (id < 0 && !e->bad_at) {
        e->bad_at = e->seen;
        e->bad = utf8_quoten(piece, n);
    }
    if (e->used++ < e->room)
        ids_add(e->row, id);
}

static void fill(const struct codec *c, struct ids *row)
{
    int n = row->n, gap = c->len - n;
    for (int i = 0; i < gap; i++)
        ids_add(row, c->filler);
    if (!c->right || n == 0)
        return;
    memmove(row->id + gap, row->id, (size_t)n * sizeof *row->id);
    for (int i = 0; i < gap; i++)
        row->id[i] = c->filler;
}

int codec_encode(const struct codec *c, const char *text, struct ids *row,
                 struct err *err)
{
    int eos = c->fixed ? -1 : vocab_special(c->vocab, VOCAB_EOS);
    int sos = c->start && !c->fixed ? vocab_special(c->vocab, VOCAB_SOS) : -1;
    struct encoding e = {
        .codec = c,
        .row = row,
        .unk = vocab_special(c->vocab, VOCAB_UNK),
        .room = (c->len ? c->len : CODEC_ROW_MAX) - (eos >= 0) - (sos >= 0),
    };
    row->n = 0;
    c->tokenizer->split(text, strlen(text), encode_piece, &e);
    if (e.used == 0)
        return err_set(err, "the text is empty");
    if (e.bad_at)
        return err_set(err, "cannot read '%s' (%s %ld): not in the vocabulary", e.bad.s,
                       c->tokenizer->unit, e.bad_at);
    if (e.used > e.room)
        return err_set(err, "%ld %ss are too many: at most %d", e.used,
                       c->tokenizer->unit, e.room);
    if (c->fixed)
        fill(c, row);
    if (c->reverse)
        ids_reverse(row);
    if (sos >= 0) {
        ids_add(row, sos);
        memmove(row->id + 1, row->id, (size_t)(row->n - 1) * sizeof *row->id);
        row->id[0] = sos;
    }
    if (eos >= 0)
        ids_add(row, eos);
    return 0;
}

/* ---- ids -> text ----------------------------------------------------------------- */

void codec_decode(const struct codec *c, const int *id, int n, struct str *text)
{
    int eos = vocab_special(c->vocab, VOCAB_EOS), from = 0, to = 0;
    struct str plain = STR_INIT;
    while (to < n && !(eos >= 0 && id[to] == eos))
        to++;
    if (c->fixed && c->right != c->reverse)
        while (from < to && id[from] == c->filler)
            from++;
    else if (c->fixed)
        while (from < to && id[to - 1] == c->filler)
            to--;
    for (int i = from; i < to; i++) {
        int at = c->reverse ? from + to - 1 - i : i;
        if (id[at] >= 0 && !vocab_is_special(c->vocab, id[at]))
            c->tokenizer->join(&plain, vocab_piece(c->vocab, id[at]));
    }
    str_addn(text, str_cstr(&plain), plain.n);
    str_release(&plain);
}

const char *codec_piece(const struct codec *c, int id)
{
    return vocab_piece(c->vocab, id);
}

/* ---- JSON ------------------------------------------------------------------------ */

json_t *codec_to_json(const struct codec *c)
{
    return json_pack("{s:s, s:b, s:b, s:b, s:b, s:b, s:i, s:i, s:o}",
                     "tokenizer", c->tokenizer->name,
                     "fixed", c->fixed,
                     "right", c->right,
                     "reverse", c->reverse,
                     "spaces", c->keep_spaces,
                     "start", c->start,
                     "len", c->len,
                     "filler", c->filler,
                     "vocab", vocab_to_json(c->vocab));
}

int codec_from_json(struct codec *out, const json_t *json, struct err *err)
{
    json_error_t why;
    json_int_t len, filler;
    json_t *vocab;
    const char *name;
    int fixed, right, reverse, spaces, start = 0;
    if (json_unpack_ex((json_t *)json, &why, 0,
                       "{s:s, s:b, s:b, s:b, s:b, s?b, s:I, s:I, s:o}",
                       "tokenizer", &name,
                       "fixed", &fixed,
                       "right", &right,
                       "reverse", &reverse,
                       "spaces", &spaces,
                       "start", &start,
                       "len", &len,
                       "filler", &filler,
                       "vocab", &vocab) < 0)
        return err_set(err, "text layout: %s", why.text);
    const struct tokenizer *tokenizer = tokenizer_find(name);
    if (!tokenizer)
        return err_set(err, "text layout: unknown tokenizer '%s'", utf8_quote(name).s);
    struct vocab *v = vocab_from_json(vocab, err);
    if (!v)
        return -1;
    int size = vocab_size(v), bad = 0;
    if (size < 1 || size > CODEC_VOCAB_MAX)
        bad = err_set(err, "text layout: a vocabulary of %d pieces: 1 to %d can be used",
                      size, CODEC_VOCAB_MAX);
    else if (len < (fixed ? 1 : 0) || len > CODEC_ROW_MAX)
        bad = err_set(err, "text layout: len = %lld is out of range", (long long)len);
    else if (filler < (fixed ? 0 : -1) || filler >= size)
        bad = err_set(err, "text layout: filler = %lld is no piece", (long long)filler);
    if (bad) {
        vocab_free(v);
        return bad;
    }
    *out = (struct codec){
        .tokenizer = tokenizer,
        .vocab = v,
        .fixed = fixed,
        .right = right,
        .reverse = reverse,
        .keep_spaces = spaces,
        .start = start,
        .len = (int)len,
        .filler = (int)filler,
    };
    return 0;
}
