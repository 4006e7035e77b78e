/*
 * arch - how encoder and decoder are put together; one row per architecture.
 *
 * A row names its weights, makes the logits of a whole teacher-forced batch (for
 * training and scoring), and decodes: start() encodes, step() makes the logits
 * of one more token for every row. Both roads lead through the same layers; a
 * test compares them token by token.
 */
#ifndef MODEL_ARCH_H
#define MODEL_ARCH_H

#include "base/settings.h"
#include "nn/tape.h"
#include "text/pairs.h"

struct model;

enum { DSTATE_PARTS = 64 };

/* What a decoder remembers between two tokens: matrices of `rows` rows. */
struct dstate {
    int rows, n;
    struct {
        int cols;
        real *x;       /* [rows, cols], owned */
    } part[DSTATE_PARTS];
};

void dstate_init(struct dstate *);
void dstate_release(struct dstate *);
void dstate_clear(struct dstate *, int rows); /* forgets the parts */
void dstate_put(struct dstate *, int i, const struct node *); /* copies a node's values */
struct node *dstate_node(const struct dstate *, int i, struct tape *); /* as a constant */

/* Row r becomes what row from[r] was; the number of rows becomes `rows`. */
void dstate_gather(struct dstate *, const int *from, int rows);

/* A line of the layer table that `seqsh inspect` prints. */
struct layer_info {
    char name[64], kind[32], shape[48];
    int64_t params;
};

struct arch {
    const char *name, *summary;
    void (*declare)(struct model *); /* adds every weight to model->params */
    struct node *(*logits)(const struct model *, struct tape *, const struct batch *);
    void (*start)(const struct model *, struct tape *, const struct batch *,
                  struct dstate *);
    /* prev [rows]: the token before, -1 or <s> at the start. [rows, symbols] */
    struct node *(*step)(const struct model *, struct tape *, struct dstate *,
                         const int *prev);
    /* Fills line i; false when there is none. */
    bool (*layer)(const struct model *, int i, struct layer_info *);
    void (*release)(struct model *);
};

extern const struct arch *const arch_table[]; /* NULL at the end */
const struct arch *arch_find(const char *name); /* NULL: unknown */

extern const struct arch arch_repeat, arch_transfer;

#endif
