#include "model/h5.h"

#include "base/mem.h"

#ifdef HAVE_HDF5

#include "base/str.h"
#include "base/utf8.h"

#include <hdf5.h>
#include <math.h>

enum {
    MOST_ARRAYS = 4096,
    DEEPEST = 16,             /* groups within groups; links may go round in circles */
    MOST_OBJECTS = 1 << 16,
    LONGEST_TEXT = 16 << 20,
};

struct h5 {
    hid_t file;
    char *name;
    struct h5_array *array;
    int n, seen;
};

/* ---- listing ------------------------------------------------------------------------- */

/* Does the array's data lie in this file? */
static bool lies_inside(hid_t set)
{
    hid_t plist = H5Dget_create_plist(set);
    H5D_layout_t layout = H5Pget_layout(plist);
    bool inside = (layout == H5D_COMPACT || layout == H5D_CONTIGUOUS || layout == H5D_CHUNKED) &&
                  H5Pget_external_count(plist) == 0;
    H5Pclose(plist);
    return inside;
}

static void list_array(struct h5 *f, hid_t set, const char *path)
{
    hsize_t dim[2] = { 0 };
    hid_t space = H5Dget_space(set), type = H5Dget_type(set);
    int dims = H5Sget_simple_extent_ndims(space);
    if (H5Tget_class(type) == H5T_FLOAT && (dims == 1 || dims == 2) && lies_inside(set) &&
        f->n < MOST_ARRAYS) {
        H5Sget_simple_extent_dims(space, dim, NULL);
        hsize_t cols = dims == 2 ? dim[1] : dim[0], rows = dims == 2 ? dim[0] : 1;
        if (rows > 0 && cols > 0 && rows <= INT32_MAX && cols <= INT32_MAX &&
            rows * cols <= INT32_MAX / (int)sizeof(double)) {
            f->array = xrealloc(f->array, (size_t)(f->n + 1) * sizeof *f->array);
            f->array[f->n++] = (struct h5_array){ xstrdup(path), dims == 2 ? (int)rows : 0,
                                                  (int)cols };
        }
    }
    H5Tclose(type);
    H5Sclose(space);
}

static void list_group(struct h5 *f, hid_t group, const char *path, int depth)
{
    H5G_info_t info;
    if (depth == DEEPEST || H5Gget_info(group, &info) < 0)
        return;
    for (hsize_t i = 0; i < info.nlinks && f->seen < MOST_OBJECTS; i++, f->seen++) {
        char name[200];
        H5L_info_t link;
        ssize_t n = H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, i, name,
                                       sizeof name, H5P_DEFAULT);
        if (n <= 0 || n >= (ssize_t)sizeof name ||
            H5Lget_info(group, name, &link, H5P_DEFAULT) < 0 || link.type != H5L_TYPE_HARD)
            continue;
        hid_t object = H5Oopen(group, name, H5P_DEFAULT);
        if (object < 0)
            continue;
        struct str full = STR_INIT;
        str_addf(&full, "%s%s%s", path, *path ? "/" : "", name);
        H5I_type_t type = H5Iget_type(object);
        if (type == H5I_GROUP)
            list_group(f, object, full.s, depth + 1);
        else if (type == H5I_DATASET)
            list_array(f, object, full.s);
        str_release(&full);
        H5Oclose(object);
    }
}

/* "lstm/..." before "lstm_1/..." before "lstm_10/...". */
static int by_path(const void *a, const void *b)
{
    return strverscmp(((const struct h5_array *)a)->path, ((const struct h5_array *)b)->path);
}

static struct h5 *opened(hid_t file, const char *name, struct err *err)
{
    if (file < 0) {
        err_set(err, "cannot open '%.200s': it is damaged, or no HDF5 file", name);
        return NULL;
    }
    struct h5 *f = xcalloc(1, sizeof *f);
    *f = (struct h5){ .file = file, .name = xstrdup(name) };
    hid_t root = H5Gopen2(file, "/", H5P_DEFAULT);
    if (root >= 0) {
        list_group(f, root, "", 0);
        H5Gclose(root);
    }
    if (f->n)
        qsort(f->array, (size_t)f->n, sizeof *f->array, by_path);
    return f;
}

/* ---- opening ---------------------------------------------------------------------------- */

struct h5 *h5_open(const char *path, struct err *err)
{
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL); /* it would print */
    return opened(H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT), path, err);
}

struct h5 *h5_open_memory(void *bytes, size_t n, const char *name, struct err *err)
{
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    hid_t access = H5Pcreate(H5P_FILE_ACCESS), file = -1;
    if (H5Pset_fapl_core(access, 1 << 16, 0) >= 0 && H5Pset_file_image(access, bytes, n) >= 0)
        file = H5Fopen(name, H5F_ACC_RDONLY, access);
    H5Pclose(access);
    return opened(file, name, err);
}

void h5_close(struct h5 *f)
{
    if (!f)
        return;
    for (int i = 0; i < f->n; i++)
        free(f->array[i].path);
    free(f->array);
    free(f->name);
    H5Fclose(f->file);
    free(f);
}

/* ---- reading ------------------------------------------------------------------------------ */

int h5_read(const struct h5 *f, int i, real *x, struct err *err)
{
    const struct h5_array *a = h5_at(f, i);
    hid_t type = sizeof(real) == sizeof(double) ? H5T_NATIVE_DOUBLE : H5T_NATIVE_FLOAT;
    hid_t set = H5Dopen2(f->file, a->path, H5P_DEFAULT);
    size_t n = (size_t)MAX(a->rows, 1) * (size_t)a->cols;
    int bad = set < 0 || H5Dread(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, x) < 0;
    if (set >= 0)
        H5Dclose(set);
    if (bad)
        return err_set(err, "cannot read '%s' of '%.200s': it is damaged",
                       utf8_quote(a->path).s, f->name);
    for (size_t k = 0; k < n; k++)
        if (!isfinite(x[k]))
            return err_set(err, "'%s' of '%.200s': value %zu is not finite",
                           utf8_quote(a->path).s, f->name, k);
    return 0;
}

char *h5_text(const struct h5 *f, const char *name)
{
    char *text = NULL;
    if (H5Aexists(f->file, name) <= 0)
        return NULL;
    hid_t attr = H5Aopen(f->file, name, H5P_DEFAULT);
    hid_t type = attr < 0 ? -1 : H5Aget_type(attr), space = attr < 0 ? -1 : H5Aget_space(attr);
    bool one = type >= 0 && space >= 0 && H5Sget_simple_extent_npoints(space) == 1 &&
               H5Tget_class(type) == H5T_STRING;
    if (one && H5Tis_variable_str(type) > 0) {
        char *found = NULL;
        if (H5Aread(attr, type, &found) >= 0 && found) {
            text = xstrdup(found);
            H5free_memory(found);
        }
    } else if (one && H5Tget_size(type) <= LONGEST_TEXT) {
        text = xcalloc(1, H5Tget_size(type) + 1);
        if (H5Aread(attr, type, text) < 0) {
            free(text);
            text = NULL;
        }
    }
    if (space >= 0)
        H5Sclose(space);
    if (type >= 0)
        H5Tclose(type);
    if (attr >= 0)
        H5Aclose(attr);
    return text;
}

int h5_count(const struct h5 *f)
{
    return f->n;
}

const struct h5_array *h5_at(const struct h5 *f, int i)
{
    if (i < 0 || i >= f->n)
        BUG("array %d of %d", i, f->n);
    return &f->array[i];
}

#else /* without libhdf5 nothing is ever open */

struct h5 *h5_open(const char *path, struct err *err)
{
    err_set(err, "cannot open '%.200s': this seqsh was built without HDF5 (install libhdf5-dev "
            "and configure again)", path);
    return NULL;
}

struct h5 *h5_open_memory(void *bytes, size_t n, const char *name, struct err *err)
{
    (void)bytes;
    (void)n;
    return h5_open(name, err);
}

void h5_close(struct h5 *f)
{
    (void)f;
}

int h5_count(const struct h5 *f)
{
    (void)f;
    return 0;
}

const struct h5_array *h5_at(const struct h5 *f, int i)
{
    (void)f;
    BUG("array %d of nothing", i);
}

int h5_read(const struct h5 *f, int i, real *x, struct err *err)
{
    (void)f;
    (void)i;
    (void)x;
    return err_set(err, "nothing is open");
}

char *h5_text(const struct h5 *f, const char *name)
{
    (void)f;
    (void)name;
    return NULL;
}

#endif
