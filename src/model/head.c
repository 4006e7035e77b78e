#include "model/head.h"

#include "model/layer.h"

bool head_wanted(const struct settings *s)
{
    return strcmp(s->head, "none") != 0;
}

void head_declare(struct head *h, struct params *p, int in, int symbols,
                  const struct tensor *embed, double dropout)
{
    *h = (struct head){ .dropout = dropout, .w = embed, .tied = embed != NULL };
    if (embed)
        params_find(p, embed->name)->use |= TENSOR_MUL_T;
    else
        h->w = params_add(p, "out.W", in, symbols, ROLE_KERNEL, in, TENSOR_MUL);
    h->b = params_add(p, "out.b", 1, symbols, ROLE_BIAS, in, 0);
}

struct node *head_run(const struct head *h, struct tape *t, struct node *x,
                      const struct batch *b)
{
    if (!h->w)
        return x;
    x = op_dropout(t, x, h->dropout);
    if (b && b->kept)
        x = op_pick(t, x, b->kept, b->targets);
    return h->tied ? op_linear_t(t, x, h->w, h->b) : op_linear(t, x, h->w, h->b);
}

int64_t head_params(const struct head *h)
{
    return (h->tied ? 0 : layer_size(h->w)) + layer_size(h->b);
}

bool stack_and_head_layer(const struct stack *s, const struct head *h, const char *kind,
                          int i, int steps, int symbols, int64_t more,
                          struct layer_info *info)
{
    char name[64];
    if (i < s->depth) {
        snprintf(name, sizeof name, "decoder %d", i + 1);
        layer_describe(info, name, kind, stack_layer_params(s, i) + more);
        layer_shape(info, steps, stack_width(s, i));
        return true;
    }
    if (!h->w)
        return false;
    layer_describe(info, "output", "Dense", head_params(h) + more);
    layer_shape(info, steps, symbols);
    return i == s->depth;
}
