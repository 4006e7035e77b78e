#include "run/keep.h"

#include "base/file.h"
#include "base/mem.h"

#include <glob.h>

static char *path_of(const struct rundir *d, int64_t step)
{
    char name[64];
    snprintf(name, sizeof name, "best-%lld.safetensors", (long long)step);
    return rundir_file(d, name);
}

/* Removes best-*.safetensors, but for those of the n steps. */
static void remove_but(const struct rundir *d, const int64_t *step, int n)
{
    char *pattern = rundir_file(d, "best-*.safetensors");
    glob_t found;
    if (glob(pattern, 0, NULL, &found) == 0) {
        for (size_t i = 0; i < found.gl_pathc; i++) {
            bool stays = false;
            for (int k = 0; k < n; k++) {
                char *path = path_of(d, step[k]);
                stays |= !strcmp(path, found.gl_pathv[i]);
                free(path);
            }
            if (!stays)
                remove(found.gl_pathv[i]);
        }
        globfree(&found);
    }
    free(pattern);
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
    int n = train_best_steps(t, MIN(best_of, KEEP_MOST), step), bad = 0;
    struct model *m = NULL;
    double *sum = NULL;
    if (n == 0)
        bad = err_set(err, "no validated model to average");
    for (int i = 0; i < n && !bad; i++) {
        char *path = path_of(d, step[i]);
        bad = add_file(path, &m, &sum, err);
        free(path);
    }
    for (size_t i = 0; !bad && i < m->params.total; i++)
        m->params.x[i] = (real)(sum[i] / n);
    free(sum);
    if (!bad) {
        params_pack(&m->params, 0, 1);
        return m;
    }
    model_free(m);
    return NULL;
}
