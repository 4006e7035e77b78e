#include "run/strategy.h"

#include <math.h>

/* ---- argmax -------------------------------------------------------------- */

static int argmax_wants(const struct strategy_options *o, int symbols)
{
    (void)o;
    (void)symbols;
    return 1;
}

static void argmax_keep(const struct strategy_options *o, struct cand *c, int n,
                        struct rng *r)
{
    (void)o;
    (void)r;
    for (int i = 0; i < n; i++) {
        c[i].kept = i == 0;
        c[i].cut = NULL;
        c[i].p = c[i].kept ? 1 : 0;
    }
}

const struct strategy strategy_argmax = {
    .name = "argmax",
    .summary = "always the most probable token",
    .wants = argmax_wants,
    .keep = argmax_keep,
};

/* ---- sample -------------------------------------------------------------- */

static int sample_wants(const struct strategy_options *o, int symbols)
{
    return o->top_k > 0 && o->top_k < symbols ? o->top_k : symbols;
}

/* Temperature first, then top-k, then top-p, then one draw: the order in which
 * most toolkits apply them (Holtzman et al. 2020 for top-p). */
static void sample_keep(const struct strategy_options *o, struct cand *c, int n,
                        struct rng *r)
{
    double t = o->temperature, sum = 0, left = 0;
    int live = o->top_k > 0 ? MIN(o->top_k, n) : n, last = 0;
    for (int i = 0; i < n; i++) {
        c[i].kept = false;
        c[i].cut = i < live ? NULL : "top-k";
        c[i].p = i < live ? (real)exp((c[i].logp - c[0].logp) / t) : 0;
        sum += c[i].p;
    }
    for (int i = 0; i < live; i++) {
        if (left >= o->top_p * sum) {
            c[i].p = 0;
            c[i].cut = "top-p";
        }
        left += c[i].p;
    }
    double draw = rng_unit(r) * left, seen = 0;
    for (int i = 0; i < live && c[i].p > 0; i++) {
        seen += c[i].p;
        last = i;
        if (draw < seen)
            break;
    }
    for (int i = 0; i < n; i++)
        c[i].p /= (real)left;
    c[last].kept = true;
}

const struct strategy strategy_sample = {
    .name = "sample",
    .summary = "drawn by probability, within temperature, top-k and top-p",
    .wants = sample_wants,
    .keep = sample_keep,
};

const struct strategy *const strategy_table[] = { &strategy_argmax, &strategy_sample, NULL };

const struct strategy *strategy_find(const char *name)
{
    for (int i = 0; strategy_table[i]; i++)
        if (!strcmp(strategy_table[i]->name, name))
            return strategy_table[i];
    return NULL;
}
