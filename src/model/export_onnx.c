#include "model/export.h"

#include "base/mem.h"
#include "model/onnx_layer.h"

/* One of the two graphs while it grows. */
struct half {
    const struct model *m;
    struct onnx g;
};

static const struct tensor *find(const struct half *h, const char *name)
{
    return params_find(&h->m->params, name);
}

static bool attends(const struct model *m)
{
    return m->arch == &arch_attention;
}

static bool attends_before(const struct model *m)
{
    return attends(m) && !strcmp(m->set.attend, "before");
}

static bool feeds_input(const struct model *m)
{
    return attends(m) && m->set.input_feeding;
}

/* Does the decoder begin without the encoder's states? */
static bool from_zeros(const struct model *m)
{
    return m->arch->food == FOOD_CONTEXT || (attends(m) && !strcmp(m->set.start, "zeros"));
}

static bool both_ways(const struct model *m)
{
    return params_find(&m->params, "encback.0.W") || params_find(&m->params, "encback.0.0.W");
}

static int enc_width(const struct model *m)
{
    return m->set.hidden.enc * (both_ways(m) && !strcmp(m->set.merge, "concat") ? 2 : 1);
}

static const char *number(char buf[16], int n)
{
    snprintf(buf, 16, "%d", n);
    return buf;
}

static void put_text(void *g, const char *key, const char *text)
{
    onnx_meta(g, key, text);
}

static void half_init(struct half *h, const struct model *m)
{
    h->m = m;
    onnx_init(&h->g);
    model_texts(m, put_text, &h->g);
}

/* ---- pieces of both -------------------------------------------------------------------- */

/* x W + b, or x E^T + b for weights that are tied. */
static struct onnx_value linear(struct half *h, struct onnx_value x, const struct tensor *w,
                                const struct tensor *b)
{
    struct onnx_value v = onnx_matrix(&h->g, NULL, w->rows, w->cols, w->x);
    x = onnx_op(&h->g, "MatMul", x.s, v.s, NULL);
    if (!b)
        return x;
    v = onnx_matrix(&h->g, NULL, 0, b->cols, b->x);
    return onnx_op(&h->g, "Add", x.s, v.s, NULL);
}

static struct onnx_value linear_tied(struct half *h, struct onnx_value x, const struct tensor *e,
                                     const struct tensor *b)
{
    struct onnx_value w = onnx_matrix(&h->g, NULL, e->rows, e->cols, e->x);
    w = onnx_op(&h->g, "Transpose", w.s, NULL);
    x = onnx_op(&h->g, "MatMul", x.s, w.s, NULL);
    w = onnx_matrix(&h->g, NULL, 0, b->cols, b->x);
    return onnx_op(&h->g, "Add", x.s, w.s, NULL);
}

/* Rows of a table by id. One more row, of zeros, is what -1 finds: the last one. */
static struct onnx_value lookup(struct half *h, const struct tensor *e, struct onnx_value id)
{
    size_t n = (size_t)e->rows * (size_t)e->cols;
    real *x = xcalloc(n + (size_t)e->cols, sizeof *x);
    memcpy(x, e->x, n * sizeof *x);
    struct onnx_value table = onnx_matrix(&h->g, NULL, e->rows + 1, e->cols, x);
    free(x);
    return onnx_op(&h->g, "Gather", table.s, id.s, NULL);
}

/* Symbols as a recurrent layer takes them: embedded, or one-hot with a column more. */
static struct onnx_value feed(struct half *h, const char *embed, int symbols,
                              struct onnx_value id)
{
    static const real off_on[] = { 0, 1 };
    const struct tensor *e = find(h, embed);
    if (e)
        return lookup(h, e, id);
    struct onnx_value depth = onnx_ints(&h->g, 0, &(int64_t){ symbols + 1 });
    struct onnx_value values = onnx_matrix(&h->g, NULL, 0, 2, off_on);
    return onnx_op(&h->g, "OneHot", id.s, depth.s, values.s, NULL);
}

static struct onnx_value sum(struct half *h, struct onnx_value x, int axis)
{
    struct onnx_value a = onnx_ints(&h->g, 1, &(int64_t){ axis });
    struct onnx_node n;
    onnx_node_start(&n, "ReduceSum");
    onnx_node_in(&n, x.s);
    onnx_node_in(&n, a.s);
    onnx_node_int(&n, "keepdims", 0);
    struct onnx_value v = onnx_node_out(&h->g, &n);
    onnx_node_end(&h->g, &n);
    return v;
}

/* The size of one axis, [1]. */
static struct onnx_value size_of(struct half *h, struct onnx_value x, int axis)
{
    struct onnx_node n;
    onnx_node_start(&n, "Shape");
    onnx_node_in(&n, x.s);
    onnx_node_int(&n, "start", axis);
    onnx_node_int(&n, "end", axis + 1);
    struct onnx_value v = onnx_node_out(&h->g, &n);
    onnx_node_end(&h->g, &n);
    return v;
}

/* Parts of the decoder's state, by name: "h_0", "c_0" ... */
static const char *state_name(char buf[16], int layer, int v)
{
    snprintf(buf, 16, "%c_%d", v ? 'c' : 'h', layer);
    return buf;
}

/* ---- encoder ----------------------------------------------------------------------------- */

static struct onnx_value merge(struct half *h, struct onnx_value a, struct onnx_value b)
{
    return strcmp(h->m->set.merge, "concat") ? onnx_op(&h->g, "Add", a.s, b.s, NULL)
                                             : onnx_concat(&h->g, a, b, -1);
}

static struct onnx_value run_level(struct half *h, struct onnx_value x, int level, bool by_layer,
                                   struct onnx_state *last)
{
    struct onnx_state ends[2][STACK_DEPTH];
    struct onnx_value y[2];
    int depth = by_layer ? 1 : h->m->set.depth.enc;
    bool both = both_ways(h->m);
    for (int way = 0; way < 1 + both; way++) {
        const char *side = way ? "encback" : "enc";
        char prefix[32];
        snprintf(prefix, sizeof prefix, by_layer ? "%s.%d" : "%s", side, level);
        struct onnx_stack s = { .m = h->m, .g = &h->g, .prefix = prefix, .depth = depth,
                                .one_hot = level == 0 && !h->m->set.embed,
                                .reverse = way == 1, .lengths = "lengths" };
        y[way] = onnx_stack(&s, x, ends[way]);
    }
    for (int l = 0; l < depth; l++)
        for (int v = 0; v < h->m->cell->states; v++)
            last[l].s[v] = both ? merge(h, ends[0][l].s[v], ends[1][l].s[v]) : ends[0][l].s[v];
    return both ? merge(h, y[0], y[1]) : y[0];
}

static struct onnx_value run_encoder(struct half *h, struct onnx_state *last)
{
    const struct settings *s = &h->m->set;
    bool by_layer = both_ways(h->m) && !strcmp(s->directions, "layer") && s->depth.enc > 1;
    struct onnx_value x = feed(h, "src.E", vocab_size(h->m->src.vocab),
                               (struct onnx_value){ "source" });
    for (int l = 0; l < (by_layer ? s->depth.enc : 1); l++) {
        struct onnx_value below = x;
        x = run_level(h, x, l, by_layer, last + l);
        if (l && s->residual)
            x = onnx_op(&h->g, "Add", x.s, below.s, NULL);
    }
    return x;
}

/* [rows, width], or with width 0 [rows, steps of the source]. */
static struct onnx_value zeros(struct half *h, int width)
{
    struct onnx_value rows = size_of(h, (struct onnx_value){ "source" }, 1);
    struct onnx_value cols = width ? onnx_ints(&h->g, 1, &(int64_t){ width })
                                   : size_of(h, (struct onnx_value){ "source" }, 0);
    return onnx_op(&h->g, "ConstantOfShape", onnx_concat(&h->g, rows, cols, 0).s, NULL);
}

static struct onnx_value bridge(struct half *h, struct onnx_value x, int v)
{
    const struct tensor *w = find(h, v ? "bridge.c.W" : "bridge.h.W");
    if (w)
        x = linear(h, x, w, find(h, v ? "bridge.c.b" : "bridge.h.b"));
    return strcmp(h->m->set.bridge, "tanh") ? x : onnx_op(&h->g, "Tanh", x.s, NULL);
}

static const char *const places[] = { "rows", "steps", NULL };

static void put_states(struct half *h, const struct onnx_state *last)
{
    const struct settings *s = &h->m->set;
    char name[16], width[16];
    const char *const dims[] = { "rows", number(width, s->hidden.dec), NULL };
    struct onnx_value top = { "" };
    for (int l = 0; l < s->depth.dec; l++)
        for (int v = 0; v < h->m->cell->states; v++) {
            int from = MAX(0, l + s->depth.enc - s->depth.dec);
            struct onnx_value x = from_zeros(h->m) ? zeros(h, s->hidden.dec)
                                                   : bridge(h, last[from].s[v], v);
            onnx_output(&h->g, state_name(name, l, v), x, ONNX_FLOAT, dims);
            top = v == 0 ? x : top;
        }
    if (attends_before(h->m))
        onnx_output(&h->g, "query", top, ONNX_FLOAT, dims);
    else if (feeds_input(h->m))
        onnx_output(&h->g, "attentional", zeros(h, s->hidden.dec), ONNX_FLOAT, dims);
}

static void make_encoder(struct half *h)
{
    const struct model *m = h->m;
    const struct tensor *key = find(h, "score.key");
    struct onnx_state last[STACK_DEPTH];
    char width[16];
    onnx_input(&h->g, "source", ONNX_INT64, (const char *[]){ "steps", "rows", NULL });
    onnx_input(&h->g, "lengths", ONNX_INT32, (const char *[]){ "rows", NULL });
    struct onnx_value outputs = run_encoder(h, last);
    put_states(h, last);
    if (m->arch->food == FOOD_CONTEXT)
        onnx_output(&h->g, "context", last[m->set.depth.enc - 1].s[0], ONNX_FLOAT,
                    (const char *[]){ "rows", number(width, enc_width(m)), NULL });
    if (!attends(m))
        return;
    onnx_output(&h->g, "memory", outputs, ONNX_FLOAT,
                (const char *[]){ "steps", "rows", number(width, enc_width(m)), NULL });
    if (key)
        onnx_output(&h->g, "keys", linear(h, outputs, key, find(h, "score.b")), ONNX_FLOAT,
                    (const char *[]){ "steps", "rows", number(width, key->cols), NULL });
    if (m->set.location)
        onnx_output(&h->g, "attention", zeros(h, 0), ONNX_FLOAT, places);
}

/* ---- decoder ------------------------------------------------------------------------------ */

/* A filter for each row, from its query, over where it looked before: [steps, rows]. The
 * windows around each place are a convolution with a unit matrix. */
static struct onnx_value near(struct half *h, struct onnx_value query)
{
    const struct tensor *w = find(h, "score.location.W"), *b = find(h, "score.location.b");
    int taps = w->cols;
    struct onnx *g = &h->g;
    real *unit = xcalloc((size_t)taps * (size_t)taps, sizeof *unit);
    for (int k = 0; k < taps; k++)
        unit[k * taps + k] = 1;
    struct onnx_value filters = onnx_unsqueeze(g, linear(h, query, w, b), 1);
    struct onnx_value last = onnx_unsqueeze(g, (struct onnx_value){ "attention" }, 1);
    struct onnx_value one_by_one = onnx_tensor(g, NULL, (int[]){ taps, 1, taps }, 3, unit);
    struct onnx_node n;
    onnx_node_start(&n, "Conv");
    onnx_node_in(&n, last.s);
    onnx_node_in(&n, one_by_one.s);
    onnx_node_text(&n, "auto_pad", "SAME_UPPER");
    struct onnx_value windows = onnx_node_out(g, &n); /* [rows, taps, steps] */
    onnx_node_end(g, &n);
    free(unit);
    struct onnx_value e = onnx_op(g, "MatMul", filters.s, windows.s, NULL);
    return onnx_op(g, "Transpose", onnx_squeeze(g, e, 1).s, NULL);
}

/* [steps, rows]: the score of each place, and what lies beyond a source's end masked. */
static struct onnx_value scores(struct half *h, struct onnx_value query)
{
    static const real lowest = (real)-1e30;
    const struct tensor *wq = find(h, "score.query"), *v = find(h, "score.v");
    struct onnx *g = &h->g;
    struct onnx_value keys = { "keys" }, e, memory = { "memory" }, asked = query;
    if (!find(h, "score.key"))
        keys = memory;
    if (wq)
        query = linear(h, query, wq, NULL);
    if (!strcmp(h->m->set.score, "static")) {
        e = onnx_squeeze(g, keys, -1);
    } else if (v) {
        e = onnx_op(g, "Tanh", onnx_op(g, "Add", keys.s, query.s, NULL).s, NULL);
        e = onnx_op(g, "Mul", e.s, onnx_matrix(g, NULL, 0, v->cols, v->x).s, NULL);
        e = sum(h, e, -1);
    } else {
        e = sum(h, onnx_op(g, "Mul", keys.s, query.s, NULL), -1);
    }
    if (h->m->set.location)
        e = onnx_op(g, "Add", e.s, near(h, asked).s, NULL);
    struct onnx_value zero = onnx_ints(g, 0, &(int64_t){ 0 });
    struct onnx_value one = onnx_ints(g, 0, &(int64_t){ 1 });
    struct onnx_value steps = onnx_squeeze(g, size_of(h, memory, 0), 0);
    struct onnx_value at = onnx_op(g, "Range", zero.s, steps.s, one.s, NULL);
    struct onnx_node cast;
    onnx_node_start(&cast, "Cast");
    onnx_node_in(&cast, "lengths");
    onnx_node_int(&cast, "to", ONNX_INT64);
    struct onnx_value len = onnx_node_out(g, &cast);
    onnx_node_end(g, &cast);
    struct onnx_value there = onnx_op(g, "Less", onnx_unsqueeze(g, at, 1).s,
                                      onnx_unsqueeze(g, len, 0).s, NULL);
    struct onnx_value low = onnx_matrix(g, NULL, 0, 1, &lowest);
    return onnx_op(g, "Where", there.s, e.s, low.s, NULL);
}

/* The context [rows, width] that a query sees; its weights are an output. */
static struct onnx_value look(struct half *h, struct onnx_value query)
{
    struct onnx *g = &h->g;
    struct onnx_node soft;
    struct onnx_value e = scores(h, query);
    onnx_node_start(&soft, "Softmax");
    onnx_node_in(&soft, e.s);
    onnx_node_int(&soft, "axis", 0);
    struct onnx_value alpha = onnx_node_out(g, &soft);
    onnx_node_end(g, &soft);
    struct onnx_value by_row = onnx_op(g, "Transpose", alpha.s, NULL);
    onnx_output(g, "alpha", by_row, ONNX_FLOAT, places);
    if (h->m->set.location)
        onnx_output(g, "next_attention", by_row, ONNX_FLOAT, places);
    alpha = onnx_unsqueeze(g, alpha, -1);
    return sum(h, onnx_op(g, "Mul", alpha.s, "memory", NULL), 0);
}

static void declare_inputs(struct half *h)
{
    const struct model *m = h->m;
    const struct tensor *key = find(h, "score.key");
    char name[16], width[16];
    const char *const hidden[] = { "rows", number(width, m->set.hidden.dec), NULL };
    char other[16];
    if (m->arch->food != FOOD_CONTEXT)
        onnx_input(&h->g, "token", ONNX_INT64, (const char *[]){ "rows", NULL });
    for (int l = 0; l < m->set.depth.dec; l++)
        for (int v = 0; v < m->cell->states; v++)
            onnx_input(&h->g, state_name(name, l, v), ONNX_FLOAT, hidden);
    if (m->arch->food == FOOD_CONTEXT)
        onnx_input(&h->g, "context", ONNX_FLOAT,
                   (const char *[]){ "rows", number(other, enc_width(m)), NULL });
    if (!attends(m))
        return;
    onnx_input(&h->g, "lengths", ONNX_INT32, (const char *[]){ "rows", NULL });
    if (attends_before(m))
        onnx_input(&h->g, "query", ONNX_FLOAT, hidden);
    if (feeds_input(m))
        onnx_input(&h->g, "attentional", ONNX_FLOAT,
                   (const char *[]){ "rows", number(other, find(h, "att.W")->cols), NULL });
    onnx_input(&h->g, "memory", ONNX_FLOAT,
               (const char *[]){ "steps", "rows", number(other, enc_width(m)), NULL });
    if (key)
        onnx_input(&h->g, "keys", ONNX_FLOAT,
                   (const char *[]){ "steps", "rows", number(other, key->cols), NULL });
    if (m->set.location)
        onnx_input(&h->g, "attention", ONNX_FLOAT, places);
}

/* One step of the layers; x [1, rows, in]. Puts the next states out. */
static struct onnx_value step(struct half *h, struct onnx_value x, bool one_hot)
{
    const struct model *m = h->m;
    struct onnx_state init[STACK_DEPTH], last[STACK_DEPTH];
    char name[16], next[32], width[16];
    for (int l = 0; l < m->set.depth.dec; l++)
        for (int v = 0; v < m->cell->states; v++)
            snprintf(init[l].s[v].s, sizeof init[l].s[v].s, "%s", state_name(name, l, v));
    struct onnx_stack s = { .m = m, .g = &h->g, .prefix = "dec", .depth = m->set.depth.dec,
                            .one_hot = one_hot, .beside = find(h, "dec.0.C"), .init = init };
    struct onnx_value y = onnx_squeeze(&h->g, onnx_stack(&s, x, last), 0);
    for (int l = 0; l < m->set.depth.dec; l++)
        for (int v = 0; v < m->cell->states; v++) {
            snprintf(next, sizeof next, "next_%s", state_name(name, l, v));
            onnx_output(&h->g, next, last[l].s[v], ONNX_FLOAT,
                        (const char *[]){ "rows", number(width, m->set.hidden.dec), NULL });
        }
    return y;
}

static struct onnx_value head(struct half *h, struct onnx_value y)
{
    const struct tensor *w = find(h, "out.W"), *b = find(h, "out.b");
    return w ? linear(h, y, w, b) : linear_tied(h, y, find(h, "tgt.E"), b);
}

/* logits += context C + token T */
static struct onnx_value deep(struct half *h, struct onnx_value y, struct onnx_value context,
                              struct onnx_value token)
{
    const struct tensor *c = find(h, "out.C"), *t = find(h, "out.T"), *e = find(h, "tgt.E");
    if (!c)
        return y;
    y = onnx_op(&h->g, "Add", y.s, linear(h, context, c, NULL).s, NULL);
    struct onnx_value x = e ? linear(h, lookup(h, e, token), t, NULL) : lookup(h, t, token);
    return onnx_op(&h->g, "Add", y.s, x.s, NULL);
}

static void make_decoder(struct half *h)
{
    const struct model *m = h->m;
    struct onnx *g = &h->g;
    struct onnx_value token = { "token" }, query = { "query" }, fed = { "attentional" };
    struct onnx_value x, context = { "context" };
    char symbols[16], width[16];
    const char *const hidden[] = { "rows", number(width, m->set.hidden.dec), NULL };
    int V = vocab_size(m->tgt.vocab);
    bool one_hot = m->arch->food == FOOD_TOKEN && !m->set.embed;
    declare_inputs(h);
    if (attends_before(m))
        fed = context = look(h, query);
    if (m->arch->food == FOOD_CONTEXT)
        x = onnx_unsqueeze(g, context, 0);
    else
        x = feed(h, "tgt.E", V, onnx_unsqueeze(g, token, 0));
    if (attends_before(m) || feeds_input(m))
        x = onnx_concat(g, x, onnx_unsqueeze(g, fed, 0), -1);
    struct onnx_value y = step(h, x, one_hot);
    if (attends_before(m)) {
        onnx_output(g, "next_query", y, ONNX_FLOAT, hidden);
        y = deep(h, head(h, y), context, token);
    } else if (attends(m)) {
        y = linear(h, onnx_concat(g, y, look(h, y), -1), find(h, "att.W"), find(h, "att.b"));
        y = onnx_op(g, "Tanh", y.s, NULL);
        if (feeds_input(m))
            onnx_output(g, "next_attentional", y, ONNX_FLOAT, hidden);
        y = head(h, y);
    } else {
        y = head(h, y);
    }
    onnx_output(g, "logits", y, ONNX_FLOAT,
                (const char *[]){ "rows", number(symbols, V), NULL });
}

/* ---- both files ----------------------------------------------------------------------------- */

static int write_half(const struct model *m, void (*make)(struct half *), const char *path,
                      const char *name, struct err *err)
{
    struct half h;
    half_init(&h, m);
    make(&h);
    return onnx_commit(&h.g, path, name, err);
}

int export_onnx(const struct model *m, const char *path, struct str *files, struct err *err)
{
    size_t n = strlen(path);
    int stem = (int)(n > 5 && !strcmp(path + n - 5, ".onnx") ? n - 5 : n);
    struct str encoder = STR_INIT, decoder = STR_INIT;
    if (m->src.dim || m->tgt.dim)
        return err_set(err, "a model of vectors cannot be exported to ONNX: those of symbols "
                       "can");
    if (!params_find(&m->params, "out.b"))
        return err_set(err, "a model without an output layer (head = none) cannot be exported");
    if (m->arch->food == FOOD_OUTPUT)
        return err_set(err, "arch = %s cannot be exported to ONNX: its encoder feeds on its own "
                       "output; repeat, transfer and attention can", m->arch->name);
    if (!strcmp(m->set.attend, "between"))
        return err_set(err, "attend = between cannot be exported to ONNX; before and after can");
    if (model_memory(m))
        return err_set(err, "a stateful model cannot be exported to ONNX: there each line "
                       "starts from zeros");
    str_addf(&encoder, "%.*s-encoder.onnx", stem, path);
    str_addf(&decoder, "%.*s-decoder.onnx", stem, path);
    int bad = write_half(m, make_encoder, encoder.s, "encoder", err);
    if (!bad)
        bad = write_half(m, make_decoder, decoder.s, "decoder", err);
    if (!bad)
        str_addf(files, "%s and %s", encoder.s, decoder.s);
    str_release(&encoder);
    str_release(&decoder);
    return bad;
}
