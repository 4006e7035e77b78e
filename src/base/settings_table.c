#include "base/settings.h"

/* A row and its field have one name. */
#define FIELD(name) .key = #name, .offset = offsetof(struct settings, name)
#define WHOLE (1 << 30)

static const char *const laws[] = { "digits", "uniform", "mixed", "upto", "all", NULL };
static const char *const uniques[] = { "none", "ordered", "pair", NULL };
static const char *const splits[] = { "tail", "random", "pair", NULL };
static const char *const tokenizers[] = { "char", "word", NULL };
static const char *const lengths[] = { "fixed", "free", NULL };
static const char *const aligns[] = { "left", "right", NULL };
static const char *const archs[] = { "repeat", "transfer", NULL };
static const char *const cells[] = { "lstm", "gru", "simple", NULL };
static const char *const inits[] = { "keras", "pytorch", "uniform", NULL };
static const char *const gates[] = { "sigmoid", "hard", NULL };
static const char *const optimizers[] = { "adam", "rmsprop", "sgd", NULL };
static const char *const schedules[] = { "constant", "cosine", "linear", NULL };

const struct setting setting_table[] = {
    { "data", FIELD(data), .type = SET_TEXT, .dflt = "arithmetic",
      .help = "what to learn: a reader that makes examples, or a file of them" },
    { "data", FIELD(ops), .type = SET_TEXT, .dflt = "+",
      .help = "arithmetic: operators, each drawn as often as it stands here" },
    { "data", FIELD(digits), .type = SET_INT, .dflt = "3", .min = 1, .max = 9,
      .help = "arithmetic: digits of the longest operand of + and -" },
    { "data", FIELD(mul_digits), .type = SET_INT, .dflt = "2", .min = 1, .max = 9,
      .help = "arithmetic: digits of the longest operand of *" },
    { "data", FIELD(operands), .type = SET_CHOICE, .dflt = "digits", .choice = laws,
      .help = "arithmetic: number of digits even, values even, 1..largest, every pair" },
    { "data", FIELD(largest), .type = SET_INT, .dflt = "10", .min = 1, .max = 999999999,
      .help = "arithmetic: the largest operand when operands = upto" },
    { "data", FIELD(unique), .type = SET_CHOICE, .dflt = "pair", .choice = uniques,
      .help = "arithmetic: may questions repeat; pair: 1+2 and 2+1 count as one" },
    { "data", FIELD(examples), .type = SET_INT, .dflt = "50000", .min = 1, .max = 1e8,
      .help = "arithmetic: examples made, before the split" },
    { "data", FIELD(valid), .type = SET_REAL, .dflt = "0.1", .min = 0, .max = 0.99,
      .help = "share of the examples held out for validation" },
    { "data", FIELD(split), .type = SET_CHOICE, .dflt = "tail", .choice = splits,
      .help = "which are held out: the last, random ones, or by the pair itself" },
    { "data", FIELD(data_seed), .type = SET_INT, .dflt = "1", .min = 0, .max = INT32_MAX,
      .help = "seed of making and splitting examples" },

    { "text", FIELD(tokenizer), .type = SET_CHOICE, .dflt = "char", .choice = tokenizers,
      .help = "what one step reads or writes" },
    { "text", FIELD(length), .type = SET_CHOICE, .dflt = "fixed", .choice = lengths,
      .help = "fixed: filled up with spaces; free: ended by </s>" },
    { "text", FIELD(align), .type = SET_CHOICE, .dflt = "left", .choice = aligns,
      .help = "where the text stands when length = fixed" },
    { "text", FIELD(reverse), .type = SET_BOOL, .dflt = "false",
      .help = "feed the source backwards" },
    { "text", FIELD(spaces), .type = SET_BOOL, .dflt = "false",
      .help = "keep the spaces of what is typed; for sentences of characters" },
    { "text", FIELD(src_len), .type = SET_INT, .dflt = "0", .min = 0, .max = 10000,
      .help = "longest source in steps; 0: from the data" },
    { "text", FIELD(tgt_len), .type = SET_INT, .dflt = "0", .min = 0, .max = 10000,
      .help = "longest target in steps, without </s>; 0: from the data" },
    { "text", FIELD(src_alphabet), .type = SET_TEXT, .dflt = "",
      .help = "characters of the source in order; empty: from the data, sorted" },
    { "text", FIELD(tgt_alphabet), .type = SET_TEXT, .dflt = "",
      .help = "characters of the target in order; empty: from the data, sorted" },

    { "model", FIELD(arch), .type = SET_CHOICE, .dflt = "repeat", .choice = archs,
      .help = "how the decoder hears of the source: fed at every step, or its states" },
    { "model", FIELD(cell), .type = SET_CHOICE, .dflt = "lstm", .choice = cells,
      .help = "recurrent cell" },
    { "model", FIELD(hidden), .type = SET_PAIR, .dflt = "128", .min = 1, .max = 16384,
      .help = "units of a layer: encoder,decoder or one number for both" },
    { "model", FIELD(depth), .type = SET_PAIR, .dflt = "1", .min = 1, .max = 16,
      .help = "layers: encoder,decoder or one number for both" },
    { "model", FIELD(embed), .type = SET_INT, .dflt = "0", .min = 0, .max = 16384,
      .help = "size of embeddings; 0: one-hot" },
    { "model", FIELD(init), .type = SET_CHOICE, .dflt = "keras", .choice = inits,
      .help = "law of the initial weights" },
    { "model", FIELD(init_range), .type = SET_REAL, .dflt = "0.08", .min = 0, .max = 10,
      .help = "init = uniform: weights from -init_range to init_range" },
    { "model", FIELD(forget_bias), .type = SET_REAL, .dflt = "1", .min = -10, .max = 10,
      .help = "initial bias of the forget gate of lstm" },
    { "model", FIELD(gates), .type = SET_CHOICE, .dflt = "sigmoid", .choice = gates,
      .help = "gate function; hard: 0.2x + 0.5 cut to 0..1, as Keras before 2.3" },
    { "model", FIELD(dropout), .type = SET_REAL, .dflt = "0", .min = 0, .max = 0.95,
      .help = "share of values dropped between layers while training" },
    { "model", FIELD(teacher), .type = SET_REAL, .dflt = "1", .min = 0, .max = 1,
      .help = "how often the decoder is fed the truth while training" },

    { "training", FIELD(optimizer), .type = SET_CHOICE, .dflt = "adam",
      .choice = optimizers, .help = "rule that turns gradients into steps" },
    { "training", FIELD(lr), .type = SET_REAL, .dflt = "0.001", .min = 0, .max = 100,
      .help = "learning rate" },
    { "training", FIELD(beta1), .type = SET_REAL, .dflt = "0.9", .min = 0, .max = 0.999999,
      .help = "adam: decay of the mean gradient" },
    { "training", FIELD(beta2), .type = SET_REAL, .dflt = "0.999", .min = 0,
      .max = 0.999999, .help = "adam: decay of the mean squared gradient" },
    { "training", FIELD(rho), .type = SET_REAL, .dflt = "0.9", .min = 0, .max = 0.999999,
      .help = "rmsprop: decay of the mean squared gradient" },
    { "training", FIELD(epsilon), .type = SET_REAL, .dflt = "1e-7", .min = 0, .max = 1,
      .help = "adam, rmsprop: added to the root before dividing" },
    { "training", FIELD(momentum), .type = SET_REAL, .dflt = "0", .min = 0,
      .max = 0.999999, .help = "sgd: share of the last step kept" },
    { "training", FIELD(clip), .type = SET_REAL, .dflt = "0", .min = 0, .max = 1e9,
      .help = "longest gradient (Euclidean norm of all of it); 0: any" },
    { "training", FIELD(schedule), .type = SET_CHOICE, .dflt = "constant",
      .choice = schedules, .help = "how the learning rate falls over the run" },
    { "training", FIELD(warmup), .type = SET_INT, .dflt = "0", .min = 0, .max = WHOLE,
      .help = "steps in which the learning rate rises to its value" },
    { "training", FIELD(lr_end), .type = SET_REAL, .dflt = "0", .min = 0, .max = 1,
      .help = "share of the learning rate left at the end" },
    { "training", FIELD(batch), .type = SET_INT, .dflt = "128", .min = 1, .max = 65536,
      .help = "examples of one step" },
    { "training", FIELD(shards), .type = SET_INT, .dflt = "2", .min = 1, .max = 64,
      .help = "parts of a batch that threads may share; decides the last bits" },
    { "training", FIELD(epochs), .type = SET_REAL, .dflt = "30", .min = 0, .max = 1e6,
      .help = "passes over the training examples" },
    { "training", FIELD(seed), .type = SET_INT, .dflt = "1", .min = 0, .max = INT32_MAX,
      .help = "seed of weights, order, dropout" },
    { "training", FIELD(log_every), .type = SET_INT, .dflt = "0", .min = 0, .max = WHOLE,
      .help = "steps between two records; 0: twenty records an epoch" },
    { "training", FIELD(eval_every), .type = SET_REAL, .dflt = "1", .min = 0.001,
      .max = 1e6, .help = "epochs between two validations" },
    { "training", FIELD(save_every), .type = SET_REAL, .dflt = "60", .min = 0, .max = 1e6,
      .help = "seconds between two checkpoints" },
    { "training", FIELD(probes), .type = SET_INT, .dflt = "10", .min = 0, .max = 1000,
      .help = "validation examples shown at each validation" },
    { "training", FIELD(eval_limit), .type = SET_INT, .dflt = "0", .min = 0, .max = WHOLE,
      .help = "validation examples decoded; 0: all" },
    { "training", FIELD(stop), .type = SET_TEXT, .dflt = "",
      .help = "end early, as in exact>=0.99 or loss<=0.1 (loss, acc, exact)" },
    { "training", FIELD(patience), .type = SET_INT, .dflt = "0", .min = 0, .max = WHOLE,
      .help = "validations without a better one before the end; 0: any number" },
    { "training", FIELD(average), .type = SET_REAL, .dflt = "0", .min = 0, .max = 0.999999,
      .help = "decay of the running average of the weights; 0: none" },
};

const int setting_count = ARRAY_LEN(setting_table);
