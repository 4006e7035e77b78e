#include "run/offer.h"

#include "base/mem.h"
#include "num/vec.h"
#include "run/prior.h"

#include <math.h>

void offers_init(struct offers *o, const struct codec *c)
{
    int symbols = vocab_size(c->vocab);
    *o = (struct offers){ .symbols = symbols, .eos = vocab_special(c->vocab, VOCAB_EOS) };
    o->within = xcalloc((size_t)symbols, sizeof *o->within);
    for (int v = 0; v < symbols && c->subword; v++)
        o->within[v] = subword_continues(c->subword, v);
    o->gain = xcalloc((size_t)symbols, sizeof *o->gain);
    o->order = xcalloc((size_t)symbols, sizeof *o->order);
}

void offers_release(struct offers *o)
{
    free(o->cand);
    free(o->gain);
    free(o->order);
    free(o->refused);
    free(o->within);
    *o = (struct offers){ 0 };
}

/* ---- what is refused ------------------------------------------------------------- */

bool offers_refuse(struct offers *o, const struct cand *c)
{
    for (int i = 0; i < o->refusals; i++)
        if (o->refused[i].parent == c->parent && o->refused[i].token == c->token)
            return false;
    if (o->refusals == o->room) {
        o->room = MAX(16, 2 * o->room);
        o->refused = xrealloc(o->refused, (size_t)o->room * sizeof *o->refused);
    }
    o->refused[o->refusals++] = (struct refusal){ c->parent, c->token };
    return true;
}

void offers_forgive(struct offers *o)
{
    o->refusals = 0;
}

static void refuse(const struct offers *o, int parent)
{
    int n = 0;
    for (int i = 0; i < o->refusals; i++)
        n += o->refused[i].parent == parent;
    for (int i = 0; n < o->symbols && i < o->refusals; i++)
        if (o->refused[i].parent == parent)
            o->gain[o->refused[i].token] = -INFINITY;
}

/* ---- gains ----------------------------------------------------------------------- */

/* The entropy in bits of probabilities p, which are exp(x - norm). */
static real entropy(int n, const real *p, const real *x, real norm)
{
    real nats = 0;
    for (int v = 0; v < n; v++)
        if (p[v] > 0)
            nats -= p[v] * (x[v] - norm);
    return nats < 0 ? 0 : nats / (real)0.6931471805599453;
}

/* Turns gain[], log-probabilities, into what the tokens are worth to the hypothesis. What
 * is refused goes first: what is plausible (run/prior.h) is so among the others. */
static void adjust(const struct offers *o, const struct follow *f)
{
    real forced = f->forced >= 0 ? o->gain[f->forced] : 0;
    refuse(o, f->parent);
    if (f->prior)
        prior_apply(f->weight, f->prior, o->symbols, o->gain);
    if (penalty_any(f->penalty))
        penalty_apply(f->penalty, f->said->id, f->said->n, f->source->id, f->source->n,
                      o->symbols, o->gain);
    if (f->forced >= 0)
        o->gain[f->forced] = forced;
    for (int v = 0; f->owed && v < o->symbols; v++)
        o->gain[v] -= f->owed[v];
}

/* ---- the best of them ------------------------------------------------------------ */

/* Is u a better token than v? Among the forbidden, what the model thinks counts; of
 * equals the smaller. */
static bool better(const real *gain, const real *x, int u, int v)
{
    if (gain[u] != gain[v])
        return gain[u] > gain[v];
    return x[u] != x[v] ? x[u] > x[v] : u < v;
}

static void sift(const real *gain, const real *x, int *heap, int n, int at)
{
    for (int child; (child = 2 * at + 1) < n; at = child) {
        if (child + 1 < n && better(gain, x, heap[child], heap[child + 1]))
            child++;
        if (!better(gain, x, heap[at], heap[child]))
            return;
        int v = heap[at];
        heap[at] = heap[child];
        heap[child] = v;
    }
}

/* best[n]: the n best tokens, best first. A heap of n whose top is the worst of them
 * sees all tokens, then gives them up from the worst on. */
static void best_tokens(const real *gain, const real *x, int symbols, int n, int *best)
{
    for (int v = 0; v < n; v++)
        best[v] = v;
    for (int i = n / 2; i-- > 0;)
        sift(gain, x, best, n, i);
    for (int v = n; v < symbols; v++)
        if (better(gain, x, v, best[0])) {
            best[0] = v;
            sift(gain, x, best, n, 0);
        }
    for (int left = n; left > 1;) {
        int worst = best[0];
        best[0] = best[--left];
        best[left] = worst;
        sift(gain, x, best, left, 0);
    }
}

/* How many candidates are wanted of those that are within reach. */
static int count_wanted(const struct offers *o, const struct follow *f)
{
    int n = 0;
    double least = (double)o->gain[vec_argmax(o->symbols, o->gain)] - f->reach;
    for (int v = 0; v < o->symbols; v++)
        n += (double)o->gain[v] >= least;
    return MIN(MAX(n, f->shown), MIN(f->wanted, o->symbols));
}

static void add_cand(struct offers *o, const struct follow *f, int token, real logp)
{
    real gain = o->gain[token] + (f->owed ? f->owed[token] : 0);
    if (o->n == o->cap) {
        o->cap = MAX(64, 2 * o->cap);
        o->cand = xrealloc(o->cand, (size_t)o->cap * sizeof *o->cand);
    }
    o->cand[o->n++] = (struct cand){
        .parent = f->parent,
        .token = token,
        .ends = f->last || token == o->eos,
        .within = o->within[token],
        .logp = logp,
        .gain = gain,
        .score = f->score + (double)gain,
        .key = f->score + (double)o->gain[token],
        .cut = gain > -INFINITY ? NULL : "blocked",
    };
}

void offers_add(struct offers *o, const struct follow *f, const real *x, real *bits)
{
    bool forced = f->forced >= 0;
    real norm = vec_softmax(o->symbols, x, o->gain);
    if (bits)
        *bits = entropy(o->symbols, o->gain, x, norm);
    for (int v = 0; v < o->symbols; v++)
        o->gain[v] = x[v] - norm;
    adjust(o, f);
    int n = count_wanted(o, f);
    best_tokens(o->gain, x, o->symbols, n, o->order);
    for (int i = 0; i < n; i++) {
        add_cand(o, f, o->order[i], x[o->order[i]] - norm);
        forced &= o->order[i] != f->forced;
    }
    if (forced)
        add_cand(o, f, f->forced, x[f->forced] - norm);
}

static int by_key(const void *a, const void *b)
{
    const struct cand *x = a, *y = b;
    if (x->key != y->key)
        return x->key > y->key ? -1 : 1;
    if (x->parent != y->parent)
        return x->parent < y->parent ? -1 : 1;
    return (x->token > y->token) - (x->token < y->token);
}

int offers_sort(struct offers *o, int from)
{
    struct cand *c = o->cand + from;
    int n = o->n - from;
    bool sorted = true;
    for (int i = 1; i < n && sorted; i++)
        sorted = c[i].parent == c[0].parent;
    if (!sorted)
        qsort(c, (size_t)n, sizeof *c, by_key);
    while (n > 0 && !(c[n - 1].key > -INFINITY))
        n--;
    return n;
}
