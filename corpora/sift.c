#include "corpora/sift.h"

#include "corpora/trigrams.h"
#include "text/talk.h"

#include <math.h>

int sift_words(const char *text)
{
    int n = 0;
    for (const char *p = text; *p;) {
        p += strspn(p, " ");
        n += *p != '\0';
        p += strcspn(p, " ");
    }
    return n;
}

/* ---- one pair alone -------------------------------------------------------------- */

static const char *fault_of(const struct sift_ask *ask, const struct corpus_pair *p)
{
    const char *prompt = talk_last(p->src);
    int a = sift_words(prompt), b = sift_words(p->tgt);
    if (ask->min_words && MIN(a, b) < ask->min_words)
        return "too few words";
    if (ask->max_words && MAX(a, b) > ask->max_words)
        return "too many words";
    if (ask->ratio > 0 && MAX(a, b) > ask->ratio * MIN(a, b))
        return "one side is much longer than the other";
    if (ask->same && !strcmp(prompt, p->tgt))
        return "the target is the source";
    return NULL;
}

static void sift_twice(struct corpus *c)
{
    struct vocab *seen = vocab_new();
    struct str both = STR_INIT;
    for (int i = 0; i < c->n; i++) {
        str_clear(&both);
        str_addf(&both, "%s\t%s", c->pair[i].src, c->pair[i].tgt);
        int before = vocab_size(seen);
        if (vocab_add(seen, both.s, both.n) < before)
            corpus_drop(c, i, "the same pair again");
    }
    str_release(&both);
    vocab_free(seen);
    corpus_sweep(c);
}

/* ---- language -------------------------------------------------------------------- */

/* Bits of a line in the model of its own side and of the other. */
struct look {
    double own, other;
};

static double usual(const struct look *look, int n)
{
    double sum = 0;
    int count = 0;
    for (int i = 0; i < n; i++)
        if (!isnan(look[i].own)) {
            sum += look[i].own;
            count++;
        }
    return count ? sum / count : 0;
}

static struct look look_at(const char *line, const struct trigrams *own,
                           const struct trigrams *other)
{
    return (struct look){ trigrams_bits(own, line, true), trigrams_bits(other, line, false) };
}

static void sift_language(struct corpus *c, double above)
{
    struct trigrams *src = trigrams_new(), *tgt = trigrams_new();
    struct look *a = xcalloc((size_t)c->n + 1, sizeof *a);
    struct look *b = xcalloc((size_t)c->n + 1, sizeof *b);
    for (int i = 0; i < c->n; i++) {
        trigrams_add(src, talk_last(c->pair[i].src));
        trigrams_add(tgt, c->pair[i].tgt);
    }
    for (int i = 0; i < c->n; i++) {
        a[i] = look_at(talk_last(c->pair[i].src), src, tgt);
        b[i] = look_at(c->pair[i].tgt, tgt, src);
    }
    double src_most = usual(a, c->n) + above, tgt_most = usual(b, c->n) + above;
    for (int i = 0; i < c->n; i++) {
        /* too short to tell is NaN, which no comparison holds for */
        if (!c->talk && a[i].own > a[i].other + above)
            corpus_drop(c, i, "the source is in the language of the targets");
        else if (!c->talk && b[i].own > b[i].other + above)
            corpus_drop(c, i, "the target is in the language of the sources");
        else if (a[i].own > src_most)
            corpus_drop(c, i, "the source is in another language");
        else if (b[i].own > tgt_most)
            corpus_drop(c, i, "the target is in another language");
    }
    free(a);
    free(b);
    trigrams_free(src);
    trigrams_free(tgt);
    corpus_sweep(c);
}

/* ---- entropy --------------------------------------------------------------------- */

struct link {
    int from, to, i;
};

static int by_from(const void *a, const void *b)
{
    const struct link *x = a, *y = b;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    return x->to < y->to ? -1 : x->to > y->to;
}

/* bits[i] = - sum over t of p(t | from_i) log2 p(t | from_i); link is sorted here. */
static void entropy_of(struct link *link, int n, double *bits)
{
    qsort(link, (size_t)n, sizeof *link, by_from);
    for (int a = 0, b; a < n; a = b) {
        double sum = 0;
        for (b = a; b < n && link[b].from == link[a].from; b++)
            ;
        for (int i = a, j; i < b; i = j) {
            for (j = i; j < b && link[j].to == link[i].to; j++)
                ;
            double p = (double)(j - i) / (b - a);
            sum -= p * log2(p);
        }
        for (int i = a; i < b; i++)
            bits[link[i].i] = sum;
    }
}

void sift_entropies(const struct corpus *c, double **src, double **tgt)
{
    size_t n = (size_t)c->n + 1;
    struct link *there = xcalloc(n, sizeof *there), *back = xcalloc(n, sizeof *back);
    struct vocab *a = vocab_new(), *b = vocab_new();
    struct str key = STR_INIT;
    for (int i = 0; i < c->n; i++) {
        corpus_key(talk_last(c->pair[i].src), &key);
        int from = vocab_add(a, key.s, key.n);
        corpus_key(c->pair[i].tgt, &key);
        int to = vocab_add(b, key.s, key.n);
        there[i] = (struct link){ from, to, i };
        back[i] = (struct link){ to, from, i };
    }
    *src = xcalloc(n, sizeof **src);
    *tgt = xcalloc(n, sizeof **tgt);
    entropy_of(there, c->n, *src);
    entropy_of(back, c->n, *tgt);
    str_release(&key);
    vocab_free(a);
    vocab_free(b);
    free(there);
    free(back);
}

static void sift_entropy(struct corpus *c, double most)
{
    double *src, *tgt;
    sift_entropies(c, &src, &tgt);
    for (int i = 0; i < c->n; i++)
        if (src[i] > most)
            corpus_drop(c, i, "the source has many targets (entropy)");
        else if (tgt[i] > most)
            corpus_drop(c, i, "the target has many sources (entropy)");
    free(src);
    free(tgt);
    corpus_sweep(c);
}

/* ---- dull replies ---------------------------------------------------------------- */

/* Of the pairs link[n] of one reply, `keep` stay, evenly spread over them. */
static void thin_out(struct corpus *c, const struct link *link, int n, int keep)
{
    for (int k = 0; k < n; k++)
        if ((int64_t)k * keep / n == (int64_t)(k + 1) * keep / n)
            corpus_drop(c, link[k].i, "the reply is given to many prompts (dull)");
}

static int by_reply(const void *a, const void *b)
{
    const struct link *x = a, *y = b;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    return x->i < y->i ? -1 : x->i > y->i;
}

static void sift_dull(struct corpus *c, double most)
{
    double *src, *tgt;
    struct link *link = xcalloc((size_t)c->n + 1, sizeof *link);
    struct vocab *replies = vocab_new();
    struct str key = STR_INIT;
    sift_entropies(c, &src, &tgt);
    for (int i = 0; i < c->n; i++) {
        corpus_key(c->pair[i].tgt, &key);
        link[i] = (struct link){ .from = vocab_add(replies, key.s, key.n), .i = i };
    }
    qsort(link, (size_t)c->n, sizeof *link, by_reply);
    for (int a = 0, b; a < c->n; a = b) {
        for (b = a; b < c->n && link[b].from == link[a].from; b++)
            ;
        if (tgt[link[a].i] > most)
            thin_out(c, link + a, b - a, MIN(b - a, (int)lround(exp2(most))));
    }
    str_release(&key);
    vocab_free(replies);
    free(link);
    free(src);
    free(tgt);
    corpus_sweep(c);
}

void sift(struct corpus *c, const struct sift_ask *ask)
{
    for (int i = 0; i < c->n; i++) {
        const char *why = fault_of(ask, &c->pair[i]);
        if (why)
            corpus_drop(c, i, why);
    }
    corpus_sweep(c);
    if (ask->twice)
        sift_twice(c);
    if (ask->language > 0)
        sift_language(c, ask->language);
    if (ask->entropy > 0)
        sift_entropy(c, ask->entropy);
    if (ask->dull > 0)
        sift_dull(c, ask->dull);
}
