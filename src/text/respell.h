/*
 * respell - the words of a row cut into other pieces, by chance, while training
 * (subword regularisation).
 *
 * bpe: every possible merge of two pieces is passed over with a probability, at each
 * step of the merging (BPE-dropout: Provilkov et al. 2020). unigram: a way of cutting the
 * word is drawn with a probability in proportion to P^alpha (Kudo 2018). A row says the
 * same text before and after. The library has its own draws, from a generator that
 * cannot be put back where it was: so they are made here, and a run that was stopped
 * goes on bit for bit.
 */
#ifndef TEXT_RESPELL_H
#define TEXT_RESPELL_H

#include "text/pairs.h"

/* Replaces *out by the row id[n] in other pieces. strength: the probability of bpe, or
 * alpha of unigram. bpe at 0 gives what codec_encode gives. The codec has subwords. */
void respell_row(const struct codec *, const int *id, int n, double strength, struct rng *,
                 struct ids *out);

/* Replaces *to by pairs row[0..rows-1] of another, respelled. The draws of a pair are a
 * function of the seed, the epoch and its row. */
void respell_pairs(struct pairs *to, const struct pairs *from, const int *row, int rows,
                   const struct codec *src, const struct codec *tgt, double strength,
                   uint64_t seed, int64_t epoch);

#endif
