/*
 * model - settings, both codecs and the weights: everything that runs.
 *
 * A model is a file. The checkpoint holds it all, and nothing else is consulted
 * when it is opened.
 *
 *     struct model *m = model_new(&settings, &src, &tgt, &err);   // codecs are taken
 *     model_draw(m);                       // first weights, from settings.seed
 *     model_ready(m, true);                // packed for training
 *     model_save(m, "m.safetensors", CKPT_F32, &err);
 *     model_free(m);
 */
#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H

#include "model/arch.h"
#include "model/ckpt.h"
#include "model/carry.h"
#include "nn/cell.h"

struct model {
    struct settings set;
    struct codec src, tgt;
    struct params params;
    const struct arch *arch;
    const struct cell *cell;
    void *net;             /* the architecture's handles on its weights */
    struct carry carry;    /* from line to line */
    char *history;         /* what training measured, JSON; NULL: never trained */
    enum ckpt_type stored; /* what its weights are in the file it was read from */
};

/* Declares and zeroes the weights. The codecs' contents are taken, also on error. */
struct model *model_new(const struct settings *, struct codec *src, struct codec *tgt,
                        struct err *);
void model_free(struct model *); /* NULL is fine */

/* Numbers that a row remembers from one line to the next; 0: the model is not stateful. */
int model_memory(const struct model *);

void model_draw(struct model *);
void model_ready(struct model *, bool train); /* packs on the calling thread */

/* Packs again to decode with these products, if they are others than now; model_as_stored
 * is what model_ready takes: weights of 8 bits stay what they are where that is faster. */
void model_multiply(struct model *, enum precision);
enum precision model_as_stored(const struct model *);

/* Settings, codecs, history and weights into a checkpoint that is being made. The
 * values are borrowed until its commit. */
void model_put(const struct model *, struct ckpt_new *, enum ckpt_type,
               const real *weights);

/* Settings and codecs as JSON texts: "settings", "source", "target". */
typedef void model_put_text(void *own, const char *key, const char *text);
void model_texts(const struct model *, model_put_text *, void *own);

/* The type of a file's weights by its name in the setting `store`. */
enum ckpt_type model_store(const char *store);

int model_save(const struct model *, const char *path, enum ckpt_type, struct err *);

/* Errors name the file and what is wrong with it. Ready to decode. */
struct model *model_load(const char *path, struct err *);
struct model *model_from_ckpt(const struct ckpt *, struct err *);

/* The same to answer with and nothing else: not to be saved or exported. Where products run
 * with the weights of 8 bits that the file has, these take no memory beside their packs (until
 * model_multiply asks for other products). */
struct model *model_open(const char *path, struct err *);

/* The same without the weights, which are zero and not packed; and the weights of a file,
 * which must have the same names and shapes. */
struct model *model_shell(const struct ckpt *, struct err *);
int model_read_weights(struct model *, const struct ckpt *, struct err *);

/* Are the pieces of both sides, and how text is cut into them, those of the checkpoint?
 * -1: what they were made from has changed since. */
int model_check_pieces(const struct model *, const struct ckpt *, struct err *);

#endif
