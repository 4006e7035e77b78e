/*
 * What can be said of answers by looking at them: whether they are right to the letter,
 * how varied they are (distinct-N: Li et al. 2016), whether they repeat themselves, and
 * whether they are what one can say to anything.
 */
#include "metric/metric.h"

#include "base/mem.h"
#include "metric/ngrams.h"
#include "metric/phrases.h"

enum { REPEAT_ORDER = 3 };

struct reply {
    const struct metric_options *o;
    struct codes lower, ids;
    struct tokens tokens;
    struct trie words; /* numbers of words */
    struct trie grams; /* distinct: those seen so far */
    struct phrases *generic;
};

static void *open(const struct metric_options *o)
{
    struct reply *r = xcalloc(1, sizeof *r);
    r->o = o;
    trie_init(&r->words);
    trie_init(&r->grams);
    return r;
}

static void close(void *own)
{
    struct reply *r = own;
    codes_release(&r->lower);
    codes_release(&r->ids);
    tokens_release(&r->tokens);
    trie_release(&r->words);
    trie_release(&r->grams);
    phrases_free(r->generic);
    free(r);
}

static struct segment lowered(struct reply *r, struct segment s)
{
    if (!r->o->lower)
        return s;
    codes_clear(&r->lower);
    codes_add_lower(&r->lower, s);
    return codes_segment(&r->lower);
}

static void words_of(struct reply *r, struct segment s)
{
    tok_split(r->o->tok, lowered(r, s), &r->tokens);
    codes_clear(&r->ids);
    for (int i = 0; i < r->tokens.n; i++)
        codes_add(&r->ids, (uint32_t)trie_word(&r->words, tokens_at(&r->tokens, i)));
}

/* Two numbers a line: what counts, and out of how many. */
static int size(const struct metric_options *o)
{
    (void)o;
    return 2;
}

static double share(const struct metric_options *o, const double *sums)
{
    (void)o;
    return sums[1] > 0 ? sums[0] / sums[1] : 0;
}

static double percent(const struct metric_options *o, const double *sums)
{
    return 100 * share(o, sums);
}

static void detail(const struct metric_options *o, const double *sums, struct str *out)
{
    (void)o;
    str_addf(out, "(%.0f of %.0f)", sums[0], sums[1]);
}

static const char *case_of(const struct metric_options *o)
{
    return o->lower ? "lc" : "mixed";
}

static void signature_of_words(const struct metric_options *o, struct str *out)
{
    str_addf(out, "case:%s|tok:%s", case_of(o), o->tok->name);
}

/* ---- exact ------------------------------------------------------------------------ */

static void exact_line(void *own, struct segment hyp, const struct segment *ref, int refs,
                       double *out)
{
    struct reply *r = own;
    struct segment a = lowered(r, hyp);
    codes_clear(&r->ids);
    codes_addn(&r->ids, a.cp, a.n);
    out[1] = 1;
    for (int i = 0; i < refs; i++) {
        struct segment b = lowered(r, ref[i]);
        if (b.n == r->ids.n &&
            (b.n == 0 || !memcmp(b.cp, r->ids.cp, (size_t)b.n * sizeof *b.cp)))
            out[0] = 1;
    }
}

static void exact_label(const struct metric_options *o, struct str *out)
{
    (void)o;
    str_add(out, "exact");
}

static void exact_signature(const struct metric_options *o, struct str *out)
{
    str_addf(out, "case:%s", case_of(o));
}

const struct metric metric_exact = {
    .name = "exact",
    .summary = "lines that are the reference to the letter, in percent",
    .label = exact_label,
    .size = size,
    .open = open,
    .line = exact_line,
    .close = close,
    .score = percent,
    .detail = detail,
    .signature = exact_signature,
};

/* ---- distinct-N ------------------------------------------------------------------- */

/* N-grams that were not there before, and all. */
static void distinct_line(void *own, struct segment hyp, const struct segment *ref,
                          int refs, double *out)
{
    struct reply *r = own;
    int order = r->o->order;
    (void)ref;
    (void)refs;
    words_of(r, hyp);
    for (int i = 0; i + order <= r->ids.n; i++) {
        int node = 0, before = r->grams.n;
        for (int k = 0; k < order; k++)
            node = trie_add(&r->grams, node, r->ids.cp[i + k]);
        out[0] += node >= before;
        out[1]++;
    }
}

static void distinct_label(const struct metric_options *o, struct str *out)
{
    str_addf(out, "distinct-%d", o->order);
}

#define DISTINCT(n) \
    static void order_##n(struct metric_options *o) \
    { \
        o->order = n; \
    } \
    const struct metric metric_distinct_##n = { \
        .name = "distinct-" #n, \
        .summary = "different " #n "-grams of all answers, of all " #n "-grams", \
        .alone = true, \
        .whole = true, \
        .share = true, \
        .adjust = order_##n, \
        .label = distinct_label, \
        .size = size, \
        .open = open, \
        .line = distinct_line, \
        .close = close, \
        .score = share, \
        .detail = detail, \
        .signature = signature_of_words, \
    };
DISTINCT(1)
DISTINCT(2)
DISTINCT(3)

/* ---- repeat ----------------------------------------------------------------------- */

static void repeat_line(void *own, struct segment hyp, const struct segment *ref, int refs,
                        double *out)
{
    struct reply *r = own;
    bool again = false;
    (void)ref;
    (void)refs;
    trie_clear(&r->grams);
    trie_clear(&r->words);
    words_of(r, hyp);
    for (int i = 0; i + REPEAT_ORDER <= r->ids.n; i++) {
        int node = 0, before = r->grams.n;
        for (int k = 0; k < REPEAT_ORDER; k++)
            node = trie_add(&r->grams, node, r->ids.cp[i + k]);
        again |= node < before;
    }
    out[0] = again;
    out[1] = 1;
}

static void repeat_label(const struct metric_options *o, struct str *out)
{
    (void)o;
    str_add(out, "repeat");
}

const struct metric metric_repeat = {
    .name = "repeat",
    .summary = "answers that say three words in a row twice, in percent",
    .lower_better = true,
    .alone = true,
    .label = repeat_label,
    .size = size,
    .open = open,
    .line = repeat_line,
    .close = close,
    .score = percent,
    .detail = detail,
    .signature = signature_of_words,
};

/* ---- generic ---------------------------------------------------------------------- */

static void *generic_open(const struct metric_options *o)
{
    struct reply *r = open(o);
    if (!o->common)
        r->generic = phrases_dull();
    return r;
}

static void generic_line(void *own, struct segment hyp, const struct segment *ref, int refs,
                         double *out)
{
    struct reply *r = own;
    (void)ref;
    (void)refs;
    out[0] = phrases_have(r->o->common ? r->o->common : r->generic, hyp);
    out[1] = 1;
}

static void generic_label(const struct metric_options *o, struct str *out)
{
    (void)o;
    str_add(out, "generic");
}

static void generic_signature(const struct metric_options *o, struct str *out)
{
    if (o->common)
        str_addf(out, "list:top%d", phrases_count(o->common));
    else
        str_add(out, "list:dont-know");
}

const struct metric metric_generic = {
    .name = "generic",
    .summary = "answers that suit any question, such as \"I don't know\", in percent",
    .lower_better = true,
    .alone = true,
    .label = generic_label,
    .size = size,
    .open = generic_open,
    .line = generic_line,
    .close = close,
    .score = percent,
    .detail = detail,
    .signature = generic_signature,
};
