#include "tests/toy.h"

#include "base/rng.h"

enum { SYMBOLS = 4, SRC = 4, TGT = 3, SRC_DIM = 3, TGT_DIM = 2 };

static void set(struct settings *s, const char *key, const char *value)
{
    struct err err;
    if (settings_set(s, key, value, &err) < 0)
        BUG("%s", err.msg);
}

void toy_settings(struct settings *s)
{
    settings_init(s);
    set(s, "hidden", "5,4");
    set(s, "init", "uniform");
    set(s, "init_range", "0.9");
    set(s, "seed", "7");
}

static void make_codec(struct codec *c, const struct settings *s, bool target, int len)
{
    *c = (struct codec){ .tokenizer = tokenizer_find(s->tokenizer), .vocab = vocab_new(),
                         .len = len };
    c->fixed = !strcmp(s->length, "fixed");
    c->filler = -1;
    if (c->tokenizer == &tokenizer_vector) {
        c->dim = target ? TGT_DIM : SRC_DIM;
        return;
    }
    if (target && arch_find(s->arch)->food == FOOD_TOKEN)
        vocab_add_special(c->vocab, VOCAB_SOS);
    if (target && !c->fixed)
        vocab_add_special(c->vocab, VOCAB_EOS);
    for (int i = 0; i < SYMBOLS; i++)
        vocab_add(c->vocab, &"abcd"[i], 1);
    if (c->fixed)
        c->filler = vocab_find(c->vocab, "a", 1);
}

static void add_ids(struct pairs *p, struct rng *r, bool fixed, int V, int eos)
{
    int a[8], b[8];
    int na = fixed ? SRC : 1 + (int)rng_below(r, 5);
    int nb = fixed ? TGT : 1 + (int)rng_below(r, 4);
    for (int k = 0; k < na; k++)
        a[k] = (int)rng_below(r, SYMBOLS);
    for (int k = 0; k < nb; k++)
        b[k] = V - 1 - (int)rng_below(r, SYMBOLS);
    if (eos >= 0)
        b[nb++] = eos;
    pairs_add(p, a, na, b, nb);
}

static void add_vectors(struct pairs *p, struct rng *r)
{
    real a[SRC * SRC_DIM], b[TGT * TGT_DIM];
    struct vectors src = { .x = a, .n = SRC, .dim = SRC_DIM };
    struct vectors tgt = { .x = b, .n = TGT, .dim = TGT_DIM };
    for (int k = 0; k < SRC * SRC_DIM; k++)
        a[k] = (real)(2 * rng_unit(r) - 1);
    for (int k = 0; k < TGT * TGT_DIM; k++)
        b[k] = (a[k] + a[SRC * SRC_DIM - 1 - k]) / 2;
    pairs_add_vectors(p, &src, &tgt);
}

void toy_make(struct toy *toy, const struct settings *s, int n)
{
    struct codec src, tgt;
    struct err err;
    struct rng r;
    bool fixed = !strcmp(s->length, "fixed");
    make_codec(&src, s, false, fixed ? SRC : 5);
    make_codec(&tgt, s, true, fixed ? TGT : 5);
    int V = vocab_size(tgt.vocab), eos = vocab_special(tgt.vocab, VOCAB_EOS);
    pairs_init(&toy->pairs);
    rng_init(&r, 3, RNG_DATA, 0);
    for (int i = 0; i < n; i++)
        if (tgt.dim)
            add_vectors(&toy->pairs, &r);
        else
            add_ids(&toy->pairs, &r, fixed, V, eos);
    toy->model = model_new(s, &src, &tgt, &err);
    if (!toy->model)
        BUG("%s", err.msg);
    model_draw(toy->model);
    model_ready(toy->model, true);
}

void toy_release(struct toy *toy)
{
    pairs_release(&toy->pairs);
    model_free(toy->model);
}

void toy_ignore(void *own, const struct event *e)
{
    (void)own;
    (void)e;
}
