/*
 * ckpt_type - the number types of a safetensors file, one row each: how the file
 * names them, how many bytes a value takes, and how values become `real` and back.
 *
 * F16 is IEEE 754 binary16 (5 bits of exponent, 10 of fraction), BF16 the upper
 * half of a 32-bit float (8 and 7). Files are little-endian, and values lie at any
 * address.
 */
#ifndef MODEL_CKPT_TYPE_H
#define MODEL_CKPT_TYPE_H

#include "model/ckpt.h"

struct ckpt_type_row {
    const char *name;
    size_t size;
    enum ckpt_type type;
    /* n values from the file; NULL for what is no float */
    void (*widen)(const unsigned char *from, size_t n, real *to);
    /* n values for the file, rounded to nearest, ties to even */
    void (*narrow)(const real *from, size_t n, unsigned char *to);
};

/* The rows of the types before CKPT_OTHER stand at their index. */
extern const struct ckpt_type_row ckpt_type_table[];

const struct ckpt_type_row *ckpt_type_find(const char *name); /* NULL: unknown */

/* n whole numbers of type I32 or I64. */
void ckpt_type_ints(enum ckpt_type, const unsigned char *from, size_t n, int64_t *to);

#endif
