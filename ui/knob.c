#include "ui/knob.h"

#include "base/utf8.h"
#include "ui/pick.h"

enum {
    PACE_MAX = 60000, /* ms */
    LENGTH_MAX = 10000,
    TOP_K_MAX = 1000000,
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

/* ---- temperature, top-k, top-p, seed: of sampling -------------------------------- */

static int take_temperature(void *own, const char *value, struct err *err)
{
    struct knobs *k = own;
    return opt_real(value, 0.01, 100, "temperature", &k->decode.choose.temperature, err);
}

static void show_temperature(const void *own, struct str *out)
{
    const struct knobs *k = own;
    str_add_double(out, k->decode.choose.temperature);
}

static int take_top_k(void *own, const char *value, struct err *err)
{
    struct knobs *k = own;
    long n;
    if (opt_whole(value, 0, TOP_K_MAX, "top-k", &n, err) < 0)
        return -1;
    k->decode.choose.top_k = (int)n;
    return 0;
}

static void show_top_k(const void *own, struct str *out)
{
    const struct knobs *k = own;
    str_addf(out, "%d", k->decode.choose.top_k);
}

static int take_top_p(void *own, const char *value, struct err *err)
{
    struct knobs *k = own;
    return opt_real(value, 0.001, 1, "top-p", &k->decode.choose.top_p, err);
}

static void show_top_p(const void *own, struct str *out)
{
    const struct knobs *k = own;
    str_add_double(out, k->decode.choose.top_p);
}

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

/* ---- the answer ------------------------------------------------------------------ */

static int take_max_len(void *own, const char *value, struct err *err)
{
    struct knobs *k = own;
    long n;
    if (opt_whole(value, 0, LENGTH_MAX, "max-len", &n, err) < 0)
        return -1;
    k->decode.max_len = (int)n;
    return 0;
}

static void show_max_len(const void *own, struct str *out)
{
    const struct knobs *k = own;
    str_addf(out, "%d", k->decode.max_len);
}

static int take_pace(void *own, const char *value, struct err *err)
{
    struct knobs *k = own;
    long n;
    if (opt_whole(value, 0, PACE_MAX, "pace", &n, err) < 0)
        return -1;
    k->pace = (int)n;
    return 0;
}

static void show_pace(const void *own, struct str *out)
{
    const struct knobs *k = own;
    str_addf(out, "%d", k->pace);
}

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

/* ---- the table ------------------------------------------------------------------- */

const struct opt knob_table[] = {
    { .name = "decoder", .arg = "NAME", .take = take_decoder, .show = show_decoder,
      .choice = decoder_choice,
      .help = "argmax: the most probable token; sample: drawn" },
    { .name = "temperature", .arg = "T", .take = take_temperature,
      .show = show_temperature,
      .help = "sample: 0.01 to 100; low is safe, high is wild" },
    { .name = "top-k", .arg = "N", .take = take_top_k, .show = show_top_k,
      .help = "sample: from the N most probable tokens; 0: all" },
    { .name = "top-p", .arg = "P", .take = take_top_p, .show = show_top_p,
      .help = "sample: from the top tokens that hold P; 1: all" },
    { .name = "seed", .arg = "N|random", .take = take_seed, .show = show_seed,
      .help = "sample: same seed, same answer; random: a new one" },
    { .name = "max-len", .arg = "N", .take = take_max_len, .show = show_max_len,
      .help = "most tokens of an answer; 0: as it was trained" },
    { .name = "pace", .arg = "MS", .take = take_pace, .show = show_pace,
      .help = "ms between two tokens at the prompt, to watch" },
    { .name = "probs", .arg = "[=HOW]", .take = take_probs, .show = show_probs,
      .choice = probs_choice,
      .help = "figures: off, on, or num (tokens and rivals)" },
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

bool knob_works(const struct knobs *k, const struct opt *o)
{
    bool of_sampling = o->show == show_temperature || o->show == show_top_k ||
                       o->show == show_top_p || o->show == show_seed;
    return !of_sampling || k->decode.strategy == &strategy_sample;
}
