#include "base/mem.h"
#include "base/rng.h"
#include "base/utf8.h"
#include "corpora/reader.h"

#include <math.h>

/*
 * Random strings and the same strings backwards ("abca" -> "acba"), lengths alike from
 * min_len to max_len. With `longer`, the last examples, which split = tail holds out,
 * have lengths of up to max_len + longer: does the net reverse, or did it learn places?
 */

enum {
    LETTERS = SETTING_TEXT, /* of an alphabet */
    LETTER = 4,             /* bytes of one */
    LENGTH_MAX = 1000,      /* most that max_len, or longer, can be */
};

struct reverse {
    struct rng rng;
    int made, wanted, held_out, data_seed;
    int min_len, max_len, longer;
    int letters;
    char letter[LETTERS][LETTER + 1];
    struct str src, tgt;
};

static void *reverse_open(const struct settings *s, const char *path, struct err *err)
{
    struct reverse *g = xcalloc(1, sizeof *g);
    size_t n = strlen(s->letters);
    (void)path;
    (void)err; /* the settings were checked */
    rng_init(&g->rng, (uint64_t)s->data_seed, RNG_DATA, 0);
    g->data_seed = s->data_seed;
    g->wanted = s->examples;
    g->held_out = s->longer ? (int)floor(s->examples * s->valid + 1e-9) : 0;
    g->min_len = s->min_len;
    g->max_len = s->max_len;
    g->longer = s->longer;
    for (size_t i = 0, k; i < n; i += k) {
        k = utf8_next(s->letters + i, n - i, NULL);
        memcpy(g->letter[g->letters++], s->letters + i, k);
    }
    return g;
}

static void reverse_close(void *own)
{
    struct reverse *g = own;
    str_release(&g->src);
    str_release(&g->tgt);
    free(g);
}

static int reverse_next(void *own, struct example *ex, struct err *err)
{
    struct reverse *g = own;
    int most = g->max_len, drawn[2 * LENGTH_MAX];
    (void)err;
    if (g->made == g->wanted)
        return 0;
    if (g->made++ >= g->wanted - g->held_out)
        most += g->longer;
    int n = g->min_len + (int)rng_below(&g->rng, (uint64_t)(most - g->min_len + 1));
    str_clear(&g->src);
    str_clear(&g->tgt);
    for (int i = 0; i < n; i++) {
        drawn[i] = (int)rng_below(&g->rng, (uint64_t)g->letters);
        str_add(&g->src, g->letter[drawn[i]]);
    }
    for (int i = n - 1; i >= 0; i--)
        str_add(&g->tgt, g->letter[drawn[i]]);
    *ex = (struct example){
        .src = str_cstr(&g->src),
        .tgt = str_cstr(&g->tgt),
        .key = reader_key(g->data_seed, reader_hash(str_cstr(&g->src))),
    };
    return 1;
}

static void reverse_bounds(const struct settings *s, struct reader_bounds *out)
{
    *out = (struct reader_bounds){ .src_len = s->max_len + s->longer,
                                   .tgt_len = s->max_len + s->longer };
    memcpy(out->src_alphabet, s->letters, sizeof s->letters);
    memcpy(out->tgt_alphabet, s->letters, sizeof s->letters);
}

static void reverse_about(const struct settings *s, struct str *out)
{
    str_addf(out, "strings of %d to %d letters, backwards", s->min_len,
             s->max_len + s->longer);
}

static void reverse_example(const struct settings *s, struct str *out)
{
    int n = MAX(s->min_len, MIN(4, s->max_len));
    size_t at = 0, all = strlen(s->letters);
    for (int i = 0; i < n; i++) {
        size_t k = utf8_next(s->letters + at, all - at, NULL);
        str_addn(out, s->letters + at, k);
        at = at + k < all ? at + k : 0;
    }
}

const struct reader reader_reverse = {
    .name = "reverse",
    .summary = "random strings, to be said backwards",
    .generates = true,
    .open = reverse_open,
    .next = reverse_next,
    .close = reverse_close,
    .bounds = reverse_bounds,
    .about = reverse_about,
    .example = reverse_example,
};
