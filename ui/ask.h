/*
 * ask - a typed question on its way to an answer.
 *
 * What was typed must be text; then the reader of the model's data, if there is
 * one, brings it into the form the examples had or refuses it. The rest is
 * decoding, with a few sums kept.
 *
 *     struct ask a;
 *     struct decode_step s;
 *     if (ask_start(&a, &subject, text, strlen(text), &err) < 0) ...
 *     while (ask_next(&a, &s))
 *         show(s.text);
 *     ask_end(&a);
 */
#ifndef UI_ASK_H
#define UI_ASK_H

#include "corpora/reader.h"
#include "run/decode.h"
#include "ui/knob.h"

/* What an answer takes beside the settings: the source as it is read, what its first
 * steps must do, and what a stateful model knew before (see decode_options). */
struct plan {
    struct ids src, forced, attend;
    uint64_t seed;
    real *memory; /* [memory_n], or NULL */
    int memory_n;
};

void plan_release(struct plan *);
struct plan plan_copy(const struct plan *); /* to be released */

struct ask {
    struct decode *decode;
    uint64_t seed;     /* of the draws */
    int tokens;        /* from the first that shows to the last */
    int first;         /* -1: nothing shows yet */
    size_t length;     /* of the answer in bytes */
    const char *text;  /* the answer; borrowed until the next step */
    double logp, bits; /* of all steps: log-probability, entropies added up */
    double seconds;    /* spent computing */
    double ready;      /* those until the first step was done */
    bool vectors;      /* not tokens: nothing was chosen, nothing is more or less probable */
};

/* What was typed, in the form the examples have, appended; -1: it is no question, err
 * says why. reader as below. */
int ask_plain(const struct model *, const struct reader *, const char *text, size_t n,
              struct str *plain, struct err *);

/* reader: checks the question; NULL: any text is one. show: runners-up wanted. */
int ask_start(struct ask *, const struct model *, const struct reader *,
              const struct knobs *, int show, const char *text, size_t n, struct err *);

/* The same by a plan. */
void ask_again(struct ask *, const struct model *, const struct knobs *, int show,
               const struct plan *);

int ask_next(struct ask *, struct decode_step *); /* 1: a step, 0: the end */
void ask_end(struct ask *);

/* Of an answer that may have any: short enough to be typed again. */
uint64_t ask_seed(void);

/* The probability of the whole answer as ".981": cut, not rounded, so that only 1 is
 * "1.00"; "3e-07" when it is small. Returns buf. */
const char *ask_p(char buf[16], double p);

/* "p .98  H .19 bit  2 tok  3 ms", appended; `plain`: in words. Of vectors their number
 * and the time. */
void ask_figures(const struct ask *, const struct knobs *, bool plain, struct str *);

#endif
