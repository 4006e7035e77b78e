/*
 * toy - small models and pairs for tests: nothing is read, everything is drawn
 * from a seed.
 */
#ifndef TESTS_TOY_H
#define TESTS_TOY_H

#include "model/model.h"
#include "run/event.h"

struct toy {
    struct model *model;
    struct pairs pairs;
};

/* Settings with a tiny model: hidden 5 and 4, four symbols a side. */
void toy_settings(struct settings *);

/* n pairs over the model's vocabularies; lengths 1..5 and 1..4 when free, 4 and 3
 * when fixed. With tokenizer = vector: 4 vectors of 3 numbers and 3 of 2, the means of
 * what stands at either end of the source. Weights are drawn large enough that gates
 * leave their middle. */
void toy_make(struct toy *, const struct settings *, int n);
void toy_release(struct toy *);

/* A trainer's sink for tests that look at nothing it says. */
void toy_ignore(void *own, const struct event *);

#endif
