/*
 * torch - where our weights stand in a PyTorch state dict, both ways.
 *
 *   nn.Embedding   weight [symbols, width]              = E
 *   nn.Linear      weight [out, in], bias [out]         = W^T, b
 *   nn.LSTM        weight_ih_lK [4H, in], gates i f g o = W^T of layer K
 *                  weight_hh_lK [4H, H]                 = U^T
 *                  bias_ih_lK + bias_hh_lK [4H]         = b
 *   nn.RNN         the same with one block
 *   nn.GRU         the same with gates r z n, ours being z r n; but b_hn stands under
 *                  the reset gate and is a weight of its own: bn (cell gru-after)
 *
 * Two biases that are only ever added are one: reading sums them, which is exact in
 * what the model computes; writing puts all of it into bias_ih and zeros into bias_hh.
 * A second direction has names that end in _reverse. Weights that meet vectors side by
 * side (the attention's context beside the embedding) are side by side there as well.
 */
#ifndef MODEL_TORCH_H
#define MODEL_TORCH_H

#include "model/model.h"

enum torch_role {
    TORCH_SRC_EMBED,
    TORCH_ENC,
    TORCH_ENC_BACK, /* both ways and not nn.LSTM's way: the stack that reads backwards */
    TORCH_TGT_EMBED,
    TORCH_DEC,
    TORCH_OUT,
    TORCH_BRIDGE_H,
    TORCH_BRIDGE_C,
    TORCH_SCORE,    /* query and memory, side by side -> energy */
    TORCH_SCORE_V,
    TORCH_COMBINE,
    TORCH_ROLES
};

struct torch_role_row {
    const char *ours;  /* as in --map PREFIX=OURS */
    const char *name;  /* the module, as we write it */
};
extern const struct torch_role_row torch_roles[TORCH_ROLES];

enum torch_how {
    TORCH_OWN,
    TORCH_ADDED, /* reading adds it; writing leaves zeros */
    TORCH_COPY,  /* writing copies it; reading finds it elsewhere too */
};

/* Column `col` and on of a weight of ours, transposed, as a block of a tensor there:
 * there[row + j][at + i] = t[i][col + j]. */
struct torch_part {
    const struct tensor *t;
    int col, cols, row, at;
    bool straight; /* not transposed: there[row + i][at + j] = t[i][j] */
    enum torch_how how;
};

enum { TORCH_PARTS = 8 };

struct torch_tensor {
    char name[200];
    int rows, cols;  /* cols 0: a vector */
    bool optional;   /* a bias: may be missing, then it is zero */
    int n;
    struct torch_part part[TORCH_PARTS];
};

struct torch_list {
    struct torch_tensor *tensor;
    int n;
};

/* The tensors of a model. prefix[role]: the module's name, or NULL: as we write it. */
void torch_list_make(struct torch_list *, const struct model *,
                     const char *const prefix[TORCH_ROLES]);
void torch_list_release(struct torch_list *);

/* Values of one tensor into the model's weights (set, or added), and out of them. */
void torch_read(const struct torch_tensor *, const real *there);
void torch_write(const struct torch_tensor *, real *there);

#endif
