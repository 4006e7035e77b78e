/*
 * The two plain architectures. They differ in what the decoder eats and in how it
 * starts:
 *
 *   repeat    encoder -> its last output, fed at every step; the decoder starts
 *             from zeros (RepeatVector; SimpleSeq2Seq)
 *   transfer  encoder -> its last states, layer by layer; the decoder is fed the
 *             token before (Sutskever et al. 2014; Keras lstm_seq2seq)
 *
 * Parts of the decoder: layer by layer its states, then, for repeat, the z = x W + b
 * of the context, which is the same at every step.
 */
#include "base/mem.h"
#include "model/encoder.h"
#include "model/head.h"
#include "model/layer.h"
#include "model/model.h"

struct net {
    struct encoder enc;
    struct bridge bridge;
    struct stack dec;
    struct feed_weights feed;
    struct head head;
};

static bool fed_context(const struct model *m)
{
    return m->arch->food == FOOD_CONTEXT;
}

static void declare(struct model *m)
{
    const struct settings *s = &m->set;
    int V = feed_width(&m->tgt), in = s->embed ? s->embed : V;
    struct net *n = m->net = xcalloc(1, sizeof *n);
    struct params *p = &m->params;
    unsigned use = feed_use(&m->tgt, s->embed);

    encoder_declare(&n->enc, s, m->cell, p, &m->src, !strcmp(s->bidirectional, "yes"));
    n->dec = stack_of(s, m->cell, s->depth.dec, s->hidden.dec);
    if (!head_wanted(s))
        n->dec.top = V;
    if (fed_context(m)) {
        in = encoder_width(&n->enc);
        use = TENSOR_MUL;
    } else {
        bridge_declare(&n->bridge, s, p, encoder_width(&n->enc), &n->dec);
        n->feed.embed = feed_declare_embedding(p, "tgt.E", V, s->embed);
    }
    stack_declare(&n->dec, p, "dec", in, use, s->layer_norm);
    n->feed.w = n->dec.w[0];
    n->feed.b = n->dec.b[0];
    if (head_wanted(s))
        head_declare(&n->head, p, n->dec.hidden, V, s->tie ? n->feed.embed : NULL,
                     s->dropout_out);
    if (s->stateful)
        m->carry = (struct carry){ encoder_memory(&n->enc),
                                   fed_context(m) ? carry_size(&n->dec) : 0 };
}

static void release(struct model *m)
{
    free(m->net);
}

static struct node *context_z(const struct net *n, struct tape *t, struct node *context)
{
    return op_linear(t, op_dropout(t, context, n->dec.dropout), n->feed.w, n->feed.b);
}

static struct node *run(const struct net *n, struct tape *t, const struct batch *b,
                        struct node *z, int rows, int steps, struct node *(*init)[CELL_STATES],
                        struct node *(*last)[CELL_STATES])
{
    struct stack_run r = { .rows = rows, .steps = steps, .init = init, .last = last };
    return head_run(&n->head, t, stack_run(&n->dec, t, z, &r), b);
}

/* All steps at once: z of the context is used at each, or z of each token. */
static struct node *whole(const struct model *m, struct tape *t, const struct batch *b)
{
    const struct net *n = m->net;
    struct node *start[STACK_DEPTH][CELL_STATES];
    struct encoded e;
    encoder_run(&n->enc, &m->carry, t, b, m->src.fixed, &e);
    if (fed_context(m))
        return run(n, t, b, context_z(n, t, e.context), b->rows, b->tgt_steps, NULL, NULL);
    bridge_run(&n->bridge, t, &e, n->enc.depth, &n->dec, start);
    struct node *z = feed_run(&n->feed, t, feed_truth(t, b), m->set.dropout_embed);
    return run(n, t, b, z, b->rows, b->tgt_steps, start, NULL);
}

static void begin(const struct model *m, struct tape *t, const struct batch *b,
                  struct decoder *d)
{
    const struct net *n = m->net;
    struct node *start[STACK_DEPTH][CELL_STATES];
    struct encoded e;
    encoder_run(&n->enc, &m->carry, t, b, m->src.fixed, &e);
    if (fed_context(m))
        carry_read(&m->carry, t, b, m->carry.enc, &n->dec, start);
    else
        bridge_run(&n->bridge, t, &e, n->enc.depth, &n->dec, start);
    d->moving = d->n = stack_flatten(&n->dec, start, d->part);
    d->from_zeros = fed_context(m) && !b->memory;
    if (fed_context(m))
        d->part[d->n++] = context_z(n, t, e.context);
}

static struct node *advance(const struct model *m, struct tape *t, struct decoder *d,
                            const int *id)
{
    const struct net *n = m->net;
    struct node *init[STACK_DEPTH][CELL_STATES], *last[STACK_DEPTH][CELL_STATES];
    stack_unflatten(&n->dec, d->part, init);
    struct feed before = { id, d->fed, d->rows };
    struct node *z = fed_context(m)
        ? op_copy(t, decoder_fixed(t, d, d->moving)) /* a layer uses up its z */
        : feed_run(&n->feed, t, before, m->set.dropout_embed);
    struct node *y = run(n, t, NULL, z, d->rows, 1, d->from_zeros ? NULL : init, last);
    d->from_zeros = false;
    stack_flatten(&n->dec, last, d->part);
    return y;
}

/* ---- the table of layers ----------------------------------------------------------- */

static bool layer(const struct model *m, int i, struct layer_info *info)
{
    const struct net *n = m->net;
    int src = m->src.fixed ? m->src.len : -1, tgt = m->tgt.fixed ? m->tgt.len : -1;
    int enc = n->enc.depth + (n->enc.source[0].embed != NULL);
    if (i < enc)
        return encoder_layer(&n->enc, m->cell->name, i, src, info);
    i -= enc;
    if (fed_context(m) && i-- == 0) {
        layer_describe(info, "repeated context", "RepeatVector", 0);
        layer_shape(info, tgt, encoder_width(&n->enc));
        return true;
    }
    if (bridge_params(&n->bridge) && i-- == 0) {
        layer_describe(info, "bridge of the states", "Dense", bridge_params(&n->bridge));
        layer_shape(info, 0, n->dec.hidden);
        return true;
    }
    if (n->feed.embed && i-- == 0) {
        layer_describe(info, "decoder embedding", "Embedding", layer_size(n->feed.embed));
        layer_shape(info, tgt, n->feed.embed->cols);
        return true;
    }
    return stack_and_head_layer(&n->dec, &n->head, m->cell->name, i, tgt,
                                feed_width(&m->tgt), 0, info);
}

const struct arch arch_repeat = {
    .name = "repeat",
    .summary = "the encoder's last output is fed to the decoder at every step",
    .food = FOOD_CONTEXT,
    .declare = declare,
    .begin = begin,
    .advance = advance,
    .whole = whole,
    .layer = layer,
    .release = release,
};

const struct arch arch_transfer = {
    .name = "transfer",
    .summary = "the decoder starts from the encoder's states and is fed the token before",
    .food = FOOD_TOKEN,
    .declare = declare,
    .begin = begin,
    .advance = advance,
    .whole = whole,
    .layer = layer,
    .release = release,
};
