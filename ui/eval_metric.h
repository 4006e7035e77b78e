/*
 * eval_metric - metrics of the answers that `seqsh eval` got.
 */
#ifndef UI_EVAL_METRIC_H
#define UI_EVAL_METRIC_H

#include "run/eval.h"
#include "ui/metric_opt.h"

#include <jansson.h>

/* Questions, answers and what they should have been, in lines. */
struct eval_texts {
    struct segments question, truth, guess;
};

/* From kept answers. ref: a file of the truth, a line for each answer; NULL: as the
 * model's own tokenizer says it. 0 or -1. */
int eval_texts_make(struct eval_texts *, const struct eval *, const char *ref,
                    struct err *);
void eval_texts_release(struct eval_texts *);

/* Bits of the loss for a character of the truth. The end of a line is one, for the loss has it,
 * too: of a model of characters these are the bits of its perplexity. */
double eval_bits_per_char(const struct eval_texts *, const struct eval_result *);

/* The metrics, a line each. by_length: also a table of them by the question's words. */
void eval_metric_show(const struct eval_texts *, const struct metric_choice *,
                      bool by_length);
json_t *eval_metric_json(const struct eval_texts *, const struct metric_choice *);

#endif
