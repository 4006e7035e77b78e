#include "model/onnx_layer.h"

#include "base/mem.h"

static struct onnx_value with_axis(struct onnx *g, const char *op, struct onnx_value x, int axis)
{
    struct onnx_value a = onnx_ints(g, 1, &(int64_t){ axis });
    return onnx_op(g, op, x.s, a.s, NULL);
}

struct onnx_value onnx_squeeze(struct onnx *g, struct onnx_value x, int axis)
{
    return with_axis(g, "Squeeze", x, axis);
}

struct onnx_value onnx_unsqueeze(struct onnx *g, struct onnx_value x, int axis)
{
    return with_axis(g, "Unsqueeze", x, axis);
}

struct onnx_value onnx_concat(struct onnx *g, struct onnx_value a, struct onnx_value b, int axis)
{
    struct onnx_node n;
    onnx_node_start(&n, "Concat");
    onnx_node_in(&n, a.s);
    onnx_node_in(&n, b.s);
    onnx_node_int(&n, "axis", axis);
    struct onnx_value v = onnx_node_out(g, &n);
    onnx_node_end(g, &n);
    return v;
}

/* ---- weights -------------------------------------------------------------------------- */

static const struct tensor *weight(const struct onnx_stack *s, int layer, const char *name)
{
    char full[96];
    snprintf(full, sizeof full, "%s.%d.%s", s->prefix, layer, name);
    return params_find(&s->m->params, full);
}

/* Our gate g is their block order[g]. */
static const int *gate_order(const struct cell *c)
{
    static const int same[4] = { 0, 1, 2, 3 }, lstm[4] = { 0, 2, 3, 1 };
    return c->gates == 4 ? lstm : same;
}

/* to[order[g] * H + j][at + i] = t[i][g * H + j], for the gates that t has from `first`. */
static void place(const struct onnx_stack *s, const struct tensor *t, int first, int at,
                  int width, real *to)
{
    const int *order = gate_order(s->m->cell);
    int H = weight(s, 0, "b")->cols / s->m->cell->gates;
    for (int i = 0; i < t->rows; i++)
        for (int k = 0; k < t->cols; k++)
            to[(size_t)(order[first + k / H] * H + k % H) * (size_t)width + (size_t)(at + i)] =
                t->x[(size_t)i * (size_t)t->cols + (size_t)k];
}

static struct onnx_value constant(const struct onnx_stack *s, int layer, const char *name,
                                  int rows, int cols, real *x)
{
    char full[64];
    snprintf(full, sizeof full, "%s.%d.%s", s->prefix, layer, name);
    const int dims[] = { 1, rows, cols };
    struct onnx_value v = rows ? onnx_tensor(s->g, full, dims, 3, x)
                               : onnx_tensor(s->g, full, (const int[]){ 1, cols }, 2, x);
    free(x);
    return v;
}

static struct onnx_value input_weights(const struct onnx_stack *s, int layer)
{
    const struct tensor *w = weight(s, layer, "W"), *beside = layer ? NULL : s->beside;
    int in = w->rows + (layer == 0 && s->one_hot), width = in + (beside ? beside->rows : 0);
    real *x = xcalloc((size_t)w->cols * (size_t)width, sizeof *x);
    place(s, w, 0, 0, width, x);
    if (beside)
        place(s, beside, 0, in, width, x);
    return constant(s, layer, "W", w->cols, width, x);
}

static struct onnx_value state_weights(const struct onnx_stack *s, int layer)
{
    const struct tensor *u = weight(s, layer, "U"), *un = weight(s, layer, "Un");
    int H = u->rows, rows = s->m->cell->gates * H;
    real *x = xcalloc((size_t)rows * (size_t)H, sizeof *x);
    place(s, u, 0, 0, H, x);
    if (un)
        place(s, un, u->cols / H, 0, H, x);
    return constant(s, layer, "R", rows, H, x);
}

/* Both halves side by side; the second is zero but for a bias under the reset gate. */
static struct onnx_value biases(const struct onnx_stack *s, int layer)
{
    const struct tensor *b = weight(s, layer, "b"), *bn = weight(s, layer, "bn");
    real *x = xcalloc((size_t)b->cols * 2, sizeof *x);
    place(s, b, 0, 0, 1, x);
    if (bn)
        memcpy(x + 2 * b->cols - bn->cols, bn->x, (size_t)bn->cols * sizeof *x);
    return constant(s, layer, "B", 0, 2 * b->cols, x);
}

/* ---- layers --------------------------------------------------------------------------- */

static void attributes(const struct onnx_stack *s, struct onnx_node *n, int H)
{
    static const char *const hard[][4] = {
        { "HardSigmoid", "Tanh", "Tanh", NULL }, { "HardSigmoid", "Tanh", NULL },
    };
    static const float alpha = 0.2f, beta = 0.5f;
    const struct cell *c = s->m->cell;
    onnx_node_int(n, "hidden_size", H);
    onnx_node_text(n, "direction", s->reverse ? "reverse" : "forward");
    if (c->gates == 3)
        onnx_node_int(n, "linear_before_reset", c->state_bias);
    if (c->gates > 1 && !strcmp(s->m->set.gates, "hard")) {
        onnx_node_texts(n, "activations", hard[c->gates == 3]);
        onnx_node_floats(n, "activation_alpha", &alpha, 1);
        onnx_node_floats(n, "activation_beta", &beta, 1);
    }
}

static struct onnx_value layer(const struct onnx_stack *s, int l, struct onnx_value x,
                               struct onnx_state *last)
{
    const struct cell *c = s->m->cell;
    struct onnx_node n;
    struct onnx_value w = input_weights(s, l), r = state_weights(s, l), b = biases(s, l);
    struct onnx_state init = { 0 };
    for (int v = 0; v < c->states && s->init; v++)
        init.s[v] = onnx_unsqueeze(s->g, s->init[l].s[v], 0);
    onnx_node_start(&n, c->gates == 4 ? "LSTM" : c->gates == 3 ? "GRU" : "RNN");
    onnx_node_in(&n, x.s);
    onnx_node_in(&n, w.s);
    onnx_node_in(&n, r.s);
    onnx_node_in(&n, b.s);
    onnx_node_in(&n, s->lengths);
    for (int v = 0; v < c->states && s->init; v++)
        onnx_node_in(&n, init.s[v].s);
    attributes(s, &n, weight(s, l, "U")->rows);
    struct onnx_value y = onnx_node_out(s->g, &n), end[CELL_STATES];
    for (int v = 0; v < c->states; v++)
        end[v] = onnx_node_out(s->g, &n);
    onnx_node_end(s->g, &n);
    for (int v = 0; v < c->states; v++)
        last->s[v] = onnx_squeeze(s->g, end[v], 0);
    return onnx_squeeze(s->g, y, 1); /* the axis of directions */
}

static struct onnx_value norm(const struct onnx_stack *s, int l, struct onnx_value x)
{
    const struct tensor *gain = weight(s, l, "gain"), *bias = weight(s, l, "bias");
    if (!gain)
        return x;
    struct onnx_value g = onnx_matrix(s->g, NULL, 0, gain->cols, gain->x);
    struct onnx_value b = onnx_matrix(s->g, NULL, 0, bias->cols, bias->x);
    return onnx_op(s->g, "LayerNormalization", x.s, g.s, b.s, NULL); /* epsilon 1e-5 */
}

struct onnx_value onnx_stack(const struct onnx_stack *s, struct onnx_value x,
                             struct onnx_state *last)
{
    for (int l = 0; l < s->depth; l++) {
        struct onnx_value h = norm(s, l, layer(s, l, x, &last[l]));
        x = l && s->m->set.residual ? onnx_op(s->g, "Add", h.s, x.s, NULL) : h;
    }
    return x;
}
