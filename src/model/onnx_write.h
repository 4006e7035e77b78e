/*
 * onnx_write - an ONNX graph, put together node by node and written as protobuf.
 *
 * Values have names. A node's result gets one of its own (v1, v2 ...), or is given
 * one where it is an output of the graph.
 *
 *     struct onnx g;
 *     onnx_init(&g);
 *     onnx_input(&g, "x", ONNX_FLOAT, (const char *[]){ "rows", "8", NULL });
 *     struct onnx_value w = onnx_matrix(&g, "w", 8, 3, weights);
 *     struct onnx_value y = onnx_op(&g, "MatMul", "x", w.s, NULL);
 *     onnx_output(&g, "y", y, ONNX_FLOAT, (const char *[]){ "rows", "3", NULL });
 *     onnx_commit(&g, "f.onnx", "name", &err);        // frees what g holds, also on error
 */
#ifndef MODEL_ONNX_WRITE_H
#define MODEL_ONNX_WRITE_H

#include "base/err.h"
#include "base/str.h"

enum onnx_type { ONNX_FLOAT = 1, ONNX_INT32 = 6, ONNX_INT64 = 7 };

enum { ONNX_OPSET = 17 };

struct onnx {
    struct str node, constant, input, output, meta; /* fields, as they are written */
    int values;
};

struct onnx_value {
    char s[64]; /* its name; empty: none, as of an input left out */
};

void onnx_init(struct onnx *);
void onnx_release(struct onnx *);

void onnx_meta(struct onnx *, const char *key, const char *text);

/* Dimensions: a number, or the name of one that may vary; NULL at the end. */
void onnx_input(struct onnx *, const char *name, enum onnx_type, const char *const *dims);
void onnx_output(struct onnx *, const char *name, struct onnx_value, enum onnx_type,
                 const char *const *dims);

/* Constants: rows x cols floats (rows 0: [cols]), any shape, or whole numbers. */
struct onnx_value onnx_matrix(struct onnx *, const char *name, int rows, int cols,
                              const real *x);
struct onnx_value onnx_tensor(struct onnx *, const char *name, const int *dims, int n,
                              const real *x);
struct onnx_value onnx_ints(struct onnx *, int n, const int64_t *v); /* n 0: a scalar */

/* A node: its inputs by name, NULL at the end. */
struct onnx_value onnx_op(struct onnx *, const char *op, ...);

/* A node with attributes or several outputs. */
struct onnx_node {
    const char *op;
    struct str in, out, attr; /* fields, as they are written */
};
void onnx_node_start(struct onnx_node *, const char *op);
void onnx_node_in(struct onnx_node *, const char *name); /* "" or NULL: left out */
struct onnx_value onnx_node_out(struct onnx *, struct onnx_node *);
void onnx_node_skip(struct onnx_node *); /* an output nobody wants */
void onnx_node_int(struct onnx_node *, const char *name, int64_t v);
void onnx_node_text(struct onnx_node *, const char *name, const char *v);
void onnx_node_texts(struct onnx_node *, const char *name, const char *const *v);
void onnx_node_floats(struct onnx_node *, const char *name, const float *v, int n);
void onnx_node_end(struct onnx *, struct onnx_node *);

int onnx_commit(struct onnx *, const char *path, const char *name, struct err *);

#endif
