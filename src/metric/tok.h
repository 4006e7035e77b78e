/*
 * tok - how a metric cuts a line into words; one row per way, named as in signatures.
 *
 * 13a and intl are those of NIST's mteval scripts 13a and 14, which comparisons of
 * machine translation rest on. No relation to the tokenizers of models
 * (text/tokenizer.h).
 *
 *     struct tokens t = { 0 };
 *     tok_split(&tok_13a, segment, &t);
 *     for (int i = 0; i < t.n; i++)
 *         use(tokens_at(&t, i));
 *     tokens_release(&t);
 */
#ifndef METRIC_TOK_H
#define METRIC_TOK_H

#include "metric/codes.h"

struct tokens {
    struct codes text, spare; /* what the words lie in */
    int *at, *len;            /* [n] */
    int n, cap;
};

void tokens_release(struct tokens *);
struct segment tokens_at(const struct tokens *, int i); /* borrowed until the next split */

/* The words of t->text, between white space. */
void tokens_cut(struct tokens *);

/* The other way round: the words, with single spaces between, become t->text. */
void tokens_join(struct tokens *);

struct tok {
    const char *name, *summary;
    void (*rewrite)(struct tokens *); /* makes t->text so that white space separates */
};

extern const struct tok *const tok_table[]; /* NULL at the end */
extern const struct tok tok_13a, tok_intl, tok_char, tok_none;
const struct tok *tok_find(const char *name); /* NULL: unknown */

/* Replaces the tokens by those of the segment. */
void tok_split(const struct tok *, struct segment, struct tokens *);

/* Parts that tercom's normalisation has in common with 13a. */
void tok_entities(struct tokens *); /* &quot; &amp; &lt; &gt; become characters */
void tok_pad(struct tokens *);      /* a space in front and behind */
extern const struct codes_rule tok_symbols;    /* ASCII symbols, but ' , - . */
extern const struct codes_rule tok_numbers[3]; /* . and , but in numbers; - behind a digit */

#endif
