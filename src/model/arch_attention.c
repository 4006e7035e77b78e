/*
 * attention - the decoder looks at all encoder outputs, each step anew.
 *
 *   before  (Bahdanau et al. 2015; the seed library's documentation)
 *           v_i = attention from the state s_{i-1};  s_i = Cell(s_{i-1}, y_{i-1}, v_i)
 *           logits from s_i, with `deep_output` from v_i and y_{i-1} as well
 *   after   (Luong et al. 2015)
 *           s_i = Cell(s_{i-1}, y_{i-1} [, a_{i-1}]);  v_i = attention from s_i
 *           a_i = tanh(W [s_i ; v_i]);  logits from a_i
 *   between (as in GNMT, Wu et al. 2016, but the first layer of a step is asked at that step)
 *           r_i = Cell1(r_{i-1}, y_{i-1} [, a_{i-1}]);  v_i = attention from r_i
 *           s_i = Cell2(s_{i-1}, [r_i ; v_i]), and further layers on top
 *           a_i = tanh(W [s_i ; v_i]);  logits from a_i
 *
 * where `input_feeding` gives the brackets; without, all steps are made at once in training.
 * s_{i-1} is the top layer's state, s_i its output: not the same where a layer has
 * normalisation or a residual connection. With `tie`, a_i is as wide as the embedding. With
 * `location` attention also knows where it was one step before.
 *
 * Parts of the decoder: the states layer by layer; with input feeding the attentional
 * vector; with location the weights of attention; then, unchanging, keys and memory.
 */
#include "base/mem.h"
#include "model/encoder.h"
#include "model/head.h"
#include "model/layer.h"
#include "model/model.h"
#include "nn/attend.h"

struct net {
    struct encoder enc;
    struct bridge bridge;
    struct stack dec;
    struct feed_weights feed;
    const struct tensor *extra;       /* dec.0.C: context or attentional vector -> gates */
    const struct score *score;
    struct score_weights weights;
    const struct tensor *location, *location_b;  /* query -> filter */
    const struct tensor *combine, *combine_b;    /* after */
    const struct tensor *out_context, *out_token; /* deep output */
    struct head head;
    bool after, between, input_feeding, from_zeros; /* between: after as well */
    int made;                         /* width of the attentional vector */
    double dropout_embed;
};

static void declare_score(struct model *m, struct net *n, int width)
{
    struct params *p = &m->params;
    int asks = n->between ? 0 : n->dec.depth - 1; /* the layer whose output is the query */
    int H = stack_width(&n->dec, asks), reach = m->set.location, taps = 2 * reach + 1;
    n->score = score_find(m->set.score);
    n->score->declare(&n->weights, p, "score", H, width);
    if (reach == 0)
        return;
    n->location = params_add(p, "score.location.W", H, taps, ROLE_KERNEL, H, TENSOR_MUL);
    n->location_b = params_add(p, "score.location.b", 1, taps, ROLE_BIAS, H, 0);
}

static void declare_outputs(struct model *m, struct net *n, int width)
{
    struct params *p = &m->params;
    int H = n->dec.top, V = feed_width(&m->tgt);
    if (n->after) {
        n->combine = params_add(p, "att.W", H + width, n->made, ROLE_KERNEL, H + width,
                                TENSOR_MUL);
        n->combine_b = params_add(p, "att.b", 1, n->made, ROLE_BIAS, H + width, 0);
    }
    if (head_wanted(&m->set))
        head_declare(&n->head, p, n->made, V, m->set.tie ? n->feed.embed : NULL,
                     m->set.dropout_out);
    if (!m->set.deep_output)
        return;
    n->out_context = params_add(p, "out.C", width, V, ROLE_KERNEL, H, TENSOR_MUL);
    n->out_token = params_add(p, "out.T", m->set.embed ? m->set.embed : V, V, ROLE_KERNEL, H,
                              feed_use(&m->tgt, m->set.embed));
}

static void declare(struct model *m)
{
    const struct settings *s = &m->set;
    int V = feed_width(&m->tgt), gates = m->cell->gates;
    struct net *n = m->net = xcalloc(1, sizeof *n);
    struct params *p = &m->params;

    n->between = !strcmp(s->attend, "between");
    n->after = n->between || !strcmp(s->attend, "after");
    n->input_feeding = s->input_feeding;
    n->from_zeros = !strcmp(s->start, "zeros");
    n->dropout_embed = s->dropout_embed;
    encoder_declare(&n->enc, s, m->cell, p, &m->src, strcmp(s->bidirectional, "no") != 0);
    int width = encoder_width(&n->enc);
    n->dec = stack_of(s, m->cell, s->depth.dec, s->hidden.dec);
    if (!head_wanted(s))
        n->dec.top = V;
    if (n->between)
        n->dec.beside = width;
    n->made = n->after && s->tie ? s->embed : n->dec.top;
    if (!n->from_zeros)
        bridge_declare(&n->bridge, s, p, width, &n->dec);
    n->feed.embed = feed_declare_embedding(p, "tgt.E", V, s->embed);
    stack_declare(&n->dec, p, "dec", s->embed ? s->embed : V, feed_use(&m->tgt, s->embed),
                  s->layer_norm);
    n->feed.w = n->dec.w[0];
    n->feed.b = n->dec.b[0];
    if (!n->after || n->input_feeding)
        n->extra = params_add(p, "dec.0.C", n->after ? n->made : width,
                              gates * stack_width(&n->dec, 0), ROLE_KERNEL,
                              stack_width(&n->dec, 0), TENSOR_MUL);
    declare_score(m, n, width);
    declare_outputs(m, n, width);
    if (s->stateful)
        m->carry = (struct carry){ encoder_memory(&n->enc),
                                   n->from_zeros ? carry_size(&n->dec) : 0 };
}

static void release(struct model *m)
{
    free(m->net);
}

static int check(const struct settings *s, struct err *err)
{
    bool before = !strcmp(s->attend, "before"), between = !strcmp(s->attend, "between");
    if (s->input_feeding && before)
        return err_set(err, "input_feeding feeds what attention after the layers made: set "
                       "attend = after, or input_feeding = no");
    if (s->deep_output && !before)
        return err_set(err, "deep_output is for attention before the layers: set attend = "
                       "before, or deep_output = no");
    if (between && s->depth.dec < 2)
        return err_set(err, "attend = between looks between two layers of the decoder: set "
                       "depth = %d,2 or more, or attend = after", s->depth.enc);
    if (s->tie && before && s->embed != s->hidden.dec)
        return err_set(err, "tie makes the output layer of the embedding, which is %d wide, not "
                       "%d as the decoder: set embed = %d, or attend = after", s->embed,
                       s->hidden.dec, s->hidden.dec);
    return 0;
}

/* ---- attention ----------------------------------------------------------------------- */

struct memory {
    struct node *keys, *values;
    const int *of, *len, *at;
    int steps;
    struct node *alpha; /* where the last look went */
};

static struct memory memorise(const struct net *n, struct tape *t, const struct encoded *e,
                              const struct batch *b)
{
    struct node *keys = attend_keys(t, &n->weights, e->outputs);
    return (struct memory){
        .keys = op_by_sequence(t, keys, b->rows),
        .values = op_by_sequence(t, e->outputs, b->rows),
        .len = b->src_len,
        .steps = b->src_steps,
    };
}

static struct node *look(const struct net *n, struct tape *t, struct memory *m,
                         struct node *query)
{
    struct attend a = {
        .score = n->score,
        .w = &n->weights,
        .query = attend_query(t, &n->weights, query),
        .keys = m->keys,
        .of = m->of,
        .len = m->len,
        .steps = m->steps,
        .at = m->at,
    };
    if (n->location)
        a.near = op_convolve(t, m->alpha, op_linear(t, query, n->location, n->location_b));
    m->alpha = op_attend(t, &a);
    return op_context(t, m->alpha, m->values, m->of, m->len);
}

/* Looking between two layers: what is seen, once more for the attentional vector. */
struct glance {
    const struct net *net;
    struct memory *mem;
    struct node *context;
};

static struct node *glance(void *own, struct tape *t, struct node *h)
{
    struct glance *g = own;
    g->context = look(g->net, t, g->mem, h);
    return g->context;
}

static struct node *combine(const struct net *n, struct tape *t, struct node *h,
                            struct node *context)
{
    struct node *x = op_concat(t, h, context);
    if (n->between)
        x = op_dropout(t, x, n->dec.dropout);
    return op_tanh(t, op_linear(t, x, n->combine, n->combine_b));
}

/* The attentional vectors from the z of the decoder's steps: one, or all at once. */
static struct node *look_after(const struct net *n, struct tape *t, struct memory *mem,
                               struct node *z, struct stack_run *r)
{
    struct glance g = { .net = n, .mem = mem };
    r->beside = glance;
    r->own = &g;
    struct node *h = stack_run(&n->dec, t, z, r);
    if (!n->between)
        glance(&g, t, h);
    return combine(n, t, h, g.context);
}

static struct node *deep(const struct net *n, struct tape *t, struct node *y,
                         struct node *context, struct feed before)
{
    if (!n->out_context)
        return y;
    y = op_add(t, y, op_linear(t, context, n->out_context, NULL));
    struct feed_weights token = { n->feed.embed, n->out_token, NULL };
    return op_add(t, y, feed_run(&token, t, before, n->dropout_embed));
}

/* ---- the decoder ---------------------------------------------------------------------- */

static void first_states(const struct model *m, struct tape *t, const struct batch *b,
                         const struct encoded *e, struct node *(*start)[CELL_STATES])
{
    const struct net *n = m->net;
    if (n->from_zeros)
        carry_read(&m->carry, t, b, m->carry.enc, &n->dec, start);
    else
        bridge_run(&n->bridge, t, e, n->enc.depth, &n->dec, start);
}

static struct node *whole(const struct model *m, struct tape *t, const struct batch *b)
{
    const struct net *n = m->net;
    struct node *start[STACK_DEPTH][CELL_STATES];
    struct encoded e;
    if (n->extra || n->location)
        return NULL; /* each step waits for the attention of another */
    encoder_run(&n->enc, &m->carry, t, b, m->src.fixed, &e);
    struct memory mem = memorise(n, t, &e, b);
    first_states(m, t, b, &e, start);
    struct stack_run r = { .rows = b->rows, .steps = b->tgt_steps, .init = start };
    struct node *z = feed_run(&n->feed, t, feed_truth(t, b), n->dropout_embed);
    return head_run(&n->head, t, look_after(n, t, &mem, z, &r), b);
}

static void begin(const struct model *m, struct tape *t, const struct batch *b,
                  struct decoder *d)
{
    const struct net *n = m->net;
    struct node *start[STACK_DEPTH][CELL_STATES];
    struct encoded e;
    encoder_run(&n->enc, &m->carry, t, b, m->src.fixed, &e);
    struct memory mem = memorise(n, t, &e, b);
    first_states(m, t, b, &e, start);
    d->n = stack_flatten(&n->dec, start, d->part);
    if (n->input_feeding)
        d->part[d->n++] = stack_zero(t, b->rows, n->made);
    if (n->location)
        d->part[d->n++] = stack_zero(t, b->rows, b->src_steps);
    d->moving = d->n;
    d->part[d->n++] = mem.keys;
    d->part[d->n++] = mem.values;
    d->src_len = mem.len;
    d->src_steps = mem.steps;
}

static struct node *advance(const struct model *m, struct tape *t, struct decoder *d,
                            const int *id)
{
    const struct net *n = m->net;
    struct node *init[STACK_DEPTH][CELL_STATES], *last[STACK_DEPTH][CELL_STATES];
    struct stack_run r = { .rows = d->rows, .steps = 1, .init = init, .last = last };
    struct memory mem = {
        .keys = d->part[d->moving],
        .values = d->part[d->moving + 1],
        .of = d->of,
        .len = d->src_len,
        .at = d->at,
        .steps = d->src_steps,
        .alpha = n->location ? d->part[d->moving - 1] : NULL,
    };
    struct node **made = &d->part[stack_flatten_count(&n->dec)]; /* a_{i-1} */
    struct feed before = { id, d->fed, d->rows };
    struct node *context = NULL, *y;
    stack_unflatten(&n->dec, d->part, init);
    struct node *z = feed_run(&n->feed, t, before, n->dropout_embed);
    if (!n->after)
        context = look(n, t, &mem, init[n->dec.depth - 1][0]);
    if (n->extra)
        z = op_add(t, z, op_linear(t, n->after ? *made : context, n->extra, NULL));
    if (n->after) {
        y = look_after(n, t, &mem, z, &r);
        if (n->input_feeding)
            *made = y;
        y = head_run(&n->head, t, y, NULL);
    } else {
        y = head_run(&n->head, t, stack_run(&n->dec, t, z, &r), NULL);
        y = deep(n, t, y, context, before);
    }
    stack_flatten(&n->dec, last, d->part);
    if (n->location)
        d->part[d->moving - 1] = mem.alpha;
    d->alpha = mem.alpha->x;
    return y;
}

/* ---- the table of layers ------------------------------------------------------------------ */

static bool layer(const struct model *m, int i, struct layer_info *info)
{
    const struct net *n = m->net;
    int src = m->src.fixed ? m->src.len : -1, tgt = m->tgt.fixed ? m->tgt.len : -1;
    int enc = n->enc.depth + (n->enc.source[0].embed != NULL);
    const struct score_weights *w = &n->weights;
    if (i < enc)
        return encoder_layer(&n->enc, m->cell->name, i, src, info);
    i -= enc;
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
    if (i-- == 0) {
        layer_describe(info, "attention", n->score->name,
                       layer_size(w->key) + layer_size(w->key_b) + layer_size(w->query) +
                       layer_size(w->v) + layer_size(n->combine) + layer_size(n->combine_b) +
                       layer_size(n->location) + layer_size(n->location_b));
        layer_shape(info, tgt, n->after ? n->made : encoder_width(&n->enc));
        return true;
    }
    int64_t deeper = i < n->dec.depth ? (i == 0 ? layer_size(n->extra) : 0)
                                      : layer_size(n->out_context) + layer_size(n->out_token);
    return stack_and_head_layer(&n->dec, &n->head, m->cell->name, i, tgt,
                                feed_width(&m->tgt), deeper, info);
}

const struct arch arch_attention = {
    .name = "attention",
    .summary = "the decoder looks at all encoder outputs, each step anew",
    .food = FOOD_TOKEN,
    .check = check,
    .declare = declare,
    .begin = begin,
    .advance = advance,
    .whole = whole,
    .layer = layer,
    .release = release,
};
