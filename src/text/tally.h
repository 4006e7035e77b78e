/*
 * tally - pieces, and how often each was met.
 *
 *     struct tally t;
 *     tally_init(&t);
 *     codec_split(codec, text, tally_put, &t);
 *     struct tally_row *row = tally_rows(&t);      // [vocab_size(t.pieces)]
 */
#ifndef TEXT_TALLY_H
#define TEXT_TALLY_H

#include "text/vocab.h"

struct tally {
    struct vocab *pieces; /* in the order met */
    int *count;           /* [pieces] */
    int room;
};
void tally_init(struct tally *);
void tally_release(struct tally *);

void tally_add(struct tally *, const char *piece, size_t n);
void tally_put(void *tally, const char *piece, size_t n); /* a tokenizer_put */

/* All of them, the most frequent first, then in the order of bytes, which is that of
 * code points. The caller frees; the pieces are borrowed. */
struct tally_row {
    const char *piece;
    int count;
};
struct tally_row *tally_rows(const struct tally *);

#endif
