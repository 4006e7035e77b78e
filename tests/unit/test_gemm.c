#include "num/gemm.h"
#include "num/kernel.h"
#include "num/pool.h"

#include "base/mem.h"
#include "base/rng.h"

#include <dirent.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

/* A matrix whose last number ends where a page that nobody may touch begins.
 * Between the columns and ld there is NaN: who reads it, shows it. */
struct matrix {
    int rows, cols, ld;
    real *x;
    void *map;
    size_t bytes;
};

static struct rng rng;

static struct matrix matrix(int rows, int cols, int pad)
{
    struct matrix a = { .rows = rows, .cols = cols, .ld = cols + pad };
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t n = rows ? (size_t)(rows - 1) * a.ld + cols : 0;
    size_t used = (n * sizeof *a.x + page - 1) / page * page;
    a.bytes = used + page;
    a.map = mmap(NULL, a.bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                 -1, 0);
    assert_ptr_not_equal(a.map, MAP_FAILED);
    assert_int_equal(mprotect((char *)a.map + used, page, PROT_NONE), 0);
    a.x = (real *)(void *)((char *)a.map + used) - n;
    for (size_t i = 0; i < n; i++)
        a.x[i] = (int)(i % a.ld) < cols ? (real)(2 * rng_unit(&rng) - 1) : (real)NAN;
    return a;
}

static void matrix_free(struct matrix *a)
{
    munmap(a->map, a->bytes);
}

static real *at(const struct matrix *a, int i, int j)
{
    return &a->x[(size_t)i * a->ld + j];
}

static void matrix_fill(struct matrix *a, real v)
{
    for (int i = 0; i < a->rows; i++)
        for (int j = 0; j < a->cols; j++)
            *at(a, i, j) = v;
}

static struct matrix matrix_copy(const struct matrix *a)
{
    struct matrix b = matrix(a->rows, a->cols, a->ld - a->cols);
    for (int i = 0; i < a->rows; i++)
        memcpy(at(&b, i, 0), at(a, i, 0), a->cols * sizeof *a->x);
    return b;
}

/* c is to be beta old + op(a) op(b), to 1e-5 of the sum of the magnitudes, and the
 * numbers between its rows are to be NaN still. */
static void assert_product(const struct matrix *c, bool ta, bool tb,
                           const struct matrix *a, const struct matrix *b, real beta,
                           const struct matrix *old)
{
    int k = ta ? a->rows : a->cols;
    for (int i = 0; i < c->rows; i++) {
        for (int j = 0; j < c->cols; j++) {
            double want = beta != 0 ? beta * *at(old, i, j) : 0, size = fabs(want);
            for (int l = 0; l < k; l++) {
                double x = *at(a, ta ? l : i, ta ? i : l);
                double term = x * *at(b, tb ? j : l, tb ? l : j);
                want += term;
                size += fabs(term);
            }
            double err = fabs(*at(c, i, j) - want);
            if (!(err <= 1e-5 * size))
                fail_msg("m %d n %d k %d beta %g: C[%d,%d] is %.9g, not %.9g", c->rows,
                         c->cols, k, (double)beta, i, j, (double)*at(c, i, j), want);
        }
        for (int j = c->cols; i + 1 < c->rows && j < c->ld; j++)
            assert_true(isnan(*at(c, i, j)));
    }
}

/* kn NULL: the public functions, whatever they choose */
static void check(const struct kernel *kn, bool ta, bool tb, int m, int n, int k, int pad,
                  real beta)
{
    struct matrix a = matrix(ta ? k : m, ta ? m : k, pad);
    struct matrix b = matrix(tb ? n : k, tb ? k : n, pad);
    struct matrix c = matrix(m, n, pad), old = matrix_copy(&c);
    if (beta == 0)
        matrix_fill(&c, NAN); /* must not be read */

    if (!kn)
        gemm(ta, tb, m, n, k, a.x, a.ld, b.x, b.ld, beta, c.x, c.ld);
    else if (!tb)
        kernel_gemm(kn, ta, m, n, k, a.x, a.ld, b.x, b.ld, beta == 1, c.x, c.ld);
    if (!kn || !tb)
        assert_product(&c, ta, tb, &a, &b, beta, &old);

    for (int i = 0; i < m; i++)
        for (int j = 0; j < n; j++)
            *at(&c, i, j) = beta == 0 ? (real)NAN : *at(&old, i, j);
    if (!ta && !kn) {
        struct pack p;
        pack_init(&p, PRECISION_FULL, k, n, b.x, b.ld, tb);
        pack_fill(&p, 0, 1);
        gemm_pack(m, a.x, a.ld, &p, beta, c.x, c.ld);
        pack_release(&p);
    } else if (!ta) {
        real *panels = xaligned(kernel_panel_size(kn, k, n) * sizeof *panels);
        kernel_pack(kn, k, n, b.x, b.ld, tb, 0, 1, panels);
        kernel_mul(kn, m, n, k, a.x, a.ld, panels, beta == 1 ? c.x : NULL, c.ld, c.x, c.ld);
        free(panels);
    }
    if (!ta)
        assert_product(&c, ta, tb, &a, &b, beta, &old);

    matrix_free(&a);
    matrix_free(&b);
    matrix_free(&c);
    matrix_free(&old);
}

static void check_shapes(const struct kernel *kn)
{
    /* the sizes of the models, and odd ones around every width of a tile */
    static const int shape[][3] = {
        { 1, 12, 128 },     { 1, 512, 128 },    { 2, 300, 75 },     { 3, 100, 7 },
        { 32, 200, 50 },    { 64, 12, 128 },    { 128, 512, 12 },   { 12, 512, 300 },
        { 75, 300, 64 },    { 9, 48, 512 },     { 5, 1, 3 },        { 15, 16, 1 },
        { 14, 17, 33 },     { 13, 31, 8 },      { 10, 33, 9 },      { 4, 47, 600 },
        { 6, 49, 257 },     { 7, 63, 1025 },    { 4, 64, 1 },       { 11, 65, 5 },
        { 1, 95, 513 },     { 2, 96, 40 },      { 4, 97, 30 },      { 1, 111, 2 },
        { 3, 113, 515 },    { 130, 30, 40 },    { 16, 4100, 3 },    { 1, 1, 1 },
        { 1, 7, 1200 },     { 70, 23, 26 },
    };
    for (size_t i = 0; i < ARRAY_LEN(shape); i++)
        for (int variant = 0; variant < 8; variant++)
            check(kn, variant & 1, variant & 2, shape[i][0], shape[i][1], shape[i][2],
                  i % 2 ? 3 : 0, variant & 4 ? 1 : 0);
    check(kn, false, false, 17, 1013, 530, 0, 0); /* too large for the caches: prefetched */
    check(kn, false, false, 17, 1013, 530, 1, 1);
}

static void products_are_right(void **state)
{
    (void)state;
    check_shapes(NULL);
    check(NULL, false, false, 9, 50, 20, 1, (real)0.5);
    check(NULL, true, false, 200, 70, 20, 1, (real)0.5); /* large: OpenBLAS */
}

static void products_of_every_kernel_are_right(void **state)
{
    (void)state;
    for (int i = 0; kernel_table[i]; i++)
        if (kernel_table[i]->usable())
            check_shapes(kernel_table[i]);
}

/* The same as adding to a C that holds the bias in every row. */
static void a_bias_is_what_sums_begin_with(void **state)
{
    (void)state;
    static const int shape[][3] = { { 1, 12, 128 }, { 3, 100, 7 }, { 40, 130, 600 } };
    for (size_t i = 0; i < 3 * ARRAY_LEN(shape); i++) {
        int m = shape[i / 3][0], n = shape[i / 3][1], k = shape[i / 3][2];
        struct matrix a = matrix(m, k, 1), b = matrix(k, n, 0), bias = matrix(1, n, 0);
        struct matrix c = matrix(m, n, 2), want = matrix(m, n, 0);
        static const enum precision all[] = { PRECISION_FULL, PRECISION_LIMBS,
                                              PRECISION_BF16 };
        enum precision precision = all[i % 3];
        struct pack p;
        if (!gemm_has(precision))
            precision = PRECISION_FULL;
        for (int r = 0; r < m; r++)
            memcpy(at(&want, r, 0), bias.x, n * sizeof *bias.x);
        matrix_fill(&c, NAN);
        pack_init(&p, precision, k, n, b.x, b.ld, false);
        pack_fill(&p, 0, 1);
        gemm_pack(m, a.x, a.ld, &p, 1, want.x, want.ld);
        gemm_pack_bias(m, a.x, a.ld, &p, bias.x, c.x, c.ld);
        for (int r = 0; r < m; r++)
            assert_memory_equal(at(&c, r, 0), at(&want, r, 0), n * sizeof *bias.x);
        gemm_pack_bias(m, a.x, a.ld, &p, NULL, c.x, c.ld);
        gemm_pack(m, a.x, a.ld, &p, 0, want.x, want.ld);
        for (int r = 0; r < m; r++)
            assert_memory_equal(at(&c, r, 0), at(&want, r, 0), n * sizeof *bias.x);
        pack_release(&p);
        matrix_free(&a);
        matrix_free(&b);
        matrix_free(&bias);
        matrix_free(&c);
        matrix_free(&want);
    }
}

static void nothing_times_nothing(void **state)
{
    (void)state;
    int none[][3] = { { 0, 5, 5 }, { 5, 0, 5 }, { 5, 5, 0 }, { 1, 100, 0 }, { 0, 0, 0 } };
    for (size_t i = 0; i < ARRAY_LEN(none); i++) {
        check(NULL, false, false, none[i][0], none[i][1], none[i][2], 1, 0);
        check(NULL, false, false, none[i][0], none[i][1], none[i][2], 1, 1);
    }
}

/* Batch invariance: row i is the same bits alone, in any batch, and anywhere in it. */
static void rows_do_not_depend_on_their_batch(void **state)
{
    (void)state;
    enum { MOST = 70 };
    static const int size[][2] = { { 12, 128 }, { 200, 50 }, { 300, 75 }, { 512, 37 },
                                   { 64, 600 }, { 100, 1100 }, { 7, 3 } };
    for (int row = 0; kernel_table[row]; row++) {
        const struct kernel *kn = kernel_table[row];
        if (!kn->usable())
            continue;
        for (size_t s = 0; s < ARRAY_LEN(size); s++) {
            int n = size[s][0], k = size[s][1];
            struct matrix a = matrix(MOST, k, 1), b = matrix(k, n, 0);
            struct matrix all = matrix(MOST, n, 0), some = matrix(MOST, n, 2);
            real *panels = xaligned(kernel_panel_size(kn, k, n) * sizeof *panels);
            kernel_pack(kn, k, n, b.x, b.ld, false, 0, 1, panels);
            matrix_fill(&all, (real)0.1);
            kernel_mul(kn, MOST, n, k, a.x, a.ld, panels, all.x, all.ld, all.x, all.ld);
            for (int m = 1; m <= MOST; m++) {
                int first = (int)rng_below(&rng, MOST - m + 1);
                matrix_fill(&some, (real)0.1);
                kernel_mul(kn, m, n, k, at(&a, first, 0), a.ld, panels, some.x, some.ld,
                           some.x, some.ld);
                for (int i = 0; i < m; i++)
                    assert_memory_equal(at(&some, i, 0), at(&all, first + i, 0),
                                        n * sizeof(real));
            }
            free(panels);
            matrix_free(&a);
            matrix_free(&b);
            matrix_free(&all);
            matrix_free(&some);
        }
    }
}

static void pack_follows_the_matrix_when_filled_in_parts(void **state)
{
    (void)state;
    int m = 5, k = 40;
    for (int n = 10; n < 400; n += 61) {
        struct matrix a = matrix(m, k, 0), b = matrix(k, n, 1), bt = matrix(n, k, 1);
        struct matrix c = matrix(m, n, 0);
        struct pack p, pt;
        pack_init(&p, PRECISION_FULL, k, n, b.x, b.ld, false);
        pack_init(&pt, PRECISION_FULL, k, n, bt.x, bt.ld, true);
        for (int parts = 1; parts <= 5; parts++) {
            for (int i = 0; i < k; i++)
                for (int j = 0; j < n; j++)
                    *at(&bt, j, i) = *at(&b, i, j) = (real)rng_unit(&rng);
            for (int part = parts - 1; part >= 0; part--) {
                pack_fill(&p, part, parts);
                pack_fill(&pt, part, parts);
            }
            gemm_pack(m, a.x, a.ld, &p, 0, c.x, c.ld);
            assert_product(&c, false, false, &a, &b, 0, NULL);
            gemm_pack(m, a.x, a.ld, &pt, 0, c.x, c.ld);
            assert_product(&c, false, false, &a, &b, 0, NULL);
        }
        pack_release(&p);
        pack_release(&pt);
        assert_null(p.panel);
        matrix_free(&a);
        matrix_free(&b);
        matrix_free(&bt);
        matrix_free(&c);
    }
}

/* What idle threads share is the same bits as what one computes; n is no multiple of what
 * a share is, or too little to be shared. */
static void shared_products_are_the_same(void **state)
{
    (void)state;
    static const enum precision all[] = { PRECISION_FULL, PRECISION_LIMBS, PRECISION_BF16,
                                          PRECISION_INT8 };
    static const int size[][3] = { { 1, 3010, 700 }, { 5, 1027, 600 }, { 700, 100, 40 } };
    for (size_t s = 0; s < ARRAY_LEN(size); s++) {
        int m = size[s][0], n = size[s][1], k = size[s][2];
        struct matrix a = matrix(m, k, 1), b = matrix(k, n, 0), bias = matrix(1, n, 0);
        struct matrix old = matrix(m, n, 2), want[2], got;
        for (size_t q = 0; q < ARRAY_LEN(all); q++) {
            struct pack p;
            if (!gemm_has(all[q]))
                continue;
            pack_init(&p, all[q], k, n, b.x, b.ld, false);
            pack_fill(&p, 0, 1);
            for (int threads = 1; threads <= 3; threads++)
                for (int way = 0; way < 2; way++) {
                    pool_start(threads);
                    got = matrix_copy(&old);
                    if (way)
                        gemm_pack_bias(m, a.x, a.ld, &p, bias.x, got.x, got.ld);
                    else
                        gemm_pack(m, a.x, a.ld, &p, 1, got.x, got.ld);
                    pool_stop();
                    if (threads == 1)
                        want[way] = got;
                    for (int i = 0; threads > 1 && i < m; i++)
                        assert_memory_equal(at(&got, i, 0), at(&want[way], i, 0),
                                            n * sizeof(real));
                    if (threads > 1)
                        matrix_free(&got);
                }
            matrix_free(&want[0]);
            matrix_free(&want[1]);
            pack_release(&p);
        }
        matrix_free(&a);
        matrix_free(&b);
        matrix_free(&bias);
        matrix_free(&old);
    }
}

static void rows_are_added(void **state)
{
    (void)state;
    int sizes[] = { 1, 12, 75, 200 };
    for (size_t s = 0; s < ARRAY_LEN(sizes); s++) {
        int n = sizes[s], m = 33;
        struct matrix x = matrix(m, n, 3), y = matrix(1, n, 0), old = matrix_copy(&y);
        add_rows(m, n, x.x, x.ld, y.x);
        for (int j = 0; j < n; j++) {
            double want = *at(&old, 0, j);
            for (int i = 0; i < m; i++)
                want += *at(&x, i, j);
            assert_true(fabs(*at(&y, 0, j) - want) < 1e-5);
        }
        matrix_free(&x);
        matrix_free(&y);
        matrix_free(&old);
    }
}

/* The threads of this process. */
static int threads_here(void)
{
    struct dirent **entry;
    int n = scandir("/proc/self/task", &entry, NULL, NULL);
    assert_true(n > 2);
    for (int i = 0; i < n; i++)
        free(entry[i]);
    free(entry);
    return n - 2;
}

enum { TEAM = 4, SIDE = 33 };
static real product_of[TEAM][SIDE * SIDE];

/* The second factor is transposed: no kernel of ours does that. */
static void multiply_by_blas(void *own, int id, int n)
{
    const struct matrix *a = own;
    (void)n;
    gemm(false, true, SIDE, SIDE, SIDE, a->x, a->ld, a->x, a->ld, 0, product_of[id], SIDE);
}

/* The first products of the program, all at once: they load OpenBLAS, which starts no
 * threads, and what the environment says of threads stays as it is. Runs first. */
static void openblas_comes_with_the_first_product(void **state)
{
    (void)state;
    struct matrix a = matrix(SIDE, SIDE, 0);
    int before = threads_here();
    setenv("OPENBLAS_NUM_THREADS", "7", 1);
    pool_start(TEAM);
    pool_run(multiply_by_blas, &a);
    pool_stop();
    assert_int_equal(threads_here(), before);
    assert_string_equal(getenv("OPENBLAS_NUM_THREADS"), "7");
    unsetenv("OPENBLAS_NUM_THREADS");
    for (int id = 0; id < TEAM; id++)
        for (int i = 0; i < SIDE; i++)
            for (int j = 0; j < SIDE; j++) {
                double want = 0;
                for (int k = 0; k < SIDE; k++)
                    want += (double)*at(&a, i, k) * (double)*at(&a, j, k);
                assert_true(fabs(product_of[id][i * SIDE + j] - want) < 1e-5);
            }
    matrix_free(&a);
}

static void backend_names_itself(void **state)
{
    (void)state;
    const char *text = gemm_backend();
    assert_non_null(strstr(text, "OpenBLAS "));
    if (kernel_best())
        assert_true(strncmp(text, kernel_best()->name, strlen(kernel_best()->name)) == 0);
    setenv("OPENBLAS_CORETYPE", "Haswell", 1);
    assert_non_null(strstr(gemm_warning(), "OPENBLAS_CORETYPE"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(openblas_comes_with_the_first_product),
        cmocka_unit_test(products_are_right),
        cmocka_unit_test(products_of_every_kernel_are_right),
        cmocka_unit_test(a_bias_is_what_sums_begin_with),
        cmocka_unit_test(nothing_times_nothing),
        cmocka_unit_test(rows_do_not_depend_on_their_batch),
        cmocka_unit_test(pack_follows_the_matrix_when_filled_in_parts),
        cmocka_unit_test(shared_products_are_the_same),
        cmocka_unit_test(rows_are_added),
        cmocka_unit_test(backend_names_itself),
    };
    rng_init(&rng, 1, RNG_DATA, 0);
    return cmocka_run_group_tests_name("gemm", tests, NULL, NULL);
}
