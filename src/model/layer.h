/*
 * layer - helpers for the table of layers that architectures describe themselves by.
 */
#ifndef MODEL_LAYER_H
#define MODEL_LAYER_H

#include "model/arch.h"

void layer_describe(struct layer_info *, const char *name, const char *kind, int64_t params);

/* "(None, steps, width)"; steps 0: one vector, -1: any number. */
void layer_shape(struct layer_info *, int steps, int width);

int64_t layer_size(const struct tensor *); /* NULL: 0 */

#endif
