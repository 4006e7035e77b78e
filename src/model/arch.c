#include "model/arch.h"

#include "model/feed.h"
#include "model/model.h"
#include "nn/op.h"
#include "num/vec.h"

const struct arch *const arch_table[] = { &arch_repeat, &arch_transfer, &arch_readout,
                                          &arch_attention, NULL };

const struct arch *arch_find(const char *name)
{
    for (int i = 0; arch_table[i]; i++)
        if (!strcmp(arch_table[i]->name, name))
            return arch_table[i];
    return NULL;
}

/* ---- training -------------------------------------------------------------------- */

const struct forcing forcing_always = { .ratio = 1 };

struct forcing forcing_to_measure(const struct arch *a)
{
    return (struct forcing){ .ratio = a->food == FOOD_OUTPUT ? 0 : 1 };
}

/* Which rows are fed the truth at the next step. */
static void draw_truth(const struct forcing *f, bool first, int rows, bool *truth)
{
    bool whole = !f->by_sentence && f->ratio < 1 && f->ratio > 0;
    bool all = f->ratio >= 1 || (whole && rng_unit(f->rng) < f->ratio);
    if (f->by_sentence && !first)
        return; /* stays as it was drawn */
    for (int r = 0; r < rows; r++)
        truth[r] = f->by_sentence && f->ratio < 1 ? rng_unit(f->rng) < f->ratio : all;
}

static void choose_food(const struct model *m, const struct batch *b, int step,
                        const bool *truth, const struct node *said, int *id)
{
    const int *right = b->in + step * b->rows;
    for (int r = 0; r < b->rows; r++) {
        const real *y = said ? said->x + (size_t)r * said->cols : NULL;
        if (m->arch->food == FOOD_OUTPUT)
            id[r] = said && truth[r] ? right[r] : -1;
        else
            id[r] = !said || truth[r] ? right[r] : vec_argmax(said->cols, y);
    }
}

/* The vectors that the decoder is fed. One that feeds on its own output holds it, and
 * knows what is first. */
static struct node *choose_vectors(const struct model *m, struct tape *t,
                                   const struct batch *b, int step, const bool *truth,
                                   struct node *said)
{
    int *forced = arena_alloc(t->arena, b->rows * sizeof *forced);
    struct node *right = feed_truth_at(t, b, step);
    if (!said)
        return m->arch->food == FOOD_OUTPUT ? NULL : right;
    for (int r = 0; r < b->rows; r++)
        forced[r] = truth[r];
    return op_until(t, right, said, forced, 0);
}

/* A decoder that starts from zeros has its states remembered, as they are where a row
 * ends. */
static void remember_decoder(const struct model *m, const struct batch *b,
                             const struct decoder *d, int step)
{
    size_t at = m->carry.enc, cols = model_memory(m);
    if (!b->memory)
        return;
    for (int i = 0; at < cols; at += d->part[i++]->cols) {
        const struct node *n = d->part[i];
        for (int r = 0; r < b->rows; r++)
            if (b->tgt_len[r] == step + 1)
                memcpy(b->memory + r * cols + at, n->x + (size_t)r * n->cols,
                       n->cols * sizeof *n->x);
    }
}

struct node *arch_logits_stepwise(const struct model *m, struct tape *t,
                                  const struct batch *b, const struct forcing *f)
{
    struct decoder d = { .rows = b->rows };
    struct node **y = arena_alloc(t->arena, b->tgt_steps * sizeof(struct node *));
    bool *truth = arena_alloc(t->arena, b->rows * sizeof *truth);
    m->arch->begin(m, t, b, &d);
    uint64_t draws = t->draws;
    for (int k = 0; k < b->tgt_steps; k++) {
        int *id = arena_alloc(t->arena, b->rows * sizeof *id);
        draw_truth(f, k == 0, b->rows, truth);
        if (t->lock)
            t->draws = draws; /* the masks of the step before */
        if (b->in_x)
            d.fed = choose_vectors(m, t, b, k, truth, k ? y[k - 1] : NULL);
        else
            choose_food(m, b, k, truth, k ? y[k - 1] : NULL, id);
        y[k] = m->arch->advance(m, t, &d, id);
        remember_decoder(m, b, &d, k);
    }
    struct node *all = op_pile(t, y, b->tgt_steps);
    return b->kept ? op_pick(t, all, b->kept, b->targets) : all;
}

struct node *arch_logits(const struct model *m, struct tape *t, const struct batch *b,
                         const struct forcing *f)
{
    bool free_running = f->ratio < 1 && m->arch->food != FOOD_CONTEXT;
    bool own_memory = b->memory && m->carry.dec; /* is taken between two steps */
    struct node *y = free_running || own_memory || !m->arch->whole
        ? NULL : m->arch->whole(m, t, b);
    return y ? y : arch_logits_stepwise(m, t, b, f);
}

/* ---- decoding -------------------------------------------------------------------- */

void dstate_init(struct dstate *d)
{
    *d = (struct dstate){ 0 };
}

static void dpart_release(struct dpart *p)
{
    free(p->x);
    free(p->spare);
}

void dstate_release(struct dstate *d)
{
    for (int i = 0; i < d->n; i++)
        dpart_release(&d->part[i]);
    dpart_release(&d->said);
    free(d->of);
    free(d->src_len);
    dstate_init(d);
}

static size_t node_bytes(const struct node *n)
{
    return (size_t)n->rows * n->cols * sizeof *n->x;
}

/* Into the spare memory, which becomes the part's own. */
static void gather_part(struct dpart *p, const int *from, int rows, int room)
{
    size_t cols = p->cols;
    real *x = p->spare ? p->spare : xaligned(room * cols * sizeof *x);
    for (int r = 0; r < rows; r++)
        memcpy(x + r * cols, p->x + from[r] * cols, cols * sizeof *x);
    p->spare = p->x;
    p->x = x;
}

static void forget_spare(struct dpart *p)
{
    free(p->spare);
    p->spare = NULL;
}

/* The moving parts and what was said. More rows than ever before: memory of the size
 * that was enough is of no use, neither now nor, for what becomes spare, later. */
static void gather(struct dstate *d, const int *from, int rows)
{
    bool larger = rows > d->room;
    d->room = MAX(d->room, rows);
    for (int i = 0; i <= d->moving; i++) {
        struct dpart *p = i < d->moving ? &d->part[i] : &d->said;
        if (!p->x)
            continue;
        if (larger)
            forget_spare(p);
        gather_part(p, from, rows, d->room);
        if (larger)
            forget_spare(p);
    }
}

void dstate_gather(struct dstate *d, const int *from, int rows)
{
    int *of = xcalloc(MAX(rows, 1), sizeof *of);
    gather(d, from, rows);
    for (int r = 0; r < rows; r++)
        of[r] = d->of[from[r]];
    free(d->of);
    d->of = of;
    d->rows = rows;
}

void arch_start(const struct model *m, struct tape *t, const struct batch *b,
                struct dstate *s)
{
    struct decoder d = { .rows = b->rows };
    m->arch->begin(m, t, b, &d);
    dstate_release(s);
    s->rows = s->sources = s->room = b->rows;
    s->n = d.n;
    s->moving = d.moving;
    s->from_zeros = d.from_zeros;
    s->src_steps = b->src_steps;
    s->src_len = xmemdup(b->src_len, b->rows * sizeof *b->src_len);
    s->of = xcalloc(b->rows, sizeof *s->of);
    for (int r = 0; r < b->rows; r++)
        s->of[r] = r;
    for (int i = 0; i < d.n; i++) {
        s->part[i].cols = d.part[i]->cols;
        s->part[i].x = xaligned(node_bytes(d.part[i]));
        memcpy(s->part[i].x, d.part[i]->x, node_bytes(d.part[i]));
    }
    if (m->tgt.dim && m->arch->food == FOOD_TOKEN) {
        s->said.cols = m->tgt.dim;
        s->said.x = xcalloc((size_t)b->rows * m->tgt.dim, sizeof *s->said.x);
    }
}

struct node *decoder_fixed(struct tape *t, const struct decoder *d, int i)
{
    struct node *part = d->part[i];
    size_t cols = part->cols;
    if (!d->of)
        return part;
    real *x = arena_alloc(t->arena, d->rows * cols * sizeof *x);
    for (int r = 0; r < d->rows; r++)
        memcpy(x + r * cols, part->x + d->of[r] * cols, cols * sizeof *x);
    return tape_constant(t, d->rows, part->cols, x);
}

struct node *arch_step(const struct model *m, struct tape *t, struct dstate *s,
                       const int *prev, const real **alpha)
{
    struct decoder d = { .rows = s->rows, .n = s->n, .moving = s->moving, .of = s->of,
                         .src_len = s->src_len, .src_steps = s->src_steps, .at = s->at,
                         .from_zeros = s->from_zeros };
    int *own = arena_alloc(t->arena, s->rows * sizeof *own);
    for (int r = 0; r < s->rows; r++)
        own[r] = -1;
    for (int i = 0; i < s->n; i++)
        d.part[i] = tape_constant(t, i < s->moving ? s->rows : s->sources,
                                  s->part[i].cols, s->part[i].x);
    if (s->said.x)
        d.fed = tape_constant(t, s->rows, s->said.cols, s->said.x);
    struct node *y = m->arch->advance(m, t, &d, m->arch->food == FOOD_OUTPUT ? own : prev);
    s->from_zeros = false;
    if (s->said.x)
        memcpy(s->said.x, y->x, node_bytes(y));
    for (int i = 0; i < s->moving; i++)
        memcpy(s->part[i].x, d.part[i]->x, node_bytes(d.part[i]));
    if (alpha)
        *alpha = d.alpha;
    return y;
}
