#include "ui/knob.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "ui/pick.h"

enum {
    PACE_MAX = 60000, /* ms */
    LENGTH_MAX = 10000,
    TOP_K_MAX = 1000000,
    BEAM_MAX = 1000, /* hypotheses */
};

/* ---- decoder --------------------------------------------------------------------- */

static const char *decoder_choice(int i)
{
    return strategy_table[i] ? strategy_table[i]->name : NULL;
}

static int take_decoder(void *own, const char *value, struct err *err)
{
    struct knobs *k = own;
    int i = opt_choice(decoder_choice, value, "decoder", err);
    if (i < 0)
        return -1;
    k->decode.strategy = strategy_table[i];
    return 0;
}

static void show_decoder(const void *own, struct str *out)
{
    const struct knobs *k = own;
    str_add(out, k->decode.strategy->name);
}

/* ---- seed ------------------------------------------------------------------------ */

static int take_seed(void *own, const char *value, struct err *err)
{
    struct knobs *k = own;
    if (!strcmp(value, "random")) {
        k->seed = -1;
        return 0;
    }
    if (parse_long(value, 0, INT32_MAX, &k->seed))
        return 0;
    return err_set(err, "seed cannot be '%s': random, or a whole number from 0 to %ld",
                   utf8_quote(value).s, (long)INT32_MAX);
}

static void show_seed(const void *own, struct str *out)
{
    const struct knobs *k = own;
    if (k->seed < 0)
        str_add(out, "random");
    else
        str_addf(out, "%ld", k->seed);
}

/* ---- numbers --------------------------------------------------------------------- */

/* take_NAME and show_NAME of a number that stands in struct knobs as it is. */
#define WHOLE(name, text, field, lo, hi)                                                  \
    static int take_##name(void *own, const char *value, struct err *err)                 \
    {                                                                                     \
        struct knobs *k = own;                                                            \
        long n;                                                                           \
        if (opt_whole(value, lo, hi, text, &n, err) < 0)                                  \
            return -1;                                                                    \
        k->field = (int)n;                                                                \
        return 0;                                                                         \
    }                                                                                     \
    static void show_##name(const void *own, struct str *out)                             \
    {                                                                                     \
        const struct knobs *k = own;                                                      \
        str_addf(out, "%d", k->field);                                                    \
    }

#define REAL(name, text, field, lo, hi)                                                   \
    static int take_##name(void *own, const char *value, struct err *err)                 \
    {                                                                                     \
        struct knobs *k = own;                                                            \
        return opt_real(value, lo, hi, text, &k->field, err);                             \
    }                                                                                     \
    static void show_##name(const void *own, struct str *out)                             \
    {                                                                                     \
        const struct knobs *k = own;                                                      \
        str_add_double(out, k->field);                                                    \
    }

REAL(temperature, "temperature", decode.choose.temperature, 0.01, 100)
WHOLE(top_k, "top-k", decode.choose.top_k, 0, TOP_K_MAX)
REAL(top_p, "top-p", decode.choose.top_p, 0.001, 1)
REAL(min_p, "min-p", decode.choose.min_p, 0, 1)
REAL(min_p_within, "min-p-within", decode.choose.min_p_within, 0, 1)
WHOLE(groups, "groups", decode.choose.groups, 1, BEAM_MAX)
REAL(diversity, "diversity", decode.choose.diversity, 0, 1000)
REAL(normalize, "normalize", decode.rank.length, 0, 10)
REAL(mmi_rank, "mmi-rank", decode.rank.mmi, 0, 10)
REAL(coverage, "coverage", decode.rank.coverage, 0, 1000)
REAL(bonus, "bonus", decode.rank.bonus, -1000, 1000)
WHOLE(block, "block", decode.penalty.block, 0, LENGTH_MAX)
WHOLE(block_words, "block-words", decode.wording.block, 0, LENGTH_MAX)
WHOLE(block_source_words, "block-source-words", decode.wording.block_source, 0, LENGTH_MAX)
WHOLE(block_source, "block-source", decode.penalty.block_source, 0, LENGTH_MAX)
REAL(repetition, "repetition", decode.penalty.repetition, 0.01, 100)
REAL(mmi, "mmi", decode.mmi, 0, 10)
WHOLE(mmi_steps, "mmi-steps", decode.mmi_steps, 0, LENGTH_MAX)
WHOLE(max_len, "max-len", decode.max_len, 0, LENGTH_MAX)
WHOLE(draws, "draws", decode.choose.draws, 1, BEAM_MAX)
WHOLE(context, "context", context, 0, CODEC_TURNS_MAX - 1)
WHOLE(pace, "pace", pace, 0, PACE_MAX)

/* ---- words ----------------------------------------------------------------------- */

static int take_ban(void *own, const char *value, struct err *err)
{
    struct knobs *k = own;
    if (!strcmp(value, "none"))
        value = "";
    if (strlen(value) >= sizeof k->decode.wording.ban)
        return err_set(err, "ban: %zu bytes are too many: at most %zu", strlen(value),
                       sizeof k->decode.wording.ban - 1);
    if (!wording_is_list(value))
        return err_set(err, "ban cannot be '%s': none, or words with commas between, a * at "
                       "an end for any letters", utf8_quote(value).s);
    snprintf(k->decode.wording.ban, sizeof k->decode.wording.ban, "%s", value);
    return 0;
}

static void show_ban(const void *own, struct str *out)
{
    const struct knobs *k = own;
    str_add(out, k->decode.wording.ban[0] ? k->decode.wording.ban : "none");
}

static int take_stop(void *own, const char *value, struct err *err)
{
    struct knobs *k = own;
    if (!strcmp(value, "none"))
        value = "";
    if (strlen(value) >= sizeof k->decode.stop)
        return err_set(err, "stop: %zu bytes are too many: at most %zu", strlen(value),
                       sizeof k->decode.stop - 1);
    snprintf(k->decode.stop, sizeof k->decode.stop, "%s", value);
    return 0;
}

static void show_stop(const void *own, struct str *out)
{
    const struct knobs *k = own;
    str_add(out, k->decode.stop[0] ? k->decode.stop : "none");
}

/* ---- beam ------------------------------------------------------------------------ */

/* A width asks for a beam of it. */
static int take_beam(void *own, const char *value, struct err *err)
{
    struct knobs *k = own;
    long n;
    if (opt_whole(value, 1, BEAM_MAX, "beam", &n, err) < 0)
        return -1;
    k->decode.choose.width = (int)n;
    k->decode.strategy = &strategy_beam;
    return 0;
}

static void show_beam(const void *own, struct str *out)
{
    const struct knobs *k = own;
    str_addf(out, "%d", k->decode.choose.width);
}

static const char *norm_choice(int i)
{
    static const char *const names[] = { "length", "gnmt" };
    return i < (int)ARRAY_LEN(names) ? names[i] : NULL;
}

static int take_norm(void *own, const char *value, struct err *err)
{
    struct knobs *k = own;
    int i = opt_choice(norm_choice, value, "norm", err);
    if (i < 0)
        return -1;
    k->decode.rank.gnmt = i == 1;
    return 0;
}

static void show_norm(const void *own, struct str *out)
{
    const struct knobs *k = own;
    str_add(out, norm_choice(k->decode.rank.gnmt));
}

static int take_nbest(void *own, const char *value, struct err *err)
{
    struct knobs *k = own;
    long n;
    if (opt_whole(value, 1, BEAM_MAX, "nbest", &n, err) < 0)
        return -1;
    k->decode.nbest = (int)n;
    return 0;
}

static void show_nbest(const void *own, struct str *out)
{
    const struct knobs *k = own;
    str_addf(out, "%d", k->decode.nbest);
}

/* ---- the answer ------------------------------------------------------------------ */

static const char *probs_choice(int i)
{
    static const char *const names[] = {
        [PROBS_OFF] = "off",
        [PROBS_ON] = "on",
        [PROBS_NUM] = "num",
    };
    return i < (int)ARRAY_LEN(names) ? names[i] : NULL;
}

static int take_probs(void *own, const char *value, struct err *err)
{
    struct knobs *k = own;
    int i = opt_choice(probs_choice, value ? value : "on", "probs", err);
    if (i < 0)
        return -1;
    k->probs = (enum probs)i;
    return 0;
}

static void show_probs(const void *own, struct str *out)
{
    const struct knobs *k = own;
    str_add(out, probs_choice((int)k->probs));
}

/* ---- products -------------------------------------------------------------------- */

static const char *precision_choice(int i)
{
    static const char *const names[] = {
        [NUMBERS_STORED] = "stored",
        [NUMBERS_F32] = "f32",
        [NUMBERS_BF16] = "bf16",
        [NUMBERS_INT8] = "int8",
    };
    return i < (int)ARRAY_LEN(names) ? names[i] : NULL;
}

static int take_precision(void *own, const char *value, struct err *err)
{
    struct knobs *k = own;
    int i = opt_choice(precision_choice, value, "precision", err);
    if (i < 0)
        return -1;
    if (i == NUMBERS_BF16 && !gemm_has(PRECISION_BF16))
        return err_set(err, "precision bf16: this CPU has neither AVX512_BF16 nor AMX");
    k->precision = (enum numbers)i;
    return 0;
}

static void show_precision(const void *own, struct str *out)
{
    const struct knobs *k = own;
    str_add(out, precision_choice((int)k->precision));
}

void knobs_apply(const struct knobs *k, struct model *m)
{
    static const enum precision precision[] = {
        [NUMBERS_F32] = PRECISION_FULL,
        [NUMBERS_BF16] = PRECISION_BF16,
        [NUMBERS_INT8] = PRECISION_INT8,
    };
    model_multiply(m, k->precision == NUMBERS_STORED ? model_as_stored(m)
                                                     : precision[k->precision]);
}

/* ---- on or off ------------------------------------------------------------------- */

static const char *switch_choice(int i)
{
    static const char *const names[] = { "off", "on" };
    return i < (int)ARRAY_LEN(names) ? names[i] : NULL;
}

static int take_switch(const char *value, const char *what, bool *on, struct err *err)
{
    int i = opt_choice(switch_choice, value ? value : "on", what, err);
    if (i < 0)
        return -1;
    *on = i == 1;
    return 0;
}

#define SWITCH(name)                                                          \
    static int take_##name(void *own, const char *value, struct err *err)     \
    {                                                                         \
        struct knobs *k = own;                                                \
        return take_switch(value, #name, &k->name, err);                      \
    }                                                                         \
    static void show_##name(const void *own, struct str *out)                 \
    {                                                                         \
        const struct knobs *k = own;                                          \
        str_add(out, switch_choice(k->name));                                 \
    }

SWITCH(attn)
SWITCH(entropy)
SWITCH(timing)
SWITCH(step)
SWITCH(follow)

/* ---- the table ------------------------------------------------------------------- */

const struct opt knob_table[] = {
    { .name = "decoder", .arg = "NAME", .take = take_decoder, .show = show_decoder,
      .choice = decoder_choice,
      .help = "argmax: the likeliest token; sample: drawn; beam" },
    { .name = "beam", .arg = "K", .take = take_beam, .show = show_beam,
      .help = "decoder beam, with K hypotheses at a time" },
    { .name = "nbest", .arg = "N", .take = take_nbest, .show = show_nbest,
      .help = "beam, sample: give the N best answers, or N draws" },
    { .name = "normalize", .arg = "A", .take = take_normalize, .show = show_normalize,
      .help = "beam, sample: scores are divided by length^A" },
    { .name = "norm", .arg = "HOW", .take = take_norm, .show = show_norm,
      .choice = norm_choice,
      .help = "beam, sample: length^A, or gnmt: ((5+length)/6)^A" },
    { .name = "coverage", .arg = "B", .take = take_coverage, .show = show_coverage,
      .help = "beam, sample: cost of source attention left out" },
    { .name = "bonus", .arg = "X", .take = take_bonus, .show = show_bonus,
      .help = "beam, sample: added to the score for each token" },
    { .name = "groups", .arg = "G", .take = take_groups, .show = show_groups,
      .help = "beam: in G groups that are to differ" },
    { .name = "diversity", .arg = "X", .take = take_diversity, .show = show_diversity,
      .help = "beam: cost of a token that another group takes" },
    { .name = "temperature", .arg = "T", .take = take_temperature,
      .show = show_temperature,
      .help = "sample: 0.01 to 100; low is safe, high is wild" },
    { .name = "top-k", .arg = "N", .take = take_top_k, .show = show_top_k,
      .help = "sample: from the N most probable tokens; 0: all" },
    { .name = "top-p", .arg = "P", .take = take_top_p, .show = show_top_p,
      .help = "sample: from the top tokens that hold P; 1: all" },
    { .name = "min-p", .arg = "P", .take = take_min_p, .show = show_min_p,
      .help = "sample: tokens of P times the best one's p; 0: all" },
    { .name = "min-p-within", .arg = "P", .take = take_min_p_within,
      .show = show_min_p_within,
      .help = "the same of subwords within a word; 0: as others" },
    { .name = "draws", .arg = "N", .take = take_draws, .show = show_draws,
      .help = "sample: draw N answers, say the best of them" },
    { .name = "seed", .arg = "N|random", .take = take_seed, .show = show_seed,
      .help = "sample: same seed, same answer; random: a new one" },
    { .name = "block", .arg = "N", .take = take_block, .show = show_block,
      .help = "no N tokens in a row twice in an answer; 0: any" },
    { .name = "block-source", .arg = "N", .take = take_block_source,
      .show = show_block_source,
      .help = "no N tokens in a row out of the question; 0: any" },
    { .name = "block-words", .arg = "N", .take = take_block_words,
      .show = show_block_words,
      .help = "no N words in a row twice in an answer; 0: any" },
    { .name = "block-source-words", .arg = "N", .take = take_block_source_words,
      .show = show_block_source_words,
      .help = "no N words in a row out of the question; 0: any" },
    { .name = "ban", .arg = "WORDS", .take = take_ban, .show = show_ban,
      .help = "words not said, as darn*,heck; none" },
    { .name = "repetition", .arg = "X", .take = take_repetition,
      .show = show_repetition,
      .help = "log p of tokens that were said times X; 1: same" },
    { .name = "mmi", .arg = "L", .take = take_mmi, .show = show_mmi,
      .help = "minus L log p without the question: less dull; 0: off" },
    { .name = "mmi-steps", .arg = "N", .take = take_mmi_steps, .show = show_mmi_steps,
      .help = "mmi in the first N tokens; 0: in all" },
    { .name = "mmi-rank", .arg = "L", .take = take_mmi_rank, .show = show_mmi_rank,
      .help = "beam, sample: the same of whole answers, compared" },
    { .name = "max-len", .arg = "N", .take = take_max_len, .show = show_max_len,
      .help = "most tokens of an answer; 0: as it was trained" },
    { .name = "stop", .arg = "TEXT", .take = take_stop, .show = show_stop,
      .help = "an answer ends where it has said this; none" },
    { .name = "context", .arg = "N", .take = take_context, .show = show_context,
      .help = "of a talk: read N turns before a line; 0: none" },
    { .name = "pace", .arg = "MS", .take = take_pace, .show = show_pace,
      .help = "ms between two tokens at the prompt, to watch" },
    { .name = "precision", .arg = "NUMBERS", .take = take_precision,
      .show = show_precision, .choice = precision_choice,
      .help = "stored, f32, or faster: int8, bf16 on CPUs that can" },
    { .name = "probs", .arg = "[=HOW]", .take = take_probs, .show = show_probs,
      .choice = probs_choice,
      .help = "figures: off, on, or num (tokens and rivals)" },
    { .name = "entropy", .arg = "[=on|off]", .take = take_entropy, .show = show_entropy,
      .choice = switch_choice,
      .help = "a glyph for each token: how unsure it was" },
    { .name = "timing", .arg = "[=on|off]", .take = take_timing, .show = show_timing,
      .choice = switch_choice, .help = "tokens a second, time until the first" },
    { .name = "attn", .arg = "[=on|off]", .take = take_attn, .show = show_attn,
      .choice = switch_choice, .help = "attention as a map beneath each answer" },
    { .name = "step", .arg = "[=on|off]", .take = take_step, .show = show_step,
      .choice = switch_choice, .help = "at the prompt: a token for each Enter" },
    { .name = "follow", .arg = "[=on|off]", .take = take_follow, .show = show_follow,
      .choice = switch_choice,
      .help = "of a run: its newest weights for each question" },
    { .name = NULL },
};

struct knobs knobs_defaults(void)
{
    return (struct knobs){
        .decode = decode_defaults(),
        .seed = -1,
        .probs = PROBS_UNSAID,
    };
}

const struct opt *knob_find(const char *name, struct err *err)
{
    const struct opt *found = NULL;
    struct pick pick = pick_of(name);
    for (const struct opt *o = knob_table; o->name; o++)
        if (pick_try(&pick, o->name))
            found = o;
    return pick_end(&pick, "setting", "", err) < 0 ? NULL : found;
}

/* NAME=VALUE, which is cut up. */
static int take_word(struct knobs *k, char *word, struct err *err)
{
    char *value = strchr(word, '=');
    if (value)
        *value++ = '\0';
    const struct opt *o = knob_find(word, err);
    if (o && !value)
        return err_set(err, "'%s' has no value: NAME=VALUE", utf8_quote(word).s);
    return o ? o->take(k, value, err) : -1;
}

int knobs_take(struct knobs *k, const char *words, struct err *err)
{
    char *copy = xstrdup(words), *rest = copy;
    int bad = 0;
    while (!bad && *(rest += strspn(rest, " "))) {
        char *word = rest;
        rest += strcspn(rest, " ");
        if (*rest)
            *rest++ = '\0';
        bad = take_word(k, word, err);
    }
    free(copy);
    return bad;
}

int knobs_take_all(struct knobs *k, const struct names *words, struct err *err)
{
    int bad = 0;
    for (int i = 0; i < words->n && !bad; i++) {
        char *word = xstrdup(words->s[i]);
        bad = take_word(k, word, err);
        free(word);
    }
    return bad;
}

static bool among(const char *name, const char *const *names)
{
    while (*names && strcmp(*names, name))
        names++;
    return *names != NULL;
}

const char *knob_rests(const struct knobs *k, const struct opt *o)
{
    static const char *const sampling[] = { "temperature", "top-k", "top-p", "min-p",
                                            "min-p-within", "draws", "seed", NULL };
    static const char *const beam[] = { "groups", "diversity", NULL };
    static const char *const several[] = { "nbest", "normalize", "norm", "coverage",
                                           "bonus", "mmi-rank", NULL };
    bool drawn = k->decode.strategy == &strategy_sample;
    bool wide = k->decode.strategy == &strategy_beam;
    if (!drawn && among(o->name, sampling))
        return "/sample";
    if (!wide && among(o->name, beam))
        return "/beam";
    return !drawn && !wide && among(o->name, several) ? "/beam or /sample" : NULL;
}
