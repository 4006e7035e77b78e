#include "model/onnx_write.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/proto.h"

#include <stdarg.h>

/* Numbers of fields are those of onnx.proto, IR version 8. */
enum { IR_VERSION = 8 };

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
    proto_text(&entry, 1, key);
    proto_text(&entry, 2, text);
    proto_message(&g->meta, 14, &entry);
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
            proto_int(&dim, 1, n);
        else
            proto_text(&dim, 2, *dims);
        proto_message(&shape, 1, &dim);
    }
    proto_int(&tensor, 1, type);
    proto_message(&tensor, 2, &shape);
    proto_message(&kind, 1, &tensor);
    proto_text(&info, 1, name);
    proto_message(&info, 2, &kind);
    proto_message(to, field, &info);
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
    proto_text(&n.out, 2, name);
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
    proto_int(tensor, 2, type);
    proto_text(tensor, 8, v.s);
    proto_message(tensor, 9, data);
    proto_message(&g->constant, 5, tensor);
    return v;
}

struct onnx_value onnx_tensor(struct onnx *g, const char *name, const int *dims, int n,
                              const real *x)
{
    struct str tensor = STR_INIT, data = STR_INIT;
    size_t count = 1;
    for (int i = 0; i < n; i++) {
        proto_int(&tensor, 1, dims[i]);
        count *= (size_t)dims[i];
    }
    for (size_t i = 0; i < count; i++)
        proto_fixed_float(&data, (float)x[i]);
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
        proto_int(&tensor, 1, n);
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
    proto_text(&n->in, 1, name ? name : "");
}

struct onnx_value onnx_node_out(struct onnx *g, struct onnx_node *n)
{
    struct onnx_value v = fresh(g);
    proto_text(&n->out, 2, v.s);
    return v;
}

void onnx_node_skip(struct onnx_node *n)
{
    proto_text(&n->out, 2, "");
}

enum { ATTR_INT = 2, ATTR_TEXT = 3, ATTR_FLOATS = 6, ATTR_TEXTS = 8 };

/* AttributeProto: name, what was put into `value`, type; the value is released. */
static void put_attribute(struct onnx_node *n, const char *name, struct str *value, int type)
{
    struct str attr = STR_INIT;
    proto_text(&attr, 1, name);
    str_addn(&attr, str_cstr(value), value->n);
    proto_int(&attr, 20, type);
    str_release(value);
    proto_message(&n->attr, 5, &attr);
}

void onnx_node_int(struct onnx_node *n, const char *name, int64_t v)
{
    struct str value = STR_INIT;
    proto_int(&value, 3, v);
    put_attribute(n, name, &value, ATTR_INT);
}

void onnx_node_text(struct onnx_node *n, const char *name, const char *v)
{
    struct str value = STR_INIT;
    proto_text(&value, 4, v);
    put_attribute(n, name, &value, ATTR_TEXT);
}

void onnx_node_texts(struct onnx_node *n, const char *name, const char *const *v)
{
    struct str value = STR_INIT;
    for (; *v; v++)
        proto_text(&value, 9, *v);
    put_attribute(n, name, &value, ATTR_TEXTS);
}

void onnx_node_floats(struct onnx_node *n, const char *name, const float *v, int count)
{
    struct str value = STR_INIT;
    for (int i = 0; i < count; i++) {
        proto_float(&value, 7, v[i]);
    }
    put_attribute(n, name, &value, ATTR_FLOATS);
}

void onnx_node_end(struct onnx *g, struct onnx_node *n)
{
    struct str node = STR_INIT;
    str_addn(&node, str_cstr(&n->in), n->in.n);
    str_addn(&node, str_cstr(&n->out), n->out.n);
    proto_text(&node, 4, n->op);
    str_addn(&node, str_cstr(&n->attr), n->attr.n);
    str_release(&n->in);
    str_release(&n->out);
    str_release(&n->attr);
    proto_message(&g->node, 1, &node);
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
    proto_text(&graph, 2, name);
    str_addn(&graph, str_cstr(&g->constant), g->constant.n);
    str_addn(&graph, str_cstr(&g->input), g->input.n);
    str_addn(&graph, str_cstr(&g->output), g->output.n);
    proto_int(&model, 1, IR_VERSION);
    proto_text(&model, 2, "seqsh");
    proto_text(&model, 3, PACKAGE_VERSION);
    proto_message(&model, 7, &graph);
    proto_text(&opset, 1, "");
    proto_int(&opset, 2, ONNX_OPSET);
    proto_message(&model, 8, &opset);
    str_addn(&model, str_cstr(&g->meta), g->meta.n);
    onnx_release(g);
    int bad = file_write(path, str_cstr(&model), model.n, err);
    str_release(&model);
    return bad;
}
