/*
 * codec - one side of a model: typed text <-> rows of ids, or of vectors.
 *
 * Holds the tokenizer, the vocabulary and the layout: `fixed` rows are always
 * `len` ids, filled up with the filler (a space of the alphabet) on the right
 * or, aligned right, on the left; `free` rows have their own length and end in
 * </s> where the vocabulary has one. A reversed codec reverses the whole row,
 * filler included, as Keras' addition example does ("12+345  " -> "  543+21").
 *
 *     struct ids row = { 0 };
 *     if (codec_encode(c, "10+12", &row, &err) < 0) ...   // 'a' is unknown, too long
 *     codec_decode(c, row.id, row.n, &text);              // "10+12" again
 */
#ifndef TEXT_CODEC_H
#define TEXT_CODEC_H

#include "text/subword.h"
#include "text/tokenizer.h"
#include "text/vectors.h"
#include "text/vocab.h"

struct ids {
    int *id;
    int n, cap;
};
void ids_add(struct ids *, int id);
void ids_release(struct ids *);

enum { /* of what is kept as uint16_t */
    CODEC_VOCAB_MAX = 65535, /* pieces */
    CODEC_ROW_MAX = 65535,   /* ids of a row */
    CODEC_TURNS_MAX = 16,    /* of a talk */
};

enum codec_normal { /* the form of Unicode that text is brought into */
    CODEC_AS_IT_IS,
    CODEC_NFC,  /* one code point for a letter with its accent */
    CODEC_NFKC, /* ... and for what only looks different: ligatures, wide letters */
};

struct codec {
    const struct tokenizer *tokenizer;
    struct vocab *vocab; /* owned */
    struct subword *subword; /* owned: how text is cut into learned pieces; or NULL */
    enum codec_normal normal;
    bool fixed, right, reverse;
    bool keep_spaces;    /* false: codec_encode leaves blanks out */
    bool lower;          /* capitals are read as small letters */
    bool start;          /* free: <s> stands in front of every row, as </s> behind */
    bool mark_end;       /* fixed: </s> stands behind the text, before the filler */
    bool cut;            /* what is too long loses its end, else it is refused */
    int turns;           /* > 0, free: a text is a talk (text/talk.h), of which the last
                            so many turns are read, </s> behind each; what is too long
                            loses its beginning */
    int len;             /* fixed: ids of every row; free: most ids of one (0: any) */
    int filler;          /* fixed: the id that fills; -1: nothing does, a zero vector */
    int dim;             /* > 0: vectors of so many numbers in place of ids: the
                            vocabulary is empty, and every row has `len` of them */
};

void codec_release(struct codec *);

/* Replaces *row by the ids of text. Unknown pieces become <unk> if there is
 * one, else an error naming the piece and its position; too many pieces are an
 * error naming the limit. An empty text is an error. Nothing that fills up is -1.
 * 0 or -1. */
int codec_encode(const struct codec *, const char *text, struct ids *row, struct err *);

/* Appends the text as the codec reads it: small letters, normal form. */
void codec_plain(const struct codec *, const char *text, struct str *out);

/* Calls put with every piece of the text, known or not. */
void codec_split(const struct codec *, const char *text, tokenizer_put *, void *own);

/* Appends the text of ids: undoes the layout, leaves out specials, stops at </s>, which
 * between turns becomes the mark of talks. */
void codec_decode(const struct codec *, const int *id, int n, struct str *text);

/* The same for a side of vectors. */
int codec_encode_vectors(const struct codec *, const char *text, struct vectors *row,
                         struct err *);
void codec_decode_vectors(const struct codec *, const real *x, int n, struct str *text);

/* The text that one id adds when shown alone ("</s>" for the end). Borrowed. */
const char *codec_piece(const struct codec *, int id);

/* none, nfc or nfkc; anything else is more than CODEC_NFKC. */
enum codec_normal codec_normal_find(const char *name);

json_t *codec_to_json(const struct codec *);
int codec_from_json(struct codec *, const json_t *, struct err *);

#endif
