/*
 * tokenizer - text into pieces and back; one row per way of cutting.
 *
 * join(split(text)) == text for `char`; `word` and `token` give single spaces for any
 * white space; `vector` cuts between vectors. How `subword` cuts is learned, and not in
 * its row: see text/subword.h and codec_split().
 */
#ifndef TEXT_TOKENIZER_H
#define TEXT_TOKENIZER_H

#include "base/str.h"

/* Receives one piece: n bytes, not NUL-terminated, valid during the call. */
typedef void tokenizer_put(void *own, const char *piece, size_t n);

struct tokenizer {
    const char *name, *summary;
    const char *unit; /* what a piece is, in messages: "character" */
    /* Calls put once per piece, in order. Invalid UTF-8 is cut byte by byte. */
    void (*split)(const char *text, size_t n, tokenizer_put *put, void *own);
    /* Appends a piece to the text made so far. */
    void (*join)(struct str *text, const char *piece);
    /* Takes off what join left for a next piece. NULL: nothing. */
    void (*finish)(struct str *text);
};

/* Bytes of the white space that s[0..n-1] starts with, 0 if it does not. The no-break
 * spaces U+00A0, U+2007 and U+202F belong to the word around them. */
size_t tokenizer_space(const char *s, size_t n);

extern const struct tokenizer *const tokenizer_table[]; /* NULL at the end */
const struct tokenizer *tokenizer_find(const char *name); /* NULL: unknown */

extern const struct tokenizer tokenizer_char; /* one code point each */
extern const struct tokenizer tokenizer_word; /* split at white space */
extern const struct tokenizer tokenizer_token; /* words and punctuation */
extern const struct tokenizer tokenizer_subword; /* learned: no split, no join */
extern const struct tokenizer tokenizer_vector; /* no symbols: see text/vectors.h */

#endif
