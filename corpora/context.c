#include "corpora/context.h"

#include "text/talk.h"

const char *context_join(struct context *c, const struct example *ex)
{
    if (c->most <= 0)
        return ex->src;
    bool goes_on = !ex->opens && c->said.n && !strcmp(talk_last(str_cstr(&c->said)), ex->src);
    if (!goes_on) {
        str_clear(&c->said);
        str_add(&c->said, ex->src);
    }
    talk_keep(&c->said, c->most + 1);
    str_clear(&c->joined);
    str_add(&c->joined, str_cstr(&c->said));
    talk_add(&c->said, ex->tgt, strlen(ex->tgt));
    return str_cstr(&c->joined);
}

void context_release(struct context *c)
{
    str_release(&c->said);
    str_release(&c->joined);
}
