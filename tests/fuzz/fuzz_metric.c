/*
 * Any bytes as texts to measure: the first byte chooses options, the lines behind it are
 * in turn an answer and two references. Every metric has to give a number.
 */
#include "tests/fuzz/fuzz.h"

#include "metric/metric.h"

#include <math.h>

enum { REFS = 2 };

static struct metric_options options_of(uint8_t bits)
{
    struct metric_options o = metric_defaults();
    for (int i = 0; i < (bits & 3); i++)
        o.tok = tok_table[i + 1];
    o.smooth = (enum metric_smooth)(bits >> 2 & 3);
    o.lower = bits & 16;
    o.effective = o.whitespace = o.ter_cased = bits & 32;
    o.eps = o.ter_normalized = o.ter_asian = bits & 64;
    o.ter_no_punct = bits & 128;
    return o;
}

/* Lines in turn go to the n texts, which get equally many. */
static void deal(const char *p, const char *end, struct segments *text, int n)
{
    for (int i = 0; p < end || i % n; i++) {
        const char *feed = p < end ? memchr(p, '\n', (size_t)(end - p)) : NULL;
        const char *stop = feed ? feed : end;
        segments_add(&text[i % n], p, (size_t)(stop - p));
        p = feed ? feed + 1 : end;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct segments text[1 + REFS] = { 0 };
    struct metric_options o = options_of(n ? data[0] : 0);
    const char *p = (const char *)data;
    deal(p + (n > 0), p + n, text, 1 + REFS);
    for (int i = 0; metric_table[i]; i++) {
        struct measure m;
        struct str said = STR_INIT;
        measure_start(&m, metric_table[i], &o);
        measure_lines(&m, &text[0], text + 1, REFS);
        double score = measure_score(&m, m.sum);
        measure_signature(&m, 0, 0, &said);
        measure_detail(&m, m.sum, &said);
        if (!isfinite(score) || score < 0)
            BUG("%s is %g", metric_table[i]->name, score);
        str_release(&said);
        measure_release(&m);
    }
    for (int i = 0; i <= REFS; i++)
        segments_release(&text[i]);
    return 0;
}
