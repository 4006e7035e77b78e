#include "model/stack.h"

#include "nn/op.h"

void stack_declare(struct stack *s, struct params *p, const char *prefix, int in,
                   unsigned use)
{
    static const char *const block_name[CELL_BLOCKS] = { "U", "Un" };
    const struct cell *c = s->cell;
    int H = s->hidden;
    for (int l = 0; l < s->depth; l++) {
        char name[48];
        snprintf(name, sizeof name, "%s.%d.W", prefix, l);
        s->w[l] = params_add(p, name, l ? H : in, c->gates * H, ROLE_KERNEL, H,
                             l ? TENSOR_MUL : use);
        for (int k = 0; k < c->blocks; k++) {
            snprintf(name, sizeof name, "%s.%d.%s", prefix, l, block_name[k]);
            s->u[l][k] = params_add(p, name, H, c->block_gates[k] * H, ROLE_RECURRENT, H,
                                    TENSOR_MUL);
        }
        snprintf(name, sizeof name, "%s.%d.b", prefix, l);
        s->b[l] = params_add(p, name, 1, c->gates * H, c->forget ? ROLE_FORGET : ROLE_BIAS,
                             H, 0);
    }
}

struct node *stack_run(const struct stack *s, struct tape *t, struct node *z, int rows,
                       int steps, const int *len, struct node *(*init)[CELL_STATES],
                       struct node *(*last)[CELL_STATES])
{
    struct node *h = NULL;
    for (int l = 0; l < s->depth; l++) {
        struct recurrent r = {
            .cell = s->cell,
            .hidden = s->hidden,
            .rows = rows,
            .steps = steps,
            .hard = s->hard,
            .len = len,
        };
        r.z = l ? op_linear(t, op_dropout(t, h, s->dropout), s->w[l], s->b[l]) : z;
        memcpy(r.u, s->u[l], sizeof r.u);
        if (init)
            memcpy(r.init, init[l], sizeof r.init);
        h = op_recurrent(t, &r, last ? last[l] : NULL);
    }
    return h;
}

int64_t stack_layer_params(const struct stack *s, int l)
{
    int64_t n = (int64_t)s->w[l]->rows * s->w[l]->cols + s->b[l]->cols;
    for (int k = 0; k < s->cell->blocks; k++)
        n += (int64_t)s->u[l][k]->rows * s->u[l][k]->cols;
    return n;
}
