/*
 * chrF (Popović 2015) and chrF++ (Popović 2017). For each order of n-grams, those of
 * characters and then those of words, a line has three numbers:
 *
 *     n-grams of the answer (0 where the reference has none), of the reference, matches
 *
 *     P, R = mean over the orders of matches / answer's, matches / reference's
 *     chrF = 100 (1 + beta^2) P R / (beta^2 P + R)
 *
 * The mean is over the orders that both have (eff:yes), or with `eps` chrF is the mean of
 * the orders' own F, where a missing one is next to nothing (eff:no). Of several
 * references the one with the best F counts.
 */
#include "metric/metric.h"

#include "base/mem.h"
#include "metric/ngrams.h"

#define EPS 1e-16

struct chrf {
    const struct metric_options *o;
    struct codes lower;
    struct codes hyp_chars, ref_chars;
    struct codes hyp_words, ref_words; /* numbers of words */
    struct tokens tokens;
    struct trie words;
    struct ngrams chars_of, words_of;
};

static int orders(const struct metric_options *o)
{
    return o->char_order + o->word_order;
}

static int size(const struct metric_options *o)
{
    return 3 * orders(o);
}

static void *open(const struct metric_options *o)
{
    struct chrf *c = xcalloc(1, sizeof *c);
    c->o = o;
    trie_init(&c->words);
    ngrams_init(&c->chars_of);
    ngrams_init(&c->words_of);
    return c;
}

static void close(void *own)
{
    struct chrf *c = own;
    codes_release(&c->lower);
    codes_release(&c->hyp_chars);
    codes_release(&c->ref_chars);
    codes_release(&c->hyp_words);
    codes_release(&c->ref_words);
    tokens_release(&c->tokens);
    trie_release(&c->words);
    ngrams_release(&c->chars_of);
    ngrams_release(&c->words_of);
    free(c);
}

static bool is_mark(uint32_t c)
{
    return c > ' ' && c < 0x7f && !(c >= '0' && c <= '9') &&
           !((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static void add_word(struct chrf *c, struct codes *words, const uint32_t *cp, int n)
{
    codes_add(words, (uint32_t)trie_word(&c->words, (struct segment){ cp, n }));
}

/* Words, each without one punctuation mark, which is a word then: the last, or else the
 * first. */
static void make_words(struct chrf *c, struct segment s, struct codes *words)
{
    codes_clear(words);
    tok_split(&tok_none, s, &c->tokens);
    for (int i = 0; i < c->tokens.n; i++) {
        struct segment w = tokens_at(&c->tokens, i);
        int cut = w.n;
        if (w.n > 1 && is_mark(w.cp[w.n - 1]))
            cut = w.n - 1;
        else if (w.n > 1 && is_mark(w.cp[0]))
            cut = 1;
        add_word(c, words, w.cp, cut);
        if (cut < w.n)
            add_word(c, words, w.cp + cut, w.n - cut);
    }
}

static void make_symbols(struct chrf *c, struct segment s, struct codes *chars,
                         struct codes *words)
{
    if (c->o->lower) {
        codes_clear(&c->lower);
        codes_add_lower(&c->lower, s);
        s = codes_segment(&c->lower);
    }
    codes_clear(chars);
    codes_addn(chars, s.cp, s.n);
    if (!c->o->whitespace)
        codes_drop(chars, codes_space);
    if (c->o->word_order)
        make_words(c, s, words);
}

/* Three numbers for each order, from out on. */
static void compare(struct ngrams *g, const struct codes *hyp, const struct codes *ref,
                    int order, double *out)
{
    double match[METRIC_ORDER_MAX] = { 0 };
    ngrams_clear(g);
    ngrams_refer(g, ref->cp, ref->n, order);
    ngrams_match(g, hyp->cp, hyp->n, order, match);
    for (int n = 1; n <= order; n++, out += 3) {
        out[1] = ngrams_count(ref->n, n);
        out[0] = out[1] > 0 ? ngrams_count(hyp->n, n) : 0;
        out[2] = match[n - 1];
    }
}

static double f_score(double p, double r, double beta2)
{
    return p + r > 0 ? (1 + beta2) * p * r / (beta2 * p + r) : 0;
}

static double score(const struct metric_options *o, const double *sums)
{
    double beta2 = (double)o->beta * o->beta, sum_p = 0, sum_r = 0, sum_f = 0;
    int both = 0, all = orders(o);
    for (int i = 0; i < all; i++) {
        double hyp = sums[3 * i], ref = sums[3 * i + 1], match = sums[3 * i + 2];
        double p = hyp > 0 ? match / hyp : EPS, r = ref > 0 ? match / ref : EPS;
        sum_f += p + r > 0 ? f_score(p, r, beta2) : EPS;
        if (hyp > 0 && ref > 0) {
            sum_p += p;
            sum_r += r;
            both++;
        }
    }
    if (o->eps)
        return 100 * sum_f / all;
    return both ? 100 * f_score(sum_p / both, sum_r / both, beta2) : 0;
}

static void line(void *own, struct segment hyp, const struct segment *ref, int refs,
                 double *out)
{
    struct chrf *c = own;
    const struct metric_options *o = c->o;
    double got[6 * METRIC_ORDER_MAX], best = -1;
    trie_clear(&c->words);
    make_symbols(c, hyp, &c->hyp_chars, &c->hyp_words);
    for (int i = 0; i < refs; i++) {
        make_symbols(c, ref[i], &c->ref_chars, &c->ref_words);
        compare(&c->chars_of, &c->hyp_chars, &c->ref_chars, o->char_order, got);
        compare(&c->words_of, &c->hyp_words, &c->ref_words, o->word_order,
                got + 3 * o->char_order);
        double f = score(o, got);
        if (f > best) {
            best = f;
            memcpy(out, got, (size_t)size(o) * sizeof *out);
        }
    }
}

static void label(const struct metric_options *o, struct str *out)
{
    str_addf(out, "chrF%d", o->beta);
    for (int i = 0; i < o->word_order; i++)
        str_addc(out, '+');
}

static void signature(const struct metric_options *o, struct str *out)
{
    str_addf(out, "case:%s|eff:%s|nc:%d|nw:%d|space:%s", o->lower ? "lc" : "mixed",
             o->eps ? "no" : "yes", o->char_order, o->word_order,
             o->whitespace ? "yes" : "no");
}

static void with_words(struct metric_options *o)
{
    o->word_order = 2;
}

#define CHRF \
    .label = label, .size = size, .open = open, .line = line, .close = close, \
    .score = score, .signature = signature

const struct metric metric_chrf = {
    .name = "chrf",
    .summary = "n-grams of characters, precision and recall",
    CHRF,
};

const struct metric metric_chrfpp = {
    .name = "chrf++",
    .summary = "chrf, with words and pairs of words",
    .adjust = with_words,
    CHRF,
};
