/*
 * head - from the decoder's output to logits: a matrix of its own, or the target's
 * embedding once more. Or none: the decoder's output is the answer, a vector.
 */
#ifndef MODEL_HEAD_H
#define MODEL_HEAD_H

#include "model/stack.h"
#include "nn/op.h"
#include "text/pairs.h"

struct head {
    double dropout;
    const struct tensor *w, *b; /* NULL: none */
    bool tied;              /* w is the embedding [symbols, width] */
};

/* Do the settings want one? Left undeclared, there is none. */
bool head_wanted(const struct settings *);

/* Names out.W and out.b; with `embed`, the weight is tied to it. */
void head_declare(struct head *, struct params *, int in, int symbols,
                  const struct tensor *embed, double dropout);

/* The logits. With a batch whose padding was dropped, x [steps * rows, in] has all steps of
 * it, and the padding is left out here. */
struct node *head_run(const struct head *, struct tape *, struct node *x,
                      const struct batch *);
int64_t head_params(const struct head *);

/* For the layer table: line i of a decoder's layers and head; `more` weights are
 * added to the line. false when there is none. */
struct layer_info;
bool stack_and_head_layer(const struct stack *, const struct head *, const char *kind, int i,
                          int steps, int symbols, int64_t more, struct layer_info *);

#endif
