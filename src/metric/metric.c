#include "metric/metric.h"

#include "base/mem.h"

const struct metric *const metric_table[] = {
    &metric_bleu,       &metric_chrf,       &metric_chrfpp, &metric_ter,     &metric_exact,
    &metric_distinct_1, &metric_distinct_2, &metric_distinct_3, &metric_repeat,
    &metric_generic,    NULL,
};

const struct metric *metric_find(const char *name)
{
    for (int i = 0; metric_table[i]; i++)
        if (!strcmp(metric_table[i]->name, name))
            return metric_table[i];
    return NULL;
}

struct metric_options metric_defaults(void)
{
    return (struct metric_options){
        .tok = &tok_13a,
        .smooth = SMOOTH_EXP,
        .smooth_value = -1,
        .order = 4,
        .char_order = 6,
        .beta = 2,
    };
}

const char *metric_smooth_name(int i)
{
    static const char *const name[SMOOTHS] = {
        [SMOOTH_EXP] = "exp",
        [SMOOTH_FLOOR] = "floor",
        [SMOOTH_ADD_K] = "add-k",
        [SMOOTH_NONE] = "none",
    };
    return i >= 0 && i < SMOOTHS ? name[i] : NULL;
}

void measure_start(struct measure *m, const struct metric *metric,
                   const struct metric_options *o)
{
    *m = (struct measure){ .metric = metric, .o = *o };
    if (metric->adjust)
        metric->adjust(&m->o);
    m->size = metric->size(&m->o);
    m->sum = xcalloc((size_t)m->size, sizeof *m->sum);
}

void measure_release(struct measure *m)
{
    free(m->line);
    free(m->sum);
    *m = (struct measure){ 0 };
}

void measure_lines(struct measure *m, const struct segments *hyp,
                   const struct segments *ref, int refs)
{
    struct segment *r = xcalloc((size_t)MAX(refs, 1), sizeof *r);
    void *own = m->metric->open(&m->o);
    if (refs == 0 && !m->metric->alone)
        BUG("%s without a reference", m->metric->name);
    m->n = hyp->n;
    m->refs = refs;
    free(m->line);
    m->line = xcalloc((size_t)m->n * m->size + 1, sizeof *m->line);
    memset(m->sum, 0, (size_t)m->size * sizeof *m->sum);
    for (int i = 0; i < m->n; i++) {
        double *line = m->line + (size_t)i * m->size;
        for (int k = 0; k < refs; k++)
            r[k] = segments_at(&ref[k], i);
        m->metric->line(own, segments_at(hyp, i), r, refs, line);
        for (int k = 0; k < m->size; k++)
            m->sum[k] += line[k];
    }
    m->metric->close(own);
    free(r);
}

double measure_score(const struct measure *m, const double *sums)
{
    return m->metric->score(&m->o, sums);
}

void measure_label(const struct measure *m, struct str *out)
{
    m->metric->label(&m->o, out);
}

void measure_signature(const struct measure *m, int resamples, uint64_t seed,
                       struct str *out)
{
    if (!m->metric->alone)
        str_addf(out, "nrefs:%d|", m->refs);
    if (resamples)
        str_addf(out, "bs:%d|seed:%llu|", resamples, (unsigned long long)seed);
    m->metric->signature(&m->o, out);
    str_addf(out, "|version:seqsh-%s", PACKAGE_VERSION);
}

void measure_detail(const struct measure *m, const double *sums, struct str *out)
{
    if (m->metric->detail)
        m->metric->detail(&m->o, sums, out);
}
