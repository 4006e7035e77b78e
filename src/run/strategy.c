#include "run/strategy.h"

#include <math.h>

static int one(const struct strategy_options *o)
{
    (void)o;
    return 1;
}

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
    .groups = one,
    .width = one,
    .wants = argmax_wants,
    .keep = argmax_keep,
};

/* ---- sample -------------------------------------------------------------- */

static int sample_groups(const struct strategy_options *o)
{
    return MAX(o->draws, 1);
}

static int sample_wants(const struct strategy_options *o, int symbols)
{
    return o->top_k > 0 && o->top_k < symbols ? o->top_k : symbols;
}

/* exp(-reach / T) = min-p, and a little more for rounding. */
static double sample_reach(const struct strategy_options *o)
{
    return o->min_p > 0 ? 0.001 - o->temperature * log(o->min_p) : INFINITY;
}

static void cut(struct cand *c, const char *by)
{
    c->p = 0;
    c->cut = by;
}

/* Temperature first, then top-k, min-p and top-p, then one draw: the order in which most
 * toolkits apply them (Holtzman et al. 2020 for top-p, Nguyen et al. 2024 for min-p). */
static void sample_keep(const struct strategy_options *o, struct cand *c, int n,
                        struct rng *r)
{
    double t = o->temperature, sum = 0, left = 0;
    double within = MAX(o->min_p, o->min_p_within);
    int live = o->top_k > 0 ? MIN(o->top_k, n) : n, last = 0;
    for (int i = 0; i < n; i++) {
        c[i].kept = false;
        c[i].cut = i < live ? NULL : "top-k";
        c[i].p = i < live ? (real)exp((c[i].gain - c[0].gain) / t) : 0;
        if (i < live && c[i].p < (c[i].within ? within : o->min_p))
            cut(&c[i], "min-p");
        sum += c[i].p;
    }
    for (int i = 0; i < live; i++) {
        if (left >= o->top_p * sum && c[i].p > 0)
            cut(&c[i], "top-p");
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
    .summary = "drawn by probability, within temperature, top-k, top-p and min-p",
    .drawn = true,
    .groups = sample_groups,
    .width = one,
    .wants = sample_wants,
    .reach = sample_reach,
    .keep = sample_keep,
};

/* ---- beam ---------------------------------------------------------------- */

static int beam_groups(const struct strategy_options *o)
{
    return MAX(1, MIN(o->groups, o->width));
}

static int beam_width(const struct strategy_options *o)
{
    int groups = beam_groups(o);
    return (o->width + groups - 1) / groups;
}

/* At most one of them ends the answer. */
static int beam_wants(const struct strategy_options *o, int symbols)
{
    return MIN(beam_width(o) + 1, symbols);
}

/* Answers that end count if they are among the best; the others fill the beam. */
static void beam_keep(const struct strategy_options *o, struct cand *c, int n,
                      struct rng *r)
{
    int width = beam_width(o), live = 0;
    (void)r;
    for (int i = 0; i < n; i++) {
        c[i].kept = c[i].ends ? i < width : live < width;
        c[i].cut = c[i].kept ? NULL : "beam";
        c[i].p = (real)exp(c[i].gain);
        live += c[i].kept && !c[i].ends;
    }
}

const struct strategy strategy_beam = {
    .name = "beam",
    .summary = "the most probable whole answer, among several that are tried",
    .groups = beam_groups,
    .width = beam_width,
    .wants = beam_wants,
    .keep = beam_keep,
};

const struct strategy *const strategy_table[] = { &strategy_argmax, &strategy_sample,
                                                  &strategy_beam, NULL };

const struct strategy *strategy_find(const char *name)
{
    for (int i = 0; strategy_table[i]; i++)
        if (!strcmp(strategy_table[i]->name, name))
            return strategy_table[i];
    return NULL;
}
