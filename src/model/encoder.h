/*
 * encoder - the source, read: one direction or both, layer by layer or the whole
 * stack each way.
 *
 *   one way          stack upwards
 *   both, whole      one stack forwards, one backwards, tops merged (seed library)
 *   both, by layer   each layer reads both ways, merged, then the next (Keras,
 *                    PyTorch, GNMT)
 *
 * merged by sum, or side by side (concat).
 */
#ifndef MODEL_ENCODER_H
#define MODEL_ENCODER_H

#include "model/feed.h"
#include "model/carry.h"

struct encoder {
    bool both, by_layer, side_by_side;
    double dropout;                    /* of the embeddings */
    int levels;                        /* stacks on top of each other: 1, or depth by layer */
    struct stack ahead[STACK_DEPTH], back[STACK_DEPTH];
    struct feed_weights source[2];     /* of the bottom level, each way */
    int depth;
};

struct encoded {
    struct node *outputs;              /* [steps * rows, width] */
    struct node *context;              /* [rows, width]: the top's last output */
    struct node *last[STACK_DEPTH][CELL_STATES]; /* final states [rows, width] */
    int width;
};

/* Settings decide; `both` is whether to read both ways. Names: src.E, enc.*, and
 * encback.* for the way back. */
void encoder_declare(struct encoder *, const struct settings *, const struct cell *,
                     struct params *, const struct codec *, bool both);

int encoder_width(const struct encoder *);

/* Numbers that it would carry on of a line: the states of the layers that read ahead. */
int encoder_memory(const struct encoder *);

/* With a memory in the batch, starts from it and leaves its final states there, in the
 * first numbers of each row. */
void encoder_run(const struct encoder *, const struct carry *, struct tape *,
                 const struct batch *, bool fixed, struct encoded *);

/* For the layer table: line i of the encoder; false when there is none. */
struct layer_info;
bool encoder_layer(const struct encoder *, const char *kind, int i, int steps,
                   struct layer_info *);

/*
 * How final states become the first states of a decoder: as they are, or through
 * a linear map where widths differ (h and c each have their own, and so has a top
 * layer of another width), squashed by tanh if the settings say so.
 */
struct bridge_map {
    const struct tensor *w[CELL_STATES], *b[CELL_STATES]; /* NULL: as they are */
};
struct bridge {
    bool squash;
    struct bridge_map hidden, top; /* top: where the top layer has a width of its own */
};

/* From encoder states of a width to a decoder whose widths are known. Names:
 * bridge.h.W and .b, bridge.c.*, and for the top bridge.top.h.* and so on. */
void bridge_declare(struct bridge *, const struct settings *, struct params *, int from,
                    const struct stack *dec);

/* Decoder layer l starts from the encoder layer at the same distance from the top;
 * where the encoder has fewer layers, from its lowest. */
void bridge_run(const struct bridge *, struct tape *, const struct encoded *, int enc_depth,
                const struct stack *dec, struct node *(*start)[CELL_STATES]);
int64_t bridge_params(const struct bridge *);

#endif
