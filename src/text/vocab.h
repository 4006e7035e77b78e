/*
 * vocab - the pieces a side of a model knows, and their numbers.
 *
 * Ids run from 0 in the order of adding. The four specials are ids as well, or
 * -1 where a vocabulary has none (a fixed-length character model has neither
 * start nor end). Specials never match typed text.
 */
#ifndef TEXT_VOCAB_H
#define TEXT_VOCAB_H

#include "base/err.h"

#include <jansson.h>

struct vocab;

enum {
    VOCAB_MAX = 1000000,   /* pieces of a vocabulary that can be loaded */
    VOCAB_PIECE_MAX = 256, /* bytes of a piece of it */
};

enum vocab_special { VOCAB_PAD, VOCAB_SOS, VOCAB_EOS, VOCAB_UNK, VOCAB_SPECIALS };

struct vocab *vocab_new(void);
void vocab_free(struct vocab *); /* NULL is fine */

int vocab_add(struct vocab *, const char *piece, size_t n); /* its id, old or new */
int vocab_add_special(struct vocab *, enum vocab_special);  /* <pad> <s> </s> <unk> */

int vocab_find(const struct vocab *, const char *piece, size_t n); /* -1: unknown */
int vocab_special(const struct vocab *, enum vocab_special);       /* -1: none */
bool vocab_is_special(const struct vocab *, int id);
const char *vocab_piece(const struct vocab *, int id); /* borrowed, foreign bytes */
int vocab_size(const struct vocab *);

/* {"pieces": [...], "special": {"pad": 0, ...}}; new reference / NULL with err.
 * Pieces must be UTF-8. Loading refuses duplicates, NUL, empty pieces, and what
 * exceeds the limits above. */
json_t *vocab_to_json(const struct vocab *);
struct vocab *vocab_from_json(const json_t *, struct err *);

#endif
