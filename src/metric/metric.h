/*
 * metric - how good answers are; one row per measure.
 *
 * A metric turns every line into a few numbers, and sums of those into a score. So a
 * score of any selection of lines, as resampling needs it, costs additions only.
 *
 *     struct metric_options o = metric_defaults();
 *     struct measure m;
 *     measure_start(&m, &metric_bleu, &o);
 *     measure_lines(&m, &hyp, ref, 1);            // struct segments hyp, ref[1]
 *     double bleu = measure_score(&m, m.sum);
 *     measure_release(&m);
 *
 * BLEU, chrF and TER equal those of sacreBLEU (Post 2018), and are named by the same
 * signatures, with this program for the version.
 */
#ifndef METRIC_METRIC_H
#define METRIC_METRIC_H

#include "base/str.h"
#include "metric/segments.h"
#include "metric/tok.h"

enum metric_smooth { SMOOTH_EXP, SMOOTH_FLOOR, SMOOTH_ADD_K, SMOOTH_NONE, SMOOTHS };

struct metric_options {
    bool lower;             /* small letters first; of TER see ter_cased */
    const struct tok *tok;  /* words of BLEU, distinct-N and repeat */
    enum metric_smooth smooth;
    double smooth_value;    /* floor, add-k; below 0: as usual, 0.1 and 1 */
    int order;              /* BLEU: longest n-gram; distinct-N: the only one */
    bool effective;         /* BLEU: no n-grams longer than the text */
    int char_order;         /* chrF: longest n-gram of characters, */
    int word_order;         /*       of words; 2 makes chrF++ */
    int beta;               /*       recall counts so many times as much as precision */
    bool whitespace;        /*       spaces are characters */
    bool eps;               /*       all orders count, those that are not there as well */
    bool ter_cased, ter_normalized, ter_no_punct, ter_asian;
    const struct phrases *common; /* generic: these replies; NULL: "i don't know" */
};
enum { METRIC_ORDER_MAX = 16 };
struct metric_options metric_defaults(void);
const char *metric_smooth_name(int i); /* NULL: no such row */

struct metric {
    const char *name, *summary;
    bool lower_better;
    bool alone;      /* looks at no reference */
    bool whole;      /* a line's numbers depend on those before it: no resampling */
    bool share;      /* a score is between 0 and 1, not 100 */
    /* What a row fixes of the options; NULL: nothing. */
    void (*adjust)(struct metric_options *);
    /* "chrF2++", appended. */
    void (*label)(const struct metric_options *, struct str *);
    int (*size)(const struct metric_options *);      /* numbers of a line */
    void *(*open)(const struct metric_options *);    /* memory for the lines of a text */
    /* Fills out[size], which is zeroed. */
    void (*line)(void *own, struct segment hyp, const struct segment *ref, int refs,
                 double *out);
    void (*close)(void *own);
    double (*score)(const struct metric_options *, const double *sums);
    /* "75.0/66.7 (BP = ...", appended; NULL: there is no more to say. */
    void (*detail)(const struct metric_options *, const double *sums, struct str *);
    /* "case:mixed|eff:no", appended: what stands between nrefs and version. */
    void (*signature)(const struct metric_options *, struct str *);
};

extern const struct metric *const metric_table[]; /* NULL at the end */
extern const struct metric metric_bleu, metric_chrf, metric_chrfpp, metric_ter;
extern const struct metric metric_exact, metric_distinct_1, metric_distinct_2,
    metric_distinct_3, metric_repeat, metric_generic;
const struct metric *metric_find(const char *name); /* NULL: unknown */

/* A metric with its options, and what it makes of the lines of one text. */
struct measure {
    const struct metric *metric;
    struct metric_options o;
    int size, n, refs;
    double *line; /* [n, size] */
    double *sum;  /* [size] */
};

void measure_start(struct measure *, const struct metric *, const struct metric_options *);
void measure_release(struct measure *);

/* Every text has the lines of hyp; refs may be 0 where the metric is `alone`. */
void measure_lines(struct measure *, const struct segments *hyp,
                   const struct segments *ref, int refs);

double measure_score(const struct measure *, const double *sums);
void measure_label(const struct measure *, struct str *);

/* "nrefs:1|case:mixed|...|version:seqsh-0.1.0", appended; resamples and seed are left
 * out where resamples is 0. */
void measure_signature(const struct measure *, int resamples, uint64_t seed, struct str *);
void measure_detail(const struct measure *, const double *sums, struct str *);

#endif
