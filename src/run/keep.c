#include "run/keep.h"

#include "base/file.h"
#include "base/mem.h"

enum { NAME = 48 };

static const char *name_of(char *name, int64_t step)
{
    snprintf(name, NAME, "best-%lld.safetensors", (long long)step);
    return name;
}

static char *path_of(const struct rundir *d, int64_t step)
{
    char name[NAME];
    return rundir_file(d, name_of(name, step));
}

struct kept {
    const int64_t *step;
    int n;
};

static bool is_unwanted(void *own, const char *name)
{
    const struct kept *k = own;
    size_t n = strlen(name), end = strlen(".safetensors");
    char kept[NAME];
    if (strncmp(name, "best-", 5) != 0 || n < end || strcmp(name + n - end, ".safetensors"))
        return false;
    for (int i = 0; i < k->n; i++)
        if (!strcmp(name_of(kept, k->step[i]), name))
            return false;
    return true;
}

/* Removes best-*.safetensors, but for those of the n steps. */
static void remove_but(const struct rundir *d, const int64_t *step, int n)
{
    struct kept k = { step, n };
    dir_clear(d->path, is_unwanted, &k);
}

void keep_clear(const struct rundir *d)
{
    remove_but(d, NULL, 0);
}

int keep_update(const struct rundir *d, struct trainer *t, int best_of, struct err *err)
{
    int64_t step[KEEP_MOST], now = train_state(t).step;
    int n = train_best_steps(t, MIN(best_of, KEEP_MOST), step), bad = 0;
    for (int i = 0; i < n && !bad; i++)
        if (step[i] == now) {
            char *path = path_of(d, now);
            bad = train_save_model(t, path, err);
            free(path);
        }
    if (!bad)
        remove_but(d, step, n);
    return bad;
}

/* sum += the weights of the file, which becomes *m unless there is one. */
static int add_file(const char *path, struct model **m, double **sum, struct err *err)
{
    struct model *got = model_load(path, err);
    if (!got)
        return -1;
    if (!*sum)
        *sum = xcalloc(got->params.total, sizeof **sum);
    for (size_t i = 0; i < got->params.total; i++)
        (*sum)[i] += got->params.x[i];
    if (*m)
        model_free(got);
    else
        *m = got;
    return 0;
}

struct model *keep_mean(const struct rundir *d, const struct trainer *t, int best_of,
                        struct err *err)
{
    int64_t step[KEEP_MOST];
    int n = train_best_steps(t, MIN(best_of, KEEP_MOST), step), files = 0, bad = 0;
    struct model *m = NULL;
    double *sum = NULL;
    for (int i = 0; i < n && !bad; i++) {
        char *path = path_of(d, step[i]);
        /* a better one may have pushed it out, before the run was killed and went back to an
         * earlier step */
        if (file_is(path)) {
            bad = add_file(path, &m, &sum, err);
            files++;
        }
        free(path);
    }
    if (files == 0)
        bad = err_set(err, "no validated model to average");
    for (size_t i = 0; !bad && i < m->params.total; i++)
        m->params.x[i] = (real)(sum[i] / files);
    free(sum);
    if (!bad) {
        params_pack(&m->params, 0, 1);
        return m;
    }
    model_free(m);
    return NULL;
}
