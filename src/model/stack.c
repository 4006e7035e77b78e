#include "model/stack.h"

#include "nn/op.h"

struct stack stack_of(const struct settings *s, const struct cell *cell, int depth,
                      int hidden)
{
    return (struct stack){
        .cell = cell,
        .depth = depth,
        .hidden = hidden,
        .top = hidden,
        .hard = !strcmp(s->gates, "hard"),
        .residual = s->residual,
        .dropout = s->dropout,
    };
}

int stack_width(const struct stack *s, int layer)
{
    return layer == s->depth - 1 ? s->top : s->hidden;
}

static const struct tensor *declare(struct params *p, const char *prefix, int layer,
                                    const char *name, int rows, int cols,
                                    enum tensor_role role, int fan, unsigned use)
{
    char full[48];
    snprintf(full, sizeof full, "%s.%d.%s", prefix, layer, name);
    return params_add(p, full, rows, cols, role, fan, use);
}

void stack_declare(struct stack *s, struct params *p, const char *prefix, int in,
                   unsigned use, bool norm)
{
    static const char *const block[CELL_BLOCKS] = { "U", "Un" };
    const struct cell *c = s->cell;
    for (int l = 0; l < s->depth; l++) {
        int H = stack_width(s, l);
        int wide = l == 0 ? in : s->hidden + (l == 1 ? s->beside : 0);
        s->w[l] = declare(p, prefix, l, "W", wide, c->gates * H, ROLE_KERNEL, H,
                          l ? TENSOR_MUL : use);
        for (int k = 0; k < c->blocks; k++)
            s->u[l][k] = declare(p, prefix, l, block[k], H, c->block_gates[k] * H,
                                 ROLE_RECURRENT, H, TENSOR_MUL);
        if (c->state_bias)
            s->u[l][c->blocks] = declare(p, prefix, l, "bn", 1, H, ROLE_BIAS, H, 0);
        s->b[l] = declare(p, prefix, l, "b", 1, c->gates * H,
                          c->forget ? ROLE_FORGET : ROLE_BIAS, H, 0);
        if (!norm)
            continue;
        s->gain[l] = declare(p, prefix, l, "gain", 1, H, ROLE_GAIN, H, 0);
        s->bias[l] = declare(p, prefix, l, "bias", 1, H, ROLE_BIAS, H, 0);
    }
}

/* z of layer l > 0, from the output of the layer below. */
static struct node *layer_z(const struct stack *s, struct tape *t, int l, struct node *h,
                            const struct stack_run *run)
{
    struct node *x = l == 1 && s->beside ? op_concat(t, h, run->beside(run->own, t, h)) : h;
    return op_linear(t, op_dropout(t, x, s->dropout), s->w[l], s->b[l]);
}

struct node *stack_run(const struct stack *s, struct tape *t, struct node *z,
                       const struct stack_run *run)
{
    struct node *h = NULL;
    for (int l = 0; l < s->depth; l++) {
        struct node *below = h;
        struct recurrent r = {
            .cell = s->cell,
            .hidden = stack_width(s, l),
            .rows = run->rows,
            .steps = run->steps,
            .hard = s->hard,
            .len = run->len,
            .reverse = run->reverse,
        };
        r.z = l ? layer_z(s, t, l, h, run) : z;
        memcpy(r.u, s->u[l], sizeof r.u);
        if (run->init)
            memcpy(r.init, run->init[l], sizeof r.init);
        h = op_recurrent(t, &r, run->last ? run->last[l] : NULL);
        if (s->gain[l])
            h = op_norm(t, h, s->gain[l], s->bias[l]);
        if (s->residual && below)
            h = op_add(t, h, below);
    }
    return h;
}

struct node *stack_zero(struct tape *t, int rows, int cols)
{
    return tape_constant(t, rows, cols,
                         arena_zalloc(t->arena, (size_t)rows * cols * sizeof(real)));
}

void stack_zeros(const struct stack *s, struct tape *t, int rows,
                 struct node *(*state)[CELL_STATES])
{
    for (int l = 0; l < s->depth; l++)
        for (int v = 0; v < s->cell->states; v++)
            state[l][v] = stack_zero(t, rows, stack_width(s, l));
}

int stack_flatten_count(const struct stack *s)
{
    return s->depth * s->cell->states;
}

int stack_flatten(const struct stack *s, struct node *(*state)[CELL_STATES],
                  struct node **part)
{
    int n = 0;
    for (int l = 0; l < s->depth; l++)
        for (int v = 0; v < s->cell->states; v++)
            part[n++] = state[l][v];
    return n;
}

void stack_unflatten(const struct stack *s, struct node *const *part,
                     struct node *(*state)[CELL_STATES])
{
    for (int l = 0; l < s->depth; l++)
        for (int v = 0; v < s->cell->states; v++)
            state[l][v] = *part++;
}

int64_t stack_layer_params(const struct stack *s, int l)
{
    int64_t n = (int64_t)s->w[l]->rows * s->w[l]->cols + s->b[l]->cols;
    int H = stack_width(s, l);
    for (int k = 0; k < s->cell->blocks; k++)
        n += (int64_t)s->u[l][k]->rows * s->u[l][k]->cols;
    if (s->cell->state_bias)
        n += H;
    return s->gain[l] ? n + 2 * H : n;
}
