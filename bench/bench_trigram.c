/*
 * bench_trigram - how well replies are guessed by one who does not hear the prompt.
 *
 *     make bench/bench_trigram && bench/bench_trigram MODEL TRAIN TEST
 *
 * An interpolated Kneser-Ney trigram (Chen and Goodman 1999, one discount an order) of the
 * targets of TRAIN, in the pieces of a model, and its perplexity on those of TEST, </s>
 * counted: to be held against what `seqsh eval MODEL TEST` says. Files of pairs.
 *
 *     p(w | u v) = max(c - D, 0) / c(u v *) + D types(u v *) / c(u v *) p(w | v)
 *
 * where below the top c counts not how often, but behind how many different tokens.
 */
#include "corpora/reader.h"
#include "model/model.h"

#include <math.h>
#include <stdio.h>

enum { BITS = 20 }; /* of a token in a key */

struct row { /* a gram and its count, or a history and its sums */
    uint64_t key;
    double count, types;
};

struct order {
    struct row *gram, *history;
    long grams, histories;
    double discount;
};

struct trigram {
    struct order order[3]; /* of one, two and three tokens */
    int symbols, start;    /* start: stands for <s> */
};

static int by_key(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    return x->key < y->key ? -1 : x->key > y->key;
}

/* Equal keys become one, their counts added up and their number counted. */
static long merge(struct row *row, long n)
{
    long kept = 0;
    qsort(row, (size_t)n, sizeof *row, by_key);
    for (long i = 0; i < n; i++) {
        if (kept && row[kept - 1].key == row[i].key) {
            row[kept - 1].count += row[i].count;
            row[kept - 1].types += row[i].types;
        } else {
            row[kept++] = row[i];
        }
    }
    return kept;
}

static const struct row *find(const struct row *row, long n, uint64_t key)
{
    struct row want = { .key = key };
    return bsearch(&want, row, (size_t)n, sizeof *row, by_key);
}

/* Takes the rows; what is left of them is the order's grams. */
static void order_make(struct order *o, struct row *row, long n)
{
    double once = 0, twice = 0;
    *o = (struct order){ .gram = row, .grams = merge(row, n) };
    o->history = xcalloc((size_t)o->grams + 1, sizeof *o->history);
    for (long i = 0; i < o->grams; i++) {
        once += row[i].count == 1;
        twice += row[i].count == 2;
        o->history[i] = (struct row){ row[i].key >> BITS, row[i].count, 1 };
    }
    o->histories = merge(o->history, o->grams);
    o->discount = once > 0 ? once / (once + 2 * twice) : 0.5;
}

/* The order below: each different gram counts once, but behind <s>, where nothing else
 * can stand, as often as it came. */
static void order_below(const struct trigram *t, struct order *o, const struct order *above,
                        int bits)
{
    struct row *row = xcalloc((size_t)above->grams + 1, sizeof *row);
    uint64_t mask = ((uint64_t)1 << bits) - 1;
    for (long i = 0; i < above->grams; i++) {
        uint64_t key = above->gram[i].key & mask;
        bool first = bits > BITS && key >> BITS == (uint64_t)t->start;
        row[i] = (struct row){ key, first ? above->gram[i].count : 1, 0 };
    }
    order_make(o, row, above->grams);
}

static void trigram_make(struct trigram *t, const struct pairs *p)
{
    struct row *row;
    long n = 0, room = 0;
    for (int i = 0; i < p->n; i++)
        room += p->tgt_n[i];
    row = xcalloc((size_t)room + 1, sizeof *row);
    for (int i = 0; i < p->n; i++) {
        uint64_t u = (uint64_t)t->start, v = u;
        const uint16_t *id = pairs_tgt(p, i);
        for (int k = 0; k < p->tgt_n[i]; k++) {
            row[n++] = (struct row){ u << 2 * BITS | v << BITS | id[k], 1, 0 };
            u = v;
            v = id[k];
        }
    }
    order_make(&t->order[2], row, n);
    order_below(t, &t->order[1], &t->order[2], 2 * BITS);
    order_below(t, &t->order[0], &t->order[1], BITS);
}

/* key: the history and the token, as many as the order has. */
static double probability(const struct trigram *t, int order, uint64_t key)
{
    if (order < 0)
        return 1.0 / t->symbols;
    const struct order *o = &t->order[order];
    double lower = probability(t, order - 1, key & (((uint64_t)1 << order * BITS) - 1));
    const struct row *h = find(o->history, o->histories, key >> BITS);
    const struct row *g = h ? find(o->gram, o->grams, key) : NULL;
    if (!h)
        return lower;
    return ((g ? g->count - o->discount : 0) + o->discount * h->types * lower) / h->count;
}

static double nats(const struct trigram *t, const struct pairs *p, long *tokens)
{
    double sum = 0;
    *tokens = 0;
    for (int i = 0; i < p->n; i++) {
        uint64_t u = (uint64_t)t->start, v = u;
        const uint16_t *id = pairs_tgt(p, i);
        for (int k = 0; k < p->tgt_n[i]; k++, ++*tokens) {
            sum -= log(probability(t, 2, u << 2 * BITS | v << BITS | id[k]));
            u = v;
            v = id[k];
        }
    }
    return sum;
}

static int load(struct dataset *ds, const struct model *m, const char *path, struct err *err)
{
    struct settings s = m->set;
    s.valid = 0;
    s.first = 0;
    s.sha256[0] = s.valid_data[0] = '\0';
    if (settings_set(&s, "data", path, err) < 0 || settings_set(&s, "format", "tsv", err) < 0)
        return -1;
    return dataset_load_with(ds, &s, &m->src, &m->tgt, err);
}

static int run(char **argv, struct err *err)
{
    struct dataset train, test;
    struct model *m = model_load(argv[1], err);
    struct trigram t = { .start = CODEC_VOCAB_MAX };
    long tokens;
    if (!m || load(&train, m, argv[2], err) < 0 || load(&test, m, argv[3], err) < 0)
        return -1;
    t.symbols = vocab_size(m->tgt.vocab);
    trigram_make(&t, &train.train);
    double sum = nats(&t, &test.train, &tokens);
    printf("pieces\t%d\nreplies\t%d\ntokens\t%ld\nloss\t%.4f\nperplexity\t%.2f\n", t.symbols,
           test.train.n, tokens, sum / (double)tokens, exp(sum / (double)tokens));
    for (int k = 0; k < 3; k++) {
        free(t.order[k].gram);
        free(t.order[k].history);
    }
    dataset_release(&train);
    dataset_release(&test);
    model_free(m);
    return 0;
}

int main(int argc, char **argv)
{
    struct err err;
    if (argc != 4) {
        fprintf(stderr, "usage: bench_trigram MODEL TRAIN TEST\n");
        return 2;
    }
    if (run(argv, &err) == 0)
        return 0;
    fprintf(stderr, "bench_trigram: %s\n", err.msg);
    return 1;
}
