/*
 * keras_config - what Keras' description of a model (config.json of a .keras file,
 * `model_config` of a .h5 file) says that the weights do not.
 */
#ifndef MODEL_KERAS_CONFIG_H
#define MODEL_KERAS_CONFIG_H

#include "base/err.h"
#include "base/str.h"

struct keras_config {
    bool known;          /* false: there was no description */
    int src_len, tgt_len; /* steps of the first input, copies of RepeatVector; 0: any */
    int before, after;   /* recurrent layers up to RepeatVector, and behind it */
    bool repeat;         /* has a RepeatVector */
    bool hard;           /* gates by 0.2 x + 0.5 */
    bool backwards;      /* the first recurrent layer reads backwards */
};

/* text: JSON; keras3: written by Keras 3, whose hard sigmoid is another one. Refuses
 * layers and functions that are none of ours. 0 or -1. */
int keras_config_read(struct keras_config *, const char *text, size_t n, bool keras3,
                      struct err *);

#endif
