#include "base/settings.h"

#include "base/sha256.h"
#include "base/utf8.h"

static bool is(const char *field, const char *value)
{
    return !strcmp(field, value);
}

/* ---- the stop rule --------------------------------------------------------------- */

static int bad_stop(const struct settings *s, struct err *err)
{
    return err_set(err,
                   "stop: cannot read '%s': expected loss, acc, exact or what is watched, "
                   "then >= or <=, then a number",
                   utf8_quote(s->stop).s);
}

int settings_stop(const struct settings *s, struct stop_rule *rule, struct err *err)
{
    const char *const metrics[] = { "loss", "acc", "exact", s->watch };
    const char *p = s->stop;
    *rule = (struct stop_rule){ 0 };
    if (!*p)
        return 0;
    for (size_t i = 0; i < ARRAY_LEN(metrics); i++) {
        size_t n = strlen(metrics[i]);
        if (!strncmp(p, metrics[i], n))
            memcpy(rule->metric, metrics[i], n);
    }
    p += strlen(rule->metric);
    p += strspn(p, " ");
    if (!rule->metric[0] || (strncmp(p, ">=", 2) && strncmp(p, "<=", 2)))
        return bad_stop(s, err);
    rule->at_least = *p == '>';
    p += 2;
    p += strspn(p, " ");
    if (!parse_double(p, &rule->value))
        return bad_stop(s, err);
    return 1;
}

/* ---- what does not go together --------------------------------------------------- */

static int check_operators(const char *key, const char *ops, struct err *err)
{
    size_t good = strspn(ops, "+-*");
    if (!ops[good])
        return 0;
    return err_set(err, "%s: '%s' is no operator: use any of + - *", key,
                   utf8_quote(ops + good).s);
}

static int check_arithmetic(const struct settings *s, struct err *err)
{
    if (check_operators("ops", s->ops, err) < 0)
        return -1;
    if (!s->ops[0])
        return err_set(err, "ops is empty: use any of + - *");
    if (check_operators("hold_ops", s->hold_ops, err) < 0)
        return -1;
    if (s->hold_ops[0] && !is(s->split, "pair"))
        return err_set(err, "hold_ops needs split = pair");
    if (!is(s->tokenizer, "char"))
        return err_set(err, "arithmetic is read in characters: set tokenizer = char");
    return 0;
}

static int check_reverse(const struct settings *s, struct err *err)
{
    if (!s->letters[0])
        return err_set(err, "letters is empty: set letters = abc, or more of them");
    if (strchr(s->letters, ' '))
        return err_set(err, "letters has a space, which is no letter: take it out");
    if (s->min_len > s->max_len)
        return err_set(err, "min_len = %d is more than max_len = %d: set min_len = %d or "
                            "less",
                       s->min_len, s->max_len, s->max_len);
    if (s->longer && (!is(s->split, "tail") || s->valid <= 0))
        return err_set(err, "longer is for the last examples, held out: set split = tail, "
                            "and valid above 0");
    if (!is(s->tokenizer, "char"))
        return err_set(err, "reverse is read in characters: set tokenizer = char");
    return 0;
}

static int check_alphabet(const struct settings *s, const char *key, const char *alphabet,
                          struct err *err)
{
    size_t n = strlen(alphabet);
    if (n == 0)
        return 0;
    if (!is(s->tokenizer, "char"))
        return err_set(err, "%s is for characters: leave it empty, or set tokenizer = "
                            "char",
                       key);
    for (size_t i = 0, k; i < n; i += k) {
        k = utf8_next(alphabet + i, n - i, NULL);
        for (size_t j = 0; j < i; j += utf8_next(alphabet + j, n - j, NULL))
            if (!strncmp(alphabet + i, alphabet + j, k))
                return err_set(err, "%s: '%.*s' stands in it twice", key, (int)k,
                               alphabet + i);
    }
    if (is(s->length, "fixed") && !strchr(alphabet, ' '))
        return err_set(err,
                       "%s has no space, which length = fixed fills up with: add one, "
                       "the alphabet in double quotes",
                       key);
    return 0;
}

static int check_vectors(const struct settings *s, struct err *err)
{
    if (!is(s->length, "fixed"))
        return err_set(err, "vectors have no end mark: set length = fixed");
    if (!is(s->loss, "mse"))
        return err_set(err, "loss = %s is for symbols, not for vectors: set loss = mse, or "
                            "tokenizer = char or word",
                       s->loss);
    if (s->embed || s->tie)
        return err_set(err, "vectors have no embedding: set embed = 0 and tie = no");
    if (s->lower || s->mark_end || is(s->pad, "nothing") || is(s->specials, "all"))
        return err_set(err, "lower, mark_end, pad and specials are for symbols: leave them "
                            "out, or set tokenizer = char or word");
    return 0;
}

static int check_layout(const struct settings *s, struct err *err)
{
    bool fixed = is(s->length, "fixed");
    if (is(s->align, "right") && !fixed)
        return err_set(err, "align = right needs length = fixed");
    if (s->mark_end && !fixed)
        return err_set(err, "mark_end is for length = fixed: a free one ends in </s> "
                            "anyway; set mark_end = no");
    if (is(s->pad, "nothing") && !(fixed && s->mark_end))
        return err_set(err, "pad = nothing needs length = fixed and mark_end = yes: "
                            "without an end mark nothing says where the text ends");
    if (s->mark_end && is(s->align, "right"))
        return err_set(err, "mark_end stands behind the text: set align = left");
    if (s->wrap && fixed)
        return err_set(err, "wrap is for sources of their own length: set length = free");
    return 0;
}

static int check_words(const struct settings *s, struct err *err)
{
    if (s->words && !is(s->tokenizer, "word") && !is(s->tokenizer, "token"))
        return err_set(err, "words is for tokenizer = word or token: set words = 0");
    if (s->context && (is(s->length, "fixed") || s->reverse))
        return err_set(err, "context reads turns of their own length, forwards: set length = "
                            "free and reverse = no");
    if (s->dropout_source > 0 && is(s->length, "fixed"))
        return err_set(err, "dropout_source leaves </s> of a source, which length = fixed has "
                            "not: set length = free");
    if (s->context && s->stateful)
        return err_set(err, "stateful = yes remembers the turns before already: set context "
                            "= 0");
    if (s->cut && is(s->tokenizer, "vector"))
        return err_set(err, "cut is for symbols: set cut = no");
    if (s->cut && !s->src_len && !s->tgt_len)
        return err_set(err, "cut says nothing without lengths: set src_len, tgt_len or "
                            "both");
    return 0;
}

static int check_subword(const struct settings *s, struct err *err)
{
    bool subwords = is(s->tokenizer, "subword"), bpe = is(s->subword_model, "bpe");
    if (s->subword_dropout > 0 && !(subwords && bpe))
        return err_set(err, "subword_dropout is for tokenizer = subword and subword_model = "
                            "bpe: set subword_dropout = 0%s",
                       subwords ? ", or subword_alpha" : "");
    if (s->subword_alpha > 0 && !(subwords && !bpe))
        return err_set(err, "subword_alpha is for tokenizer = subword and subword_model = "
                            "unigram: set subword_alpha = 0%s",
                       subwords ? ", or subword_dropout" : "");
    if (!subwords)
        return 0;
    if (is(s->length, "fixed"))
        return err_set(err, "subwords stand in rows of their own length: set length = free");
    if (s->subword_shared && s->subword_size.enc != s->subword_size.dec)
        return err_set(err, "subword_shared has one size for both sides: set subword_size = "
                            "%d",
                       s->subword_size.enc);
    return 0;
}

static int check_text(const struct settings *s, struct err *err)
{
    bool vectors = is(s->tokenizer, "vector");
    if (check_layout(s, err) < 0 || check_words(s, err) < 0 || check_subword(s, err) < 0 ||
        (vectors && check_vectors(s, err) < 0))
        return -1;
    if (!vectors && is(s->loss, "mse"))
        return err_set(err, "loss = mse is for vectors: set loss = cross-entropy, or "
                            "tokenizer = vector");
    if (!vectors && is(s->data, "waves"))
        return err_set(err, "data = waves makes no symbols: set tokenizer = vector and "
                            "loss = mse");
    if (check_alphabet(s, "src_alphabet", s->src_alphabet, err) < 0)
        return -1;
    return check_alphabet(s, "tgt_alphabet", s->tgt_alphabet, err);
}

/* ---- the model ------------------------------------------------------------------- */

/* A setting that only `arch` knows is not at its default: says so. */
static int stranger(const struct settings *s, const char *arch, const char *key,
                    struct err *err)
{
    struct settings plain;
    struct str here = STR_INIT, there = STR_INIT;
    const struct setting *row = setting_find(key);
    int bad = 0;
    settings_init(&plain);
    setting_show(s, row, &here);
    setting_show(&plain, row, &there);
    if (strcmp(str_cstr(&here), str_cstr(&there)))
        bad = err_set(err, "%s = %s is for arch = %s: leave it out of arch = %s, or set "
                           "arch = %s",
                      key, str_cstr(&here), arch, s->arch, arch);
    str_release(&here);
    str_release(&there);
    return bad;
}

/* The answer is what the decoder makes itself. */
static int check_no_head(const struct settings *s, struct err *err)
{
    if (!is(s->tokenizer, "vector"))
        return err_set(err, "head = none makes numbers between -1 and 1, too alike for a "
                            "choice among symbols: set head = dense, or tokenizer = vector");
    if (s->dropout_out > 0 || s->deep_output)
        return err_set(err, "dropout_out and deep_output are of the output layer: leave them "
                            "out, or set head = dense");
    if (s->residual && s->depth.dec > 1)
        return err_set(err, "residual adds layers of one width, and with head = none the top "
                            "one is as wide as a vector: set residual = no, or head = dense");
    return 0;
}

static int check_model(const struct settings *s, struct err *err)
{
    static const struct {
        const char *key, *arch;
    } only[] = {
        { "score", "attention" }, { "attend", "attention" }, { "start", "attention" },
        { "input_feeding", "attention" }, { "deep_output", "attention" },
        { "location", "attention" },
        { "peek", "readout" }, { "readout", "readout" },
        { "broadcast_state", "readout" }, { "inner_broadcast_state", "readout" },
    };
    for (size_t i = 0; i < ARRAY_LEN(only); i++)
        if (!is(s->arch, only[i].arch) && stranger(s, only[i].arch, only[i].key, err) < 0)
            return -1;
    if (s->stateful && s->batch_tokens)
        return err_set(err, "stateful = yes lays conversations side by side, as many as batch "
                            "says: set batch_tokens = 0");
    if (s->stateful && s->valid > 0 && !s->valid_data[0] && !is(s->split, "tail"))
        return err_set(err, "split = %s tears conversations apart, which stateful = yes "
                            "follows: set split = tail, or stateful = no",
                       s->split);
    if (is(s->head, "none") && check_no_head(s, err) < 0)
        return -1;
    if (!is(s->arch, "readout"))
        return 0;
    if (is(s->tokenizer, "vector") && s->readout)
        return err_set(err, "readout = %d: of vectors, the output fed back is as wide as "
                            "they are; set readout = 0",
                       s->readout);
    if (s->residual)
        return err_set(err, "residual adds what a layer is given to what it makes, and the "
                            "layers of arch = readout make nothing beyond -1 and 1: set "
                            "residual = no");
    if (is(s->bidirectional, "yes"))
        return err_set(err, "arch = readout feeds its output on in time, which reads one way "
                            "only: set bidirectional = no");
    if (s->broadcast_state && !s->inner_broadcast_state && s->depth.enc != s->depth.dec)
        return err_set(err, "broadcast_state hands each layer's state to its like, and %d "
                            "layers are not %d: set depth = %d, or inner_broadcast_state = "
                            "yes (one state for all), or broadcast_state = no",
                       s->depth.enc, s->depth.dec, s->depth.enc);
    return 0;
}

static int check_training(const struct settings *s, struct err *err)
{
    struct stop_rule rule;
    int stops = settings_stop(s, &rule, err);
    if (stops < 0)
        return -1;
    bool validates = s->valid > 0 || s->valid_data[0];
    if (!validates && stops)
        return err_set(err, "stop looks at held-out examples: set valid above 0");
    if (!validates && s->patience)
        return err_set(err, "patience looks at held-out examples: set valid above 0");
    if (!validates && s->best_of > 1)
        return err_set(err, "best_of looks at held-out examples: set valid above 0");
    if (!s->batch_tokens && s->shards > s->batch)
        return err_set(err, "shards = %d is more than batch = %d: set shards = %d or "
                            "fewer",
                       s->shards, s->batch, s->batch);
    if (s->lr_end > 0 && is(s->schedule, "constant"))
        return err_set(err, "lr_end needs a learning rate that falls: set schedule = "
                            "cosine or linear");
    if (s->momentum > 0 && !is(s->optimizer, "sgd"))
        return err_set(err, "momentum is for optimizer = sgd: set momentum = 0");
    if (is(s->tokenizer, "vector") &&
        (s->smoothing > 0 || s->consistency > 0 || s->dropout_word > 0 || s->batch_tokens))
        return err_set(err, "smoothing, consistency, dropout_word and batch_tokens are for "
                            "symbols: leave them out, or set tokenizer = char or word");
    if (s->more[0] && s->valid > 0 && !s->valid_data[0])
        return err_set(err, "more is learned from, and nothing of it held out: set valid_data "
                            "to a file of other examples, or valid = 0");
    if (s->swap && (s->context || s->stateful))
        return err_set(err, "swap would put replies before what they answer: set swap = no, or "
                            "context = 0 and stateful = no");
    if (s->casual > 0 && !is(s->tokenizer, "subword"))
        return err_set(err, "casual is for subwords, which small letters are among: set "
                            "casual = 0, or tokenizer = subword");
    if (s->casual > 0 && s->valid > 0 && !s->valid_data[0] && !is(s->split, "pair"))
        return err_set(err, "casual changes what is learned, not what is held out: set split "
                            "= pair, or valid_data");
    if (s->consistency > 0 && s->stateful)
        return err_set(err, "consistency answers all twice, and stateful = yes remembers one "
                            "answer: set consistency = 0, or stateful = no");
    if (s->teacher < 1 && is(s->arch, "repeat"))
        return err_set(err, "arch = repeat is fed no truth: set teacher = 1, or arch = "
                            "transfer");
    return 0;
}

int settings_check(const struct settings *s, struct err *err)
{
    if (s->sha256[0] && !sha256_valid(s->sha256))
        return err_set(err, "sha256: '%s' is no checksum: 64 digits of hex in small letters",
                       utf8_quote(s->sha256).s);
    if (is(s->data, "arithmetic") && check_arithmetic(s, err) < 0)
        return -1;
    if (is(s->data, "reverse") && check_reverse(s, err) < 0)
        return -1;
    if (check_text(s, err) < 0 || check_model(s, err) < 0)
        return -1;
    return check_training(s, err);
}
