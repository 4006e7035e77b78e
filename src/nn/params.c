#include "nn/params.h"

#include "base/mem.h"
#include "base/rng.h"
#include "num/vec.h"

#include <math.h>

enum { STRIDE = 16 }; /* one cache line of floats */

void params_init(struct params *p)
{
    *p = (struct params){ 0 };
}

void params_release(struct params *p)
{
    for (int i = 0; i < p->n; i++) {
        pack_release(&p->tensor[i]->mul);
        pack_release(&p->tensor[i]->mul_t);
        free(p->tensor[i]);
    }
    free(p->tensor);
    xpages_free(p->x, p->total * sizeof *p->x);
    params_init(p);
}

struct tensor *params_add(struct params *p, const char *name, int rows, int cols,
                          enum tensor_role role, int fan, unsigned use)
{
    if (p->x)
        BUG("weight '%s' added after the weights were sealed", name);
    struct tensor *t = xcalloc(1, sizeof *t);
    snprintf(t->name, sizeof t->name, "%s", name);
    t->rows = rows;
    t->cols = cols;
    t->role = role;
    t->fan = fan;
    t->use = use;
    t->index = p->n;
    t->at = p->total;
    p->total += ((size_t)rows * cols + STRIDE - 1) / STRIDE * STRIDE;
    if (p->n == p->cap) {
        p->cap = p->cap ? 2 * p->cap : 16;
        p->tensor = xrealloc(p->tensor, p->cap * sizeof(struct tensor *));
    }
    return p->tensor[p->n++] = t;
}

void params_seal(struct params *p)
{
    p->x = xpages(p->total * sizeof *p->x);
    for (int i = 0; i < p->n; i++)
        p->tensor[i]->x = p->x + p->tensor[i]->at;
}

void params_take(struct tensor *t, const int8_t *bytes, const real *scale)
{
    pack_take(&t->mul, bytes, scale);
    t->x = NULL;
}

void params_sparse(struct params *p)
{
    xpages_sparse(p->x, p->total * sizeof *p->x);
}

static void make_real(struct params *p)
{
    for (int i = 0; i < p->n; i++) {
        struct tensor *t = p->tensor[i];
        if (t->x)
            continue;
        t->x = p->x + t->at;
        pack_give(&t->mul, t->x);
    }
}

void params_pack_start(struct params *p, bool back, enum precision precision)
{
    make_real(p);
    p->precision = precision;
    for (int i = 0; i < p->n; i++) {
        struct tensor *t = p->tensor[i];
        bool used = t->use & (TENSOR_MUL | TENSOR_MUL_T);
        pack_release(&t->mul);
        pack_release(&t->mul_t);
        if (used && (back || t->use & TENSOR_MUL))
            pack_init(&t->mul, precision, t->rows, t->cols, t->x, t->cols, false);
        if (used && (back || t->use & TENSOR_MUL_T))
            pack_init(&t->mul_t, precision, t->cols, t->rows, t->x, t->cols, true);
    }
}

struct tensor *params_find(const struct params *p, const char *name)
{
    for (int i = 0; i < p->n; i++)
        if (!strcmp(p->tensor[i]->name, name))
            return p->tensor[i];
    return NULL;
}

int64_t params_count(const struct params *p)
{
    int64_t n = 0;
    for (int i = 0; i < p->n; i++)
        n += (int64_t)p->tensor[i]->rows * p->tensor[i]->cols;
    return n;
}

static void draw_uniform(struct tensor *t, double limit, int draws, struct rng *r)
{
    for (size_t i = 0; i < (size_t)t->rows * t->cols; i++) {
        double v = 0;
        for (int k = 0; k < draws; k++)
            v += (2 * rng_unit(r) - 1) * limit;
        t->x[i] = (real)v;
    }
}

static void draw_normal(struct tensor *t, struct rng *r)
{
    for (size_t i = 0; i < (size_t)t->rows * t->cols; i++)
        t->x[i] = (real)rng_normal(r);
}

/* Rows become orthonormal: normal draws, then Gram-Schmidt, twice over each row
 * because once loses digits. Needs rows <= cols, which state weights have. */
static void draw_orthogonal(struct tensor *t, struct rng *r)
{
    size_t n = (size_t)t->cols;
    double *q = xmalloc((size_t)t->rows * n * sizeof *q);
    for (int i = 0; i < t->rows; i++) {
        double *v = q + i * n, length = 0;
        for (size_t j = 0; j < n; j++)
            v[j] = rng_normal(r);
        for (int k = 0; k < 2 * i; k++) {
            const double *u = q + (k % i) * n;
            double dot = 0;
            for (size_t j = 0; j < n; j++)
                dot += u[j] * v[j];
            for (size_t j = 0; j < n; j++)
                v[j] -= dot * u[j];
        }
        for (size_t j = 0; j < n; j++)
            length += v[j] * v[j];
        for (size_t j = 0; j < n; j++)
            v[j] /= sqrt(length);
    }
    for (size_t i = 0; i < (size_t)t->rows * n; i++)
        t->x[i] = (real)q[i];
    free(q);
}

static void draw_ones(struct tensor *t)
{
    for (int i = 0; i < t->cols; i++)
        t->x[i] = 1;
}

static bool is_bias(const struct tensor *t)
{
    return t->role == ROLE_BIAS || t->role == ROLE_FORGET;
}

static void draw_keras(struct tensor *t, struct rng *r)
{
    if (t->role == ROLE_EMBED)
        draw_uniform(t, 0.05, 1, r);
    else if (t->role == ROLE_RECURRENT && t->rows <= t->cols)
        draw_orthogonal(t, r);
    else if (!is_bias(t))
        draw_uniform(t, sqrt(6.0 / (t->rows + t->cols)), 1, r);
}

static void draw_pytorch(struct tensor *t, struct rng *r)
{
    if (t->role == ROLE_EMBED)
        draw_normal(t, r);
    else
        draw_uniform(t, 1 / sqrt(t->fan), t->role == ROLE_FORGET ? 2 : 1, r);
}

void params_draw(struct params *p, const char *init, double range, double embed,
                 double forget_bias, uint64_t seed)
{
    for (int i = 0; i < p->n; i++) {
        struct tensor *t = p->tensor[i];
        struct rng r;
        rng_init(&r, seed, RNG_INIT, (uint64_t)i);
        if (t->role == ROLE_GAIN)
            draw_ones(t);
        else if (t->role == ROLE_EMBED && embed > 0)
            draw_uniform(t, embed, 1, &r);
        else if (!strcmp(init, "pytorch"))
            draw_pytorch(t, &r);
        else if (!strcmp(init, "uniform"))
            draw_uniform(t, range, 1, &r);
        else
            draw_keras(t, &r);
        if (t->role == ROLE_FORGET)
            for (int j = t->cols / 4; j < t->cols / 2; j++)
                t->x[j] += (real)forget_bias;
    }
}

void params_pack(struct params *p, int part, int parts)
{
    for (int i = 0; i < p->n; i++) {
        struct tensor *t = p->tensor[i];
        if (t->mul.w)
            pack_fill(&t->mul, part, parts);
        if (t->mul_t.w)
            pack_fill(&t->mul_t, part, parts);
    }
}

int params_check_finite(const struct params *p, struct err *err)
{
    for (int i = 0; i < p->n; i++) {
        const struct tensor *t = p->tensor[i];
        size_t n = (size_t)t->rows * t->cols;
        if (vec_is_finite(n, t->x))
            continue;
        for (size_t k = 0; k < n; k++)
            if (!isfinite(t->x[k]))
                return err_set(err, "weight '%s' [%zu,%zu] is %s", t->name,
                               k / (size_t)t->cols, k % (size_t)t->cols,
                               isnan(t->x[k]) ? "not a number" : "infinite");
    }
    return 0;
}
