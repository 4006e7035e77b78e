#include "corpora/split.h"

#include "base/sha256.h"
#include "text/talk.h"

/* ---- sentences as numbers -------------------------------------------------------- */

/* The source and the target of each pair, in one vocabulary: 's' or 't', then the key. */
struct sentences {
    struct vocab *key;
    int *src, *tgt; /* [n] */
};

static int sentence_id(struct vocab *v, char side, const char *text, bool add,
                       struct str *key)
{
    struct str tagged = STR_INIT;
    corpus_key(text, key);
    str_addc(&tagged, side);
    str_add(&tagged, str_cstr(key));
    int id = add ? vocab_add(v, tagged.s, tagged.n) : vocab_find(v, tagged.s, tagged.n);
    str_release(&tagged);
    return id;
}

static void sentences_init(struct sentences *s, const struct corpus *c)
{
    struct str key = STR_INIT;
    s->key = vocab_new();
    s->src = xcalloc((size_t)c->n, sizeof *s->src);
    s->tgt = xcalloc((size_t)c->n, sizeof *s->tgt);
    for (int i = 0; i < c->n; i++) {
        s->src[i] = sentence_id(s->key, 's', talk_last(c->pair[i].src), true, &key);
        s->tgt[i] = sentence_id(s->key, 't', c->pair[i].tgt, true, &key);
    }
    str_release(&key);
}

static void sentences_release(struct sentences *s)
{
    vocab_free(s->key);
    free(s->src);
    free(s->tgt);
}

/* ---- sets of them ---------------------------------------------------------------- */

static int root(int *up, int i)
{
    while (up[i] != i)
        i = up[i] = up[up[i]];
    return i;
}

static int *join_all(const struct sentences *s, int pairs)
{
    int n = vocab_size(s->key), *up = xcalloc((size_t)n, sizeof *up);
    for (int i = 0; i < n; i++)
        up[i] = i;
    for (int i = 0; i < pairs; i++) {
        int a = root(up, s->src[i]), b = root(up, s->tgt[i]);
        up[MAX(a, b)] = MIN(a, b);
    }
    return up;
}

static enum split_part part_of(const struct split_ask *ask, double u)
{
    return u < ask->dev ? SPLIT_DEV : u < ask->dev + ask->test ? SPLIT_TEST : SPLIT_TRAIN;
}

static enum split_part drawn(const struct split_ask *ask, uint64_t content)
{
    return part_of(ask, reader_key_unit(reader_key(ask->seed, content)));
}

static void hold_out(struct sentences *s, int *up, const struct corpus *outside, bool *held)
{
    struct str key = STR_INIT;
    for (int i = 0; i < outside->n; i++) {
        const char *text[] = { talk_last(outside->pair[i].src), outside->pair[i].tgt };
        for (int side = 0; side < 2; side++) {
            int id = sentence_id(s->key, "st"[side], text[side], false, &key);
            if (id >= 0)
                held[root(up, id)] = true;
        }
    }
    str_release(&key);
}

static void by_sentence(const struct corpus *c, const struct split_ask *ask,
                        unsigned char *part)
{
    struct sentences s;
    sentences_init(&s, c);
    int n = vocab_size(s.key), *up = join_all(&s, c->n);
    uint64_t *least = xcalloc((size_t)n, sizeof *least); /* hash of a set's sources */
    bool *held = xcalloc((size_t)n, sizeof *held);
    for (int i = 0; i < c->n; i++) {
        uint64_t h = reader_hash(vocab_piece(s.key, s.src[i]));
        int set = root(up, s.src[i]);
        least[set] = least[set] ? MIN(least[set], h) : h;
    }
    if (ask->outside)
        hold_out(&s, up, ask->outside, held);
    for (int i = 0; i < c->n; i++) {
        int set = root(up, s.src[i]);
        part[i] = held[set] ? SPLIT_HELD_OUT : drawn(ask, least[set]);
    }
    free(held);
    free(least);
    free(up);
    sentences_release(&s);
}

/* ---- by group -------------------------------------------------------------------- */

enum { HEX_OF_32_BITS = 8 };

/* The place of a group in [0, 1): h % 100 percent of it, and what is left of h behind
 * the point; h is the beginning of the name's SHA-256. */
static double group_unit(const char *name, int seed)
{
    struct sha256 s;
    char hex[SHA256_TEXT], number[16];
    sha256_start(&s);
    sha256_add(&s, name, strlen(name));
    if (seed != 1) {
        snprintf(number, sizeof number, " %d", seed);
        sha256_add(&s, number, strlen(number));
    }
    sha256_end(&s, hex);
    hex[HEX_OF_32_BITS] = '\0';
    unsigned long h = strtoul(hex, NULL, 16);
    return ((double)(h % 100) + (double)(h / 100) / (UINT32_MAX / 100.0 + 1)) / 100;
}

static void by_group(struct corpus *c, const struct split_ask *ask, unsigned char *part)
{
    struct vocab *seen = vocab_new();
    struct str key = STR_INIT, both = STR_INIT;
    for (int i = 0; i < c->n; i++) {
        int g = c->pair[i].group;
        const char *name = g < 0 ? "" : vocab_piece(c->groups, g);
        part[i] = part_of(ask, group_unit(name, ask->seed));
    }
    for (int train = 1; train >= 0; train--)
        for (int i = 0; i < c->n; i++) {
            if (train != (part[i] == SPLIT_TRAIN))
                continue;
            str_clear(&both);
            corpus_key(talk_last(c->pair[i].src), &key);
            str_addf(&both, "%s\t", str_cstr(&key));
            corpus_key(c->pair[i].tgt, &key);
            str_add(&both, str_cstr(&key));
            if (train)
                vocab_add(seen, both.s, both.n);
            else if (vocab_find(seen, both.s, both.n) >= 0)
                corpus_drop(c, i, "the training part has this pair as well");
        }
    str_release(&both);
    str_release(&key);
    vocab_free(seen);
}

unsigned char *split_make(struct corpus *c, const struct split_ask *ask)
{
    unsigned char *part = xcalloc((size_t)c->n + 1, 1);
    if (ask->by_group)
        by_group(c, ask, part);
    else
        by_sentence(c, ask, part);
    return part;
}

long split_leaks(const struct corpus *c, const unsigned char *part)
{
    struct sentences s;
    long leaks = 0;
    sentences_init(&s, c);
    size_t n = (size_t)vocab_size(s.key);
    bool *trained = xcalloc(n, sizeof *trained), *other = xcalloc(n, sizeof *other);
    for (int i = 0; i < c->n; i++) {
        bool *in = part[i] == SPLIT_TRAIN ? trained : other;
        if (!c->pair[i].gone)
            in[s.src[i]] = in[s.tgt[i]] = true;
    }
    for (size_t i = 0; i < n; i++)
        leaks += trained[i] && other[i];
    free(trained);
    free(other);
    sentences_release(&s);
    return leaks;
}
