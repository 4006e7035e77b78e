/*
 * remember - how the memory of a stateful model grows (model/memory.h): a line is read
 * once more together with what was answered, as in training.
 *
 *     struct pairs line;
 *     pairs_init(&line);
 *     decode_line(d, &line);                 // what was asked and answered
 *     remember(model, &tape, &line, memory); // [model_memory(model)]
 *     pairs_release(&line);
 */
#ifndef RUN_REMEMBER_H
#define RUN_REMEMBER_H

#include "model/model.h"

/* Pairs and what was known before each, [pairs, model_memory()]: is replaced by what is
 * known after. The tape is started anew. */
void remember(const struct model *, struct tape *, const struct pairs *, real *memory);

/* Rows that open a conversation know nothing: memory [rows, model_memory()]. */
void remember_nothing(const struct model *, const struct pairs *, const int *row, int rows,
                      real *memory);

/* Adds a source and its answer as an example of the model's: `said` is what decoding took,
 * `ended`: and then </s>. */
void remember_pair(const struct model *, struct pairs *to, const int *src, int src_n,
                   const struct ids *said, bool ended);

#endif
