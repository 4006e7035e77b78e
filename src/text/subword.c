#include "text/subword.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "text/spm.h"

#include <math.h>
#include <unictype.h>

#define SPACE "\xe2\x96\x81" /* U+2581, which stands for one in a piece */
enum { BYTES = 256 };

struct subword {
    const struct vocab *vocab;
    struct spm *pieces;
    bool bpe;
    int byte;     /* the id of <0x00>; -1: no bytes */
    float *score; /* [pieces] */
    int n, cap;
};

bool subword_is_bpe(const struct subword *s)
{
    return s->bpe;
}

void subword_free(struct subword *s)
{
    if (!s)
        return;
    spm_free(s->pieces);
    free(s->score);
    free(s);
}

static void add_score(struct subword *s, float score)
{
    if (s->n == s->cap) {
        s->cap = s->cap ? 2 * s->cap : 1024;
        s->score = xrealloc(s->score, (size_t)s->cap * sizeof *s->score);
    }
    s->score[s->n++] = score;
}

/* ---- the library's file ---------------------------------------------------------- */

/*
 * A ModelProto as protocol buffers are written: fields of a number and a type, here
 * 0 (a number of 7 bits a byte), 2 (bytes with their length) and 5 (4 bytes).
 */

enum { /* fields; then the kinds of pieces */
    MODEL_PIECE = 1, MODEL_TRAINER = 2, MODEL_NORMALIZER = 3,
    PIECE_TEXT = 1, PIECE_SCORE = 2, PIECE_KIND = 3,
    TRAINER_MODEL = 3, TRAINER_SIZE = 4, TRAINER_BYTES = 35, TRAINER_UNK = 40,
    TRAINER_SOS = 41, TRAINER_EOS = 42, TRAINER_PAD = 43,
    NORMALIZER_NAME = 1, NORMALIZER_PREFIX = 3, NORMALIZER_SQUEEZE = 4,
    NORMALIZER_ESCAPE = 5,
    KIND_NORMAL = 1, KIND_UNKNOWN = 2, KIND_CONTROL = 3, KIND_BYTE = 6,
    UNIGRAM = 1, BPE = 2,
};

static void put_varint(struct str *out, uint64_t v)
{
    for (; v > 0x7f; v >>= 7)
        str_addc(out, (char)(0x80 | (v & 0x7f)));
    str_addc(out, (char)v);
}

static void put_number(struct str *out, int field, int v)
{
    put_varint(out, (uint64_t)field << 3);
    put_varint(out, (uint64_t)(int64_t)v);
}

static void put_bytes(struct str *out, int field, const char *p, size_t n)
{
    put_varint(out, (uint64_t)field << 3 | 2);
    put_varint(out, n);
    str_addn(out, p, n);
}

static void put_float(struct str *out, int field, float v)
{
    uint32_t bits;
    memcpy(&bits, &v, sizeof bits);
    put_varint(out, (uint64_t)field << 3 | 5);
    for (int i = 0; i < 4; i++)
        str_addc(out, (char)(bits >> 8 * i & 0xff));
}

static int kind_of(const struct subword *s, int id)
{
    if (id == vocab_special(s->vocab, VOCAB_UNK))
        return KIND_UNKNOWN;
    if (vocab_is_special(s->vocab, id))
        return KIND_CONTROL;
    return s->byte >= 0 && id >= s->byte && id < s->byte + BYTES ? KIND_BYTE : KIND_NORMAL;
}

bool subword_is_text(const struct subword *s, int id)
{
    return kind_of(s, id) == KIND_NORMAL;
}

bool subword_continues(const struct subword *s, int id)
{
    const char *piece = vocab_piece(s->vocab, id);
    uint32_t first = 0;
    utf8_next(piece, strlen(piece), &first);
    return kind_of(s, id) == KIND_BYTE ||
           (subword_is_text(s, id) && uc_is_property_alphabetic(first));
}

float subword_score(const struct subword *s, int id)
{
    return s->score[id];
}

void subword_file(const struct subword *s, struct str *file)
{
    struct str part = STR_INIT;
    for (int id = 0; id < s->n; id++) {
        const char *piece = vocab_piece(s->vocab, id);
        str_clear(&part);
        put_bytes(&part, PIECE_TEXT, piece, strlen(piece));
        put_float(&part, PIECE_SCORE, s->score[id]);
        put_number(&part, PIECE_KIND, kind_of(s, id));
        put_bytes(file, MODEL_PIECE, part.s, part.n);
    }
    str_clear(&part);
    put_number(&part, TRAINER_MODEL, s->bpe ? BPE : UNIGRAM);
    put_number(&part, TRAINER_SIZE, s->n);
    put_number(&part, TRAINER_BYTES, s->byte >= 0);
    put_number(&part, TRAINER_UNK, vocab_special(s->vocab, VOCAB_UNK));
    put_number(&part, TRAINER_SOS, vocab_special(s->vocab, VOCAB_SOS));
    put_number(&part, TRAINER_EOS, vocab_special(s->vocab, VOCAB_EOS));
    put_number(&part, TRAINER_PAD, vocab_special(s->vocab, VOCAB_PAD));
    put_bytes(file, MODEL_TRAINER, part.s, part.n);
    str_clear(&part);
    put_bytes(&part, NORMALIZER_NAME, "identity", strlen("identity"));
    put_number(&part, NORMALIZER_PREFIX, true);
    put_number(&part, NORMALIZER_SQUEEZE, true);
    put_number(&part, NORMALIZER_ESCAPE, true);
    put_bytes(file, MODEL_NORMALIZER, part.s, part.n);
    str_release(&part);
}

/* ---- learned, or loaded ---------------------------------------------------------- */

/* The id of <0x00> if all bytes follow it in order, else -1. */
static int find_bytes(const struct vocab *v)
{
    char name[8];
    int first = vocab_find(v, "<0x00>", strlen("<0x00>"));
    for (int i = 0; first >= 0 && i < BYTES; i++) {
        snprintf(name, sizeof name, "<0x%02X>", (unsigned)i & 0xff);
        if (vocab_find(v, name, strlen(name)) != first + i)
            return -1;
    }
    return first;
}

/* Takes s, whose scores are there. */
static struct subword *ready(struct subword *s, bool bytes, struct err *err)
{
    struct str file = STR_INIT;
    char why[300];
    s->byte = bytes ? find_bytes(s->vocab) : -1;
    if (s->n != vocab_size(s->vocab))
        err_set(err, "subwords: %d scores for %d pieces", s->n, vocab_size(s->vocab));
    else if (vocab_special(s->vocab, VOCAB_UNK) < 0)
        err_set(err, "subwords: the vocabulary has no <unk>");
    else if (bytes && s->byte < 0)
        err_set(err, "subwords: the vocabulary has not all bytes, in order");
    else {
        subword_file(s, &file);
        s->pieces = spm_new(file.s, file.n, why, sizeof why);
        if (!s->pieces)
            err_set(err, "subwords: %s", why);
    }
    str_release(&file);
    if (s->pieces)
        return s;
    subword_free(s);
    return NULL;
}

struct learning {
    struct subword *subword;
    struct vocab *vocab;
};

static void learned(void *own, const char *piece, size_t n, float score)
{
    struct learning *l = own;
    if (!vocab_is_special(l->vocab, l->subword->n))
        vocab_add(l->vocab, piece, n);
    add_score(l->subword, score);
}

struct subword *subword_learn(const struct subword_spec *spec, struct vocab *v,
                              char *const *text, int n, struct err *err)
{
    struct subword *s = xcalloc(1, sizeof *s);
    struct learning l = { s, v };
    struct spm_spec wanted = {
        .bpe = spec->bpe,
        .size = spec->size,
        .cover = spec->cover,
        .bytes = spec->bytes,
        .pad = vocab_special(v, VOCAB_PAD),
        .sos = vocab_special(v, VOCAB_SOS),
        .eos = vocab_special(v, VOCAB_EOS),
        .unk = vocab_special(v, VOCAB_UNK),
    };
    char why[300];
    s->vocab = v;
    s->bpe = spec->bpe;
    if (spm_learn(&wanted, text, n, learned, &l, why, sizeof why) == 0)
        return ready(s, spec->bytes, err);
    err_set(err, "cannot learn %d subwords from %d text%s: %s", spec->size, n,
            n == 1 ? "" : "s", why);
    subword_free(s);
    return NULL;
}

json_t *subword_to_json(const struct subword *s)
{
    json_t *scores = json_array();
    for (int i = 0; i < s->n; i++)
        json_array_append_new(scores, json_real((double)s->score[i]));
    return json_pack("{s:s, s:b, s:o}", "model", s->bpe ? "bpe" : "unigram", "bytes",
                     s->byte >= 0, "scores", scores);
}

struct subword *subword_from_json(const json_t *json, const struct vocab *v,
                                  struct err *err)
{
    const char *model;
    json_error_t why;
    json_t *scores;
    int bytes;
    if (json_unpack_ex((json_t *)json, &why, 0, "{s:s, s:b, s:o}", "model", &model, "bytes",
                       &bytes, "scores", &scores) < 0) {
        err_set(err, "subwords: %s", why.text);
        return NULL;
    }
    bool bpe = !strcmp(model, "bpe");
    if (!bpe && strcmp(model, "unigram")) {
        err_set(err, "subwords: the model is neither bpe nor unigram");
        return NULL;
    }
    struct subword *s = xcalloc(1, sizeof *s);
    s->vocab = v;
    s->bpe = bpe;
    for (size_t i = 0; i < json_array_size(scores); i++) {
        const json_t *score = json_array_get(scores, i);
        float x = (float)json_number_value(score);
        if (!json_is_number(score) || !isfinite(x)) {
            err_set(err, "subwords: score %zu is not a number", i);
            subword_free(s);
            return NULL;
        }
        add_score(s, x);
    }
    return ready(s, bytes, err);
}

/* ---- text ------------------------------------------------------------------------ */

void subword_split(const struct subword *s, const char *text, size_t n, tokenizer_put *put,
                   void *own)
{
    spm_split(s->pieces, text, n, put, own);
}

void subword_join(const struct subword *s, struct str *text, int id)
{
    const char *piece = vocab_piece(s->vocab, id);
    if (kind_of(s, id) == KIND_BYTE) {
        str_addc(text, (char)(id - s->byte));
        return;
    }
    for (const char *space; (space = strstr(piece, SPACE)); piece = space + strlen(SPACE)) {
        str_addn(text, piece, (size_t)(space - piece));
        if (text->n) /* the first word has no space before it */
            str_addc(text, ' ');
    }
    str_add(text, piece);
}
