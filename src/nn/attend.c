#include "nn/attend.h"

#include "num/vec.h"

struct attention {
    struct attend a;
    int key_width, memory_width;
    real *alpha; /* [queries * rows, steps] */
};

static real *node_grad_zeroed(struct tape *t, struct node *n)
{
    real beta, *g;
    if (!n->op)
        return NULL;
    g = node_grad(t, n, &beta);
    if (beta == 0)
        vec_zero((size_t)n->rows * n->cols, g);
    return g;
}

/* dalpha_j = dcontext . h_j;  de = alpha (dalpha - sum_k alpha_k dalpha_k) */
static void attend_back(struct tape *t, struct node *n)
{
    const struct attention *o = n->own;
    const struct attend *a = &o->a;
    int D = o->memory_width, K = o->key_width, rows = a->keys->rows;
    real *dmemory = node_grad_zeroed(t, a->memory);
    real *dkeys = node_grad_zeroed(t, a->keys), *dquery = node_grad_zeroed(t, a->query);
    real *dv = a->w->v ? tape_grad_of(t, a->w->v) : NULL;
    real *de = arena_alloc(t->arena, a->steps * sizeof *de);
    real *nobody = arena_zalloc(t->arena, MAX(a->keys->cols, a->query->cols) * sizeof *nobody);
    for (int r = 0; r < n->rows; r++) {
        int b = r % rows, len = a->len[b];
        const real *alpha = o->alpha + (size_t)r * a->steps;
        const real *dc = n->g + (size_t)r * D;
        const real *h = a->memory->x + (size_t)b * a->memory->cols;
        real *dh = dmemory ? dmemory + (size_t)b * a->memory->cols : NULL, mean = 0;
        for (int j = 0; j < len; j++) {
            de[j] = 0;
            for (int i = 0; i < D; i++)
                de[j] += dc[i] * h[(size_t)j * D + i];
            mean += alpha[j] * de[j];
            if (dh)
                vec_axpy(D, alpha[j], dc, dh + (size_t)j * D);
        }
        for (int j = 0; j < len; j++)
            de[j] = alpha[j] * (de[j] - mean);
        a->score->back(len, K, a->query->x + (size_t)r * a->query->cols,
                       a->keys->x + (size_t)b * a->keys->cols, a->w->v ? a->w->v->x : NULL,
                       de, dquery ? dquery + (size_t)r * a->query->cols : nobody,
                       dkeys ? dkeys + (size_t)b * a->keys->cols : nobody, dv);
    }
}

static const struct op attend_op = { "attend", attend_back };

struct node *op_attend(struct tape *t, const struct attend *a, const real **alpha)
{
    int rows = a->keys->rows, D = a->memory->cols / a->steps, K = a->keys->cols / a->steps;
    struct node *n = tape_node(t, &attend_op, a->query->rows, D, NULL, NULL, NULL);
    struct attention *o = n->own = arena_alloc(t->arena, sizeof *o);
    *o = (struct attention){ .a = *a, .key_width = K, .memory_width = D };
    o->alpha = arena_zalloc(t->arena, (size_t)n->rows * a->steps * sizeof *o->alpha);
    for (int r = 0; r < n->rows; r++) {
        int b = a->of ? a->of[r] : r % rows, len = a->len[b];
        real *e = o->alpha + (size_t)r * a->steps, *c = n->x + (size_t)r * D;
        const real *h = a->memory->x + (size_t)b * a->memory->cols;
        a->score->scores(len, K, a->query->x + (size_t)r * a->query->cols,
                         a->keys->x + (size_t)b * a->keys->cols,
                         a->w->v ? a->w->v->x : NULL, e);
        vec_softmax(len, e, e);
        for (int j = 0; a->at && a->at[r] >= 0 && j < len; j++)
            e[j] = j == a->at[r]; /* no gradient: that of a softmax of 0 and 1 is 0 */
        vec_zero(D, c);
        for (int j = 0; j < len; j++)
            vec_axpy(D, e[j], h + (size_t)j * D, c);
    }
    if (alpha)
        *alpha = o->alpha;
    return n;
}
