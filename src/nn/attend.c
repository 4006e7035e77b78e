#include "nn/attend.h"

#include "num/vec.h"

/* ---- weights: alpha = softmax(score(q, key) + near) ----------------------------------- */

/* de_j = alpha_j (dalpha_j - sum_k alpha_k dalpha_k) */
static void attend_back(struct tape *t, struct node *n)
{
    const struct attend *a = n->own;
    int rows = a->keys->rows, K = a->keys->cols / a->steps;
    real *dkeys = node_grad_zeroed(t, a->keys), *dquery = node_grad_zeroed(t, a->query);
    real *dnear = a->near ? node_grad_zeroed(t, a->near) : NULL;
    real *dv = a->w->v ? tape_grad_of(t, a->w->v) : NULL;
    real *de = arena_alloc(t->arena, a->steps * sizeof *de);
    real *nobody = arena_zalloc(t->arena, MAX(a->keys->cols, a->query->cols) * sizeof *nobody);
    for (int r = 0; r < n->rows; r++) {
        int b = r % rows, len = a->len[b];
        const real *alpha = n->x + (size_t)r * a->steps;
        const real *dalpha = n->g + (size_t)r * a->steps;
        real mean = 0;
        for (int j = 0; j < len; j++)
            mean += alpha[j] * dalpha[j];
        for (int j = 0; j < len; j++)
            de[j] = alpha[j] * (dalpha[j] - mean);
        if (dnear)
            vec_add(len, de, dnear + (size_t)r * a->steps);
        a->score->back(len, K, a->query->x + (size_t)r * a->query->cols,
                       a->keys->x + (size_t)b * a->keys->cols, a->w->v ? a->w->v->x : NULL,
                       de, dquery ? dquery + (size_t)r * a->query->cols : nobody,
                       dkeys ? dkeys + (size_t)b * a->keys->cols : nobody, dv);
    }
}

static const struct op attend_op = { "attend", attend_back };

struct node *op_attend(struct tape *t, const struct attend *a)
{
    int rows = a->keys->rows, K = a->keys->cols / a->steps;
    struct node *n = tape_node(t, &attend_op, a->query->rows, a->steps, NULL, NULL, NULL);
    struct attend *own = n->own = arena_alloc(t->arena, sizeof *own);
    *own = *a;
    vec_zero((size_t)n->rows * n->cols, n->x);
    for (int r = 0; r < n->rows; r++) {
        int b = a->of ? a->of[r] : r % rows, len = a->len[b];
        real *e = n->x + (size_t)r * a->steps;
        a->score->scores(len, K, a->query->x + (size_t)r * a->query->cols,
                         a->keys->x + (size_t)b * a->keys->cols,
                         a->w->v ? a->w->v->x : NULL, e);
        if (a->near)
            vec_add(len, a->near->x + (size_t)r * a->steps, e);
        vec_softmax(len, e, e);
        for (int j = 0; a->at && a->at[r] >= 0 && j < len; j++)
            e[j] = j == a->at[r]; /* no gradient: that of a softmax of 0 and 1 is 0 */
    }
    return n;
}

/* ---- context: c = sum_j alpha_j h_j --------------------------------------------------- */

struct context {
    const int *len;
};

/* dalpha_j += dc . h_j;  dh_j += alpha_j dc */
static void context_back(struct tape *t, struct node *n)
{
    const struct node *alpha = n->in[0], *memory = n->in[1];
    const struct context *o = n->own;
    int D = n->cols, rows = memory->rows;
    real *dalpha = node_grad_zeroed(t, n->in[0]), *dmemory = node_grad_zeroed(t, n->in[1]);
    for (int r = 0; r < n->rows; r++) {
        int b = r % rows, len = o->len[b];
        const real *dc = n->g + (size_t)r * D, *h = memory->x + (size_t)b * memory->cols;
        for (int j = 0; j < len; j++) {
            size_t at = (size_t)r * alpha->cols + j;
            dalpha[at] += vec_dot(D, dc, h + (size_t)j * D);
            if (dmemory)
                vec_axpy(D, alpha->x[at], dc,
                         dmemory + (size_t)b * memory->cols + (size_t)j * D);
        }
    }
}

static const struct op context_op = { "context", context_back };

struct node *op_context(struct tape *t, struct node *alpha, struct node *memory,
                        const int *of, const int *len)
{
    int D = memory->cols / alpha->cols;
    struct node *n = tape_node(t, &context_op, alpha->rows, D, NULL, alpha, memory);
    struct context *o = n->own = arena_alloc(t->arena, sizeof *o);
    o->len = len;
    vec_zero((size_t)n->rows * D, n->x);
    for (int r = 0; r < n->rows; r++) {
        int b = of ? of[r] : r % memory->rows;
        const real *h = memory->x + (size_t)b * memory->cols;
        for (int j = 0; j < len[b]; j++)
            vec_axpy(D, alpha->x[(size_t)r * alpha->cols + j], h + (size_t)j * D,
                     n->x + (size_t)r * D);
    }
    return n;
}
