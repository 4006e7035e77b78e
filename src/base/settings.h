/*
 * settings - everything that decides what a model is and how it is trained.
 *
 * One row of the table = one hyper-parameter: its key in config files and
 * checkpoints, `--set key=value`, completion, help and the man page. A config
 * file is lines of `key = value`; `#` starts a comment. Blanks around a value do
 * not count; a value in double quotes is taken as it stands (\" and \\ for " and
 * \). A checkpoint holds every key, so nothing else is consulted when it is opened.
 *
 *     struct settings s;
 *     settings_init(&s);                                  // every default
 *     settings_load(&s, "models/presets/keras-add3.conf", &err);
 *     settings_set(&s, "epochs", "10", &err);
 *     if (settings_check(&s, &err) < 0) ...               // nonsense, explained
 */
#ifndef BASE_SETTINGS_H
#define BASE_SETTINGS_H

#include "base/err.h"
#include "base/str.h"

enum { SETTING_TEXT = 256 }; /* bytes of a text setting, with the final NUL */

struct pair_int {            /* "encoder,decoder"; one number sets both */
    int enc, dec;
};

struct settings {
    /* data */
    char data[SETTING_TEXT]; /* row of the reader table, or a file */
    char ops[SETTING_TEXT];  /* arithmetic: "+-*", any of them */
    int digits;              /* arithmetic: longest operand of + and - */
    int mul_digits;          /* arithmetic: longest operand of * */
    char operands[SETTING_TEXT]; /* arithmetic: digits | uniform | mixed | upto | all */
    int largest;             /* arithmetic, law `upto`: operands 1..largest */
    char unique[SETTING_TEXT]; /* arithmetic: none | ordered | pair */
    char letters[SETTING_TEXT]; /* reverse: what strings are made of */
    int min_len, max_len;    /* reverse: lengths of the strings */
    int longer;              /* reverse: held-out strings are up to so much longer */
    int src_dim, tgt_dim;    /* waves: numbers of a vector */
    char format[SETTING_TEXT]; /* files: a row of the reader table that is no generator */
    char target[SETTING_TEXT]; /* files: where the targets have a file of their own */
    bool swap;               /* files: sources and targets change places */
    char turns[SETTING_TEXT]; /* dialog: pairs | all */
    char script[SETTING_TEXT]; /* srt: any | latin | cyrillic ... */
    char broken[SETTING_TEXT]; /* files: refuse | skip */
    int first;               /* files: examples taken from the start; 0: all */
    char origin[SETTING_TEXT]; /* files: where one that is missing can be had */
    char sha256[SETTING_TEXT]; /* files: what the file must have; empty: anything */
    int examples;            /* made, before the split; law `all` makes every one */
    double valid;            /* share held out */
    char valid_data[SETTING_TEXT]; /* a file of held-out examples; empty: a share of data */
    char more[SETTING_TEXT]; /* a file of more to learn from; empty: none */
    char split[SETTING_TEXT]; /* tail | random | pair */
    char hold_ops[SETTING_TEXT]; /* arithmetic, split pair: operators with held-out pairs */
    int data_seed;

    /* text */
    char tokenizer[SETTING_TEXT]; /* char | word | token | subword | vector */
    char normal[SETTING_TEXT];    /* none | nfc | nfkc: the form of Unicode */
    bool lower;                   /* capitals become small letters */
    char length[SETTING_TEXT];    /* fixed | free */
    char align[SETTING_TEXT];     /* left | right: where text stands in fixed length */
    char pad[SETTING_TEXT];       /* fixed: space | nothing */
    bool mark_end;                /* fixed: </s> behind the target's text */
    bool wrap;                    /* free: the source stands between <s> and </s> */
    char specials[SETTING_TEXT];  /* needed | all */
    bool reverse;                 /* feed the source backwards */
    bool spaces;                  /* keep spaces of what is typed */
    int context;                  /* turns of a talk that are read before the last */
    int src_len, tgt_len;         /* longest source and target; 0: from the data */
    bool cut;                     /* what is longer loses its end */
    int words;                    /* most pieces of a vocabulary; 0: all */
    double unk_limit;             /* largest share of unknown pieces to train with */
    char subword_model[SETTING_TEXT]; /* bpe | unigram */
    struct pair_int subword_size; /* pieces of the source and of the target */
    bool subword_shared;          /* both sides have the same pieces */
    bool subword_bytes;           /* bytes for what no piece covers */
    double subword_cover;         /* share of the characters that are pieces */
    char src_alphabet[SETTING_TEXT]; /* empty: from the data, sorted */
    char tgt_alphabet[SETTING_TEXT];

    /* model */
    char arch[SETTING_TEXT];
    char cell[SETTING_TEXT];
    struct pair_int hidden, depth;
    int embed;                    /* 0: one-hot */
    char init[SETTING_TEXT];
    double init_range, init_embed;
    double forget_bias;
    char gates[SETTING_TEXT];     /* sigmoid | hard */
    double dropout;               /* between layers */
    double dropout_embed, dropout_out;
    double dropout_word;          /* whole words of source and target */
    double dropout_source;        /* whole sources */
    bool dropout_locked;          /* one mask for all steps of a sequence */
    bool residual, layer_norm;
    bool tie;                     /* one matrix for target embedding and output */
    char head[SETTING_TEXT];      /* dense | none */
    char bidirectional[SETTING_TEXT]; /* auto | yes | no */
    char directions[SETTING_TEXT]; /* stack | layer */
    char merge[SETTING_TEXT];     /* sum | concat */
    char start[SETTING_TEXT];     /* attention: encoder | zeros */
    char bridge[SETTING_TEXT];    /* linear | tanh */
    char score[SETTING_TEXT];     /* attention */
    char attend[SETTING_TEXT];    /* before | between | after the decoder's layers */
    bool input_feeding;
    bool deep_output;
    int location;                 /* steps to both sides of the last look; 0: none */
    bool broadcast_state, inner_broadcast_state, peek; /* readout */
    int readout;                  /* readout: width of the output fed back; 0: symbols */
    bool stateful;                /* states go on from line to line */
    double teacher;               /* teacher forcing ratio */
    char teacher_draw[SETTING_TEXT]; /* step | sentence */
    double teacher_end;           /* ratio at the end of the run; -1: as at the start */

    /* training */
    char loss[SETTING_TEXT];      /* cross-entropy | mse */
    double smoothing;             /* share of the truth spread over all symbols */
    double consistency;           /* of two answers to the same, dropout between them */
    char begin[SETTING_TEXT];     /* the model whose weights are the first; "": drawn */
    char precision[SETTING_TEXT]; /* f32 | bf16: numbers that training multiplies */
    double casual;                /* share of the sources that is read as people type */
    double subword_dropout;       /* bpe: share of the merges passed over */
    double subword_alpha;         /* unigram: words are cut by chance, as P^alpha; 0: not */
    char optimizer[SETTING_TEXT];
    double lr, beta1, beta2, rho, epsilon, momentum, clip;
    char schedule[SETTING_TEXT];
    int warmup;
    double lr_end;
    int batch, shards;
    int batch_tokens;             /* target tokens of a batch; 0: `batch` counts */
    int accumulate;               /* batches whose gradients make one step */
    double epochs;
    int seed;
    int log_every;                /* steps between two logged records */
    double eval_every;            /* epochs between two validations */
    double save_every;            /* seconds between two checkpoints */
    int probes;                   /* validation samples shown at each validation */
    int eval_limit;               /* validation examples decoded; 0: all */
    char watch[SETTING_TEXT];     /* exact | acc | loss: what the best model is best in */
    int best_of;                  /* validations whose weights are averaged */
    char stop[SETTING_TEXT];      /* "exact>=0.99": stop when reached */
    int patience;                 /* validations without a new best; 0: never */
    double average;               /* exponential average of the weights; 0: none */
    char decode[SETTING_TEXT];    /* how it answers by itself: "beam=5 block=3" */
    char example[SETTING_TEXT];   /* a question to try */
    char store[SETTING_TEXT];     /* f32 | f16 | bf16 | int8: the finished model's file */
};

enum setting_type { SET_TEXT, SET_INT, SET_REAL, SET_BOOL, SET_CHOICE, SET_PAIR };

struct setting {
    const char *group;            /* data, text, model, training */
    const char *key, *dflt, *help;
    enum setting_type type;
    double min, max;
    const char *const *choice;    /* NULL-ended; SET_CHOICE */
    size_t offset;                /* into struct settings */
};

extern const struct setting setting_table[];
extern const int setting_count;

void settings_init(struct settings *);
const struct setting *setting_find(const char *key); /* NULL: unknown */

/* One value, checked against its row; on error the old value stays. Unknown
 * keys are refused with the nearest known one. Takes what setting_show writes. */
int settings_set(struct settings *, const char *key, const char *value, struct err *);

/* "key=value", as after --set. */
int settings_assign(struct settings *, const char *assignment, struct err *);

/* A config file; errors carry file:line, and leave the settings as they were. */
int settings_load(struct settings *, const char *path, struct err *);

/* The same from memory; `name` stands for the file in errors. */
int settings_parse(struct settings *, const char *text, size_t n, const char *name,
                   struct err *);

/* The value of one row as it would be written in a config file, appended. */
void setting_show(const struct settings *, const struct setting *, struct str *);

/* The whole as a config file, every key, in table order, appended. */
void settings_dump(const struct settings *, struct str *);

/* Combinations that make no sense, with what to change. 0 or -1. */
int settings_check(const struct settings *, struct err *);

/* `stop` taken apart: 1, 0 when it is empty, -1 when it cannot be read. */
struct stop_rule {
    char metric[8]; /* loss | acc | exact | watch, of the validation examples */
    bool at_least;  /* >=, else <= */
    double value;
};
int settings_stop(const struct settings *, struct stop_rule *, struct err *);

#endif
