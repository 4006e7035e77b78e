#include "model/torch.h"

#include "base/mem.h"

const struct torch_role_row torch_roles[TORCH_ROLES] = {
    [TORCH_SRC_EMBED] = { "src.E", "encoder.embedding" },
    [TORCH_ENC] = { "enc", "encoder.rnn" },
    [TORCH_ENC_BACK] = { "encback", "encoder.rnn_back" },
    [TORCH_TGT_EMBED] = { "tgt.E", "decoder.embedding" },
    [TORCH_DEC] = { "dec", "decoder.rnn" },
    [TORCH_OUT] = { "out", "decoder.fc_out" },
    [TORCH_BRIDGE_H] = { "bridge.h", "encoder.fc" },
    [TORCH_BRIDGE_C] = { "bridge.c", "encoder.fc_cell" },
    [TORCH_SCORE] = { "score", "decoder.attention.attn" },
    [TORCH_SCORE_V] = { "score.v", "decoder.attention.v" },
    [TORCH_COMBINE] = { "att", "decoder.combine" },
};

struct maker {
    struct torch_list *list;
    const struct model *m;
    const char *prefix[TORCH_ROLES];
    bool *claimed; /* [params] */
};

static const struct tensor *find(const struct maker *k, const char *name)
{
    for (int i = 0; i < k->m->params.n; i++)
        if (!strcmp(k->m->params.tensor[i]->name, name)) {
            k->claimed[i] = true;
            return k->m->params.tensor[i];
        }
    return NULL;
}

static const struct tensor *find_in(const struct maker *k, const char *prefix, const char *name)
{
    char full[96];
    snprintf(full, sizeof full, "%s.%s", prefix, name);
    return find(k, full);
}

static struct torch_tensor *add(struct maker *k, const char *module, const char *name, int rows,
                                int cols)
{
    struct torch_list *l = k->list;
    l->tensor = xrealloc(l->tensor, (size_t)(l->n + 1) * sizeof *l->tensor);
    struct torch_tensor *t = &l->tensor[l->n++];
    *t = (struct torch_tensor){ .rows = rows, .cols = cols, .optional = cols == 0 };
    snprintf(t->name, sizeof t->name, "%s%s%s", module, *module ? "." : "", name);
    return t;
}

static void put(struct torch_tensor *to, struct torch_part part)
{
    if (to->n == TORCH_PARTS)
        BUG("'%s' has more than %d parts", to->name, TORCH_PARTS);
    to->part[to->n++] = part;
}

/* ---- modules ----------------------------------------------------------------------- */

static void add_embedding(struct maker *k, enum torch_role role, const char *ours)
{
    const struct tensor *e = find(k, ours);
    if (!e)
        return;
    put(add(k, k->prefix[role], "weight", e->rows, e->cols),
        (struct torch_part){ .t = e, .straight = true });
}

/* One nn.Linear of up to three weights whose inputs stand side by side. */
static void add_linear(struct maker *k, const char *module, const struct tensor *const *w, int n,
                       const struct tensor *b)
{
    int in = 0, out = 0;
    for (int i = 0; i < n; i++)
        if (w[i]) {
            in += w[i]->rows;
            out = w[i]->cols;
        }
    if (!in)
        return;
    struct torch_tensor *t = add(k, module, "weight", out, in);
    for (int i = 0, at = 0; i < n; i++)
        if (w[i]) {
            put(t, (struct torch_part){ .t = w[i], .cols = out, .at = at });
            at += w[i]->rows;
        }
    if (b)
        put(add(k, module, "bias", out, 0), (struct torch_part){ .t = b, .cols = out });
}

static void add_role(struct maker *k, enum torch_role role, const char *ours)
{
    const struct tensor *w = find_in(k, ours, "W");
    add_linear(k, k->prefix[role], &w, 1, w ? find_in(k, ours, "b") : NULL);
}

/* Our gate g is their block order[g]. */
static const int *gate_order(const struct cell *c)
{
    static const int same[4] = { 0, 1, 2, 3 }, reset_first[4] = { 1, 0, 2, 3 };
    return c->gates == 3 ? reset_first : same;
}

struct rnn {
    const char *ours, *module, *suffix;
    const struct tensor *beside; /* more input of layer 0, or NULL */
};

static bool add_layer(struct maker *k, const struct rnn *r, int layer)
{
    const struct cell *c = k->m->cell;
    const int *order = gate_order(c);
    char own[32], name[48];
    snprintf(own, sizeof own, "%s.%d", r->ours, layer);
    const struct tensor *w = find_in(k, own, "W");
    if (!w) { /* a level of its own, as in an encoder that reads both ways layer by layer */
        snprintf(own, sizeof own, "%s.%d.0", r->ours, layer);
        w = find_in(k, own, "W");
    }
    if (!w)
        return false;
    const struct tensor *u = find_in(k, own, "U"), *un = find_in(k, own, "Un");
    const struct tensor *b = find_in(k, own, "b"), *bn = find_in(k, own, "bn");
    const struct tensor *gain = find_in(k, own, "gain"), *bias = find_in(k, own, "bias");
    const struct tensor *beside = layer == 0 ? r->beside : NULL;
    int H = w->cols / c->gates, in = w->rows;

    snprintf(name, sizeof name, "weight_ih_l%d%s", layer, r->suffix);
    struct torch_tensor *t = add(k, r->module, name, w->cols, in + (beside ? beside->rows : 0));
    for (int g = 0; g < c->gates; g++) {
        struct torch_part p = { .t = w, .col = g * H, .cols = H, .row = order[g] * H };
        put(t, p);
        p.t = beside;
        p.at = in;
        if (beside)
            put(t, p);
    }
    snprintf(name, sizeof name, "weight_hh_l%d%s", layer, r->suffix);
    t = add(k, r->module, name, w->cols, H);
    for (int g = 0; g < c->gates; g++) {
        bool first = g * H < u->cols;
        put(t, (struct torch_part){ .t = first ? u : un, .cols = H, .row = order[g] * H,
                                    .col = first ? g * H : g * H - u->cols });
    }
    for (int second = 0; second < 2; second++) {
        snprintf(name, sizeof name, "bias_%s_l%d%s", second ? "hh" : "ih", layer, r->suffix);
        t = add(k, r->module, name, w->cols, 0);
        for (int g = 0; g < c->gates; g++) {
            struct torch_part p = { .t = b, .col = g * H, .cols = H, .row = order[g] * H,
                                    .how = second ? TORCH_ADDED : TORCH_OWN };
            if (second && bn && g == 2) {
                p.t = bn;
                p.col = 0;
                p.how = TORCH_OWN;
            }
            put(t, p);
        }
    }
    if (gain) {
        snprintf(name, sizeof name, "norm_l%d%s.weight", layer, r->suffix);
        put(add(k, r->module, name, H, 0), (struct torch_part){ .t = gain, .cols = H });
        snprintf(name, sizeof name, "norm_l%d%s.bias", layer, r->suffix);
        put(add(k, r->module, name, H, 0), (struct torch_part){ .t = bias, .cols = H });
    }
    return true;
}

static void add_rnn(struct maker *k, const struct rnn *r)
{
    for (int layer = 0; add_layer(k, r, layer); layer++)
        ;
}

/* nn.LSTM reads both ways by layer, and lays the outputs side by side. */
static bool as_torch_reads_back(const struct settings *s)
{
    return !strcmp(s->merge, "concat") &&
           (s->depth.enc == 1 || !strcmp(s->directions, "layer"));
}

static void add_output(struct maker *k)
{
    const struct tensor *b = find(k, "out.b"), *e = params_find(&k->m->params, "tgt.E");
    const struct tensor *w[] = { find(k, "out.W"), find(k, "out.C"), find(k, "out.T") };
    if (w[0] || !b) { /* no bias: there is no such layer */
        add_linear(k, k->prefix[TORCH_OUT], w, 3, b);
        return;
    }
    put(add(k, k->prefix[TORCH_OUT], "weight", e->rows, e->cols),
        (struct torch_part){ .t = e, .straight = true, .how = TORCH_COPY });
    put(add(k, k->prefix[TORCH_OUT], "bias", b->cols, 0),
        (struct torch_part){ .t = b, .cols = b->cols });
}

/* What only some architectures have stands under its own name, as linear layers. */
static void add_others(struct maker *k)
{
    for (int i = 0; i < k->m->params.n; i++) {
        const struct tensor *t = k->m->params.tensor[i];
        size_t n = strlen(t->name);
        bool weight = n > 2 && !strcmp(t->name + n - 2, ".W");
        bool bias = n > 2 && !strcmp(t->name + n - 2, ".b");
        char module[48];
        if (k->claimed[i])
            continue;
        snprintf(module, sizeof module, "%.*s", (int)(weight || bias ? n - 2 : n), t->name);
        put(add(k, module, bias ? "bias" : "weight", t->cols, bias ? 0 : t->rows),
            (struct torch_part){ .t = t, .cols = t->cols });
    }
}

void torch_list_make(struct torch_list *list, const struct model *m,
                     const char *const prefix[TORCH_ROLES])
{
    struct maker k = { .list = list, .m = m };
    *list = (struct torch_list){ 0 };
    k.claimed = xcalloc((size_t)m->params.n, sizeof *k.claimed);
    for (int i = 0; i < TORCH_ROLES; i++)
        k.prefix[i] = prefix && prefix[i] ? prefix[i] : torch_roles[i].name;
    const char *enc = k.prefix[TORCH_ENC], *dec = k.prefix[TORCH_DEC];

    add_embedding(&k, TORCH_SRC_EMBED, "src.E");
    add_rnn(&k, &(struct rnn){ "enc", enc, "", NULL });
    if (as_torch_reads_back(&m->set))
        add_rnn(&k, &(struct rnn){ "encback", enc, "_reverse", NULL });
    else
        add_rnn(&k, &(struct rnn){ "encback", k.prefix[TORCH_ENC_BACK], "", NULL });
    add_embedding(&k, TORCH_TGT_EMBED, "tgt.E");
    add_rnn(&k, &(struct rnn){ "dec", dec, "", find(&k, "dec.0.C") });
    add_role(&k, TORCH_BRIDGE_H, "bridge.h");
    add_role(&k, TORCH_BRIDGE_C, "bridge.c");
    const struct tensor *score[] = { find(&k, "score.query"), find(&k, "score.key") };
    add_linear(&k, k.prefix[TORCH_SCORE], score, 2, find(&k, "score.b"));
    const struct tensor *v = find(&k, "score.v");
    if (v)
        put(add(&k, k.prefix[TORCH_SCORE_V], "weight", 1, v->cols),
            (struct torch_part){ .t = v, .straight = true });
    add_role(&k, TORCH_COMBINE, "att");
    add_output(&k);
    add_others(&k);
    free(k.claimed);
}

void torch_list_release(struct torch_list *l)
{
    free(l->tensor);
    *l = (struct torch_list){ 0 };
}

/* ---- values ------------------------------------------------------------------------- */

static size_t place(const struct torch_tensor *t, const struct torch_part *p, int i, int j)
{
    size_t width = (size_t)MAX(t->cols, 1);
    return p->straight ? (size_t)(p->row + i) * width + (size_t)(p->at + j)
                       : (size_t)(p->row + j) * width + (size_t)(p->at + i);
}

void torch_read(const struct torch_tensor *t, const real *there)
{
    for (const struct torch_part *p = t->part; p < t->part + t->n; p++) {
        int cols = p->straight ? p->t->cols : p->cols;
        if (p->how == TORCH_COPY)
            continue;
        for (int i = 0; i < p->t->rows; i++)
            for (int j = 0; j < cols; j++) {
                real *x = &p->t->x[(size_t)i * (size_t)p->t->cols + (size_t)(p->col + j)];
                real v = there[place(t, p, i, j)];
                *x = p->how == TORCH_ADDED ? *x + v : v;
            }
    }
}

void torch_write(const struct torch_tensor *t, real *there)
{
    memset(there, 0, (size_t)t->rows * (size_t)MAX(t->cols, 1) * sizeof *there);
    for (const struct torch_part *p = t->part; p < t->part + t->n; p++) {
        int cols = p->straight ? p->t->cols : p->cols;
        if (p->how == TORCH_ADDED)
            continue;
        for (int i = 0; i < p->t->rows; i++)
            for (int j = 0; j < cols; j++)
                there[place(t, p, i, j)] =
                    p->t->x[(size_t)i * (size_t)p->t->cols + (size_t)(p->col + j)];
    }
}
