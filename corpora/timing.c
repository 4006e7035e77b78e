#include "corpora/timing.h"

#include "base/mem.h"

#include <math.h>

enum {
    AROUND = 120, /* seconds that offsets are looked for in, both ways */
    BINS_A_SECOND = 10,
    BINS = 2 * AROUND * BINS_A_SECOND,
    ROUNDS = 4, /* of refining */
};

static const double met_within = 0.25;

/* The offset that most differences a - rate * b have, roughly; *peak: how many. */
static double rough_offset(const double *a, int n, const double *b, int m, double rate,
                           int *peak)
{
    int *bin = xcalloc(BINS + 2, sizeof *bin), best = 0, from = 0;
    for (int j = 0; j < m; j++) {
        double t = rate * b[j];
        while (from < n && a[from] < t - AROUND)
            from++;
        for (int i = from; i < n && a[i] < t + AROUND; i++)
            bin[(int)((a[i] - t + AROUND) * BINS_A_SECOND)]++;
    }
    *peak = 0;
    for (int k = 1; k < BINS; k++) {
        int sum = bin[k - 1] + bin[k] + bin[k + 1];
        if (sum > *peak) {
            *peak = sum;
            best = k;
        }
    }
    free(bin);
    return (best + 0.5) / BINS_A_SECOND - AROUND;
}

/* The least squares line through the pairs of starts that meet. */
static void refine(const double *a, int n, const double *b, int m, double within,
                   struct timing *fit)
{
    double sx = 0, sy = 0, sxx = 0, sxy = 0;
    int count = 0;
    for (int j = 0, i = 0; j < m; j++) {
        double t = fit->rate * b[j] + fit->offset;
        while (i + 1 < n && fabs(a[i + 1] - t) <= fabs(a[i] - t))
            i++;
        if (n && fabs(a[i] - t) <= within) {
            sx += b[j];
            sy += a[i];
            sxx += b[j] * b[j];
            sxy += b[j] * a[i];
            count++;
        }
    }
    double spread = count * sxx - sx * sx;
    fit->met = count;
    if (count < 2 || spread <= 0)
        return;
    fit->rate = (count * sxy - sx * sy) / spread;
    fit->offset = (sy - fit->rate * sx) / count;
}

struct timing timing_fit(const double *a, int n, const double *b, int m)
{
    static const double frames[] = { 23.976, 24, 25 };
    struct timing fit = { .rate = 1 };
    int most = 0;
    for (size_t i = 0; i < ARRAY_LEN(frames); i++)
        for (size_t j = 0; j < ARRAY_LEN(frames); j++) {
            double rate = i == j ? 1 : frames[i] / frames[j];
            int peak;
            double offset = rough_offset(a, n, b, m, rate, &peak);
            if (peak > most + most / 20) { /* clearly better than the simpler one */
                most = peak;
                fit = (struct timing){ .rate = rate, .offset = offset };
            }
        }
    struct timing best = fit;
    for (int k = 0; k < ROUNDS; k++) {
        refine(a, n, b, m, k == 0 ? 2 * met_within : met_within, &fit);
        struct timing try = fit;
        refine(a, n, b, m, met_within, &try);
        fit.met = try.met;
        if (fit.met > best.met)
            best = fit;
    }
    return best;
}
