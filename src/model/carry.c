#include "model/carry.h"

int carry_size(const struct stack *s)
{
    int n = 0;
    for (int l = 0; l < s->depth; l++)
        n += stack_width(s, l) * s->cell->states;
    return n;
}

void carry_read(const struct carry *c, struct tape *t, const struct batch *b, int at,
                const struct stack *s, struct node *(*state)[CELL_STATES])
{
    size_t cols = c->enc + c->dec;
    stack_zeros(s, t, b->rows, state);
    if (!b->memory)
        return;
    for (int l = 0; l < s->depth; l++)
        for (int v = 0; v < s->cell->states; v++) {
            struct node *n = state[l][v];
            for (int r = 0; r < b->rows; r++)
                memcpy(n->x + (size_t)r * n->cols, b->memory + r * cols + at,
                       n->cols * sizeof *n->x);
            at += n->cols;
        }
}

void carry_write(const struct carry *c, const struct batch *b, int at,
                 const struct stack *s, struct node *(*state)[CELL_STATES])
{
    size_t cols = c->enc + c->dec;
    if (!b->memory)
        return;
    for (int l = 0; l < s->depth; l++)
        for (int v = 0; v < s->cell->states; v++) {
            const struct node *n = state[l][v];
            for (int r = 0; r < b->rows; r++)
                memcpy(b->memory + r * cols + at, n->x + (size_t)r * n->cols,
                       n->cols * sizeof *n->x);
            at += n->cols;
        }
}
