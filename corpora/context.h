/*
 * context - the turns before a prompt, put before it: text/talk.h.
 *
 * An example whose prompt is the reply of the one before it goes on with that talk,
 * unless its reader says that it opens one. So the readers need to know nothing.
 *
 *     struct context c = { .most = settings.context };
 *     ex.src = context_join(&c, &ex);          // "a" -> "x __eou__ y __eou__ a"
 *     context_release(&c);
 */
#ifndef CORPORA_CONTEXT_H
#define CORPORA_CONTEXT_H

#include "corpora/reader.h"

struct context {
    int most;         /* turns before the prompt; 0: the prompt stands alone */
    struct str said;  /* up to the last reply */
    struct str joined;
};

/* The source with its context; borrowed until the next call. */
const char *context_join(struct context *, const struct example *);
void context_release(struct context *);

#endif
