#include "base/mem.h"
#include "base/rng.h"
#include "corpora/reader.h"

#include <math.h>

/*
 * Waves and how they go on. Every example has a wave of its own, a sin(w t + p), with a,
 * w and p drawn; component k of a vector sees it earlier by k times a fixed shift:
 *
 *     source  x_t[k] = a sin(w t + p + SHIFT k)         t = 0 .. S-1
 *     target  y_t[k] = a sin(w (S + t) + p + SHIFT k)   t = 0 .. T-1
 *
 * The target is a smooth function of the source, and lies between -1 and 1.
 */

enum { SRC_LEN = 7, TGT_LEN = 8 }; /* where the settings name none */
static const double shift = 0.5;

struct waves {
    struct rng rng;
    int made, wanted, data_seed;
    int src_len, tgt_len, src_dim, tgt_dim;
    real *x; /* room for a side */
    struct str src, tgt;
};

static void *waves_open(const struct settings *s, const char *path, struct err *err)
{
    struct waves *g = xcalloc(1, sizeof *g);
    (void)path;
    (void)err;
    rng_init(&g->rng, (uint64_t)s->data_seed, RNG_DATA, 0);
    g->data_seed = s->data_seed;
    g->wanted = s->examples;
    g->src_len = s->src_len ? s->src_len : SRC_LEN;
    g->tgt_len = s->tgt_len ? s->tgt_len : TGT_LEN;
    g->src_dim = s->src_dim;
    g->tgt_dim = s->tgt_dim;
    int len = MAX(g->src_len, g->tgt_len), dim = MAX(g->src_dim, g->tgt_dim);
    g->x = xcalloc((size_t)len * (size_t)dim, sizeof *g->x);
    return g;
}

static void waves_close(void *own)
{
    struct waves *g = own;
    free(g->x);
    str_release(&g->src);
    str_release(&g->tgt);
    free(g);
}

struct wave {
    double a, w, p;
};

/* n vectors of the wave from time `from` on, as text. */
static void say(struct waves *g, const struct wave *v, int from, int n, int dim,
                struct str *out)
{
    for (int t = 0; t < n; t++)
        for (int k = 0; k < dim; k++)
            g->x[(size_t)t * (size_t)dim + (size_t)k] =
                (real)(v->a * sin(v->w * (from + t) + v->p + shift * k));
    str_clear(out);
    vectors_text(g->x, n, dim, out);
}

static int waves_next(void *own, struct example *ex, struct err *err)
{
    struct waves *g = own;
    (void)err;
    if (g->made == g->wanted)
        return 0;
    struct wave v = { .a = 0.3 + 0.6 * rng_unit(&g->rng) };
    v.w = 0.3 + 0.7 * rng_unit(&g->rng);
    v.p = 6.283185307179586 * rng_unit(&g->rng);
    say(g, &v, 0, g->src_len, g->src_dim, &g->src);
    say(g, &v, g->src_len, g->tgt_len, g->tgt_dim, &g->tgt);
    *ex = (struct example){
        .src = str_cstr(&g->src),
        .tgt = str_cstr(&g->tgt),
        .key = reader_key(g->data_seed, (uint64_t)g->made),
    };
    g->made++;
    return 1;
}

const struct reader reader_waves = {
    .name = "waves",
    .summary = "waves of real numbers, to be gone on with",
    .generates = true,
    .open = waves_open,
    .next = waves_next,
    .close = waves_close,
};
