#include "base/settings.h"

#include "base/utf8.h"

static bool is(const char *field, const char *value)
{
    return !strcmp(field, value);
}

/* ---- the stop rule --------------------------------------------------------------- */

static int bad_stop(const struct settings *s, struct err *err)
{
    return err_set(err,
                   "stop: cannot read '%s': expected loss, acc or exact, then >= or <=, "
                   "then a number",
                   utf8_quote(s->stop).s);
}

int settings_stop(const struct settings *s, struct stop_rule *rule, struct err *err)
{
    static const char *const metrics[] = { "loss", "acc", "exact" };
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

static int check_text(const struct settings *s, struct err *err)
{
    if (is(s->align, "right") && !is(s->length, "fixed"))
        return err_set(err, "align = right needs length = fixed");
    if (check_alphabet(s, "src_alphabet", s->src_alphabet, err) < 0)
        return -1;
    return check_alphabet(s, "tgt_alphabet", s->tgt_alphabet, err);
}

static int check_training(const struct settings *s, struct err *err)
{
    struct stop_rule rule;
    int stops = settings_stop(s, &rule, err);
    if (stops < 0)
        return -1;
    if (s->valid <= 0 && stops)
        return err_set(err, "stop looks at held-out examples: set valid above 0");
    if (s->valid <= 0 && s->patience)
        return err_set(err, "patience looks at held-out examples: set valid above 0");
    if (s->shards > s->batch)
        return err_set(err, "shards = %d is more than batch = %d: set shards = %d or "
                            "fewer",
                       s->shards, s->batch, s->batch);
    if (s->lr_end > 0 && is(s->schedule, "constant"))
        return err_set(err, "lr_end needs a learning rate that falls: set schedule = "
                            "cosine or linear");
    if (s->momentum > 0 && !is(s->optimizer, "sgd"))
        return err_set(err, "momentum is for optimizer = sgd: set momentum = 0");
    if (s->teacher < 1 && is(s->arch, "repeat"))
        return err_set(err, "arch = repeat is fed no truth: set teacher = 1, or arch = "
                            "transfer");
    return 0;
}

int settings_check(const struct settings *s, struct err *err)
{
    if (is(s->data, "arithmetic") && check_arithmetic(s, err) < 0)
        return -1;
    if (check_text(s, err) < 0)
        return -1;
    return check_training(s, err);
}
