#include "model/feed.h"

struct node *feed_symbols(const struct feed_weights *f, struct tape *t, const int *id, int n)
{
    if (!f->embed)
        return op_lookup(t, f->w, f->b, id, n);
    return op_linear(t, op_lookup(t, f->embed, NULL, id, n), f->w, f->b);
}

static struct node *context_once(const struct feed_weights *f, struct tape *t,
                                 struct node *context)
{
    return op_linear(t, context, f->w, f->b);
}

const struct feed feed_context = {
    .name = "context",
    .summary = "the encoder's last output, the same at every step (RepeatVector)",
    .once = context_once,
};

const struct feed feed_token = {
    .name = "token",
    .summary = "the token before: the truth in training, its own word when decoding",
    .each = feed_symbols,
};

const struct feed *const feed_table[] = { &feed_context, &feed_token, NULL };
