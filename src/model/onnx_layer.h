/*
 * onnx_layer - recurrent layers of ours as the operators LSTM, GRU and RNN of ONNX.
 *
 * They say the same: LSTM keeps its gates as i o f c, GRU as z r h, and a GRU with
 * linear_before_reset = 1 is gru-after. The hard gates are HardSigmoid(0.2, 0.5).
 */
#ifndef MODEL_ONNX_LAYER_H
#define MODEL_ONNX_LAYER_H

#include "model/model.h"
#include "model/onnx_write.h"
#include "model/stack.h"

struct onnx_state {
    struct onnx_value s[CELL_STATES]; /* [rows, hidden] each */
};

struct onnx_stack {
    const struct model *m;
    struct onnx *g;
    const char *prefix;      /* of its weights: "enc", "dec" */
    int depth;
    bool one_hot, reverse;   /* one_hot: x has one more column than W rows, always zero */
    const struct tensor *beside; /* weights of what stands in x behind that, or NULL */
    const char *lengths;     /* NULL: all steps count */
    const struct onnx_state *init; /* [depth], or NULL: zeros */
};

/* x [steps, rows, in] -> the top layer's outputs [steps, rows, hidden] and, in last
 * [depth], the final states. */
struct onnx_value onnx_stack(const struct onnx_stack *, struct onnx_value x,
                             struct onnx_state *last);

/* One axis less or more. */
struct onnx_value onnx_squeeze(struct onnx *, struct onnx_value, int axis);
struct onnx_value onnx_unsqueeze(struct onnx *, struct onnx_value, int axis);
struct onnx_value onnx_concat(struct onnx *, struct onnx_value, struct onnx_value, int axis);

#endif
