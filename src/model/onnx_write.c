#include "model/onnx_write.h"

#include "base/file.h"
#include "base/mem.h"

#include <stdarg.h>

/*
 * Protobuf: a message is a row of fields; a field is a key (number << 3 | wire type)
 * and a value: a varint (type 0), four bytes (5), or a length and that many bytes (2):
 * text, or a message again. Numbers of fields are those of onnx.proto, IR version 8.
 */
enum { IR_VERSION = 8 };

static void put_varint(struct str *s, uint64_t v)
{
    for (; v > 127; v >>= 7)
        str_addc(s, (char)(v | 128));
    str_addc(s, (char)v);
}

static void put_int(struct str *s, int field, int64_t v)
{
    put_varint(s, (uint64_t)field << 3);
    put_varint(s, (uint64_t)v);
}

static void put_bytes(struct str *s, int field, const void *p, size_t n)
{
    put_varint(s, (uint64_t)field << 3 | 2);
    put_varint(s, n);
    str_addn(s, p, n);
}

static void put_text(struct str *s, int field, const char *text)
{
    put_bytes(s, field, text, strlen(text));
}

/* A message as a field; it is released. */
static void put_message(struct str *s, int field, struct str *message)
{
    put_bytes(s, field, str_cstr(message), message->n);
    str_release(message);
}

static void put_float(struct str *s, float v)
{
    uint32_t bits;
    memcpy(&bits, &v, sizeof bits);
    for (int i = 0; i < 4; i++)
        str_addc(s, (char)(bits >> 8 * i));
}

/* ---- graph ------------------------------------------------------------------------- */

void onnx_init(struct onnx *g)
{
    *g = (struct onnx){ 0 };
}

void onnx_release(struct onnx *g)
{
    str_release(&g->node);
    str_release(&g->constant);
    str_release(&g->input);
    str_release(&g->output);
    str_release(&g->meta);
}

void onnx_meta(struct onnx *g, const char *key, const char *text)
{
    struct str entry = STR_INIT;
    put_text(&entry, 1, key);
    put_text(&entry, 2, text);
    put_message(&g->meta, 14, &entry);
}

static struct onnx_value fresh(struct onnx *g)
{
    struct onnx_value v;
    snprintf(v.s, sizeof v.s, "v%d", ++g->values);
    return v;
}

/* ValueInfoProto { name, TypeProto { Tensor { type, TensorShapeProto { dim ... } } } } */
static void put_value(struct str *to, int field, const char *name, enum onnx_type type,
                      const char *const *dims)
{
    struct str shape = STR_INIT, tensor = STR_INIT, kind = STR_INIT, info = STR_INIT;
    for (; *dims; dims++) {
        struct str dim = STR_INIT;
        long n;
        if (parse_long(*dims, 0, INT32_MAX, &n))
            put_int(&dim, 1, n);
        else
            put_text(&dim, 2, *dims);
        put_message(&shape, 1, &dim);
    }
    put_int(&tensor, 1, type);
    put_message(&tensor, 2, &shape);
    put_message(&kind, 1, &tensor);
    put_text(&info, 1, name);
    put_message(&info, 2, &kind);
    put_message(to, field, &info);
}

void onnx_input(struct onnx *g, const char *name, enum onnx_type type, const char *const *dims)
{
    put_value(&g->input, 11, name, type, dims);
}

void onnx_output(struct onnx *g, const char *name, struct onnx_value v, enum onnx_type type,
                 const char *const *dims)
{
    struct onnx_node n;
    onnx_node_start(&n, "Identity"); /* gives it its name */
    onnx_node_in(&n, v.s);
    put_text(&n.out, 2, name);
    onnx_node_end(g, &n);
    put_value(&g->output, 12, name, type, dims);
}

/* ---- constants ------------------------------------------------------------------------ */

static struct onnx_value put_constant(struct onnx *g, const char *name, struct str *tensor,
                                      enum onnx_type type, struct str *data)
{
    struct onnx_value v = fresh(g);
    if (name)
        snprintf(v.s, sizeof v.s, "%s", name);
    put_int(tensor, 2, type);
    put_text(tensor, 8, v.s);
    put_message(tensor, 9, data);
    put_message(&g->constant, 5, tensor);
    return v;
}

struct onnx_value onnx_tensor(struct onnx *g, const char *name, const int *dims, int n,
                              const real *x)
{
    struct str tensor = STR_INIT, data = STR_INIT;
    size_t count = 1;
    for (int i = 0; i < n; i++) {
        put_int(&tensor, 1, dims[i]);
        count *= (size_t)dims[i];
    }
    for (size_t i = 0; i < count; i++)
        put_float(&data, (float)x[i]);
    return put_constant(g, name, &tensor, ONNX_FLOAT, &data);
}

struct onnx_value onnx_matrix(struct onnx *g, const char *name, int rows, int cols,
                              const real *x)
{
    const int dims[] = { rows, cols };
    return onnx_tensor(g, name, rows ? dims : dims + 1, rows ? 2 : 1, x);
}

struct onnx_value onnx_ints(struct onnx *g, int n, const int64_t *v)
{
    struct str tensor = STR_INIT, data = STR_INIT;
    if (n)
        put_int(&tensor, 1, n);
    for (int i = 0; i < MAX(n, 1); i++)
        for (int k = 0; k < 8; k++)
            str_addc(&data, (char)((uint64_t)v[i] >> 8 * k));
    return put_constant(g, NULL, &tensor, ONNX_INT64, &data);
}

/* ---- nodes ------------------------------------------------------------------------------ */

void onnx_node_start(struct onnx_node *n, const char *op)
{
    *n = (struct onnx_node){ .op = op };
}

void onnx_node_in(struct onnx_node *n, const char *name)
{
    put_text(&n->in, 1, name ? name : "");
}

struct onnx_value onnx_node_out(struct onnx *g, struct onnx_node *n)
{
    struct onnx_value v = fresh(g);
    put_text(&n->out, 2, v.s);
    return v;
}

void onnx_node_skip(struct onnx_node *n)
{
    put_text(&n->out, 2, "");
}

enum { ATTR_INT = 2, ATTR_TEXT = 3, ATTR_FLOATS = 6, ATTR_TEXTS = 8 };

/* AttributeProto: name, what was put into `value`, type; the value is released. */
static void put_attribute(struct onnx_node *n, const char *name, struct str *value, int type)
{
    struct str attr = STR_INIT;
    put_text(&attr, 1, name);
    str_addn(&attr, str_cstr(value), value->n);
    put_int(&attr, 20, type);
    str_release(value);
    put_message(&n->attr, 5, &attr);
}

void onnx_node_int(struct onnx_node *n, const char *name, int64_t v)
{
    struct str value = STR_INIT;
    put_int(&value, 3, v);
    put_attribute(n, name, &value, ATTR_INT);
}

void onnx_node_text(struct onnx_node *n, const char *name, const char *v)
{
    struct str value = STR_INIT;
    put_text(&value, 4, v);
    put_attribute(n, name, &value, ATTR_TEXT);
}

void onnx_node_texts(struct onnx_node *n, const char *name, const char *const *v)
{
    struct str value = STR_INIT;
    for (; *v; v++)
        put_text(&value, 9, *v);
    put_attribute(n, name, &value, ATTR_TEXTS);
}

void onnx_node_floats(struct onnx_node *n, const char *name, const float *v, int count)
{
    struct str value = STR_INIT;
    for (int i = 0; i < count; i++) {
        put_varint(&value, 7 << 3 | 5);
        put_float(&value, v[i]);
    }
    put_attribute(n, name, &value, ATTR_FLOATS);
}

void onnx_node_end(struct onnx *g, struct onnx_node *n)
{
    struct str node = STR_INIT;
    str_addn(&node, str_cstr(&n->in), n->in.n);
    str_addn(&node, str_cstr(&n->out), n->out.n);
    put_text(&node, 4, n->op);
    str_addn(&node, str_cstr(&n->attr), n->attr.n);
    str_release(&n->in);
    str_release(&n->out);
    str_release(&n->attr);
    put_message(&g->node, 1, &node);
}

struct onnx_value onnx_op(struct onnx *g, const char *op, ...)
{
    struct onnx_node n;
    va_list ap;
    const char *name;
    onnx_node_start(&n, op);
    va_start(ap, op);
    while ((name = va_arg(ap, const char *)))
        onnx_node_in(&n, name);
    va_end(ap);
    struct onnx_value v = onnx_node_out(g, &n);
    onnx_node_end(g, &n);
    return v;
}

/* ---- the file ------------------------------------------------------------------------------ */

int onnx_commit(struct onnx *g, const char *path, const char *name, struct err *err)
{
    struct str graph = STR_INIT, model = STR_INIT, opset = STR_INIT;
    str_addn(&graph, str_cstr(&g->node), g->node.n);
    put_text(&graph, 2, name);
    str_addn(&graph, str_cstr(&g->constant), g->constant.n);
    str_addn(&graph, str_cstr(&g->input), g->input.n);
    str_addn(&graph, str_cstr(&g->output), g->output.n);
    put_int(&model, 1, IR_VERSION);
    put_text(&model, 2, "seqsh");
    put_text(&model, 3, PACKAGE_VERSION);
    put_message(&model, 7, &graph);
    put_text(&opset, 1, "");
    put_int(&opset, 2, ONNX_OPSET);
    put_message(&model, 8, &opset);
    str_addn(&model, str_cstr(&g->meta), g->meta.n);
    onnx_release(g);
    int bad = file_write(path, str_cstr(&model), model.n, err);
    str_release(&model);
    return bad;
}
