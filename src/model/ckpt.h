/*
 * ckpt - safetensors files: named matrices and a table of texts.
 *
 * The format: 8 bytes little-endian N, N bytes of JSON header, then data. The
 * header maps each name to {dtype, shape, data_offsets}; "__metadata__" maps
 * texts to texts. Nothing in the file is believed: lengths, offsets, shapes,
 * types and names are checked before any of them is used, and an error names
 * the file and the fault. The file is mapped: it may be replaced while it is open,
 * as ours are, but not cut short.
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

enum ckpt_type {
    CKPT_F32,
    CKPT_F16,
    CKPT_BF16,
    CKPT_F64,
    CKPT_I32,
    CKPT_I64,
    CKPT_I8,    /* weights in steps of a scale: see ckpt_put_scaled */
    CKPT_OTHER, /* listed, but not read */
};

enum {
    CKPT_HEADER_MAX = 16 << 20, /* bytes; so all texts together are below it */
    CKPT_NAME_MAX = 200,        /* bytes */
};

struct ckpt_tensor {
    const char *name;  /* UTF-8 without control characters */
    enum ckpt_type type;
    const char *dtype; /* the type's name in the file: foreign text if CKPT_OTHER */
    int dims;          /* 0 (a single value) to 4; ckpt_read takes up to 2 */
    int64_t shape[4];
    size_t offset;     /* of the first byte, from the start of the file */
    size_t bytes;
};

struct ckpt;
struct ckpt *ckpt_open(const char *path, struct err *); /* maps the file */
void ckpt_close(struct ckpt *);                         /* NULL is fine */

const char *ckpt_path(const struct ckpt *);
const char *ckpt_meta(const struct ckpt *, const char *key); /* borrowed until close */
int ckpt_count(const struct ckpt *);
const struct ckpt_tensor *ckpt_at(const struct ckpt *, int i); /* in order of the data */
const struct ckpt_tensor *ckpt_find(const struct ckpt *, const char *name);

/* The values of a tensor of rows*cols elements (shape [rows,cols], or [cols] when
 * rows is 0 or 1; a single value is [1]) as real. F32, F16, BF16 and F64 are
 * converted, I8 is multiplied by its scale. Not finite, another shape, missing: error. 0 or -1. */
int ckpt_read(const struct ckpt *, const char *name, int rows, int cols, real *out,
              struct err *);

/* The bytes of a tensor of type I8, -127 .. 127, and in *scale, which the caller frees, a number
 * for each column to multiply them with. They are borrowed until ckpt_close. NULL: it is none
 * such, or ckpt_read says what is wrong with it. */
const int8_t *ckpt_bytes(const struct ckpt *, const char *name, int rows, int cols, real **scale);

/* n whole numbers of type I32 or I64, whatever their shape, as ckpt_read. */
int ckpt_read_ints(const struct ckpt *, const char *name, size_t n, int64_t *out,
                   struct err *);

/*
 *     struct ckpt_new *n = ckpt_new();
 *     ckpt_put_meta(n, "settings", text);
 *     ckpt_put(n, "enc.0.W", CKPT_F32, rows, cols, w);   // w borrowed until commit
 *     ckpt_commit(n, path, NULL, &err);                  // frees n, also on error
 */
struct ckpt_new;
struct ckpt_new *ckpt_new(void);
void ckpt_put_meta(struct ckpt_new *, const char *key, const char *text);

/* type F32, F16, BF16 or F64: converted with rounding to nearest even. rows 0:
 * shape [cols]. Names are ours: one put twice is a bug. */
void ckpt_put(struct ckpt_new *, const char *name, enum ckpt_type, int rows, int cols,
              const real *x);

/* As I8, a byte a weight: whole numbers of -127 to 127, to be multiplied by those of
 * "NAME.scale", one a row ([rows,1]) or one a column ([1,cols]), so that the largest of
 * each row or column is 127. x is not borrowed. */
void ckpt_put_scaled(struct ckpt_new *, const char *name, bool by_row, int rows, int cols,
                     const real *x);

/* bytes (NULL is fine): the size of the file. Refuses what ckpt_open or ckpt_read
 * would refuse: texts that are not UTF-8, values that are not finite. 0 or -1. */
int ckpt_commit(struct ckpt_new *, const char *path, size_t *bytes, struct err *);
void ckpt_drop(struct ckpt_new *); /* frees n without a file; NULL is fine */

#endif
