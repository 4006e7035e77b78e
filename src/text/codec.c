#include "text/codec.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "text/talk.h"

#include <unicase.h>
#include <uninorm.h>

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
    subword_free(c->subword);
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

static void encode_id(struct encoding *e, int id)
{
    if (e->used++ < e->room)
        ids_add(e->row, id);
}

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
    encode_id(e, id);
}

static void fill(const struct codec *c, struct ids *row)
{
    int n = row->n, gap = c->len - n;
    for (int i = 0; i < gap; i++)
        ids_add(row, c->filler);
    if (!c->right)
        return;
    memmove(row->id + gap, row->id, (size_t)n * sizeof *row->id);
    for (int i = 0; i < gap; i++)
        row->id[i] = c->filler;
}

/* Replaces the text by what u8_tolower or u8_normalize made of it; NULL: not UTF-8. */
static void replace(struct str *text, uint8_t *by, size_t n)
{
    if (by) {
        str_clear(text);
        str_addn(text, by, n);
    }
    free(by);
}

static bool is_ascii(const struct str *s)
{
    for (size_t i = 0; i < s->n; i++)
        if ((unsigned char)s->s[i] >= 0x80)
            return false;
    return true;
}

void codec_plain(const struct codec *c, const char *text, struct str *out)
{
    struct str plain = STR_INIT;
    uint8_t *by;
    size_t n;
    str_add(&plain, text);
    if (c->lower) {
        by = u8_tolower((const uint8_t *)plain.s, plain.n, NULL, NULL, NULL, &n);
        replace(&plain, by, n);
    }
    if (c->normal && !is_ascii(&plain)) {
        by = u8_normalize(c->normal == CODEC_NFC ? UNINORM_NFC : UNINORM_NFKC,
                          (const uint8_t *)plain.s, plain.n, NULL, &n);
        replace(&plain, by, n);
    }
    str_addn(out, plain.s, plain.n);
    str_release(&plain);
}

static void split_plain(const struct codec *c, const char *text, tokenizer_put *put,
                        void *own)
{
    struct str plain = STR_INIT;
    codec_plain(c, text, &plain);
    if (c->subword)
        subword_split(c->subword, str_cstr(&plain), plain.n, put, own);
    else
        c->tokenizer->split(str_cstr(&plain), plain.n, put, own);
    str_release(&plain);
}

/* The turns of a talk that are read, one after the other. */
static void each_turn(const struct codec *c, const char *talk,
                      void (*turn)(const struct codec *, const char *text, void *own),
                      void *own)
{
    int skip = talk_turns(talk) - c->turns;
    while (talk) {
        struct str text = STR_INIT;
        size_t n;
        const char *from = talk_turn(&talk, &n);
        str_addn(&text, from, n);
        if (skip-- <= 0)
            turn(c, str_cstr(&text), own);
        str_release(&text);
    }
}

struct splitting {
    tokenizer_put *put;
    void *own;
};

static void split_turn(const struct codec *c, const char *text, void *own)
{
    struct splitting *s = own;
    split_plain(c, text, s->put, s->own);
}

void codec_split(const struct codec *c, const char *text, tokenizer_put *put, void *own)
{
    struct splitting s = { put, own };
    if (c->turns)
        each_turn(c, text, split_turn, &s);
    else
        split_plain(c, text, put, own);
}

static void encode_turn(const struct codec *c, const char *text, void *own)
{
    struct encoding *e = own;
    if (e->used)
        encode_id(e, vocab_special(c->vocab, VOCAB_EOS));
    split_plain(c, text, encode_piece, e);
}

/* What a talk has too many of is its beginning. */
static void encode_talk(const struct codec *c, const char *talk, struct encoding *e)
{
    int room = e->room;
    e->room = CODEC_ROW_MAX;
    each_turn(c, talk, encode_turn, e);
    e->room = room;
    struct ids *row = e->row;
    int over = row->n - room;
    if (over <= 0 || !c->cut)
        return;
    over += over < row->n && row->id[over] == vocab_special(c->vocab, VOCAB_EOS);
    row->n -= over;
    memmove(row->id, row->id + over, (size_t)row->n * sizeof *row->id);
}

int codec_encode(const struct codec *c, const char *text, struct ids *row,
                 struct err *err)
{
    int eos = c->fixed && !c->mark_end ? -1 : vocab_special(c->vocab, VOCAB_EOS);
    int sos = c->start && !c->fixed ? vocab_special(c->vocab, VOCAB_SOS) : -1;
    struct encoding e = {
        .codec = c,
        .row = row,
        .unk = vocab_special(c->vocab, VOCAB_UNK),
        .room = (c->len ? c->len : CODEC_ROW_MAX) - (eos >= 0) - (sos >= 0),
    };
    if (c->dim)
        BUG("vectors are no ids");
    row->n = 0;
    if (c->turns)
        encode_talk(c, text, &e);
    else
        split_plain(c, text, encode_piece, &e);
    if (e.used == 0)
        return err_set(err, "the text is empty");
    if (e.bad_at)
        return err_set(err, "cannot read '%s' (%s %ld): not in the vocabulary", e.bad.s,
                       c->tokenizer->unit, e.bad_at);
    if (e.used > e.room && !c->cut)
        return err_set(err, "%ld %ss are too many: at most %d", e.used,
                       c->tokenizer->unit, e.room);
    if (c->fixed && eos >= 0)
        ids_add(row, eos);
    if (c->fixed)
        fill(c, row);
    if (c->reverse)
        ids_reverse(row);
    if (sos >= 0) {
        ids_add(row, sos);
        memmove(row->id + 1, row->id, (size_t)(row->n - 1) * sizeof *row->id);
        row->id[0] = sos;
    }
    if (eos >= 0 && !c->fixed)
        ids_add(row, eos);
    return 0;
}

int codec_encode_vectors(const struct codec *c, const char *text, struct vectors *row,
                         struct err *err)
{
    if (vectors_parse(row, text, c->dim, err) < 0)
        return -1;
    if (row->n != c->len)
        return err_set(err, "%d vector%s, not %d: rows of vectors have one length",
                       row->n, row->n == 1 ? "" : "s", c->len);
    if (!c->reverse)
        return 0;
    for (size_t i = 0, j = (size_t)row->n - 1, dim = (size_t)row->dim; i < j; i++, j--)
        for (size_t k = 0; k < dim; k++) {
            real x = row->x[i * dim + k];
            row->x[i * dim + k] = row->x[j * dim + k];
            row->x[j * dim + k] = x;
        }
    return 0;
}

/* ---- ids -> text ----------------------------------------------------------------- */

/* Appends the text with U+FFFD for each byte that is no part of a character. */
static void mend(const struct str *from, struct str *text)
{
    for (size_t i = 0, k; i < from->n; i += MAX(k, 1)) {
        k = utf8_next(from->s + i, from->n - i, NULL);
        str_addn(text, k ? from->s + i : "\xef\xbf\xbd", k ? k : 3);
    }
}

/* Turn by turn, each as a text of its own. */
static void decode_talk(const struct codec *c, const int *id, int n, struct str *text)
{
    struct codec one = *c;
    struct str talk = STR_INIT;
    int eos = vocab_special(c->vocab, VOCAB_EOS);
    one.turns = 0;
    for (int from = 0, to; from < n; from = to + 1) {
        struct str turn = STR_INIT;
        for (to = from; to < n && id[to] != eos; to++)
            ;
        codec_decode(&one, id + from, to - from, &turn);
        talk_add(&talk, str_cstr(&turn), turn.n);
        str_release(&turn);
    }
    str_add(text, str_cstr(&talk));
    str_release(&talk);
}

void codec_decode(const struct codec *c, const int *id, int n, struct str *text)
{
    int eos = vocab_special(c->vocab, VOCAB_EOS), from = 0, to = 0;
    struct str plain = STR_INIT;
    if (c->turns) {
        decode_talk(c, id, n, text);
        return;
    }
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
        if (id[at] < 0 || vocab_is_special(c->vocab, id[at]))
            continue;
        if (c->subword)
            subword_join(c->subword, &plain, id[at]);
        else
            c->tokenizer->join(&plain, vocab_piece(c->vocab, id[at]));
    }
    if (c->tokenizer->finish)
        c->tokenizer->finish(&plain);
    if (c->subword)
        mend(&plain, text); /* bytes may be less than a character */
    else
        str_addn(text, str_cstr(&plain), plain.n);
    str_release(&plain);
}

void codec_decode_vectors(const struct codec *c, const real *x, int n, struct str *text)
{
    if (!c->reverse) {
        vectors_show(x, n, c->dim, text);
        return;
    }
    for (int t = n - 1; t >= 0; t--) {
        vectors_show(x + (size_t)t * (size_t)c->dim, 1, c->dim, text);
        str_add(text, t ? "; " : "");
    }
}

const char *codec_piece(const struct codec *c, int id)
{
    return vocab_piece(c->vocab, id);
}

/* ---- JSON ------------------------------------------------------------------------ */

static const char *const normal_names[] = { "none", "nfc", "nfkc" };

json_t *codec_to_json(const struct codec *c)
{
    json_t *json = json_pack("{s:s, s:b, s:b, s:b, s:b, s:b, s:b, s:b, s:b, s:s, s:i, s:i, "
                             "s:i, s:o}",
                             "tokenizer", c->tokenizer->name,
                             "fixed", c->fixed,
                             "right", c->right,
                             "reverse", c->reverse,
                             "spaces", c->keep_spaces,
                             "start", c->start,
                             "lower", c->lower,
                             "mark_end", c->mark_end,
                             "cut", c->cut,
                             "normal", normal_names[c->normal],
                             "len", c->len,
                             "filler", c->filler,
                             "dim", c->dim,
                             "vocab", vocab_to_json(c->vocab));
    if (c->subword)
        json_object_set_new(json, "subword", subword_to_json(c->subword));
    if (c->turns)
        json_object_set_new(json, "turns", json_integer(c->turns));
    return json;
}

enum codec_normal codec_normal_find(const char *name)
{
    int i = 0;
    while (i < (int)ARRAY_LEN(normal_names) && strcmp(normal_names[i], name))
        i++;
    return (enum codec_normal)i;
}

int codec_from_json(struct codec *out, const json_t *json, struct err *err)
{
    json_error_t why;
    json_int_t len, filler, dim = 0, turns = 0;
    json_t *vocab;
    const char *name, *normal = "none";
    int fixed, right, reverse, spaces, start = 0, lower = 0, mark_end = 0, cut = 0;
    if (json_unpack_ex((json_t *)json, &why, 0,
                       "{s:s, s:b, s:b, s:b, s:b, s?b, s?b, s?b, s?b, s?s, s:I, s:I, s?I, "
                       "s?I, s:o}",
                       "tokenizer", &name,
                       "fixed", &fixed,
                       "right", &right,
                       "reverse", &reverse,
                       "spaces", &spaces,
                       "start", &start,
                       "lower", &lower,
                       "mark_end", &mark_end,
                       "cut", &cut,
                       "normal", &normal,
                       "len", &len,
                       "filler", &filler,
                       "dim", &dim,
                       "turns", &turns,
                       "vocab", &vocab) < 0)
        return err_set(err, "text layout: %s", why.text);
    const struct tokenizer *tokenizer = tokenizer_find(name);
    if (!tokenizer)
        return err_set(err, "text layout: unknown tokenizer '%s'", utf8_quote(name).s);
    struct vocab *v = vocab_from_json(vocab, err);
    if (!v)
        return -1;
    struct subword *subword = NULL;
    bool learned = tokenizer == &tokenizer_subword;
    int size = vocab_size(v), bad = 0;
    if (dim < 0 || dim > VECTORS_DIM_MAX || (dim > 0) != (tokenizer == &tokenizer_vector))
        bad = err_set(err, "text layout: dim = %lld is out of range", (long long)dim);
    else if (dim && (size || !fixed || filler != -1))
        bad = err_set(err, "text layout: vectors have neither pieces nor a filler");
    else if (!dim && (size < 1 || size > CODEC_VOCAB_MAX))
        bad = err_set(err, "text layout: a vocabulary of %d pieces: 1 to %d can be used",
                      size, CODEC_VOCAB_MAX);
    else if (len < (fixed ? 1 : 0) || len > CODEC_ROW_MAX)
        bad = err_set(err, "text layout: len = %lld is out of range", (long long)len);
    else if (mark_end && (!fixed || vocab_special(v, VOCAB_EOS) < 0))
        bad = err_set(err, "text layout: mark_end without a fixed length or </s>");
    else if (filler < -1 || filler >= MAX(size, 1))
        bad = err_set(err, "text layout: filler = %lld is no piece", (long long)filler);
    else if (codec_normal_find(normal) > CODEC_NFKC)
        bad = err_set(err, "text layout: unknown normal form '%s'", utf8_quote(normal).s);
    else if (turns < 0 || turns > CODEC_TURNS_MAX)
        bad = err_set(err, "text layout: turns = %lld is out of range", (long long)turns);
    else if (turns && (fixed || reverse || vocab_special(v, VOCAB_EOS) < 0))
        bad = err_set(err, "text layout: turns need a free length, forwards, and </s>");
    else if (learned && fixed)
        bad = err_set(err, "text layout: subwords in rows of a fixed length");
    else if (learned &&
             !(subword = subword_from_json(json_object_get(json, "subword"), v, err)))
        bad = -1;
    if (bad) {
        vocab_free(v);
        return bad;
    }
    *out = (struct codec){
        .tokenizer = tokenizer,
        .vocab = v,
        .subword = subword,
        .normal = codec_normal_find(normal),
        .fixed = fixed,
        .right = right,
        .reverse = reverse,
        .keep_spaces = spaces,
        .start = start,
        .lower = lower,
        .mark_end = mark_end,
        .cut = cut,
        .len = (int)len,
        .filler = (int)filler,
        .dim = (int)dim,
        .turns = (int)turns,
    };
    return 0;
}
