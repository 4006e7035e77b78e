#include "num/vmath.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* The functions of vmath, in a loop as the engine uses them, once for every
 * instruction set that VEC_CLONES may choose: with and without fused
 * multiply-add the last bits differ. */
#define LOOPS(set, attribute) \
    attribute static void exp_##set(int n, const real *x, real *y) \
    { \
        for (int i = 0; i < n; i++) \
            y[i] = vm_exp(x[i]); \
    } \
    attribute static void tanh_##set(int n, const real *x, real *y) \
    { \
        for (int i = 0; i < n; i++) \
            y[i] = vm_tanh(x[i]); \
    } \
    attribute static void sigmoid_##set(int n, const real *x, real *y) \
    { \
        for (int i = 0; i < n; i++) \
            y[i] = vm_sigmoid(x[i]); \
    } \
    attribute static void sqrt_##set(int n, const real *x, real *y) \
    { \
        for (int i = 0; i < n; i++) \
            y[i] = vm_sqrt(x[i]); \
    } \
    attribute static void recip_##set(int n, const real *x, real *y) \
    { \
        for (int i = 0; i < n; i++) \
            y[i] = vm_recip(x[i]); \
    }

struct set {
    const char *name;
    bool here;
    void (*exp)(int n, const real *x, real *y);
    void (*tanh)(int n, const real *x, real *y);
    void (*sigmoid)(int n, const real *x, real *y);
    void (*sqrt)(int n, const real *x, real *y);
    void (*recip)(int n, const real *x, real *y);
};

LOOPS(base, )
#ifdef __x86_64__
LOOPS(avx2, __attribute__((target("avx2,fma"))))
LOOPS(avx512, __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,fma"))))
#endif

static int sets(struct set to[3])
{
    to[0] = (struct set){ "base", true, exp_base, tanh_base, sigmoid_base,
                          sqrt_base, recip_base };
#ifdef __x86_64__
    to[1] = (struct set){ "avx2", __builtin_cpu_supports("avx2"), exp_avx2, tanh_avx2,
                          sigmoid_avx2, sqrt_avx2, recip_avx2 };
    to[2] = (struct set){ "avx512",
                          __builtin_cpu_supports("avx512f") &&
                              __builtin_cpu_supports("avx512bw") &&
                              __builtin_cpu_supports("avx512dq") &&
                              __builtin_cpu_supports("avx512vl"),
                          exp_avx512, tanh_avx512, sigmoid_avx512, sqrt_avx512,
                          recip_avx512 };
    return 3;
#else
    return 1;
#endif
}

static double sigmoid(double x)
{
    return 1 / (1 + exp(-x));
}

static double reciprocal(double x)
{
    return 1 / x;
}

/* The largest error of f over the floats of [least, limit], one in 2003 of them:
 * relative to want(x), or absolute. NaN if any result is NaN. */
static double worst(void (*f)(int, const real *, real *), double (*want)(double),
                    float least, float limit, bool relative)
{
    enum { CHUNK = 1000 };
    float x[CHUNK], y[CHUNK];
    double most = 0;
    for (uint64_t bits = 0; bits <= UINT32_MAX;) {
        int n = 0;
        for (; n < CHUNK && bits <= UINT32_MAX; bits += 2003) {
            union { uint32_t u; float f; } v = { .u = (uint32_t)bits };
            if (v.f >= least && v.f <= limit)
                x[n++] = v.f;
        }
        f(n, x, y);
        for (int i = 0; i < n; i++) {
            double right = want(x[i]), err = fabs(y[i] - right);
            if (relative)
                err /= right;
            if (!(err <= most))
                most = err;
        }
    }
    return most;
}

#define assert_below(what, set, limit) \
    do { \
        double err_ = (what); \
        if (!(err_ <= (limit))) \
            fail_msg("%s on %s: %.3g", #what, (set)->name, err_); \
    } while (0)

static void errors_are_as_documented(void **state)
{
    (void)state;
    struct set all[3];
    for (int i = 0, n = sets(all); i < n; i++) {
        struct set *s = &all[i];
        if (!s->here)
            continue;
        float most = INFINITY;
        assert_below(worst(s->exp, exp, -87, 87, true), s, 1.1e-7);
        assert_below(worst(s->tanh, tanh, -most, most, false), s, 3e-7);
        assert_below(worst(s->sigmoid, sigmoid, -most, most, false), s, 1.5e-7);
        assert_below(worst(s->sqrt, sqrt, 0x1p-126f, 0x1p126f, true), s, 1.5e-7);
        assert_below(worst(s->recip, reciprocal, 0x1p-125f, 0x1p125f, true), s, 1.5e-7);
    }
}

/* What softmax and the gates lean on at the ends of the range. */
static void ends_are_sane(void **state)
{
    (void)state;
    struct set all[3];
    float x[] = { 0, -1000, -INFINITY, 1000, INFINITY, NAN }, y[ARRAY_LEN(x)];
    int m = ARRAY_LEN(x);
    for (int i = 0, n = sets(all); i < n; i++) {
        if (!all[i].here)
            continue;
        all[i].exp(m, x, y);
        assert_true(y[0] == 1);
        assert_true(y[1] > 0 && y[1] < 2e-38 && y[2] == y[1]);
        assert_true(y[3] > 1e38 && y[4] == y[3] && isfinite(y[3]));
        assert_true(isnan(y[5]));
        all[i].tanh(m, x, y);
        assert_true(y[0] == 0 && y[1] == -1 && y[2] == -1 && y[3] == 1 && y[4] == 1);
        assert_true(isnan(y[5]));
        all[i].sigmoid(m, x, y);
        assert_true(y[0] == 0.5 && y[1] < 1e-35 && y[2] < 1e-35);
        assert_true(y[3] == 1 && y[4] == 1);
        assert_true(isnan(y[5]));
        float ends[] = { 0, 1, 2, NAN };
        all[i].sqrt(ARRAY_LEN(ends), ends, y);
        assert_true(y[0] == 0 && y[1] == 1 && isnan(y[3]));
        all[i].recip(ARRAY_LEN(ends), ends, y);
        assert_true(y[1] == 1 && y[2] == 0.5 && isnan(y[3]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_are_as_documented),
        cmocka_unit_test(ends_are_sane),
    };
    return cmocka_run_group_tests_name("vmath", tests, NULL, NULL);
}
