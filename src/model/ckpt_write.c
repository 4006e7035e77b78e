#include "model/ckpt.h"

#include "base/file.h"
#include "base/mem.h"
#include "model/ckpt_type.h"

#include <jansson.h>
#include <math.h>

struct text {
    char *key, *text;
};

struct matrix {
    char *name;
    const struct ckpt_type_row *type;
    int rows, cols; /* rows 0: one dimension */
    const real *x;
    real *owned;    /* x, if it is ours */
};

struct ckpt_new {
    struct text *texts;
    struct matrix *matrices;
    int n_texts, n_matrices;
};

struct ckpt_new *ckpt_new(void)
{
    return xcalloc(1, sizeof(struct ckpt_new));
}

void ckpt_drop(struct ckpt_new *n)
{
    if (!n)
        return;
    for (int i = 0; i < n->n_texts; i++) {
        free(n->texts[i].key);
        free(n->texts[i].text);
    }
    for (int i = 0; i < n->n_matrices; i++) {
        free(n->matrices[i].name);
        free(n->matrices[i].owned);
    }
    free(n->texts);
    free(n->matrices);
    free(n);
}

static void check_name(const char *name)
{
    if (!*name || strlen(name) > CKPT_NAME_MAX)
        BUG("'%s' is no name for a checkpoint", name);
}

void ckpt_put_meta(struct ckpt_new *n, const char *key, const char *text)
{
    check_name(key);
    for (int i = 0; i < n->n_texts; i++)
        if (!strcmp(n->texts[i].key, key))
            BUG("text '%s' put twice", key);
    n->texts = xrealloc(n->texts, (size_t)(n->n_texts + 1) * sizeof *n->texts);
    n->texts[n->n_texts++] = (struct text){ xstrdup(key), xstrdup(text) };
}

void ckpt_put(struct ckpt_new *n, const char *name, enum ckpt_type type, int rows,
              int cols, const real *x)
{
    check_name(name);
    if (rows < 0 || cols < 0)
        BUG("weight '%s' of %d x %d", name, rows, cols);
    if (type >= CKPT_OTHER || !ckpt_type_table[type].narrow)
        BUG("weight '%s' of a type that is not written", name);
    for (int i = 0; i < n->n_matrices; i++)
        if (!strcmp(n->matrices[i].name, name))
            BUG("weight '%s' put twice", name);
    n->matrices =
        xrealloc(n->matrices, (size_t)(n->n_matrices + 1) * sizeof *n->matrices);
    n->matrices[n->n_matrices++] =
        (struct matrix){ xstrdup(name), &ckpt_type_table[type], rows, cols, x, NULL };
}

static void put_owned(struct ckpt_new *n, const char *name, enum ckpt_type type, int rows,
                      int cols, real *x)
{
    ckpt_put(n, name, type, rows, cols, x);
    n->matrices[n->n_matrices - 1].owned = x;
}

void ckpt_put_scaled(struct ckpt_new *n, const char *name, bool by_row, int rows, int cols,
                     const real *x)
{
    char scales[CKPT_NAME_MAX + 1];
    int lines = by_row ? rows : cols;
    real *scale = xcalloc(lines, sizeof *scale);
    real *steps = xcalloc((size_t)rows * cols, sizeof *steps);
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < cols; j++) {
            real size = (real)fabs(x[(size_t)i * cols + j]), *s = &scale[by_row ? i : j];
            *s = size > *s ? size : *s; /* NaN is left to be refused when it is written */
        }
    for (int i = 0; i < lines; i++)
        scale[i] = scale[i] == 0 ? 1 : scale[i] / 127;
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < cols; j++)
            steps[(size_t)i * cols + j] = x[(size_t)i * cols + j] / scale[by_row ? i : j];
    snprintf(scales, sizeof scales, "%s.scale", name);
    put_owned(n, name, CKPT_I8, rows, cols, steps);
    put_owned(n, scales, CKPT_F32, by_row ? rows : 1, by_row ? 1 : cols, scale);
}

static size_t count(const struct matrix *m)
{
    return (size_t)MAX(m->rows, 1) * (size_t)m->cols;
}

static int by_key(const void *a, const void *b)
{
    return strcmp(((const struct text *)a)->key, ((const struct text *)b)->key);
}

/* {key: text}, sorted; NULL with the first text that is no UTF-8 named. */
static json_t *meta_json(struct ckpt_new *n, const char *path, struct err *err)
{
    json_t *meta = json_object();
    if (n->n_texts)
        qsort(n->texts, (size_t)n->n_texts, sizeof *n->texts, by_key);
    for (int i = 0; i < n->n_texts; i++) {
        const struct text *t = &n->texts[i];
        if (json_object_set_new(meta, t->key, json_string(t->text)) < 0) {
            err_set(err, "cannot write '%s': its '%s' is not valid UTF-8", path, t->key);
            json_decref(meta);
            return NULL;
        }
    }
    return meta;
}

static json_t *matrix_json(const struct matrix *m, size_t *offset)
{
    size_t begin = *offset;
    *offset += count(m) * m->type->size;
    json_t *shape = m->rows ? json_pack("[i,i]", m->rows, m->cols)
                            : json_pack("[i]", m->cols);
    return json_pack("{s:s, s:o, s:[I,I]}", "dtype", m->type->name, "shape", shape,
                     "data_offsets", (json_int_t)begin, (json_int_t)*offset);
}

/* The length and the header, padded with spaces so that the data starts at a
 * multiple of 8; *data is the size of the data. */
static int add_header(struct ckpt_new *n, const char *path, struct str *out, size_t *data,
                      struct err *err)
{
    enum { ALIGN = 8 };
    json_t *header = json_object(), *meta = meta_json(n, path, err);
    if (!meta) {
        json_decref(header);
        return -1;
    }
    if (n->n_texts)
        json_object_set(header, "__metadata__", meta);
    json_decref(meta);
    *data = 0;
    for (int i = 0; i < n->n_matrices; i++) {
        const struct matrix *m = &n->matrices[i];
        if (json_object_set_new(header, m->name, matrix_json(m, data)) < 0)
            BUG("the name of weight '%s' is not valid UTF-8", m->name);
    }
    char *text = json_dumps(header, JSON_COMPACT); /* in the order of insertion */
    json_decref(header);
    if (!text)
        die_no_memory(0);
    size_t length = strlen(text), full = (length + ALIGN - 1) / ALIGN * ALIGN;
    for (int i = 0; i < ALIGN; i++)
        str_addc(out, (char)((uint64_t)full >> 8 * i & 0xff));
    str_addn(out, text, length);
    while (length++ < full)
        str_addc(out, ' ');
    free(text);
    return 0;
}

/* Converts the values piece by piece. What could not be read back is not written:
 * not finite, or too large for the type. */
static int put_matrix(struct file_new *f, const struct matrix *m, struct err *err)
{
    enum { PIECE = 1024 };
    unsigned char bytes[8 * PIECE];
    real back[PIECE];
    size_t all = count(m);
    for (size_t at = 0; at < all; at += PIECE) {
        size_t n = MIN(all - at, (size_t)PIECE);
        m->type->narrow(m->x + at, n, bytes);
        m->type->widen(bytes, n, back);
        for (size_t i = 0; i < n; i++)
            if (!isfinite(back[i]))
                return err_set(err,
                               "cannot write '%s': weight '%s' [%zu,%zu] is %s as %s",
                               f->path, m->name, (at + i) / (size_t)m->cols,
                               (at + i) % (size_t)m->cols, isnan(back[i]) ? "nan" : "inf",
                               m->type->name);
        file_new_put(f, bytes, n * m->type->size);
    }
    return 0;
}

static int put_all(struct ckpt_new *n, const char *path, const struct str *header,
                   struct err *err)
{
    struct file_new f;
    if (file_new_start(&f, path, err) < 0)
        return -1;
    file_new_put(&f, header->s, header->n);
    for (int i = 0; i < n->n_matrices; i++)
        if (put_matrix(&f, &n->matrices[i], err) < 0) {
            file_new_drop(&f);
            return -1;
        }
    return file_new_commit(&f, err);
}

int ckpt_commit(struct ckpt_new *n, const char *path, size_t *bytes, struct err *err)
{
    struct str header = STR_INIT;
    size_t data;
    int rc = add_header(n, path, &header, &data, err);
    if (rc == 0 && header.n > 8 + (size_t)CKPT_HEADER_MAX)
        rc = err_set(err, "cannot write '%s': its texts take %zu bytes, more than %d",
                     path, header.n, CKPT_HEADER_MAX);
    if (rc == 0)
        rc = put_all(n, path, &header, err);
    if (rc == 0 && bytes)
        *bytes = header.n + data;
    str_release(&header);
    ckpt_drop(n);
    return rc;
}
