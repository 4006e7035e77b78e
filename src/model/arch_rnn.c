/*
 * The recurrent architectures. They differ in what the decoder eats and in how
 * it starts, which is what the two rows at the end say:
 *
 *   repeat    encoder -> its last output, fed at every step; the decoder starts
 *             from zeros (RepeatVector; SimpleSeq2Seq)
 *   transfer  encoder -> its last states, layer by layer; the decoder is fed the
 *             token before (Sutskever et al. 2014; Keras lstm_seq2seq)
 */
#include "model/feed.h"
#include "model/model.h"
#include "model/stack.h"

#include "base/mem.h"

struct plan {
    const struct feed *feed;
    bool carry_over;           /* decoder states start as the encoder's */
};

static const struct plan plan_repeat = { &feed_context, false };
static const struct plan plan_transfer = { &feed_token, true };

struct net {
    const struct plan *plan;
    struct stack enc, dec;
    struct feed_weights source, feed;
    const struct tensor *bridge[CELL_STATES], *bridge_b[CELL_STATES]; /* unequal widths */
    const struct tensor *out_w, *out_b;
};

/* ---- weights ------------------------------------------------------------ */

static const struct tensor *declare_embedding(struct model *m, const char *name, int n)
{
    if (!m->set.embed)
        return NULL;
    return params_add(&m->params, name, n, m->set.embed, ROLE_EMBED, n, TENSOR_LOOKUP);
}

static void declare_bridge(struct model *m, struct net *n)
{
    static const char *const state[CELL_STATES] = { "h", "c" };
    if (!n->plan->carry_over || n->enc.hidden == n->dec.hidden)
        return;
    for (int v = 0; v < m->cell->states; v++) {
        char name[48];
        snprintf(name, sizeof name, "bridge.%s.W", state[v]);
        n->bridge[v] = params_add(&m->params, name, n->enc.hidden, n->dec.hidden,
                                  ROLE_KERNEL, n->enc.hidden, TENSOR_MUL);
        snprintf(name, sizeof name, "bridge.%s.b", state[v]);
        n->bridge_b[v] = params_add(&m->params, name, 1, n->dec.hidden, ROLE_BIAS,
                                    n->enc.hidden, 0);
    }
}

static void declare(struct model *m, const struct plan *plan)
{
    const struct settings *s = &m->set;
    int S = vocab_size(m->src.vocab), V = vocab_size(m->tgt.vocab);
    struct net *n = m->net = xcalloc(1, sizeof *n);
    struct params *p = &m->params;
    unsigned use = s->embed ? TENSOR_MUL : TENSOR_LOOKUP;

    n->plan = plan;
    n->enc = (struct stack){ .cell = m->cell, .depth = s->depth.enc,
                             .hidden = s->hidden.enc, .dropout = s->dropout };
    n->dec = (struct stack){ .cell = m->cell, .depth = s->depth.dec,
                             .hidden = s->hidden.dec, .dropout = s->dropout };
    n->enc.hard = n->dec.hard = !strcmp(s->gates, "hard");

    n->source.embed = declare_embedding(m, "src.E", S);
    stack_declare(&n->enc, p, "enc", s->embed ? s->embed : S, use);
    n->source.w = n->enc.w[0];
    n->source.b = n->enc.b[0];
    declare_bridge(m, n);
    if (plan->feed == &feed_context) {
        stack_declare(&n->dec, p, "dec", n->enc.hidden, TENSOR_MUL);
    } else {
        n->feed.embed = declare_embedding(m, "tgt.E", V);
        stack_declare(&n->dec, p, "dec", s->embed ? s->embed : V, use);
    }
    n->feed.w = n->dec.w[0];
    n->feed.b = n->dec.b[0];
    n->out_w = params_add(p, "out.W", n->dec.hidden, V, ROLE_KERNEL, n->dec.hidden,
                          TENSOR_MUL);
    n->out_b = params_add(p, "out.b", 1, V, ROLE_BIAS, n->dec.hidden, 0);
}

static void declare_repeat(struct model *m)
{
    declare(m, &plan_repeat);
}

static void declare_transfer(struct model *m)
{
    declare(m, &plan_transfer);
}

static void release(struct model *m)
{
    free(m->net);
}

/* ---- encoder ------------------------------------------------------------ */

struct encoded {
    struct node *context;                        /* [rows, hidden] */
    struct node *start[STACK_DEPTH][CELL_STATES]; /* of the decoder's layers */
};

/* Decoder layer l starts from the encoder layer at the same distance from the
 * top; where the encoder has fewer layers, from its lowest. */
static void carry_over(const struct net *n, struct tape *t,
                       struct node *(*last)[CELL_STATES], struct encoded *e)
{
    for (int l = 0; l < n->dec.depth; l++) {
        int from = MAX(0, l + n->enc.depth - n->dec.depth);
        for (int v = 0; v < n->dec.cell->states; v++) {
            struct node *s = last[from][v];
            if (n->bridge[v])
                s = op_linear(t, s, n->bridge[v], n->bridge_b[v]);
            e->start[l][v] = s;
        }
    }
}

static void encode(const struct model *m, struct tape *t, const struct batch *b,
                   struct encoded *e)
{
    const struct net *n = m->net;
    struct node *last[STACK_DEPTH][CELL_STATES];
    const int *len = m->src.fixed ? NULL : b->src_len;
    struct node *z = feed_symbols(&n->source, t, b->src, b->rows * b->src_steps);
    stack_run(&n->enc, t, z, b->rows, b->src_steps, len, NULL, last);
    e->context = last[n->enc.depth - 1][0];
    if (n->plan->carry_over)
        carry_over(n, t, last, e);
}

/* ---- decoder ------------------------------------------------------------ */

static struct node *decode(const struct net *n, struct tape *t, struct node *z, int rows,
                           int steps, struct node *(*init)[CELL_STATES],
                           struct node *(*last)[CELL_STATES])
{
    struct node *h = stack_run(&n->dec, t, z, rows, steps, NULL, init, last);
    return op_linear(t, op_dropout(t, h, n->dec.dropout), n->out_w, n->out_b);
}

static struct node *logits(const struct model *m, struct tape *t, const struct batch *b)
{
    const struct net *n = m->net;
    const struct feed *f = n->plan->feed;
    struct encoded e;
    encode(m, t, b, &e);
    struct node *z = f->once ? f->once(&n->feed, t, e.context)
                             : f->each(&n->feed, t, b->in, b->rows * b->tgt_steps);
    return decode(n, t, z, b->rows, b->tgt_steps, n->plan->carry_over ? e.start : NULL,
                  NULL);
}

/* The parts of the state: layer by layer its states, then the z made once. */
static void start(const struct model *m, struct tape *t, const struct batch *b,
                  struct dstate *d)
{
    const struct net *n = m->net;
    const struct feed *f = n->plan->feed;
    struct encoded e;
    int part = 0;
    encode(m, t, b, &e);
    dstate_clear(d, b->rows);
    for (int l = 0; l < n->dec.depth; l++)
        for (int v = 0; v < n->dec.cell->states; v++) {
            struct node *s = e.start[l][v];
            if (!n->plan->carry_over) {
                real *zero = arena_zalloc(t->arena, (size_t)b->rows * n->dec.hidden *
                                                        sizeof *zero);
                s = tape_constant(t, b->rows, n->dec.hidden, zero);
            }
            dstate_put(d, part++, s);
        }
    if (f->once)
        dstate_put(d, part, f->once(&n->feed, t, e.context));
}

static struct node *step(const struct model *m, struct tape *t, struct dstate *d,
                         const int *prev)
{
    const struct net *n = m->net;
    const struct feed *f = n->plan->feed;
    struct node *init[STACK_DEPTH][CELL_STATES], *last[STACK_DEPTH][CELL_STATES];
    int states = n->dec.cell->states, parts = n->dec.depth * states;
    for (int i = 0; i < parts; i++)
        init[i / states][i % states] = dstate_node(d, i, t);
    /* z is used up by the layer: work on a copy of the one made once */
    struct node *z;
    if (f->once) {
        z = dstate_node(d, parts, t);
        size_t bytes = (size_t)z->rows * z->cols * sizeof *z->x;
        z->x = memcpy(arena_alloc(t->arena, bytes), z->x, bytes);
    } else {
        z = f->each(&n->feed, t, prev, d->rows);
    }
    struct node *y = decode(n, t, z, d->rows, 1, init, last);
    for (int i = 0; i < parts; i++)
        dstate_put(d, i, last[i / states][i % states]);
    return y;
}

/* ---- the table of layers ------------------------------------------------- */

static void describe(struct layer_info *info, const char *name, const char *kind,
                     int64_t params)
{
    *info = (struct layer_info){ .params = params };
    snprintf(info->name, sizeof info->name, "%s", name);
    snprintf(info->kind, sizeof info->kind, "%s", kind);
}

static void shape(struct layer_info *info, int steps, int width)
{
    if (steps > 0)
        snprintf(info->shape, sizeof info->shape, "(None, %d, %d)", steps, width);
    else if (steps < 0)
        snprintf(info->shape, sizeof info->shape, "(None, None, %d)", width);
    else
        snprintf(info->shape, sizeof info->shape, "(None, %d)", width);
}

static int64_t tensor_size(const struct tensor *w)
{
    return w ? (int64_t)w->rows * w->cols : 0;
}

static bool layer(const struct model *m, int i, struct layer_info *info)
{
    const struct net *n = m->net;
    const struct feed_weights *f[2] = { &n->source, &n->feed };
    const struct stack *s[2] = { &n->enc, &n->dec };
    const struct codec *c[2] = { &m->src, &m->tgt };
    static const char *const side[2] = { "encoder", "decoder" };
    char name[64];
    for (int k = 0; k < 2; k++) {
        int steps = c[k]->fixed ? c[k]->len : -1;
        if (f[k]->embed && i-- == 0) {
            snprintf(name, sizeof name, "%s embedding", side[k]);
            describe(info, name, "Embedding", tensor_size(f[k]->embed));
            shape(info, steps, f[k]->embed->cols);
            return true;
        }
        if (k == 1 && n->plan->feed == &feed_context && i-- == 0) {
            describe(info, "repeated context", "RepeatVector", 0);
            shape(info, steps, n->enc.hidden);
            return true;
        }
        if (k == 1 && n->bridge[0] && i-- == 0) {
            int64_t size = 0;
            for (int v = 0; v < m->cell->states; v++)
                size += tensor_size(n->bridge[v]) + tensor_size(n->bridge_b[v]);
            describe(info, "bridge of the states", "Dense", size);
            shape(info, 0, n->dec.hidden);
            return true;
        }
        if (i < s[k]->depth) {
            bool inner = k == 1 || i < s[k]->depth - 1;
            snprintf(name, sizeof name, "%s %d", side[k], i + 1);
            describe(info, name, m->cell->name, stack_layer_params(s[k], i));
            shape(info, inner ? steps : 0, s[k]->hidden);
            return true;
        }
        i -= s[k]->depth;
    }
    if (i > 0)
        return false;
    describe(info, "output", "Dense", tensor_size(n->out_w) + tensor_size(n->out_b));
    shape(info, m->tgt.fixed ? m->tgt.len : -1, vocab_size(m->tgt.vocab));
    return true;
}

const struct arch arch_repeat = {
    .name = "repeat",
    .summary = "the encoder's last output is fed to the decoder at every step",
    .declare = declare_repeat,
    .logits = logits,
    .start = start,
    .step = step,
    .layer = layer,
    .release = release,
};

const struct arch arch_transfer = {
    .name = "transfer",
    .summary = "the decoder starts from the encoder's states and is fed the token before",
    .declare = declare_transfer,
    .logits = logits,
    .start = start,
    .step = step,
    .layer = layer,
    .release = release,
};
