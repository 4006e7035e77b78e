#include "model/h5.h"

#include "base/mem.h"

#ifdef HAVE_HDF5

#include "base/str.h"
#include "base/utf8.h"

#include <dlfcn.h>
#include <hdf5.h>
#include <math.h>

/* ---- the library ------------------------------------------------------------------------ */

/* libhdf5 brings thirty libraries, which take a third of the time to the prompt: it is
 * loaded when the first file is opened. What is used of it, without the H5 before it: */
#define H5_NAMES(_) \
    _(Aclose) _(Aexists) _(Aget_space) _(Aget_type) _(Aopen) _(Aread) \
    _(Dclose) _(Dget_create_plist) _(Dget_space) _(Dget_type) _(Dopen2) _(Dread) \
    _(Eset_auto2) _(Fclose) _(Fopen) _(Gclose) _(Gget_info) _(Gopen2) _(Iget_type) \
    _(Lget_info) _(Lget_name_by_idx) _(Oclose) _(Oopen) _(P_CLS_FILE_ACCESS_ID_g) \
    _(Pclose) _(Pcreate) _(Pget_external_count) _(Pget_layout) _(Pset_fapl_core) \
    _(Pset_file_image) _(Sclose) _(Sget_simple_extent_dims) \
    _(Sget_simple_extent_ndims) _(Sget_simple_extent_npoints) _(T_NATIVE_DOUBLE_g) \
    _(T_NATIVE_FLOAT_g) _(Tclose) _(Tget_class) _(Tget_size) _(Tis_variable_str) \
    _(check_version) _(free_memory) _(open)

#define MEMBER(name) __typeof__(H5##name) *name;
static struct {
    bool loaded;
    H5_NAMES(MEMBER)
} h5;

/* some names are macros, for others: they are replaced before they become text */
#define TEXT(name) #name
#define REPLACED_TEXT(name) TEXT(name)
#define PLACE(name) { REPLACED_TEXT(H5##name), &h5.name },
static const struct {
    const char *name;
    void *pointer;
} h5_place[] = { H5_NAMES(PLACE) };

/* what macros of hdf5.h use */
#define H5check_version h5.check_version
#define H5open h5.open
#define H5P_CLS_FILE_ACCESS_ID_g (*h5.P_CLS_FILE_ACCESS_ID_g)
#define H5T_NATIVE_DOUBLE_g (*h5.T_NATIVE_DOUBLE_g)
#define H5T_NATIVE_FLOAT_g (*h5.T_NATIVE_FLOAT_g)

static int load(struct err *err)
{
    if (h5.loaded)
        return 0;
    void *library = dlopen(HDF5_LIBRARY, RTLD_LAZY | RTLD_LOCAL);
    if (!library)
        return err_set(err, "cannot load libhdf5: %.300s", dlerror());
    for (size_t i = 0; i < ARRAY_LEN(h5_place); i++) {
        void *found = dlsym(library, h5_place[i].name);
        if (!found)
            return err_set(err, "cannot load libhdf5: %.300s", dlerror());
        memcpy(h5_place[i].pointer, &found, sizeof found);
    }
    h5.Eset_auto2(H5E_DEFAULT, NULL, NULL); /* it would print */
    h5.loaded = true;
    return 0;
}

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
    hid_t plist = h5.Dget_create_plist(set);
    H5D_layout_t layout = h5.Pget_layout(plist);
    bool inside = (layout == H5D_COMPACT || layout == H5D_CONTIGUOUS || layout == H5D_CHUNKED) &&
                  h5.Pget_external_count(plist) == 0;
    h5.Pclose(plist);
    return inside;
}

static void list_array(struct h5 *f, hid_t set, const char *path)
{
    hsize_t dim[2] = { 0 };
    hid_t space = h5.Dget_space(set), type = h5.Dget_type(set);
    int dims = h5.Sget_simple_extent_ndims(space);
    if (h5.Tget_class(type) == H5T_FLOAT && (dims == 1 || dims == 2) && lies_inside(set) &&
        f->n < MOST_ARRAYS) {
        h5.Sget_simple_extent_dims(space, dim, NULL);
        hsize_t cols = dims == 2 ? dim[1] : dim[0], rows = dims == 2 ? dim[0] : 1;
        if (rows > 0 && cols > 0 && rows <= INT32_MAX && cols <= INT32_MAX &&
            rows * cols <= INT32_MAX / (int)sizeof(double)) {
            f->array = xrealloc(f->array, (size_t)(f->n + 1) * sizeof *f->array);
            f->array[f->n++] = (struct h5_array){ xstrdup(path), dims == 2 ? (int)rows : 0,
                                                  (int)cols };
        }
    }
    h5.Tclose(type);
    h5.Sclose(space);
}

static void list_group(struct h5 *f, hid_t group, const char *path, int depth)
{
    H5G_info_t info;
    if (depth == DEEPEST || h5.Gget_info(group, &info) < 0)
        return;
    for (hsize_t i = 0; i < info.nlinks && f->seen < MOST_OBJECTS; i++, f->seen++) {
        char name[200];
        H5L_info_t link;
        ssize_t n = h5.Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, i, name,
                                       sizeof name, H5P_DEFAULT);
        if (n <= 0 || n >= (ssize_t)sizeof name ||
            h5.Lget_info(group, name, &link, H5P_DEFAULT) < 0 || link.type != H5L_TYPE_HARD)
            continue;
        hid_t object = h5.Oopen(group, name, H5P_DEFAULT);
        if (object < 0)
            continue;
        struct str full = STR_INIT;
        str_addf(&full, "%s%s%s", path, *path ? "/" : "", name);
        H5I_type_t type = h5.Iget_type(object);
        if (type == H5I_GROUP)
            list_group(f, object, full.s, depth + 1);
        else if (type == H5I_DATASET)
            list_array(f, object, full.s);
        str_release(&full);
        h5.Oclose(object);
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
    hid_t root = h5.Gopen2(file, "/", H5P_DEFAULT);
    if (root >= 0) {
        list_group(f, root, "", 0);
        h5.Gclose(root);
    }
    if (f->n)
        qsort(f->array, (size_t)f->n, sizeof *f->array, by_path);
    return f;
}

/* ---- opening ---------------------------------------------------------------------------- */

struct h5 *h5_open(const char *path, struct err *err)
{
    if (load(err) < 0)
        return NULL;
    return opened(h5.Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT), path, err);
}

struct h5 *h5_open_memory(void *bytes, size_t n, const char *name, struct err *err)
{
    if (load(err) < 0)
        return NULL;
    hid_t access = h5.Pcreate(H5P_FILE_ACCESS), file = -1;
    if (h5.Pset_fapl_core(access, 1 << 16, 0) >= 0 && h5.Pset_file_image(access, bytes, n) >= 0)
        file = h5.Fopen(name, H5F_ACC_RDONLY, access);
    h5.Pclose(access);
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
    h5.Fclose(f->file);
    free(f);
}

/* ---- reading ------------------------------------------------------------------------------ */

int h5_read(const struct h5 *f, int i, real *x, struct err *err)
{
    const struct h5_array *a = h5_at(f, i);
    hid_t type = sizeof(real) == sizeof(double) ? H5T_NATIVE_DOUBLE : H5T_NATIVE_FLOAT;
    hid_t set = h5.Dopen2(f->file, a->path, H5P_DEFAULT);
    size_t n = (size_t)MAX(a->rows, 1) * (size_t)a->cols;
    int bad = set < 0 || h5.Dread(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, x) < 0;
    if (set >= 0)
        h5.Dclose(set);
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
    if (h5.Aexists(f->file, name) <= 0)
        return NULL;
    hid_t attr = h5.Aopen(f->file, name, H5P_DEFAULT);
    hid_t type = attr < 0 ? -1 : h5.Aget_type(attr), space = attr < 0 ? -1 : h5.Aget_space(attr);
    bool one = type >= 0 && space >= 0 && h5.Sget_simple_extent_npoints(space) == 1 &&
               h5.Tget_class(type) == H5T_STRING;
    if (one && h5.Tis_variable_str(type) > 0) {
        char *found = NULL;
        if (h5.Aread(attr, type, &found) >= 0 && found) {
            text = xstrdup(found);
            h5.free_memory(found);
        }
    } else if (one && h5.Tget_size(type) <= LONGEST_TEXT) {
        text = xcalloc(1, h5.Tget_size(type) + 1);
        if (h5.Aread(attr, type, text) < 0) {
            free(text);
            text = NULL;
        }
    }
    if (space >= 0)
        h5.Sclose(space);
    if (type >= 0)
        h5.Tclose(type);
    if (attr >= 0)
        h5.Aclose(attr);
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
