/*
 * rng - random numbers that are a function of (seed, purpose, counter).
 *
 * Nothing in the engine keeps generator state between steps: the order of an
 * epoch, the dropout masks of a step, the initial weights are each drawn from
 * a fresh generator made from the run's seed and a counter. That is what makes
 * a resumed run equal an unbroken one, and 1 thread equal to 2.
 *
 * Generator: xoshiro256**, seeded by splitmix64 (Blackman & Vigna 2018).
 */
#ifndef BASE_RNG_H
#define BASE_RNG_H

#include "base/base.h"

enum rng_purpose {
    RNG_INIT = 1, /* counter: index of the weight */
    RNG_DATA,     /* making examples */
    RNG_SPLIT,    /* which examples are held out */
    RNG_ORDER,    /* counter: epoch */
    RNG_DROPOUT,  /* counter: step * shards + shard */
    RNG_FORCE,    /* teacher forcing; counter as above */
    RNG_SAMPLE,   /* sampling while decoding */
    RNG_PROBE,    /* which validation examples are shown; counter: epoch */
    RNG_RESPELL,  /* other subwords; counter: epoch * pairs + pair */
    RNG_WORDS,    /* words that are not seen; counter as of dropout */
    RNG_CASUAL,   /* examples that are read as people type; counter: example */
};

struct rng {
    uint64_t s[4];
};

void rng_init(struct rng *, uint64_t seed, enum rng_purpose, uint64_t counter);
uint64_t rng_u64(struct rng *);
double rng_unit(struct rng *);                    /* [0, 1) */
uint64_t rng_below(struct rng *, uint64_t n);     /* 0 .. n-1, no modulo bias */
double rng_normal(struct rng *);                  /* mean 0, deviation 1 */
void rng_shuffle(struct rng *, int *v, size_t n); /* Fisher-Yates */

#endif
