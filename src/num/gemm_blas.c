#include "num/gemm_blas.h"

#include "base/err.h"
#include "base/mem.h"

#include <cblas.h>
#include <dlfcn.h>
#include <pthread.h>

#ifdef SEQ_DOUBLE
#define XGEMM cblas_dgemm
#else
#define XGEMM cblas_sgemm
#endif

#define MEMBER(member, name) __typeof__(name) *member;
#define BLAS_NAMES(_) \
    _(gemm, XGEMM) _(config, openblas_get_config) _(core, openblas_get_corename) \
    _(set_threads, openblas_set_num_threads)

static struct {
    bool loaded;
    struct err err; /* why not */
    BLAS_NAMES(MEMBER)
} blas;

#define TEXT(name) #name
#define REPLACED_TEXT(name) TEXT(name)
#define PLACE(member, name) { REPLACED_TEXT(name), &blas.member },
static const struct {
    const char *name;
    void *pointer;
} blas_place[] = { BLAS_NAMES(PLACE) };

/* It starts its threads while it is loaded, and each spins for a while before it sleeps:
 * one thread is one that is there already. What others start sees what the user set. */
static void *opened(void)
{
    static const char *const threads = "OPENBLAS_NUM_THREADS";
    char *before = getenv(threads);
    before = before ? xstrdup(before) : NULL;
    setenv(threads, "1", 1);
    void *library = dlopen(OPENBLAS_LIBRARY, RTLD_LAZY | RTLD_LOCAL);
    if (before)
        setenv(threads, before, 1);
    else
        unsetenv(threads);
    free(before);
    return library;
}

static void load(void)
{
    void *library = opened();
    bool found = library != NULL;
    for (size_t i = 0; found && i < ARRAY_LEN(blas_place); i++) {
        void *symbol = dlsym(library, blas_place[i].name);
        found = symbol != NULL;
        memcpy(blas_place[i].pointer, &symbol, sizeof symbol);
    }
    if (!found) {
        err_set(&blas.err, "cannot load OpenBLAS: %.300s", dlerror());
        return;
    }
    blas.set_threads(1);
    blas.loaded = true;
}

const char *blas_fault(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    return blas.loaded ? NULL : blas.err.msg;
}

void blas_gemm(bool ta, bool tb, int m, int n, int k, const real *a, int lda, const real *b,
               int ldb, real beta, real *c, int ldc)
{
    if (blas_fault())
        die_of("%s", blas_fault());
    blas.gemm(CblasRowMajor, ta ? CblasTrans : CblasNoTrans, tb ? CblasTrans : CblasNoTrans,
              m, n, k, 1, a, lda, b, ldb, beta, c, ldc);
}

const char *blas_config(void)
{
    return blas.config();
}

const char *blas_core(void)
{
    return blas.core();
}
