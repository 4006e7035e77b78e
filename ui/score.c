#include "ui/score.h"

#include "base/mem.h"
#include "metric/resample.h"
#include "ui/metric_opt.h"
#include "ui/score_differ.h"
#include "ui/score_show.h"
#include "ui/ui_text.h"

enum { REFS_MOST = 64 };

struct ask {
    const char *ref[REFS_MOST];
    int refs;
    struct score_style style;
    bool confidence, lines;
    long resamples, seed, differ;
    struct metric_choice choice;
};

/* ---- options ---------------------------------------------------------------------- */

static int take_ref(void *own, const char *v, struct err *err)
{
    struct ask *a = own;
    if (a->refs == REFS_MOST)
        return err_set(err, "more than %d references", REFS_MOST);
    a->ref[a->refs++] = v;
    return 0;
}

static int take_resamples(void *own, const char *v, struct err *err)
{
    struct ask *a = own;
    return opt_whole(v, 0, 1000000, "--resamples", &a->resamples, err);
}

static int take_seed(void *own, const char *v, struct err *err)
{
    struct ask *a = own;
    return opt_whole(v, 0, INT32_MAX, "--seed", &a->seed, err);
}

static int take_differ(void *own, const char *v, struct err *err)
{
    struct ask *a = own;
    return opt_whole(v, 0, 1000000, "--differ", &a->differ, err);
}

static int take_width(void *own, const char *v, struct err *err)
{
    struct ask *a = own;
    long n;
    if (opt_whole(v, 0, 12, "--width", &n, err) < 0)
        return -1;
    a->style.width = (int)n;
    return 0;
}

#define SWITCH(name, field) \
    static int take_##name(void *own, const char *v, struct err *err) \
    { \
        struct ask *a = own; \
        (void)v; \
        (void)err; \
        a->field = true; \
        return 0; \
    }
SWITCH(confidence, confidence)
SWITCH(lines, lines)
SWITCH(json, style.json)

const struct opt score_options[] = {
    { .name = "ref", .letter = 'r', .arg = "FILE", .take = take_ref,
      .help = "what the answers should be, line by line; may be given more than once" },
    { .name = "lines", .letter = 'l', .take = take_lines,
      .help = "a score for every line; bleu with --effective-order" },
    { .name = "differ", .letter = 'd', .arg = "N", .take = take_differ,
      .help = "of two HYPs the N lines that they differ most in, by the first metric" },
    { .name = "confidence", .take = take_confidence,
      .help = "the interval of one HYP, too (of several it is always there)" },
    { .name = "resamples", .arg = "N", .take = take_resamples,
      .help = "texts drawn for intervals and p-values (1000); 0: no such figures" },
    { .name = "seed", .arg = "N", .take = take_seed, .help = "seed of the draws (12345)" },
    { .name = "width", .letter = 'w', .arg = "N", .take = take_width,
      .help = "decimals (2)" },
    { .name = "json", .take = take_json, .help = "one JSON object" },
    { .name = NULL },
};

/* ---- texts ------------------------------------------------------------------------ */

struct texts {
    struct segments *text;
    const char **name;
    int n;
};

static void texts_release(struct texts *t)
{
    for (int i = 0; i < t->n; i++)
        segments_release(&t->text[i]);
    free(t->text);
    free(t->name);
}

/* "-" is the standard input. */
static int texts_load(struct texts *t, const char *const *path, int n, struct err *err)
{
    *t = (struct texts){ .text = xcalloc((size_t)MAX(n, 1), sizeof *t->text),
                         .name = xcalloc((size_t)MAX(n, 1), sizeof *t->name), .n = n };
    for (int i = 0; i < n; i++) {
        bool in = !strcmp(path[i], "-");
        t->name[i] = in ? "standard input" : path[i];
        if (metric_text_load(&t->text[i], in ? "/dev/stdin" : path[i], err) < 0)
            return -1;
    }
    return 0;
}

static int check_lengths(const struct texts *hyp, const struct texts *ref, struct err *err)
{
    const struct texts *all[] = { ref, hyp };
    const struct texts *first = ref->n ? ref : hyp;
    for (int k = 0; k < 2; k++)
        for (int i = 0; i < all[k]->n; i++) {
            int n = all[k]->text[i].n;
            if (n == 0)
                return err_set(err, "'%s' is empty", all[k]->name[i]);
            if (n != first->text[0].n)
                return err_set(err, "'%s' has %d lines, but '%s' has %d", all[k]->name[i],
                               n, first->name[0], first->text[0].n);
        }
    return 0;
}

/* ---- scores ----------------------------------------------------------------------- */

/* What resampled texts say of systems s[0..n-1], of which the first is compared with. */
static void resample(const struct ask *a, struct score *s, int n)
{
    int times = (int)a->resamples;
    double *base = xcalloc((size_t)times, sizeof *base);
    double *mine = xcalloc((size_t)times, sizeof *mine);
    for (int i = 0; i < n; i++) {
        double *got = i ? mine : base;
        resample_scores(&s[i].measure, times, (uint64_t)a->seed, got);
        s[i].interval = resample_interval(got, times);
        s[i].resampled = true;
        s[i].paired = i > 0;
        if (i > 0)
            s[i].p = resample_p(base, mine, times, s[i].score - s[0].score);
    }
    free(base);
    free(mine);
}

static void compute(const struct ask *a, const struct metric *metric,
                    const struct texts *hyp, const struct texts *ref, struct score *s)
{
    for (int i = 0; i < hyp->n; i++) {
        struct measure *m = &s[i].measure;
        measure_start(m, metric, &a->choice.o);
        measure_lines(m, &hyp->text[i], ref->text, ref->n);
        s[i].system = hyp->name[i];
        s[i].score = measure_score(m, m->sum);
    }
    if (a->resamples && !metric->whole && (hyp->n > 1 || a->confidence))
        resample(a, s, hyp->n);
}

/* The lines that the first two systems differ in, by the first metric. */
static void differ(const struct ask *a, const struct texts *hyp, const struct texts *ref,
                   const struct score *s)
{
    struct score_pair p = { .a = &s[0], .b = &s[1], .a_text = &hyp->text[0],
                            .b_text = &hyp->text[1], .ref = ref->n ? ref->text : NULL };
    score_differ(&p, (int)a->differ, &a->style);
}

static int score(struct ask *a, const char *const *path, int n, struct err *err)
{
    const struct metric_choice *c = &a->choice;
    struct texts hyp = { 0 }, ref = { 0 };
    int bad = texts_load(&ref, a->ref, a->refs, err);
    if (!bad)
        bad = texts_load(&hyp, path, n, err);
    if (!bad)
        bad = check_lengths(&hyp, &ref, err);
    if (!bad) {
        struct score *s = xcalloc((size_t)c->n * n, sizeof *s);
        struct score_set set = { .score = s, .metrics = c->n, .systems = n,
                                 .lines = hyp.text[0].n, .seed = (uint64_t)a->seed,
                                 .resamples = (int)a->resamples };
        for (int i = 0; i < c->n; i++)
            compute(a, c->metric[i], &hyp, &ref, s + i * n);
        if (a->lines)
            score_show_lines(&set, &a->style);
        else
            score_show(&set, &a->style);
        if (a->differ)
            differ(a, &hyp, &ref, s);
        for (int i = 0; i < c->n * n; i++)
            measure_release(&s[i].measure);
        free(s);
    }
    texts_release(&hyp);
    texts_release(&ref);
    return bad;
}

/* ---- seqsh score ------------------------------------------------------------------ */

static int check(const struct ask *a, int hyps, struct err *err)
{
    const struct metric_choice *c = &a->choice;
    for (int i = 0; i < c->n; i++)
        if (!c->metric[i]->alone && a->refs == 0)
            return err_set(err, "%s compares with a reference: --ref FILE",
                           c->metric[i]->name);
    if (a->lines && hyps > 1)
        return err_set(err, "--lines is for one text at a time, not %d", hyps);
    if (a->differ && (hyps != 2 || a->style.json))
        return err_set(err, "--differ compares two texts, and not as JSON");
    return 0;
}

static int main_of(struct ask *a, int argc, char **argv)
{
    static const char *const standard_input[] = { "-" };
    struct opt_table tables[] = { { score_options, a }, { metric_options, &a->choice },
                                  { NULL, NULL } };
    struct err err;
    char text[sizeof err + 4];
    int n = opt_parse(tables, argc, argv, &err), status = 2;
    if (n < 0 || metric_choice_ready(&a->choice, "bleu,chrf,ter", &err) < 0 ||
        check(a, n, &err) < 0)
        goto failed;
    if (a->lines)
        a->choice.o.effective = true;
    status = 1;
    if (score(a, n ? (const char *const *)argv + 1 : standard_input, MAX(n, 1), &err) == 0)
        return 0;
failed:
    ui_say(stderr, "seqsh: %s", err_text(&err, text, sizeof text));
    return status;
}

int score_main(int argc, char **argv)
{
    struct ask a = { .style.width = 2, .resamples = 1000, .seed = 12345 };
    metric_choice_init(&a.choice);
    int status = main_of(&a, argc, argv);
    metric_choice_release(&a.choice);
    return status;
}
