/*
 * bench_gemm - matrix products on one thread against OpenBLAS on one thread.
 *
 * TSV on stdout: what the product is for, its shape C[m,n] += A[m,k] B[k,n], GFLOP/s
 * of ours and of OpenBLAS, their ratio, the peak of fused multiply-adds in registers,
 * and how much of it ours reaches. The two and the peak take turns, the best turn of
 * each counts: a CPU's clock drifts, ratios do not.
 *
 * `bench_gemm peak` prints only the peak, of one thread and of all together.
 */
#include "base/mem.h"
#include "base/rng.h"
#include "num/gemm.h"
#include "num/kernel.h"
#include "num/pool.h"

#include <cblas.h>
#include <time.h>

enum { TURNS = 21 };
static const double TURN_SECONDS = 2e-3;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static volatile real sink; /* or nothing need be computed */

/* Twelve sums of as many lanes as a register has: enough for any latency and number
 * of multipliers, and nothing comes from memory. */
#define PEAK(set, attribute, bytes) \
    attribute static double peak_##set(void) \
    { \
        enum { SUMS = 12, TIMES = 100000, LANES = bytes / sizeof(real) }; \
        real __attribute__((vector_size(bytes))) s[SUMS], x = { 0 }; \
        UNROLL for (int i = 0; i < SUMS; i++) \
            s[i] = x + (real)i; \
        x += (real)0.5; \
        double start = now(); \
        for (int t = 0; t < TIMES; t++) { \
            UNROLL for (int i = 0; i < SUMS; i++) \
                s[i] = s[i] * x + x; \
        } \
        double seconds = now() - start; \
        for (int i = 0; i < SUMS; i++) \
            sink += s[i][0]; \
        return 2.0 * SUMS * TIMES * LANES / seconds / 1e9; \
    }

PEAK(base, , 16)
#ifdef KERNELS_X86
PEAK(avx2, __attribute__((target("avx2,fma"))), 32)
PEAK(avx512, __attribute__((target("avx512f"))), 64)
#endif

/* One thread's, of this turn. */
static double peak(void)
{
#ifdef KERNELS_X86
    if (kernel_best() == &kernel_avx512)
        return peak_avx512();
    if (kernel_best() == &kernel_avx2)
        return peak_avx2();
#endif
    return peak_base();
}

struct product {
    const char *what;
    int m, n, k;
    bool ta;     /* A is stored [k,m] */
    bool packed; /* B is a weight matrix: gemm_pack, packing not timed */
};

struct operands {
    const struct product *p;
    real *a, *b, *c;
    struct pack pack;
};

static void ours(const struct operands *o)
{
    const struct product *p = o->p;
    if (p->packed)
        gemm_pack(p->m, o->a, p->k, &o->pack, 1, o->c, p->n);
    else
        gemm(p->ta, false, p->m, p->n, p->k, o->a, p->ta ? p->m : p->k, o->b, p->n, 1,
             o->c, p->n);
}

static void openblas(const struct operands *o)
{
    const struct product *p = o->p;
    cblas_sgemm(CblasRowMajor, p->ta ? CblasTrans : CblasNoTrans, CblasNoTrans, p->m,
                p->n, p->k, 1, o->a, p->ta ? p->m : p->k, o->b, p->n, 1, o->c, p->n);
}

/* GFLOP/s over `times` calls */
static double speed(void (*f)(const struct operands *), const struct operands *o,
                    int times)
{
    double start = now();
    for (int i = 0; i < times; i++)
        f(o);
    double work = 2.0 * o->p->m * o->p->n * o->p->k * times;
    return work / (now() - start) / 1e9;
}

static real *filled(size_t n)
{
    struct rng rng;
    real *x = xaligned(n * sizeof *x);
    rng_init(&rng, 1, RNG_DATA, n);
    for (size_t i = 0; i < n; i++)
        x[i] = (real)(rng_unit(&rng) - 0.5) / 16;
    return x;
}

static void measure(const struct product *p)
{
    struct operands o = { .p = p,
                          .a = filled((size_t)p->m * p->k),
                          .b = filled((size_t)p->k * p->n),
                          .c = filled((size_t)p->m * p->n) };
    pack_init(&o.pack, PRECISION_FULL, p->k, p->n, o.b, p->n, false);
    pack_fill(&o.pack, 0, 1);
    double work = 2.0 * p->m * p->n * p->k;
    int times = 1 + (int)MIN(TURN_SECONDS * 100e9 / work, 10000);
    double own = 0, blas = 0, most = 0;
    for (int turn = 0; turn < TURNS; turn++) {
        double s = speed(ours, &o, times), t = speed(openblas, &o, times), u = peak();
        own = MAX(own, s);
        blas = MAX(blas, t);
        most = MAX(most, u);
    }
    printf("%s\t%d\t%d\t%d\t%.0f\t%.0f\t%.2f\t%.0f\t%.2f\n", p->what, p->m, p->n, p->k,
           own, blas, own / blas, most, own / most);
    fflush(stdout);
    pack_release(&o.pack);
    free(o.a);
    free(o.b);
    free(o.c);
}

static double peaks[256]; /* [threads] */

static void peak_of_thread(void *own, int id, int n)
{
    (void)own;
    (void)n;
    peaks[id] = peak();
}

/* What all threads reach together: the best of some turns. */
static double peak_together(int threads)
{
    double best = 0;
    pool_start(threads);
    for (int turn = 0; turn < TURNS; turn++) {
        double sum = 0;
        pool_run(peak_of_thread, NULL);
        for (int i = 0; i < threads; i++)
            sum += peaks[i];
        best = MAX(best, sum);
    }
    pool_stop();
    return best;
}

int main(int argc, char **argv)
{
    static const int hidden[] = { 50, 75, 128, 256, 512 };
    static const int batch[] = { 1, 16, 32, 64, 128 };
    static const struct product others[] = {
        { .what = "output", .m = 32, .n = 12, .k = 128, .packed = true },
        { .what = "output", .m = 64, .n = 10000, .k = 512, .packed = true },
        { .what = "mat-vec", .m = 1, .n = 512, .k = 128, .packed = true },
        { .what = "mat-vec", .m = 1, .n = 2048, .k = 512, .packed = true },
        { .what = "mat-vec", .m = 1, .n = 10000, .k = 512, .packed = true },
        { .what = "gradient", .m = 12, .n = 512, .k = 896, .ta = true },
        { .what = "gradient", .m = 128, .n = 12, .k = 512, .ta = true },
        { .what = "gradient", .m = 50, .n = 200, .k = 128, .ta = true },
        { .what = "gradient", .m = 75, .n = 300, .k = 224, .ta = true },
        { .what = "gradient", .m = 128, .n = 512, .k = 512, .ta = true },
        { .what = "gradient", .m = 128, .n = 512, .k = 896, .ta = true },
        { .what = "gradient", .m = 256, .n = 1024, .k = 768, .ta = true },
        { .what = "gradient", .m = 512, .n = 2048, .k = 768, .ta = true },
        { .what = "plain", .m = 64, .n = 512, .k = 128 },
        { .what = "plain", .m = 12, .n = 128, .k = 12 },
    };
    if (argc == 2 && !strcmp(argv[1], "peak")) {
        printf("%.0f\t%.0f\n", peak_together(1), peak_together(pool_cpus()));
        return 0;
    }
    if (gemm_warning())
        fprintf(stderr, "bench_gemm: %s\n", gemm_warning());
    printf("# %s\n", gemm_backend());
    printf("use\tm\tn\tk\tours\topenblas\tratio\tpeak\tof_peak\n");
    for (size_t h = 0; h < ARRAY_LEN(hidden); h++)
        for (size_t b = 0; b < ARRAY_LEN(batch); b++)
            measure(&(struct product){ .what = "recurrent", .m = batch[b],
                                       .n = 4 * hidden[h], .k = hidden[h],
                                       .packed = true });
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        measure(&others[i]);
    return 0;
}
