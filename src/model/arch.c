#include "model/arch.h"

#include "base/mem.h"

const struct arch *const arch_table[] = { &arch_repeat, &arch_transfer, NULL };

const struct arch *arch_find(const char *name)
{
    for (int i = 0; arch_table[i]; i++)
        if (!strcmp(arch_table[i]->name, name))
            return arch_table[i];
    return NULL;
}

void dstate_init(struct dstate *d)
{
    *d = (struct dstate){ 0 };
}

void dstate_release(struct dstate *d)
{
    dstate_clear(d, 0);
}

void dstate_clear(struct dstate *d, int rows)
{
    for (int i = 0; i < d->n; i++)
        free(d->part[i].x);
    *d = (struct dstate){ .rows = rows };
}

void dstate_put(struct dstate *d, int i, const struct node *n)
{
    size_t bytes = (size_t)n->rows * n->cols * sizeof *n->x;
    if (n->rows != d->rows || i > d->n || i >= DSTATE_PARTS)
        BUG("decoder state part %d of %d rows", i, n->rows);
    if (i == d->n) {
        d->part[i].cols = n->cols;
        d->part[i].x = xaligned(bytes);
        d->n++;
    }
    memcpy(d->part[i].x, n->x, bytes);
}

struct node *dstate_node(const struct dstate *d, int i, struct tape *t)
{
    return tape_constant(t, d->rows, d->part[i].cols, d->part[i].x);
}

void dstate_gather(struct dstate *d, const int *from, int rows)
{
    for (int i = 0; i < d->n; i++) {
        size_t row = d->part[i].cols * sizeof(real);
        char *x = xaligned(rows * row);
        for (int r = 0; r < rows; r++)
            memcpy(x + r * row, (char *)d->part[i].x + from[r] * row, row);
        free(d->part[i].x);
        d->part[i].x = (real *)x;
    }
    d->rows = rows;
}
