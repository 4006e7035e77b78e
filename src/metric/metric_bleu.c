/*
 * BLEU (Papineni et al. 2002) of a whole text. Numbers of a line, and their sums:
 *
 *     0 length of the answer, 1 of the reference nearest in length, in words
 *     2 ... matches of n-grams, n = 1..order; then n-grams there are
 *
 *     p_n = matches_n / ngrams_n,  BP = min(1, exp(1 - ref / len))
 *     BLEU = 100 BP exp(1/N sum_n log p_n)
 *
 * Smoothing of p_n without matches: Chen and Cherry 2014, methods 1 (floor), 2 (add-k)
 * and 3 (exp: 1/2, 1/4, ... matches, as NIST).
 */
#include "metric/metric.h"

#include "base/mem.h"
#include "metric/ngrams.h"

#include <math.h>

struct bleu {
    const struct metric_options *o;
    struct codes lower, ids; /* ids: of the words */
    struct tokens tokens;
    struct trie words;
    struct ngrams ngrams;
};

static int size(const struct metric_options *o)
{
    return 2 + 2 * o->order;
}

static void *open(const struct metric_options *o)
{
    struct bleu *b = xcalloc(1, sizeof *b);
    b->o = o;
    trie_init(&b->words);
    ngrams_init(&b->ngrams);
    return b;
}

static void close(void *own)
{
    struct bleu *b = own;
    codes_release(&b->lower);
    codes_release(&b->ids);
    tokens_release(&b->tokens);
    trie_release(&b->words);
    ngrams_release(&b->ngrams);
    free(b);
}

/* The words of a segment as numbers, in b->ids. */
static void words_of(struct bleu *b, struct segment s)
{
    if (b->o->lower) {
        codes_clear(&b->lower);
        codes_add_lower(&b->lower, s);
        s = codes_segment(&b->lower);
    }
    tok_split(b->o->tok, s, &b->tokens);
    codes_clear(&b->ids);
    for (int i = 0; i < b->tokens.n; i++)
        codes_add(&b->ids, (uint32_t)trie_word(&b->words, tokens_at(&b->tokens, i)));
}

/* Of two lengths that are equally near the shorter one. */
static int nearer(int len, int a, int b)
{
    int da = abs(a - len), db = abs(b - len);
    return da < db || (da == db && a < b) ? a : b;
}

static void line(void *own, struct segment hyp, const struct segment *ref, int refs,
                 double *out)
{
    struct bleu *b = own;
    int order = b->o->order, *len = xcalloc((size_t)refs, sizeof *len);
    trie_clear(&b->words);
    ngrams_clear(&b->ngrams);
    for (int i = 0; i < refs; i++) {
        words_of(b, ref[i]);
        ngrams_refer(&b->ngrams, b->ids.cp, b->ids.n, order);
        len[i] = b->ids.n;
    }
    words_of(b, hyp);
    ngrams_match(&b->ngrams, b->ids.cp, b->ids.n, order, out + 2);
    int nearest = len[0];
    for (int i = 1; i < refs; i++)
        nearest = nearer(b->ids.n, len[i], nearest);
    out[0] = b->ids.n;
    out[1] = nearest;
    for (int n = 1; n <= order; n++)
        out[1 + order + n] = ngrams_count(b->ids.n, n);
    free(len);
}

static double smooth_value(const struct metric_options *o)
{
    if (o->smooth_value >= 0)
        return o->smooth_value;
    return o->smooth == SMOOTH_FLOOR ? 0.1 : 1;
}

static double brevity(double hyp, double ref)
{
    if (hyp >= ref)
        return 1;
    return hyp > 0 ? exp(1 - ref / hyp) : 0;
}

/* Fills p[order], in percent; returns the orders that count. 0: nothing matches. */
static int precisions(const struct metric_options *o, const double *sums, double *p)
{
    const double *match = sums + 2, *all = match + o->order;
    double value = smooth_value(o), share = 1;
    int orders = o->order;
    bool any = false;
    for (int n = 0; n < o->order; n++) {
        p[n] = 0;
        any |= match[n] > 0;
    }
    for (int n = 0; n < o->order && any; n++) {
        double k = o->smooth == SMOOTH_ADD_K && n > 0 ? value : 0;
        double right = match[n] + k, total = all[n] + k;
        if (total == 0)
            break;
        if (o->effective)
            orders = n + 1;
        if (right == 0 && o->smooth == SMOOTH_EXP)
            right = share /= 2;
        else if (right == 0 && o->smooth == SMOOTH_FLOOR)
            right = value;
        p[n] = 100 * right / total;
    }
    return any ? orders : 0;
}

static double score(const struct metric_options *o, const double *sums)
{
    double p[METRIC_ORDER_MAX], logs = 0;
    int orders = precisions(o, sums, p);
    for (int n = 0; n < orders; n++) {
        if (p[n] == 0)
            return 0;
        logs += log(p[n]);
    }
    return orders ? brevity(sums[0], sums[1]) * exp(logs / orders) : 0;
}

static void detail(const struct metric_options *o, const double *sums, struct str *out)
{
    double p[METRIC_ORDER_MAX];
    precisions(o, sums, p);
    for (int n = 0; n < o->order; n++)
        str_addf(out, "%s%.1f", n ? "/" : "", p[n]);
    str_addf(out, " (BP = %.3f ratio = %.3f hyp_len = %.0f ref_len = %.0f)",
             brevity(sums[0], sums[1]), sums[1] > 0 ? sums[0] / sums[1] : 0, sums[0],
             sums[1]);
}

static void label(const struct metric_options *o, struct str *out)
{
    (void)o;
    str_add(out, "BLEU");
}

static void signature(const struct metric_options *o, struct str *out)
{
    str_addf(out, "case:%s|eff:%s|tok:%s|smooth:%s", o->lower ? "lc" : "mixed",
             o->effective ? "yes" : "no", o->tok->name, metric_smooth_name((int)o->smooth));
    if (o->smooth == SMOOTH_FLOOR || o->smooth == SMOOTH_ADD_K)
        str_addf(out, "[%.2f]", smooth_value(o));
    if (o->order != 4)
        str_addf(out, "|order:%d", o->order);
}

const struct metric metric_bleu = {
    .name = "bleu",
    .summary = "n-grams that stand in the reference, times a penalty for brevity",
    .label = label,
    .size = size,
    .open = open,
    .line = line,
    .close = close,
    .score = score,
    .detail = detail,
    .signature = signature,
};
