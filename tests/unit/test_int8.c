#include "num/int8.h"

#include "base/mem.h"
#include "base/rng.h"
#include "num/gemm.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct rng rng;

static float *numbers(int rows, int cols)
{
    float *x = xmalloc((size_t)rows * cols * sizeof *x + 1);
    for (int i = 0; i < rows * cols; i++)
        x[i] = (float)((2 * rng_unit(&rng) - 1) * exp(3 * rng_unit(&rng)));
    return x;
}

static struct int8_matrix *packed(int k, int n, const float *b, int ldb, bool trans, int parts)
{
    struct int8_matrix *q = int8_new(k, n);
    for (int part = 0; part < parts; part++)
        int8_pack(q, b, ldb, trans, part, parts);
    return q;
}

enum { PAD = 3 };

static float most(int n, const float *x, int step)
{
    float top = 0;
    for (int i = 0; i < n; i++)
        top = fmaxf(top, fabsf(x[i * step]));
    return top;
}

/* C against sums in double over the numbers as they were: a weight is off by half a step of
 * 1/127 of its column, a number of A by half of 1/8191 of its pass. What lies between the
 * rows of C stays. */
static void check(const struct int8_kernel *kn, int m, int n, int k, bool trans, bool add)
{
    int lda = k + PAD, ldb = (trans ? k : n) + PAD, ldc = n + PAD;
    float *a = numbers(m, lda), *b = numbers(trans ? n : k, ldb), *c = numbers(m, ldc);
    float *old = xmemdup(c, (size_t)m * ldc * sizeof *c);
    struct int8_matrix *q = packed(k, n, b, ldb, trans, 3);
    int half = n / 2 / INT8_PANEL * INT8_PANEL;
    int8_mul(kn, m, 0, half, a, lda, q, add, c, ldc);
    int8_mul(kn, m, half, n - half, a, lda, q, add, c + half, ldc);
    for (int i = 0; i < m; i++)
        for (int j = 0; j < ldc; j++) {
            double want = j >= n || add ? old[i * ldc + j] : 0, off = 1e-6 * fabs(want);
            const float *col = b + (trans ? j * ldb : j);
            int step = trans ? 1 : ldb;
            double wide = j < n ? most(k, col, step) / 127 : 0;
            for (int l = 0; j < n && l < k; l++) {
                float top = most(MIN(INT8_PASS, k - l / INT8_PASS * INT8_PASS),
                                 a + i * lda + l / INT8_PASS * INT8_PASS, 1);
                double x = a[i * lda + l], w = col[l * step];
                want += x * w;
                off += fabs(x) * wide * 0.501 + (fabs(w) + wide) * top / 8191 * 0.501;
            }
            if (!(fabs(c[i * ldc + j] - want) <= off))
                fail_msg("%s %d %d %d trans %d add %d: C[%d,%d] is %.9g, not %.9g", kn->name,
                         m, n, k, trans, add, i, j, (double)c[i * ldc + j], want);
        }
    int8_free(q);
    free(a);
    free(b);
    free(c);
    free(old);
}

static void products_are_close(void **state)
{
    (void)state;
    static const int size[][3] = {
        { 1, 1, 1 }, { 1, 200, 50 }, { 2, 16, 4 }, { 3, 64, 64 }, { 5, 33, 31 },
        { 17, 65, 66 }, { 4, 130, 1025 }, { 65, 40, 12 }, { 1, 3, 2100 },
    };
    for (size_t i = 0; i < ARRAY_LEN(size); i++)
        for (int how = 0; how < 4; how++)
            check(&int8_plain, size[i][0], size[i][1], size[i][2], how / 2, how % 2);
}

/* ... and all rows of the table give the same bits. */
static void kernels_agree(void **state)
{
    (void)state;
    static const int size[][3] = {
        { 1, 1, 1 }, { 1, 512, 128 }, { 2, 48, 64 }, { 3, 80, 65 }, { 4, 96, 60 },
        { 16, 64, 128 }, { 17, 33, 1100 }, { 70, 150, 75 }, { 15, 16, 1024 }, { 31, 112, 2049 },
    };
    for (int q = 0; int8_table[q]; q++) {
        const struct int8_kernel *kn = int8_table[q];
        if (!kn->usable()) {
            print_message("# no %s here\n", kn->name);
            continue;
        }
        for (size_t i = 0; i < ARRAY_LEN(size); i++)
            for (int add = 0; add < 2; add++) {
                int m = size[i][0], n = size[i][1], k = size[i][2];
                float *a = numbers(m, k), *b = numbers(k, n), *c = numbers(m, n);
                float *d = xmemdup(c, (size_t)m * n * sizeof *c);
                struct int8_matrix *w = packed(k, n, b, n, false, 1);
                int8_mul(&int8_plain, m, 0, n, a, k, w, add, c, n);
                int8_mul(kn, m, 0, n, a, k, w, add, d, n);
                assert_memory_equal(c, d, (size_t)m * n * sizeof *c);
                int8_free(w);
                free(a);
                free(b);
                free(c);
                free(d);
            }
    }
}

/* The largest sums there can be stay within 32 bits. */
static void extremes_fit(void **state)
{
    (void)state;
    enum { K = INT8_PASS };
    static float a[2][K], b[2][K];
    for (int i = 0; i < K; i++) {
        a[0][i] = 1;
        a[1][i] = -1;
        b[0][i] = 1;
        b[1][i] = i % 2 ? -1 : 1;
    }
    struct int8_matrix *w = packed(K, 2, b[0], K, true, 1);
    for (int q = 0; int8_table[q]; q++) {
        float c[2][2];
        if (!int8_table[q]->usable())
            continue;
        int8_mul(int8_table[q], 2, 0, 2, a[0], K, w, false, c[0], 2);
        assert_float_equal(c[0][0], K, 1e-3);
        assert_float_equal(c[1][0], -K, 1e-3);
        assert_float_equal(c[0][1], 0, 0);
        assert_float_equal(c[1][1], 0, 0);
    }
    int8_free(w);
}

/* Row i of a product has the same bits alone and among others. */
static void rows_do_not_depend_on_others(void **state)
{
    (void)state;
    enum { M = 70, N = 100, K = 600 };
    float *a = numbers(M, K), *b = numbers(K, N), *c = numbers(M, N), one[N];
    struct int8_matrix *w = packed(K, N, b, N, false, 1);
    int8_mul(int8_best(M), M, 0, N, a, K, w, false, c, N);
    for (int i = 0; i < M; i++) {
        int8_mul(int8_best(1), 1, 0, N, a + i * K, K, w, false, one, N);
        assert_memory_equal(one, c + i * N, sizeof one);
    }
    int8_free(w);
    free(a);
    free(b);
    free(c);
}

/* Weights that were rounded before, as a file has them, are rounded to themselves. */
static void rounding_twice_is_rounding_once(void **state)
{
    (void)state;
    enum { K = 70, N = 20 };
    float b[K][N];
    for (int j = 0; j < N; j++)
        for (int i = 0; i < K; i++)
            b[i][j] = (float)(i == 0 ? 127 : (int)rng_below(&rng, 255) - 127) *
                      (0.7f / (float)(j + 1) / 127);
    struct int8_matrix *w = packed(K, N, b[0], N, false, 1);
    for (int j = 0; j < N; j++)
        for (int i = 0; i < K; i++) {
            int stored = (N + 15) / 16 * 16;
            float back = w->w[(i / 4 * stored + j) * 4 + i % 4] * w->scale[j];
            assert_float_equal(back, b[i][j], 1e-6f * fabsf(b[i][j]));
        }
    int8_free(w);
}

/* Bytes and scales that a file has become what rounding their products gives. */
static void bytes_are_taken_as_they_are(void **state)
{
    (void)state;
    static const int size[][2] = { { 1, 1 }, { 70, 20 }, { 1027, 150 }, { 64, 64 } };
    for (size_t s = 0; s < ARRAY_LEN(size); s++) {
        int k = size[s][0], n = size[s][1];
        int8_t *bytes = xmalloc((size_t)k * n);
        float *scale = xmalloc(n * sizeof *scale), *b = xmalloc((size_t)k * n * sizeof *b);
        for (int i = 0; i < k * n; i++) { /* scales that are powers of two round nothing */
            bytes[i] = (int8_t)(i < n ? 127 : (int)rng_below(&rng, 255) - 127);
            scale[i % n] = ldexpf(1, i % n % 5 - 3);
            b[i] = bytes[i] * scale[i % n];
        }
        struct int8_matrix *want = packed(k, n, b, n, false, 1), *got = int8_new(k, n);
        int8_take(got, bytes, n, scale);
        int cols = (n + 15) / 16 * 16, passes = (k + INT8_PASS - 1) / INT8_PASS;
        assert_memory_equal(got->w, want->w, (size_t)(k + 3) / 4 * 4 * cols);
        assert_memory_equal(got->scale, want->scale, n * sizeof *scale);
        for (int l = 0; l < passes; l++)
            assert_memory_equal(got->offset + l * cols, want->offset + l * cols,
                                n * sizeof *got->offset);
        float *back = xcalloc((size_t)k * n, sizeof *back);
        int8_give(got, back, n);
        assert_memory_equal(back, b, (size_t)k * n * sizeof *b);
        int8_free(want);
        int8_free(got);
        free(back);
        free(bytes);
        free(scale);
        free(b);
    }
}

static void what_is_no_number_stays_so(void **state)
{
    (void)state;
    enum { M = 3, N = 3, K = 40 };
    float a[M][K], b[K][N], c[M][N];
    for (int q = 0; int8_table[q]; q++) {
        if (!int8_table[q]->usable())
            continue;
        memset(a, 0, sizeof a);
        memset(b, 0, sizeof b);
        for (int i = 0; i < K; i++)
            a[0][i] = b[i][0] = 1;
        a[1][7] = NAN;
        b[9][1] = INFINITY;
        struct int8_matrix *w = packed(K, N, b[0], N, false, 1);
        int8_mul(int8_table[q], M, 0, N, a[0], K, w, false, c[0], N);
        for (int i = 0; i < M; i++)
            for (int j = 0; j < N; j++)
                if (i == 1 || j == 1)
                    assert_true(isnan(c[i][j]));
                else
                    assert_float_equal(c[i][j], i == 0 && j == 0 ? K : 0, 1e-3);
        int8_free(w);
    }
}

/* A pack of the kind is the product. */
static void packs_multiply(void **state)
{
    (void)state;
    enum { M = 5, N = 70, K = 30 };
    float *a = numbers(M, K), *b = numbers(N, K), *c = numbers(M, N), *d = numbers(M, N);
    struct int8_matrix *w = packed(K, N, b, K, true, 1);
    struct pack p;
    pack_init(&p, PRECISION_INT8, K, N, b, K, true);
    pack_fill(&p, 0, 2);
    pack_fill(&p, 1, 2);
    memcpy(d, c, M * N * sizeof *c);
    gemm_pack(M, a, K, &p, 1, c, N);
    int8_mul(&int8_plain, M, 0, N, a, K, w, true, d, N);
    assert_memory_equal(c, d, M * N * sizeof *c);
    pack_release(&p);
    int8_free(w);
    free(a);
    free(b);
    free(c);
    free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(products_are_close),
        cmocka_unit_test(kernels_agree),
        cmocka_unit_test(extremes_fit),
        cmocka_unit_test(rows_do_not_depend_on_others),
        cmocka_unit_test(rounding_twice_is_rounding_once),
        cmocka_unit_test(bytes_are_taken_as_they_are),
        cmocka_unit_test(what_is_no_number_stays_so),
        cmocka_unit_test(packs_multiply),
    };
    rng_init(&rng, 1, 2, 3);
    return cmocka_run_group_tests_name("int8", tests, NULL, NULL);
}
