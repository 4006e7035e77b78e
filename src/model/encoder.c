#include "model/encoder.h"

#include "model/layer.h"

/* ---- weights --------------------------------------------------------------------- */

int encoder_width(const struct encoder *e)
{
    return e->ahead[0].hidden * (e->both && e->side_by_side ? 2 : 1);
}

static void declare_level(struct encoder *e, const struct settings *s, struct params *p,
                          int level, int in, unsigned use)
{
    char name[32], back[32];
    if (e->by_layer) {
        snprintf(name, sizeof name, "enc.%d", level);
        snprintf(back, sizeof back, "encback.%d", level);
    } else {
        snprintf(name, sizeof name, "enc");
        snprintf(back, sizeof back, "encback");
    }
    stack_declare(&e->ahead[level], p, name, in, use, s->layer_norm);
    if (e->both)
        stack_declare(&e->back[level], p, back, in, use, s->layer_norm);
}

void encoder_declare(struct encoder *e, const struct settings *s, const struct cell *cell,
                     struct params *p, const struct codec *src, bool both)
{
    int symbols = feed_width(src);
    unsigned use = feed_use(src, s->embed);
    const struct tensor *embed = feed_declare_embedding(p, "src.E", symbols, s->embed);
    *e = (struct encoder){
        .both = both,
        .by_layer = both && !strcmp(s->directions, "layer") && s->depth.enc > 1,
        .side_by_side = !strcmp(s->merge, "concat"),
        .dropout = s->dropout_embed,
        .depth = s->depth.enc,
    };
    e->levels = e->by_layer ? s->depth.enc : 1;
    for (int l = 0; l < e->levels; l++) {
        e->ahead[l] = e->back[l] = stack_of(s, cell, e->by_layer ? 1 : s->depth.enc,
                                            s->hidden.enc);
        declare_level(e, s, p, l, l ? encoder_width(e) : s->embed ? s->embed : symbols,
                      l ? TENSOR_MUL : use);
    }
    e->source[0] = (struct feed_weights){ embed, e->ahead[0].w[0], e->ahead[0].b[0] };
    e->source[1] = (struct feed_weights){ embed, e->back[0].w[0], e->back[0].b[0] };
}

/* ---- running --------------------------------------------------------------------- */

static struct node *merge(const struct encoder *e, struct tape *t, struct node *a,
                          struct node *b)
{
    return e->side_by_side ? op_concat(t, a, b) : op_add(t, a, b);
}

int encoder_memory(const struct encoder *e)
{
    return e->levels * carry_size(&e->ahead[0]);
}

/* One level, one or both ways; x is NULL at the bottom. */
static struct node *run_level(const struct encoder *e, const struct carry *c, struct tape *t,
                              const struct batch *b, const int *len, int level,
                              struct node *x, struct node *(*last)[CELL_STATES])
{
    struct node *h[2] = { NULL }, *ends[2][STACK_DEPTH][CELL_STATES];
    struct node *known[STACK_DEPTH][CELL_STATES];
    int at = level * carry_size(&e->ahead[0]);
    for (int way = 0; way < 1 + e->both; way++) {
        const struct stack *s = way ? &e->back[level] : &e->ahead[level];
        struct stack_run run = { .rows = b->rows, .steps = b->src_steps, .len = len,
                                 .reverse = way == 1, .last = ends[way] };
        if (b->memory && way == 0) {
            carry_read(c, t, b, at, s, known);
            run.init = known;
        }
        struct node *z = x ? op_linear(t, op_dropout(t, x, s->dropout), s->w[0], s->b[0])
                           : feed_run(&e->source[way], t, feed_source(t, b), e->dropout);
        h[way] = stack_run(s, t, z, &run);
    }
    carry_write(c, b, at, &e->ahead[level], ends[0]);
    for (int l = 0; l < e->ahead[level].depth; l++)
        for (int v = 0; v < e->ahead[level].cell->states; v++)
            last[l][v] = e->both ? merge(e, t, ends[0][l][v], ends[1][l][v]) : ends[0][l][v];
    return e->both ? merge(e, t, h[0], h[1]) : h[0];
}

void encoder_run(const struct encoder *e, const struct carry *c, struct tape *t,
                 const struct batch *b, bool fixed, struct encoded *out)
{
    const int *len = fixed ? NULL : b->src_len;
    struct node *x = NULL;
    for (int l = 0; l < e->levels; l++) {
        struct node *below = x;
        x = run_level(e, c, t, b, len, l, x, out->last + l);
        if (below && e->ahead[l].residual)
            x = op_add(t, x, below);
    }
    out->outputs = x;
    out->context = out->last[e->depth - 1][0];
    out->width = encoder_width(e);
}

bool encoder_layer(const struct encoder *e, const char *kind, int i, int steps,
                   struct layer_info *info)
{
    const struct tensor *embed = e->source[0].embed;
    if (embed && i-- == 0) {
        layer_describe(info, "encoder embedding", "Embedding", layer_size(embed));
        layer_shape(info, steps, embed->cols);
        return true;
    }
    if (i >= e->depth)
        return false;
    const struct stack *s = &e->ahead[e->by_layer ? i : 0];
    int l = e->by_layer ? 0 : i;
    char name[64];
    snprintf(name, sizeof name, "encoder %d%s", i + 1, e->both ? ", both ways" : "");
    layer_describe(info, name, kind, stack_layer_params(s, l) +
                   (e->both ? stack_layer_params(&e->back[e->by_layer ? i : 0], l) : 0));
    layer_shape(info, i < e->depth - 1 || e->both ? steps : 0,
                e->by_layer || i == e->depth - 1 ? encoder_width(e) : s->hidden);
    return true;
}

/* ---- into the decoder -------------------------------------------------------------- */

static void declare_map(struct bridge_map *map, struct params *p, const struct cell *cell,
                        const char *prefix, int from, int to)
{
    static const char *const state[CELL_STATES] = { "h", "c" };
    for (int v = 0; v < cell->states; v++) {
        char name[48];
        snprintf(name, sizeof name, "%s.%s.W", prefix, state[v]);
        map->w[v] = params_add(p, name, from, to, ROLE_KERNEL, from, TENSOR_MUL);
        snprintf(name, sizeof name, "%s.%s.b", prefix, state[v]);
        map->b[v] = params_add(p, name, 1, to, ROLE_BIAS, from, 0);
    }
}

void bridge_declare(struct bridge *b, const struct settings *s, struct params *p, int from,
                    const struct stack *dec)
{
    *b = (struct bridge){ .squash = !strcmp(s->bridge, "tanh") };
    bool own_top = dec->top != dec->hidden;
    if ((from != dec->hidden || b->squash) && !(own_top && dec->depth == 1))
        declare_map(&b->hidden, p, dec->cell, "bridge", from, dec->hidden);
    if (own_top && (from != dec->top || b->squash))
        declare_map(&b->top, p, dec->cell, "bridge.top", from, dec->top);
}

void bridge_run(const struct bridge *b, struct tape *t, const struct encoded *e,
                int enc_depth, const struct stack *dec, struct node *(*start)[CELL_STATES])
{
    for (int l = 0; l < dec->depth; l++) {
        int from = MAX(0, l + enc_depth - dec->depth);
        const struct bridge_map *map = stack_width(dec, l) == dec->hidden ? &b->hidden
                                                                          : &b->top;
        for (int v = 0; v < dec->cell->states; v++) {
            struct node *s = e->last[from][v];
            if (map->w[v])
                s = op_linear(t, s, map->w[v], map->b[v]);
            start[l][v] = b->squash ? op_tanh(t, s) : s;
        }
    }
}

int64_t bridge_params(const struct bridge *b)
{
    int64_t n = 0;
    for (int v = 0; v < CELL_STATES; v++)
        n += layer_size(b->hidden.w[v]) + layer_size(b->hidden.b[v]) +
             layer_size(b->top.w[v]) + layer_size(b->top.b[v]);
    return n;
}
