#include "ui/metric_opt.h"

#include "base/mem.h"
#include "ui/ui_text.h"

enum { COMMON_MOST = 100 }; /* replies that count as common */

/* ---- taking ----------------------------------------------------------------------- */

static const char *metric_name(int i)
{
    return metric_table[i] ? metric_table[i]->name : NULL;
}

static const char *tok_name(int i)
{
    return tok_table[i] ? tok_table[i]->name : NULL;
}

static int add_metric(struct metric_choice *c, const char *name, struct err *err)
{
    int i = opt_choice(metric_name, name, "--metric", err);
    if (i < 0)
        return -1;
    for (int k = 0; k < c->n; k++)
        if (c->metric[k] == metric_table[i])
            return 0;
    if (c->n == METRICS_MOST)
        return err_set(err, "more than %d metrics", METRICS_MOST);
    c->metric[c->n++] = metric_table[i];
    return 0;
}

/* "bleu,chrf" */
static int take_metric(void *own, const char *v, struct err *err)
{
    int bad = 0;
    while (!bad) {
        size_t n = strcspn(v, ",");
        char *name = xstrndup(v, n);
        bad = add_metric(own, name, err);
        free(name);
        if (!v[n])
            break;
        v += n + 1;
    }
    return bad;
}

static int take_tokenize(void *own, const char *v, struct err *err)
{
    struct metric_choice *c = own;
    int i = opt_choice(tok_name, v, "--tokenize", err);
    if (i < 0)
        return -1;
    c->o.tok = tok_table[i];
    return 0;
}

static int take_smooth(void *own, const char *v, struct err *err)
{
    struct metric_choice *c = own;
    int i = opt_choice(metric_smooth_name, v, "--smooth", err);
    if (i < 0)
        return -1;
    c->o.smooth = (enum metric_smooth)i;
    return 0;
}

static int take_smooth_value(void *own, const char *v, struct err *err)
{
    struct metric_choice *c = own;
    return opt_real(v, 0, 1000, "--smooth-value", &c->o.smooth_value, err);
}

static int take_common(void *own, const char *v, struct err *err)
{
    struct metric_choice *c = own;
    (void)err;
    c->common_file = v;
    return 0;
}

#define WHOLE(field, option, lo, hi) \
    static int take_##field(void *own, const char *v, struct err *err) \
    { \
        struct metric_choice *c = own; \
        long n; \
        if (opt_whole(v, lo, hi, option, &n, err) < 0) \
            return -1; \
        c->o.field = (int)n; \
        return 0; \
    }
WHOLE(order, "--order", 1, METRIC_ORDER_MAX)
WHOLE(char_order, "--char-order", 1, METRIC_ORDER_MAX)
WHOLE(word_order, "--word-order", 0, METRIC_ORDER_MAX)
WHOLE(beta, "--beta", 1, 100)

#define SWITCH(field) \
    static int take_##field(void *own, const char *v, struct err *err) \
    { \
        struct metric_choice *c = own; \
        (void)v; \
        (void)err; \
        c->o.field = true; \
        return 0; \
    }
SWITCH(lower)
SWITCH(effective)
SWITCH(whitespace)
SWITCH(eps)
SWITCH(ter_cased)
SWITCH(ter_normalized)
SWITCH(ter_no_punct)
SWITCH(ter_asian)

const struct opt metric_options[] = {
    { .name = "metric", .letter = 'm', .arg = "LIST", .take = take_metric,
      .choice = metric_name,
      .help = "bleu, chrf, chrf++, ter, exact, distinct-1 to -3, repeat, generic: "
              "several with commas" },
    { .name = "tokenize", .arg = "NAME", .take = take_tokenize, .choice = tok_name,
      .help = "words of bleu, distinct and repeat: 13a, intl, char or none" },
    { .name = "lowercase", .take = take_lower, .help = "capitals count as small letters" },
    { .name = "smooth", .arg = "METHOD", .take = take_smooth, .choice = metric_smooth_name,
      .help = "bleu: n-grams without a match: exp, floor, add-k or none" },
    { .name = "smooth-value", .arg = "X", .take = take_smooth_value,
      .help = "bleu: of floor (0.1) and add-k (1)" },
    { .name = "order", .arg = "N", .take = take_order,
      .help = "bleu: words of the longest n-gram (4)" },
    { .name = "effective-order", .take = take_effective,
      .help = "bleu: no n-grams longer than the text" },
    { .name = "char-order", .arg = "N", .take = take_char_order,
      .help = "chrf: characters of the longest n-gram (6)" },
    { .name = "word-order", .arg = "N", .take = take_word_order,
      .help = "chrf: words of the longest n-gram (0)" },
    { .name = "beta", .arg = "N", .take = take_beta,
      .help = "chrf: so many times counts recall (2)" },
    { .name = "whitespace", .take = take_whitespace, .help = "chrf: spaces count" },
    { .name = "eps-smoothing", .take = take_eps,
      .help = "chrf: n-grams longer than the text count as next to nothing" },
    { .name = "ter-cased", .take = take_ter_cased, .help = "ter: capitals count" },
    { .name = "ter-normalized", .take = take_ter_normalized,
      .help = "ter: punctuation is set apart" },
    { .name = "ter-no-punct", .take = take_ter_no_punct,
      .help = "ter: punctuation does not count" },
    { .name = "ter-asian", .take = take_ter_asian,
      .help = "ter: the two before for Chinese and Japanese" },
    { .name = "common", .arg = "FILE", .take = take_common,
      .help = "generic: the 100 most frequent lines of FILE" },
    { .name = NULL },
};

/* ---- the choice ------------------------------------------------------------------- */

void metric_choice_init(struct metric_choice *c)
{
    *c = (struct metric_choice){ .o = metric_defaults() };
}

void metric_choice_release(struct metric_choice *c)
{
    phrases_free(c->common);
}

int metric_text_load(struct segments *s, const char *path, struct err *err)
{
    if (segments_load(s, path, err) < 0)
        return -1;
    if (s->broken)
        ui_say(stderr, "seqsh: '%s': %zu bytes are not UTF-8, the first in line %d: each "
               "counts as U+FFFD", path, s->broken, s->broken_line);
    return 0;
}

int metric_choice_ready(struct metric_choice *c, const char *otherwise, struct err *err)
{
    struct segments common = { 0 };
    if (c->n == 0 && otherwise && take_metric(c, otherwise, err) < 0)
        return -1;
    if (!c->common_file)
        return 0;
    int bad = metric_text_load(&common, c->common_file, err);
    if (!bad) {
        phrases_free(c->common);
        c->common = phrases_frequent(&common, COMMON_MOST);
        c->o.common = c->common;
    }
    segments_release(&common);
    return bad;
}
