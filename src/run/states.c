#include "run/states.h"

#include "base/mem.h"
#include "nn/recurrent.h"

#include <math.h>

enum { ROWS = 64 }; /* examples at a time */

/* ---- of one answer --------------------------------------------------------------- */

static int moving_size(const struct dstate *d)
{
    int size = 0;
    for (int i = 0; i < d->moving; i++)
        size += d->part[i].cols;
    return size;
}

/* The moving parts of row r, one after the other. */
static void copy_row(const struct dstate *d, int r, real *out)
{
    for (int i = 0; i < d->moving; i++) {
        size_t cols = (size_t)d->part[i].cols;
        memcpy(out, d->part[i].x + (size_t)r * cols, cols * sizeof *out);
        out += cols;
    }
}

/* The layers that the last step ran through, newest first on the tape. */
static int find_layers(const struct tape *t, const struct node **layer,
                       const struct cell **cell)
{
    int n = 0;
    for (const struct node *at = t->newest; at; at = at->before)
        if (recurrent_gates(at, 0, cell) && n < STATES_LAYERS)
            layer[n++] = at;
    return n;
}

static void copy_gates(const struct tape *tape, struct states *s, int t)
{
    const struct node *layer[STATES_LAYERS];
    s->layers = find_layers(tape, layer, &s->cell);
    if (t == 0) {
        for (int l = 0; l < s->layers; l++) {
            s->units[l] = layer[s->layers - 1 - l]->cols;
            s->gate_dim += s->cell->gates * s->units[l];
        }
        s->gates = xcalloc((size_t)(s->n * s->gate_dim), sizeof *s->gates);
    }
    real *to = s->gates + (size_t)(t * s->gate_dim);
    for (int l = 0; l < s->layers; l++) {
        size_t n = (size_t)(s->cell->gates * s->units[l]);
        memcpy(to, recurrent_gates(layer[s->layers - 1 - l], 0, &s->cell), n * sizeof *to);
        to += n;
    }
}

const real *states_gate(const struct states *s, int t, int layer, int gate)
{
    size_t at = (size_t)(t * s->gate_dim);
    for (int l = 0; l < layer; l++)
        at += (size_t)(s->cell->gates * s->units[l]);
    return s->gates + at + (size_t)(gate * s->units[layer]);
}

void states_of(const struct model *m, const struct ids *src, const struct ids *said,
               const real *memory, struct states *out)
{
    struct tape tape;
    struct dstate d;
    struct batch b;
    size_t known = (size_t)model_memory(m) * sizeof *memory;
    *out = (struct states){ .n = said->n };
    tape_init(&tape, &m->params);
    tape_start(&tape, NULL, NULL);
    dstate_init(&d);
    batch_of_source(&b, tape.arena, src->id, src->n);
    if (memory && known)
        b.memory = memcpy(arena_alloc(tape.arena, known), memory, known);
    arch_start(m, &tape, &b, &d);
    for (int t = 0; t < said->n; t++) {
        int prev = t ? said->id[t - 1] : vocab_special(m->tgt.vocab, VOCAB_SOS);
        tape_start(&tape, NULL, NULL);
        arch_step(m, &tape, &d, &prev, NULL);
        if (t == 0) {
            out->dim = moving_size(&d);
            out->x = xcalloc((size_t)(said->n * out->dim), sizeof *out->x);
        }
        copy_row(&d, 0, out->x + (size_t)(t * out->dim));
        copy_gates(&tape, out, t);
    }
    dstate_release(&d);
    tape_release(&tape);
}

void states_release(struct states *s)
{
    free(s->x);
    free(s->gates);
    *s = (struct states){ 0 };
}

/* ---- the nearest examples -------------------------------------------------------- */

struct nearest {
    const struct model *model;
    const struct pairs *pairs;
    const real *state;
    struct tape tape;
    int k, found, next, stride, seen;
    struct neighbour *best;  /* [k] nearest first */
};

struct nearest *nearest_start(const struct model *m, const struct pairs *p,
                              const real *state, int k, int most)
{
    struct nearest *n = xcalloc(1, sizeof *n);
    n->model = m;
    n->pairs = p;
    n->state = state;
    n->k = k;
    n->stride = MAX(p->n / MAX(most, 1), 1);
    n->best = xcalloc((size_t)k, sizeof *n->best);
    tape_init(&n->tape, &m->params);
    return n;
}

void nearest_free(struct nearest *n)
{
    if (!n)
        return;
    tape_release(&n->tape);
    free(n->best);
    free(n);
}

static double cosine(const struct nearest *n, const struct dstate *d, int r)
{
    const real *y = n->state;
    double xy = 0, xx = 0, yy = 0;
    for (int i = 0; i < d->moving; i++) {
        const real *x = d->part[i].x + (size_t)r * (size_t)d->part[i].cols;
        for (int j = 0; j < d->part[i].cols; j++) {
            xy += (double)(x[j] * y[j]);
            xx += (double)(x[j] * x[j]);
            yy += (double)(y[j] * y[j]);
        }
        y += d->part[i].cols;
    }
    return xx > 0 && yy > 0 ? xy / sqrt(xx * yy) : 0;
}

static void take(struct nearest *n, struct neighbour one)
{
    if (n->found == n->k && one.cosine <= n->best[n->k - 1].cosine)
        return;
    int at = n->found < n->k ? n->found++ : n->k - 1;
    for (; at > 0 && n->best[at - 1].cosine < one.cosine; at--)
        n->best[at] = n->best[at - 1];
    n->best[at] = one;
}

int nearest_next(struct nearest *n)
{
    const struct model *m = n->model;
    int row[ROWS], rows = 0;
    struct neighbour near[ROWS];
    struct dstate d;
    struct batch b;
    for (; rows < ROWS && n->next < n->pairs->n; n->next += n->stride) {
        near[rows] = (struct neighbour){ .pair = n->next, .cosine = -2 };
        row[rows++] = n->next;
    }
    if (rows == 0)
        return 0;
    tape_start(&n->tape, NULL, NULL);
    dstate_init(&d);
    batch_make(&b, n->tape.arena, n->pairs, row, rows,
               vocab_special(m->tgt.vocab, VOCAB_SOS));
    int *fed = xmemdup(b.in, (size_t)(b.tgt_steps * rows) * sizeof *fed), steps = b.tgt_steps;
    arch_start(m, &n->tape, &b, &d);
    for (int t = 0; t < steps; t++) {
        tape_start(&n->tape, NULL, NULL);
        arch_step(m, &n->tape, &d, fed + (size_t)(t * rows), NULL);
        for (int r = 0; r < rows; r++) {
            double near_by = t < n->pairs->tgt_n[row[r]] ? cosine(n, &d, r) : -2;
            if (near_by > near[r].cosine) {
                near[r].cosine = near_by;
                near[r].step = t;
            }
        }
    }
    for (int r = 0; r < rows; r++)
        take(n, near[r]);
    n->seen += rows;
    free(fed);
    dstate_release(&d);
    return 1;
}

int nearest_seen(const struct nearest *n)
{
    return n->seen;
}

const struct neighbour *nearest_found(const struct nearest *n, int i)
{
    return i < n->found ? &n->best[i] : NULL;
}
