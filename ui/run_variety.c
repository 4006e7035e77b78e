#include "ui/run_variety.h"

#include <math.h>

enum { MOST_WORDS = 64 };

struct words {
    const char *at[MOST_WORDS];
    size_t len[MOST_WORDS];
    int n;
};

static void split(struct words *w, const char *text)
{
    w->n = 0;
    while (*(text += strspn(text, " ")) && w->n < MOST_WORDS) {
        w->at[w->n] = text;
        w->len[w->n] = strcspn(text, " ");
        text += w->len[w->n++];
    }
}

static bool same_word(const struct words *a, int i, const struct words *b, int k)
{
    return a->len[i] == b->len[k] && !memcmp(a->at[i], b->at[k], a->len[i]);
}

/* Is the pair of words at i among those of another answer? Before a place: of its own. */
static bool has_pair(const struct words *in, int until, const struct words *w, int i)
{
    for (int k = 0; k + 1 < until; k++)
        if (same_word(in, k, w, i) && same_word(in, k + 1, w, i + 1))
            return true;
    return false;
}

static bool has_word(const struct words *in, const struct words *w, int i)
{
    for (int k = 0; k < in->n; k++)
        if (same_word(in, k, w, i))
            return true;
    return false;
}

/* Words and pairs of answer i that others have, too: the geometric mean of the shares. */
static double like_others(const struct words *w, int n, int i)
{
    int words = 0, pairs = 0;
    for (int k = 0; k < w[i].n; k++) {
        bool word = false, pair = false;
        for (int j = 0; j < n; j++) {
            word |= j != i && has_word(&w[j], &w[i], k);
            pair |= j != i && k + 1 < w[i].n && has_pair(&w[j], w[j].n, &w[i], k);
        }
        words += word;
        pairs += pair;
    }
    return w[i].n < 2 ? NAN : sqrt((double)words / w[i].n * pairs / (w[i].n - 1));
}

/* Different pairs of words, over all. */
static double distinct(const struct words *w, int n)
{
    int all = 0, new = 0;
    for (int i = 0; i < n; i++) {
        for (int k = 0; k + 1 < w[i].n; k++) {
            bool known = has_pair(&w[i], k + 1, &w[i], k);
            for (int j = 0; j < i && !known; j++)
                known = has_pair(&w[j], w[j].n, &w[i], k);
            all++;
            new += !known;
        }
    }
    return all ? (double)new / all : NAN;
}

bool run_variety_generic(const struct run_reader *r, int i)
{
    for (int j = 0; j < r->samples; j++)
        if (j != i && !strcmp(r->sample[i].g, r->sample[j].g) &&
            strcmp(r->sample[i].q, r->sample[j].q) != 0)
            return true;
    return false;
}

void run_variety(const struct run_reader *r, struct run_variety *v)
{
    struct words w[RUN_SAMPLES];
    int n = r->samples, words = 0, repeats = 0, unknown = 0, like = 0, twice = 0;
    double squares = 0, bleu = 0;
    for (int i = 0; i < n; i++) {
        split(&w[i], r->sample[i].g);
        words += w[i].n;
        squares += (double)w[i].n * w[i].n;
        twice += run_variety_generic(r, i);
        for (int k = 0; k < w[i].n; k++) {
            repeats += k > 0 && same_word(&w[i], k, &w[i], k - 1);
            unknown += w[i].len[k] == 5 && !memcmp(w[i].at[k], "<unk>", 5);
        }
    }
    for (int i = 0; i < n; i++) {
        double one = like_others(w, n, i);
        like += !isnan(one);
        bleu += isnan(one) ? 0 : one;
    }
    double mean = n ? (double)words / n : NAN;
    *v = (struct run_variety){
        .answers = n,
        .length = mean,
        .spread = n ? sqrt(fmax(squares / n - mean * mean, 0)) : NAN,
        .distinct = distinct(w, n),
        .self_bleu = like ? bleu / like : NAN,
        .generic = n ? (double)twice / n : NAN,
        .repeats = words ? (double)repeats / words : NAN,
        .unknown = words ? (double)unknown / words : NAN,
    };
}
