/*
 * readout - the output of a step is the input of the next, in the encoder and in the
 * decoder (seq2seq's Seq2Seq; Sutskever et al. 2014, with `peek` Cho et al. 2014):
 *
 *   u_t = x_t A1 + a1                      e_t = Stack(u_t + e_{t-1})       e_{-1} = 0
 *   C   = e_T A2 + a2                      width of the readout
 *   y_t = Decoder(y_{t-1})                 y_{-1} = C
 *   y_t = Decoder(C + y_{t-1})             with `peek`
 *
 * Every decoder layer maps readout to readout: y = tanh(h W2 + b2) over its cell.
 * With `inner_broadcast_state` there is one state for the whole stack: a layer takes
 * it from the layer below at the same step, the lowest from the top layer a step
 * before. With `broadcast_state` the decoder starts from the encoder's.
 *
 * y is bounded by tanh, which is too flat for a softmax: logits are y W + b. Where
 * the truth is forced on the decoder, the symbol's embedding takes the place of
 * y_{t-1}. Of vectors, what is fed back is the answer itself, y W + b where there is
 * an output layer, and the true one takes its place.
 *
 * Parts of the decoder: the state(s), y_{t-1}, then, with peek, C.
 */
#include "base/mem.h"
#include "model/encoder.h"
#include "model/head.h"
#include "model/layer.h"
#include "model/model.h"

struct level {                         /* a decoder layer */
    struct stack cell;                 /* of depth 1 */
    const struct tensor *out, *out_b;  /* W2, b2 */
};

struct net {
    struct feed_weights source;        /* A1, a1 over symbols, or over their embeddings */
    const struct tensor *context, *context_b; /* A2, a2 */
    struct stack enc[STACK_DEPTH];     /* of depth 1 each */
    struct level dec[STACK_DEPTH];
    struct bridge bridge;
    const struct tensor *forced;       /* tgt.E: what a forced symbol looks like, or NULL */
    struct head head;
    int enc_depth, dec_depth, enc_hidden, dec_hidden, width;
    bool sync, peek, carry_over;
    double dropout;
};

/* ---- weights --------------------------------------------------------------------- */

static const struct tensor *add(struct model *m, const char *name, int rows, int cols,
                                enum tensor_role role, unsigned use)
{
    return params_add(&m->params, name, rows, cols, role, rows, use);
}

static struct stack declare_cell(struct model *m, const char *side, int layer, int in,
                                 int hidden)
{
    struct stack s = stack_of(&m->set, m->cell, 1, hidden);
    char prefix[32];
    snprintf(prefix, sizeof prefix, "%s.%d", side, layer);
    stack_declare(&s, &m->params, prefix, in, TENSOR_MUL, m->set.layer_norm);
    return s;
}

static int state_count(const struct net *n, int depth)
{
    return n->sync ? 1 : depth;
}

/* The states of one side as those of a stack. */
static struct stack states_of(const struct net *n, const struct stack *layer, int depth)
{
    struct stack s = *layer;
    s.depth = state_count(n, depth);
    return s;
}

static void remember(struct model *m, const struct net *n)
{
    struct stack enc = states_of(n, &n->enc[0], n->enc_depth);
    struct stack dec = states_of(n, &n->dec[0].cell, n->dec_depth);
    m->carry = (struct carry){ carry_size(&enc), n->carry_over ? 0 : carry_size(&dec) };
}

static void declare(struct model *m)
{
    const struct settings *s = &m->set;
    int S = feed_width(&m->src), V = feed_width(&m->tgt);
    struct net *n = m->net = xcalloc(1, sizeof *n);
    n->enc_depth = s->depth.enc;
    n->dec_depth = s->depth.dec;
    n->enc_hidden = s->hidden.enc;
    n->dec_hidden = s->hidden.dec;
    n->width = s->readout ? s->readout : V;
    n->sync = s->inner_broadcast_state;
    n->carry_over = s->broadcast_state;
    n->peek = s->peek;
    n->dropout = s->dropout;

    n->source.embed = feed_declare_embedding(&m->params, "src.E", S, s->embed);
    n->source.w = add(m, "in.W", s->embed ? s->embed : S, n->enc_hidden, ROLE_KERNEL,
                      feed_use(&m->src, s->embed));
    n->source.b = add(m, "in.b", 1, n->enc_hidden, ROLE_BIAS, 0);
    for (int l = 0; l < n->enc_depth; l++)
        n->enc[l] = declare_cell(m, "enc", l, n->enc_hidden, n->enc_hidden);
    n->context = add(m, "context.W", n->enc_hidden, n->width, ROLE_KERNEL, TENSOR_MUL);
    n->context_b = add(m, "context.b", 1, n->width, ROLE_BIAS, 0);
    if (n->carry_over) {
        struct stack dec = stack_of(s, m->cell, n->dec_depth, n->dec_hidden);
        bridge_declare(&n->bridge, s, &m->params, n->enc_hidden, &dec);
    }
    for (int l = 0; l < n->dec_depth; l++) {
        char name[48];
        n->dec[l].cell = declare_cell(m, "dec", l, n->width, n->dec_hidden);
        snprintf(name, sizeof name, "dec.%d.out.W", l);
        n->dec[l].out = add(m, name, n->dec_hidden, n->width, ROLE_KERNEL, TENSOR_MUL);
        snprintf(name, sizeof name, "dec.%d.out.b", l);
        n->dec[l].out_b = add(m, name, 1, n->width, ROLE_BIAS, 0);
    }
    if (!m->tgt.dim && (s->teacher > 0 || s->teacher_end > 0))
        n->forced = add(m, "tgt.E", V, n->width, ROLE_EMBED, TENSOR_LOOKUP);
    if (head_wanted(s))
        head_declare(&n->head, &m->params, n->width, V, NULL, s->dropout_out);
    if (s->stateful)
        remember(m, n);
}

static void release(struct model *m)
{
    free(m->net);
}

/* ---- states: one of the whole stack, or one of each layer ---------------------------- */

struct states {
    struct node *s[STACK_DEPTH][CELL_STATES]; /* only [0] when synchronised */
};

/* One step of one layer; its state is read and replaced. */
static struct node *cell_step(const struct net *n, struct tape *t, const struct stack *c,
                              struct node *x, int rows, struct states *st, int layer)
{
    struct node *(*own)[CELL_STATES] = &st->s[n->sync ? 0 : layer], *last[1][CELL_STATES];
    struct stack_run run = { .rows = rows, .steps = 1, .init = own, .last = last };
    struct node *h = stack_run(c, t, op_linear(t, x, c->w[0], c->b[0]), &run);
    memcpy(*own, *last, sizeof *last);
    return h;
}

/* ---- encoder ---------------------------------------------------------------------------- */

/* Sources that are over keep output and states: y[r] = new or old. */
static struct node *keep_over(struct tape *t, const struct batch *b, int step,
                              struct node *now, struct node *before)
{
    bool all = true;
    for (int r = 0; r < b->rows; r++)
        all = all && step < b->src_len[r];
    return all ? now : op_until(t, now, before, b->src_len, step);
}

static struct node *encode(const struct model *m, struct tape *t, const struct batch *b,
                           struct states *st)
{
    const struct net *n = m->net;
    const struct cell *c = n->enc[0].cell;
    struct stack shape = states_of(n, &n->enc[0], n->enc_depth);
    struct node *u = feed_run(&n->source, t, feed_source(t, b), 0);
    struct node *y = stack_zero(t, b->rows, n->enc_hidden);
    carry_read(&m->carry, t, b, 0, &shape, st->s);
    uint64_t draws = t->draws;
    for (int k = 0; k < b->src_steps; k++) {
        if (t->lock)
            t->draws = draws; /* the masks of the step before */
        struct states before = *st;
        struct node *x = op_add(t, op_rows(t, u, k * b->rows, b->rows), y);
        for (int l = 0; l < n->enc_depth; l++)
            x = op_dropout(t, cell_step(n, t, &n->enc[l], x, b->rows, st, l), n->dropout);
        y = keep_over(t, b, k, x, y);
        for (int l = 0; l < state_count(n, n->enc_depth); l++)
            for (int v = 0; v < c->states; v++)
                st->s[l][v] = keep_over(t, b, k, st->s[l][v], before.s[l][v]);
    }
    carry_write(&m->carry, b, 0, &shape, st->s);
    return y;
}

/* The decoder's first states: the encoder's one, or layer by layer from the top. */
static void first_states(const struct model *m, struct tape *t, const struct batch *b,
                         const struct states *enc, struct states *st)
{
    const struct net *n = m->net;
    struct encoded e = { 0 };
    struct stack shape = states_of(n, &n->dec[0].cell, n->dec_depth);
    if (!n->carry_over) {
        carry_read(&m->carry, t, b, m->carry.enc, &shape, st->s);
        return;
    }
    memcpy(e.last, enc->s, sizeof e.last);
    bridge_run(&n->bridge, t, &e, state_count(n, n->enc_depth), &shape, st->s);
}

/* ---- decoder ------------------------------------------------------------------------------ */

static int flatten(const struct net *n, const struct states *st, struct node **part)
{
    int k = 0;
    for (int l = 0; l < state_count(n, n->dec_depth); l++)
        for (int v = 0; v < n->dec[0].cell.cell->states; v++)
            part[k++] = st->s[l][v];
    return k;
}

static int unflatten(const struct net *n, struct node *const *part, struct states *st)
{
    int k = 0;
    for (int l = 0; l < state_count(n, n->dec_depth); l++)
        for (int v = 0; v < n->dec[0].cell.cell->states; v++)
            st->s[l][v] = part[k++];
    return k;
}

static void begin(const struct model *m, struct tape *t, const struct batch *b,
                  struct decoder *d)
{
    const struct net *n = m->net;
    struct states enc, dec;
    struct node *y = encode(m, t, b, &enc);
    struct node *context = op_linear(t, y, n->context, n->context_b);
    first_states(m, t, b, &enc, &dec);
    d->n = flatten(n, &dec, d->part);
    d->part[d->n++] = context; /* the first y_{t-1} */
    d->moving = d->n;
    if (n->peek)
        d->part[d->n++] = context;
}

static struct node *advance(const struct model *m, struct tape *t, struct decoder *d,
                            const int *id)
{
    const struct net *n = m->net;
    struct states st;
    int k = unflatten(n, d->part, &st);
    struct node *x = d->fed ? d->fed : d->part[k];
    if (n->forced)
        x = op_choose(t, n->forced, id, x);
    if (n->peek)
        x = op_add(t, decoder_fixed(t, d, d->moving), x);
    for (int l = 0; l < n->dec_depth; l++) {
        const struct level *v = &n->dec[l];
        x = op_dropout(t, x, n->dropout);
        x = op_linear(t, cell_step(n, t, &v->cell, x, d->rows, &st, l), v->out, v->out_b);
        x = op_tanh(t, x);
    }
    flatten(n, &st, d->part);
    struct node *y = head_run(&n->head, t, x, NULL);
    d->part[k] = m->tgt.dim ? y : x;
    return y;
}

/* ---- the table of layers ------------------------------------------------------------------- */

static bool layer(const struct model *m, int i, struct layer_info *info)
{
    const struct net *n = m->net;
    int src = m->src.fixed ? m->src.len : -1, tgt = m->tgt.fixed ? m->tgt.len : -1;
    char name[64];
    if (n->source.embed && i-- == 0) {
        layer_describe(info, "encoder embedding", "Embedding", layer_size(n->source.embed));
        layer_shape(info, src, n->source.embed->cols);
        return true;
    }
    if (i-- == 0) {
        layer_describe(info, "source to hidden", "Dense",
                       layer_size(n->source.w) + layer_size(n->source.b));
        layer_shape(info, src, n->enc_hidden);
        return true;
    }
    if (i < n->enc_depth) {
        snprintf(name, sizeof name, "encoder %d, with readout", i + 1);
        layer_describe(info, name, m->cell->name, stack_layer_params(&n->enc[i], 0));
        layer_shape(info, i < n->enc_depth - 1 ? src : 0, n->enc_hidden);
        return true;
    }
    i -= n->enc_depth;
    if (i-- == 0) {
        layer_describe(info, "context to readout", "Dense",
                       layer_size(n->context) + layer_size(n->context_b));
        layer_shape(info, 0, n->width);
        return true;
    }
    if (bridge_params(&n->bridge) && i-- == 0) {
        layer_describe(info, "bridge of the states", "Dense", bridge_params(&n->bridge));
        layer_shape(info, 0, n->dec_hidden);
        return true;
    }
    if (i < n->dec_depth) {
        const struct level *v = &n->dec[i];
        snprintf(name, sizeof name, "decoder %d, with readout", i + 1);
        layer_describe(info, name, m->cell->name, stack_layer_params(&v->cell, 0) +
                       layer_size(v->out) + layer_size(v->out_b));
        layer_shape(info, tgt, n->width);
        return true;
    }
    i -= n->dec_depth;
    if (n->forced && i-- == 0) {
        layer_describe(info, "forced symbols", "Embedding", layer_size(n->forced));
        layer_shape(info, tgt, n->width);
        return true;
    }
    layer_describe(info, "output", "Dense", head_params(&n->head));
    layer_shape(info, tgt, feed_width(&m->tgt));
    return i == 0 && n->head.w;
}

const struct arch arch_readout = {
    .name = "readout",
    .summary = "each step's output is the next step's input, one state up the stack",
    .food = FOOD_OUTPUT,
    .declare = declare,
    .begin = begin,
    .advance = advance,
    .layer = layer,
    .release = release,
};
