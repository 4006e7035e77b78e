/*
 * knob - what can be turned while asking: how answers are decoded and shown.
 *
 * One table for /set, its completion and help, and the command line, where each
 * knob is an option. take() and show() work on a struct knobs.
 */
#ifndef UI_KNOB_H
#define UI_KNOB_H

#include "run/decode.h"
#include "ui/names.h"
#include "ui/opt.h"

enum probs { PROBS_OFF, PROBS_ON, PROBS_NUM, PROBS_UNSAID };

enum numbers { NUMBERS_STORED, NUMBERS_F32, NUMBERS_BF16, NUMBERS_INT8 };

struct knobs {
    struct decode_options decode; /* but for its seed and its show */
    long seed;                    /* -1: another one for each answer */
    int context;                  /* turns before a line that are read with it */
    int pace;                     /* ms between two tokens */
    enum probs probs;             /* UNSAID until somebody has chosen */
    bool attn, entropy, timing;   /* beneath each answer */
    bool step;                    /* a token for each Enter */
    enum numbers precision;       /* what is multiplied */
    bool follow;                  /* the newest weights of a run for each question */
};

extern const struct opt knob_table[];

struct knobs knobs_defaults(void);

/* Makes a model ready for the products that are wanted. */
void knobs_apply(const struct knobs *, struct model *);

/* By its name or the only beginning of one; NULL: err lists what it could be. */
const struct opt *knob_find(const char *name, struct err *);

/* "mmi=0.5 block=3": each word as after /set. -1: err names the one that is refused;
 * those before it are set. */
int knobs_take(struct knobs *, const char *words, struct err *);

/* The same of a list, whose values may have blanks. */
int knobs_take_all(struct knobs *, const struct names *words, struct err *);

/* NULL, or, where this knob does nothing the way the others are set, the command that
 * changes that. */
const char *knob_rests(const struct knobs *, const struct opt *);

#endif
