/*
 * ckpt - safetensors files: named matrices and a table of texts.
 *
 * The format: 8 bytes little-endian N, N bytes of JSON header, then data. The
 * header maps each name to {dtype, shape, data_offsets}; "__metadata__" maps
 * texts to texts. Nothing in the file is believed: lengths, offsets, shapes,
 * types and names are checked before any of them is used, and an error names
 * the file and the fault.
 *
 *     struct ckpt *c = ckpt_open("m.safetensors", &err);
 *     const char *settings = ckpt_meta(c, "settings");        // NULL: not there
 *     ckpt_read(c, "enc.0.W", rows, cols, w, &err);           // any float type -> real
 *     ckpt_close(c);
 *
 * Writing is atomic (base/file.h) and deterministic: the same contents give the
 * same bytes, so a sha256 compares two runs.
 */
#ifndef MODEL_CKPT_H
#define MODEL_CKPT_H

#include "base/err.h"

enum ckpt_type { CKPT_F32, CKPT_F16, CKPT_BF16, CKPT_F64, CKPT_I32, CKPT_I64 };

struct ckpt_tensor {
    const char *name;
    enum ckpt_type type;
    int dims;          /* 1 or 2 (0 dimensions are read as [1]); others are refused by ckpt_read */
    int64_t shape[4];
    size_t bytes;
};

struct ckpt;
struct ckpt *ckpt_open(const char *path, struct err *); /* maps the file */
void ckpt_close(struct ckpt *);                         /* NULL is fine */

const char *ckpt_path(const struct ckpt *);
const char *ckpt_meta(const struct ckpt *, const char *key); /* borrowed until close */
int ckpt_count(const struct ckpt *);
const struct ckpt_tensor *ckpt_at(const struct ckpt *, int i);
const struct ckpt_tensor *ckpt_find(const struct ckpt *, const char *name);

/* The values of a tensor of rows*cols elements (shape [rows,cols], or [cols] when
 * rows is 1) as real. F32, F16, BF16 and F64 are converted. Not finite, another
 * shape, missing: error. 0 or -1. */
int ckpt_read(const struct ckpt *, const char *name, int rows, int cols, real *out,
              struct err *);
int ckpt_read_ints(const struct ckpt *, const char *name, size_t n, int64_t *out,
                   struct err *);

/*
 *     struct ckpt_new *n = ckpt_new();
 *     ckpt_put_meta(n, "settings", text);
 *     ckpt_put(n, "enc.0.W", CKPT_F32, rows, cols, w);   // w borrowed until commit
 *     ckpt_commit(n, path, &err);                        // frees n, also on error
 */
struct ckpt_new;
struct ckpt_new *ckpt_new(void);
void ckpt_put_meta(struct ckpt_new *, const char *key, const char *text);
/* type F32, F16 or BF16: converted with rounding to nearest even. rows 0: shape [cols]. */
void ckpt_put(struct ckpt_new *, const char *name, enum ckpt_type, int rows, int cols,
              const real *x);
int ckpt_commit(struct ckpt_new *, const char *path, size_t *bytes, struct err *);
void ckpt_drop(struct ckpt_new *);

#endif
