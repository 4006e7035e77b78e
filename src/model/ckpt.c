#include "model/ckpt.h"

#include "base/mem.h"
#include "base/str.h"
#include "model/ckpt_type.h"
#include "num/vmath.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define META "__metadata__"
enum { LENGTH_BYTES = 8, DIMS_MAX = 4 };

struct ckpt {
    char *path;
    unsigned char *map;
    size_t size;    /* of the whole file */
    size_t start;   /* of the data */
    json_t *header; /* owns every name and text that is handed out */
    struct ckpt_tensor *tensors;
    int n;
};

/* "'m.safetensors' is not a checkpoint: the fault". A long path loses its front, so
 * that the fault is always there to read. */
PRINTF_LIKE(3, 4)
static int fault(const struct ckpt *c, struct err *err, const char *fmt, ...)
{
    enum { PATH_SHOWN = 120 };
    size_t n = strlen(c->path);
    bool cut = n > PATH_SHOWN;
    char what[240];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    return err_set(err, "'%s%s' is not a checkpoint: %s", cut ? "..." : "",
                   c->path + (cut ? n - PATH_SHOWN : 0), what);
}

/* The first bytes of a text of the file, for a message. */
struct brief {
    char s[84];
};

static struct brief brief(const char *text)
{
    enum { SHOWN = 80 };
    struct brief b;
    size_t n = strlen(text);
    if (n <= SHOWN) {
        memcpy(b.s, text, n + 1);
        return b;
    }
    n = SHOWN;
    while (n && ((unsigned char)text[n] & 0xc0) == 0x80) /* not within a character */
        n--;
    memcpy(b.s, text, n);
    memcpy(b.s + n, "...", 4);
    return b;
}

/* Control characters: U+0000 to U+001F, U+007F to U+009F. */
static bool has_control(const char *utf8)
{
    for (const unsigned char *p = (const unsigned char *)utf8; *p; p++)
        if (*p < 0x20 || *p == 0x7f || (*p == 0xc2 && p[1] < 0xa0))
            return true;
    return false;
}

/* The JSON parser has refused broken UTF-8 and NUL before. */
static int check_name(const struct ckpt *c, const char *name, struct err *err)
{
    if (!*name)
        return fault(c, err, "a name is empty");
    if (strlen(name) > CKPT_NAME_MAX)
        return fault(c, err, "the name '%s' has more than %d bytes", brief(name).s,
                     CKPT_NAME_MAX);
    if (has_control(name))
        return fault(c, err, "the name '%s' holds a control character", brief(name).s);
    return 0;
}

static int check_meta(const struct ckpt *c, json_t *meta, struct err *err)
{
    const char *key;
    json_t *text;
    if (!json_is_object(meta))
        return fault(c, err, META " is not a table of texts");
    json_object_foreach(meta, key, text) {
        if (check_name(c, key, err) < 0)
            return -1;
        if (!json_is_string(text))
            return fault(c, err, "'%s' in " META " is not a text", brief(key).s);
    }
    return 0;
}

/* A whole number that is not negative. */
static bool get_size(const json_t *j, size_t *out)
{
    json_int_t v = json_integer_value(j);
    if (!json_is_integer(j) || v < 0 || (uintmax_t)v > SIZE_MAX)
        return false;
    *out = (size_t)v;
    return true;
}

static int get_shape(const struct ckpt *c, const json_t *shape, struct ckpt_tensor *t,
                     struct err *err)
{
    size_t dim;
    if (!json_is_array(shape))
        return fault(c, err, "tensor '%s' has no shape", brief(t->name).s);
    if (json_array_size(shape) > DIMS_MAX)
        return fault(c, err, "tensor '%s' has %zu dimensions, more than %d",
                     brief(t->name).s, json_array_size(shape), DIMS_MAX);
    t->dims = (int)json_array_size(shape);
    for (int i = 0; i < t->dims; i++) {
        if (!get_size(json_array_get(shape, (size_t)i), &dim))
            return fault(c, err,
                         "the shape of tensor '%s' holds something else than whole "
                         "numbers from 0 on",
                         brief(t->name).s);
        t->shape[i] = (int64_t)dim;
    }
    return 0;
}

static int get_place(const struct ckpt *c, const json_t *offsets, struct ckpt_tensor *t,
                     struct err *err)
{
    size_t begin, end, room = c->size - c->start;
    if (json_array_size(offsets) != 2 || !get_size(json_array_get(offsets, 0), &begin) ||
        !get_size(json_array_get(offsets, 1), &end))
        return fault(c, err, "the data_offsets of tensor '%s' are not two whole numbers",
                     brief(t->name).s);
    if (begin > end)
        return fault(c, err, "tensor '%s' ends at byte %zu, before its start at %zu",
                     brief(t->name).s, end, begin);
    if (end > room)
        return fault(c, err, "tensor '%s' ends at byte %zu of %zu bytes of data",
                     brief(t->name).s, end, room);
    t->offset = c->start + begin;
    t->bytes = end - begin;
    return 0;
}

/* Bytes that the shape asks for; false if no size_t can hold them. */
static bool shape_bytes(const struct ckpt_tensor *t, size_t each, size_t *bytes)
{
    bool empty = false;
    for (int i = 0; i < t->dims; i++)
        empty |= t->shape[i] == 0;
    *bytes = empty ? 0 : each;
    for (int i = 0; i < t->dims; i++)
        if (__builtin_mul_overflow(*bytes, (size_t)t->shape[i], bytes))
            return false;
    return true;
}

static int get_tensor(const struct ckpt *c, const char *name, const json_t *j,
                      struct ckpt_tensor *t, struct err *err)
{
    size_t bytes;
    t->name = name;
    if (check_name(c, name, err) < 0)
        return -1;
    t->dtype = json_string_value(json_object_get(j, "dtype"));
    if (!t->dtype)
        return fault(c, err, "tensor '%s' has no dtype", brief(name).s);
    if (get_shape(c, json_object_get(j, "shape"), t, err) < 0 ||
        get_place(c, json_object_get(j, "data_offsets"), t, err) < 0)
        return -1;
    const struct ckpt_type_row *row = ckpt_type_find(t->dtype);
    t->type = row ? row->type : CKPT_OTHER;
    if (row && (!shape_bytes(t, row->size, &bytes) || bytes != t->bytes))
        return fault(c, err, "tensor '%s' has %zu bytes, which its shape and %s do not "
                             "give",
                     brief(name).s, t->bytes, row->name);
    return 0;
}

static int by_place(const void *a, const void *b)
{
    const struct ckpt_tensor *s = a, *t = b;
    if (s->offset != t->offset)
        return s->offset < t->offset ? -1 : 1;
    if (s->bytes != t->bytes)
        return s->bytes < t->bytes ? -1 : 1;
    return strcmp(s->name, t->name);
}

/* Every byte of the data belongs to exactly one tensor: the format wants it so, and
 * nothing can hide in a file, nor be read as two things. */
static int check_cover(const struct ckpt *c, struct err *err)
{
    size_t done = c->start;
    for (int i = 0; i < c->n; i++) {
        const struct ckpt_tensor *t = &c->tensors[i];
        if (t->offset < done)
            return fault(c, err, "tensors '%s' and '%s' overlap", brief(t[-1].name).s,
                         brief(t->name).s);
        if (t->offset > done)
            return fault(c, err, "%zu bytes before tensor '%s' belong to no tensor",
                         t->offset - done, brief(t->name).s);
        done += t->bytes;
    }
    if (done < c->size)
        return fault(c, err, "%zu bytes at the end belong to no tensor", c->size - done);
    return 0;
}

static int get_tensors(struct ckpt *c, struct err *err)
{
    const char *name;
    json_t *j;
    c->tensors = xcalloc(json_object_size(c->header), sizeof *c->tensors);
    json_object_foreach(c->header, name, j) {
        if (!strcmp(name, META)) {
            if (check_meta(c, j, err) < 0)
                return -1;
        } else if (get_tensor(c, name, j, &c->tensors[c->n++], err) < 0) {
            return -1;
        }
    }
    qsort(c->tensors, (size_t)c->n, sizeof *c->tensors, by_place);
    return check_cover(c, err);
}

static int get_header(struct ckpt *c, struct err *err)
{
    uint64_t length = 0;
    json_error_t why;
    if (c->size < LENGTH_BYTES)
        return fault(c, err, "it has only %zu bytes", c->size);
    for (int i = LENGTH_BYTES - 1; i >= 0; i--)
        length = length << 8 | c->map[i];
    if (length > c->size - LENGTH_BYTES)
        return fault(c, err, "header length %" PRIu64 " is beyond the file's %zu bytes",
                     length, c->size);
    if (length > CKPT_HEADER_MAX)
        return fault(c, err, "header length %" PRIu64 " is beyond the limit of %d bytes",
                     length, CKPT_HEADER_MAX);
    c->start = LENGTH_BYTES + (size_t)length;
    if (length == 0 || c->map[LENGTH_BYTES] != '{')
        return fault(c, err, "the header does not start with '{'");
    c->header = json_loadb((const char *)c->map + LENGTH_BYTES, (size_t)length,
                           JSON_REJECT_DUPLICATES, &why);
    if (!c->header)
        return fault(c, err, "the header is wrong at its byte %d: %s", why.position,
                     why.text);
    return 0;
}

/* Opening must not wait, as it would for a FIFO without a writer. */
static int map_file(struct ckpt *c, struct err *err)
{
    struct stat st;
    int fd = open(c->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return err_set(err, "cannot open '%s': %s", c->path, strerror(errno));
    if (fstat(fd, &st) < 0) {
        err_set(err, "cannot read '%s': %s", c->path, strerror(errno));
    } else if (S_ISDIR(st.st_mode)) {
        fault(c, err, "it is a folder");
    } else if (!S_ISREG(st.st_mode)) {
        fault(c, err, "it is not a regular file");
    } else if (st.st_size == 0) {
        fault(c, err, "it is empty");
    } else {
        c->size = (size_t)st.st_size;
        c->map = mmap(NULL, c->size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (c->map == MAP_FAILED) {
            c->map = NULL;
            err_set(err, "cannot read '%s': %s", c->path, strerror(errno));
        }
    }
    close(fd);
    return c->map ? 0 : -1;
}

struct ckpt *ckpt_open(const char *path, struct err *err)
{
    struct ckpt *c = xcalloc(1, sizeof *c);
    c->path = xstrdup(path);
    if (map_file(c, err) < 0 || get_header(c, err) < 0 || get_tensors(c, err) < 0) {
        ckpt_close(c);
        return NULL;
    }
    return c;
}

void ckpt_close(struct ckpt *c)
{
    if (!c)
        return;
    if (c->map)
        munmap(c->map, c->size);
    json_decref(c->header);
    free(c->tensors);
    free(c->path);
    free(c);
}

const char *ckpt_path(const struct ckpt *c)
{
    return c->path;
}

const char *ckpt_meta(const struct ckpt *c, const char *key)
{
    return json_string_value(json_object_get(json_object_get(c->header, META), key));
}

int ckpt_count(const struct ckpt *c)
{
    return c->n;
}

const struct ckpt_tensor *ckpt_at(const struct ckpt *c, int i)
{
    if (i < 0 || i >= c->n)
        BUG("tensor %d of %d", i, c->n);
    return &c->tensors[i];
}

const struct ckpt_tensor *ckpt_find(const struct ckpt *c, const char *name)
{
    for (int i = 0; i < c->n; i++)
        if (!strcmp(c->tensors[i].name, name))
            return &c->tensors[i];
    return NULL;
}

/* "[3,4]": a shape, or the place of a value. */
static void add_list(struct str *s, const int64_t *v, int n)
{
    for (int i = 0; i < n; i++)
        str_addf(s, "%c%" PRId64, i ? ',' : '[', v[i]);
    str_add(s, n ? "]" : "[]");
}

static bool shape_is(const struct ckpt_tensor *t, int rows, int cols)
{
    switch (t->dims) {
    case 0: return rows <= 1 && cols == 1;
    case 1: return rows <= 1 && t->shape[0] == cols;
    case 2: return t->shape[0] == MAX(rows, 1) && t->shape[1] == cols;
    default: return false;
    }
}

static int wrong_shape(const struct ckpt *c, const struct ckpt_tensor *t, int rows,
                       int cols, struct err *err)
{
    struct str is = STR_INIT, wanted = STR_INIT;
    add_list(&is, t->shape, t->dims);
    add_list(&wanted, (const int64_t[]){ MAX(rows, 1), cols }, 2);
    err_at(err, c->path, 0, "weight '%s' has the shape %s instead of %s", t->name, is.s,
           wanted.s);
    str_release(&is);
    str_release(&wanted);
    return -1;
}

static int not_finite(const struct ckpt *c, const struct ckpt_tensor *t, int64_t i,
                      real v, struct err *err)
{
    struct str place = STR_INIT;
    if (t->dims == 2)
        add_list(&place, (const int64_t[]){ i / t->shape[1], i % t->shape[1] }, 2);
    else
        add_list(&place, &i, 1);
    err_at(err, c->path, 0, "weight '%s' %s is %s", t->name, place.s,
           isnan(v) ? "nan" : v > 0 ? "inf" : "-inf");
    str_release(&place);
    return -1;
}

/* "NAME.scale": a number for each of the rows, or of the columns. The caller frees. */
static real *read_scale(const struct ckpt *c, const char *name, int rows, int cols, bool *by_row,
                        struct err *err)
{
    char scales[CKPT_NAME_MAX + 8];
    snprintf(scales, sizeof scales, "%s.scale", name);
    const struct ckpt_tensor *t = ckpt_find(c, scales);
    if (!t || t->type == CKPT_I8) {
        err_at(err, c->path, 0, "weight '%s' has the type I8, and there is no '%s'", name, scales);
        return NULL;
    }
    *by_row = t->dims == 2 && t->shape[1] == 1 && t->shape[0] == rows && cols != 1;
    real *scale = xcalloc(*by_row ? rows : cols, sizeof *scale);
    if (ckpt_read(c, scales, *by_row ? rows : 1, *by_row ? 1 : cols, scale, err) == 0)
        return scale;
    free(scale);
    return NULL;
}

static int apply_scale(const struct ckpt *c, const char *name, int rows, int cols, real *x,
                       struct err *err)
{
    bool by_row;
    real *scale = read_scale(c, name, rows, cols, &by_row, err);
    int bad = scale ? 0 : -1;
    for (int i = 0; scale && i < MAX(rows, 1); i++)
        for (int j = 0; j < cols; j++)
            x[(size_t)i * cols + j] *= scale[by_row ? i : j];
    free(scale);
    return bad;
}

const int8_t *ckpt_bytes(const struct ckpt *c, const char *name, int rows, int cols,
                         real **scale)
{
    const struct ckpt_tensor *t = ckpt_find(c, name);
    bool by_row;
    *scale = NULL;
    if (!t || t->type != CKPT_I8 || !shape_is(t, rows, cols) ||
        memchr(c->map + t->offset, 0x80, t->bytes))
        return NULL;
    *scale = read_scale(c, name, rows, cols, &by_row, NULL);
    bool fits = *scale && !by_row;
    for (int j = 0; fits && j < cols; j++)
        fits = isfinite(127 * (*scale)[j]);
    if (fits)
        return (const int8_t *)c->map + t->offset;
    free(*scale);
    *scale = NULL;
    return NULL;
}

/* As vector code: most are, and there are many. */
VEC_CLONES
static bool all_finite(const real *x, size_t n)
{
    int wrong = 0;
    for (size_t i = 0; i < n; i++)
        wrong |= x[i] - x[i] != 0; /* inf - inf is none */
    return !wrong;
}

int ckpt_read(const struct ckpt *c, const char *name, int rows, int cols, real *out,
              struct err *err)
{
    const struct ckpt_tensor *t = ckpt_find(c, name);
    if (!t)
        return err_at(err, c->path, 0, "there is no weight '%s'", name);
    if (!shape_is(t, rows, cols))
        return wrong_shape(c, t, rows, cols, err);
    if (t->type == CKPT_OTHER || !ckpt_type_table[t->type].widen)
        return err_at(err, c->path, 0, "weight '%s' has the type %s, which is not read",
                      name, brief(t->dtype).s);
    size_t n = t->bytes / ckpt_type_table[t->type].size;
    ckpt_type_table[t->type].widen(c->map + t->offset, n, out);
    if (t->type == CKPT_I8 && apply_scale(c, name, rows, cols, out, err) < 0)
        return -1;
    bool finite = all_finite(out, n);
    for (size_t i = 0; i < n && !finite; i++)
        if (!isfinite(out[i]))
            return not_finite(c, t, (int64_t)i, out[i], err);
    return 0;
}

int ckpt_read_ints(const struct ckpt *c, const char *name, size_t n, int64_t *out,
                   struct err *err)
{
    const struct ckpt_tensor *t = ckpt_find(c, name);
    if (!t)
        return err_at(err, c->path, 0, "there is no tensor '%s'", name);
    if (t->type != CKPT_I32 && t->type != CKPT_I64)
        return err_at(err, c->path, 0,
                      "tensor '%s' has the type %s instead of I32 or I64", name,
                      brief(t->dtype).s);
    size_t has = t->bytes / ckpt_type_table[t->type].size;
    if (has != n)
        return err_at(err, c->path, 0, "tensor '%s' has %zu values instead of %zu", name,
                      has, n);
    ckpt_type_ints(t->type, c->map + t->offset, n, out);
    return 0;
}
