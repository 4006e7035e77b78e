/*
 * subword - pieces of words that were learned from text: byte pair encoding, or a
 * unigram language model (SentencePiece; Sennrich et al. 2016, Kudo 2018).
 *
 * The pieces are a vocabulary's; here are their scores, which decide how a text is cut.
 * U+2581 in a piece is a space: "▁the" starts a word. A literal U+2581 is read as one.
 * With `bytes`, what no piece covers is cut into the bytes <0x00> to <0xFF>, which are
 * pieces as well: then nothing is unknown, and a text comes back as it was but for
 * blanks at its ends and repeated ones.
 *
 *     vocab_add_special(v, VOCAB_UNK);                      // specials first, then
 *     struct subword *s = subword_learn(&spec, v, text, n, &err);
 *     subword_split(s, "Hello there", 11, put, own);        // "▁Hell" "o" "▁there"
 */
#ifndef TEXT_SUBWORD_H
#define TEXT_SUBWORD_H

#include "base/rng.h"
#include "base/str.h"
#include "text/tokenizer.h"
#include "text/vocab.h"

struct subword_spec {
    bool bpe;     /* else unigram */
    bool bytes;
    int size;     /* pieces, specials and bytes included */
    double cover; /* share of the characters of the texts that are pieces */
};

struct subword;

/* Adds what is learned from n texts to a vocabulary of specials, <unk> among them. Few
 * texts give fewer pieces than asked for. The vocabulary is borrowed for good: it must
 * outlive the result. NULL with err. */
struct subword *subword_learn(const struct subword_spec *, struct vocab *,
                              char *const *text, int n, struct err *);
void subword_free(struct subword *); /* NULL is fine */

bool subword_is_bpe(const struct subword *);
bool subword_is_text(const struct subword *, int id);   /* neither special nor byte */
bool subword_continues(const struct subword *, int id); /* its first letter is within a
                                                            word, or it is a byte */
float subword_score(const struct subword *, int id);    /* the higher, the sooner */

/* As tokenizer.h says; text is UTF-8. What is unknown comes as it stands. */
void subword_split(const struct subword *, const char *text, size_t n, tokenizer_put *,
                   void *own);

/* Appends a piece to the text made so far; bytes may be parts of a character. */
void subword_join(const struct subword *, struct str *text, int id);

/* The pieces as a file of SentencePiece, for its own tools; appended. */
void subword_file(const struct subword *, struct str *file);

/* {"model": "bpe", "bytes": true, "scores": [...]}, a score for each piece of the
 * vocabulary; it is borrowed as above. Loading believes nothing. */
json_t *subword_to_json(const struct subword *);
struct subword *subword_from_json(const json_t *, const struct vocab *, struct err *);

#endif
