/*
 * The scores of attention. Shapes: q [width], key [steps, width], e [steps].
 */
#include "nn/attend.h"

#include "nn/op.h"
#include "num/vec.h"
#include "num/vmath.h"

static const struct tensor *declare(struct params *p, const char *prefix, const char *name,
                                    int rows, int cols, enum tensor_role role, unsigned use)
{
    char full[48];
    snprintf(full, sizeof full, "%s.%s", prefix, name);
    return params_add(p, full, rows, cols, role, rows, use);
}

/* ---- dot: e_j = q . h_j (Luong et al. 2015) --------------------------------- */

static void dot_declare(struct score_weights *w, struct params *p, const char *prefix,
                        int query, int memory)
{
    if (query != memory) /* unequal widths cannot be multiplied: bring the query over */
        w->query = declare(p, prefix, "query", query, memory, ROLE_KERNEL, TENSOR_MUL);
}

static void dot_scores(int steps, int width, const real *q, const real *key, const real *v,
                       real *e)
{
    (void)v;
    for (int j = 0; j < steps; j++, key += width)
        e[j] = vec_dot((size_t)width, q, key);
}

VEC_CLONES
static void dot_back(int steps, int width, const real *restrict q, const real *restrict key,
                     const real *v, const real *restrict de, real *restrict dq,
                     real *restrict dkey, real *dv)
{
    (void)v;
    (void)dv;
    for (int j = 0; j < steps; j++, key += width, dkey += width)
        for (int i = 0; i < width; i++) {
            dq[i] += de[j] * key[i];
            dkey[i] += de[j] * q[i];
        }
}

const struct score score_dot = {
    .name = "dot",
    .summary = "query times memory (Luong et al. 2015)",
    .declare = dot_declare,
    .scores = dot_scores,
    .back = dot_back,
};

/* ---- general: e_j = q . (h_j W) (Luong et al. 2015) --------------------------- */

static void general_declare(struct score_weights *w, struct params *p, const char *prefix,
                            int query, int memory)
{
    w->key = declare(p, prefix, "key", memory, query, ROLE_KERNEL, TENSOR_MUL);
}

const struct score score_general = {
    .name = "general",
    .summary = "query times a learned map of the memory (Luong et al. 2015)",
    .declare = general_declare,
    .scores = dot_scores,
    .back = dot_back,
};

/* ---- additive: e_j = v . tanh(q Wq + h_j Wk + b) (Bahdanau et al. 2015) -------- */

static void additive_declare(struct score_weights *w, struct params *p, const char *prefix,
                             int query, int memory)
{
    w->query = declare(p, prefix, "query", query, query, ROLE_KERNEL, TENSOR_MUL);
    w->key = declare(p, prefix, "key", memory, query, ROLE_KERNEL, TENSOR_MUL);
    w->key_b = declare(p, prefix, "b", 1, query, ROLE_BIAS, 0);
    w->v = declare(p, prefix, "v", 1, query, ROLE_KERNEL, 0);
}

VEC_CLONES
static void additive_scores(int steps, int width, const real *restrict q,
                            const real *restrict key, const real *restrict v,
                            real *restrict e)
{
    for (int j = 0; j < steps; j++, key += width) {
        real part[16] = { 0 }, sum = 0;
        int i = 0;
        for (; i + 16 <= width; i += 16)
            for (int k = 0; k < 16; k++)
                part[k] += v[i + k] * vm_tanh(q[i + k] + key[i + k]);
        for (; i < width; i++)
            sum += v[i] * vm_tanh(q[i] + key[i]);
        for (int k = 0; k < 16; k++)
            sum += part[k];
        e[j] = sum;
    }
}

VEC_CLONES
static void additive_back(int steps, int width, const real *restrict q,
                          const real *restrict key, const real *restrict v,
                          const real *restrict de, real *restrict dq, real *restrict dkey,
                          real *restrict dv)
{
    for (int j = 0; j < steps; j++, key += width, dkey += width)
        for (int i = 0; i < width; i++) {
            real y = vm_tanh(q[i] + key[i]), d = de[j] * v[i] * (1 - y * y);
            dv[i] += de[j] * y;
            dq[i] += d;
            dkey[i] += d;
        }
}

const struct score score_additive = {
    .name = "additive",
    .summary = "a small network of query and memory (Bahdanau et al. 2015)",
    .declare = additive_declare,
    .scores = additive_scores,
    .back = additive_back,
};

/* ---- static: e_j = h_j . w + b ------------------------------------------------- */

/*
 * What the old Keras library computes: one linear unit on [h_j ; state], whose
 * state part is the same for every j and cancels in the softmax. So it looks at
 * the same places at every step. The key is that one number.
 */
static void static_declare(struct score_weights *w, struct params *p, const char *prefix,
                           int query, int memory)
{
    (void)query;
    w->key = declare(p, prefix, "key", memory, 1, ROLE_KERNEL, TENSOR_MUL);
}

static void static_scores(int steps, int width, const real *q, const real *key,
                          const real *v, real *e)
{
    (void)q;
    (void)v;
    for (int j = 0; j < steps; j++)
        e[j] = key[(size_t)j * width];
}

static void static_back(int steps, int width, const real *q, const real *key, const real *v,
                        const real *de, real *dq, real *dkey, real *dv)
{
    (void)q;
    (void)key;
    (void)v;
    (void)dq;
    (void)dv;
    for (int j = 0; j < steps; j++)
        dkey[(size_t)j * width] += de[j];
}

const struct score score_static = {
    .name = "static",
    .summary = "memory alone: the same places at every step (the old library)",
    .declare = static_declare,
    .scores = static_scores,
    .back = static_back,
};

const struct score *const score_table[] = { &score_additive, &score_dot, &score_general,
                                            &score_static, NULL };

const struct score *score_find(const char *name)
{
    for (int i = 0; score_table[i]; i++)
        if (!strcmp(score_table[i]->name, name))
            return score_table[i];
    return NULL;
}

struct node *attend_keys(struct tape *t, const struct score_weights *w, struct node *memory)
{
    return w->key ? op_linear(t, memory, w->key, w->key_b) : memory;
}

struct node *attend_query(struct tape *t, const struct score_weights *w, struct node *query)
{
    return w->query ? op_linear(t, query, w->query, NULL) : query;
}
