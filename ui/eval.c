#include "ui/eval.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "corpora/reader.h"
#include "nn/loss.h"
#include "num/pool.h"
#include "run/eval.h"
#include "ui/data.h"
#include "ui/eval_metric.h"
#include "ui/find.h"
#include "ui/knob.h"
#include "ui/ui_text.h"

#include <jansson.h>
#include <math.h>

enum { MOST_SETS = 64 };

struct ask {
    const char *set[MOST_SETS];
    int sets;
    bool json, by_length;
    long limit, threads, show;
    const char *ref;
    struct knobs knobs;          /* how answers are decoded */
    struct metric_choice choice; /* none: only what is counted anyway */
};

static int take_set(void *own, const char *v, struct err *err)
{
    struct ask *a = own;
    if (a->sets == MOST_SETS)
        return err_set(err, "more than %d --set", MOST_SETS);
    a->set[a->sets++] = v;
    return 0;
}

static int take_ref(void *own, const char *v, struct err *err)
{
    struct ask *a = own;
    (void)err;
    a->ref = v;
    return 0;
}

/* "beam=5", as /set beam 5 at the prompt. */
static int take_decode(void *own, const char *v, struct err *err)
{
    struct ask *a = own;
    return knobs_take(&a->knobs, v, err) < 0 ? err_prefix(err, "--decode") : 0;
}

#define SWITCH(field) \
    static int take_##field(void *own, const char *v, struct err *err) \
    { \
        struct ask *a = own; \
        (void)v; \
        (void)err; \
        a->field = true; \
        return 0; \
    }
SWITCH(json)
SWITCH(by_length)

static int take_limit(void *own, const char *v, struct err *err)
{
    struct ask *a = own;
    return opt_whole(v, 1, INT32_MAX, "--limit", &a->limit, err);
}

static int take_threads(void *own, const char *v, struct err *err)
{
    struct ask *a = own;
    return opt_whole(v, 1, 256, "--threads", &a->threads, err);
}

static int take_show(void *own, const char *v, struct err *err)
{
    struct ask *a = own;
    return opt_whole(v, 0, 1000000, "--wrong", &a->show, err);
}

const struct opt eval_options[] = {
    { .name = "set", .letter = 's', .arg = "KEY=VALUE", .take = take_set,
      .help = "change a setting of the data, such as operands=all" },
    { .name = "limit", .arg = "N", .take = take_limit, .help = "only the first N examples" },
    { .name = "wrong", .letter = 'w', .arg = "N", .take = take_show,
      .help = "show the first N wrong answers" },
    { .name = "decode", .letter = 'd', .arg = "NAME=VALUE", .take = take_decode,
      .help = "decode by what /set knows at the prompt, such as beam=5" },
    { .name = "ref", .letter = 'r', .arg = "FILE", .take = take_ref,
      .help = "the reference of --metric; else the targets as the model says them" },
    { .name = "by-length", .take = take_by_length,
      .help = "the metrics also by the number of words of the question" },
    { .name = "threads", .letter = 't', .arg = "N", .take = take_threads,
      .help = "threads (default: all CPUs); the result is the same for any number" },
    { .name = "json", .take = take_json, .help = "one JSON object instead of a table" },
    { .name = NULL }
};

static void show_table(const struct model *m, const char *what, const struct eval_result *r,
                       const struct eval_texts *t)
{
    ui_say(stdout, "%-14s %s", "examples", what);
    ui_say(stdout, "%-14s %lld", "answers", (long long)r->count);
    ui_say(stdout, "%-14s %.4f %%   whole answers, decoded freely", "exact match",
           100 * r->exact);
    if (m->tgt.dim) {
        ui_say(stdout, "%-14s %.4f %%   of the numbers within %g", "accuracy", 100 * r->acc,
               LOSS_CLOSE);
        ui_say(stdout, "%-14s %.6f     squared error per number", "loss", r->loss);
        return;
    }
    ui_say(stdout, "%-14s %.4f %%   per token%s, the truth before it given", "accuracy",
           100 * r->acc, m->tgt.fixed ? " (padding included)" : "");
    ui_say(stdout, "%-14s %.6f     nats per token", "loss", r->loss);
    ui_say(stdout, "%-14s %.4f", "perplexity", exp(r->loss));
    ui_say(stdout, "%-14s %.4f", "bits per char", eval_bits_per_char(t, r));
}

static void show_json(const struct model *m, const struct ask *a,
                      const struct eval_result *r, const struct eval_texts *t)
{
    json_t *o = json_pack("{s:I, s:f, s:f, s:f}", "answers", (json_int_t)r->count, "exact",
                          r->exact, "accuracy", r->acc, "loss", r->loss);
    if (!m->tgt.dim) {
        json_object_set_new(o, "perplexity", json_real(exp(r->loss)));
        json_object_set_new(o, "bits_per_char", json_real(eval_bits_per_char(t, r)));
    }
    if (a->choice.n)
        json_object_set_new(o, "scores", eval_metric_json(t, &a->choice));
    char *line = json_dumps(o, JSON_COMPACT | JSON_REAL_PRECISION(10));
    ui_say(stdout, "%s", line);
    free(line);
    json_decref(o);
}

static void show_wrong(const struct eval *e, long wanted)
{
    int all = (int)eval_result(e).count;
    for (int i = 0; i < all && wanted > 0; i++) {
        struct sample s;
        eval_sample(e, i, &s);
        if (!s.ok) {
            ui_say(stdout, "%s -> %s (%s)", s.question, s.guess, s.truth);
            wanted--;
        }
        samples_release(&s, 1);
    }
}

/* The examples: a file's, all of them; or the model's own data, the held-out part. */
static int load_pairs(const struct ask *a, const struct model *m, const char *file,
                      struct dataset *ds, struct err *err)
{
    struct settings s = m->set;
    struct names folders = { 0 };
    if (file && settings_set(&s, "data", file, err) < 0)
        return -1;
    if (file && (settings_set(&s, "valid", "0", err) < 0 ||
                 settings_set(&s, "valid_data", "", err) < 0 ||
                 settings_set(&s, "first", "0", err) < 0 ||
                 settings_set(&s, "sha256", "", err) < 0))
        return -1;
    for (int i = 0; i < a->sets; i++)
        if (settings_assign(&s, a->set[i], err) < 0)
            return -1;
    data_preset_folders(&folders);
    int bad = reader_place(&s, folders.s, folders.n, err);
    names_release(&folders);
    return bad ? bad : dataset_load_with(ds, &s, &m->src, &m->tgt, err);
}

/* Decodes all of it; the caller frees. */
static struct eval *run(const struct ask *a, const struct model *m, const struct pairs *p)
{
    pool_start((int)a->threads);
    struct eval *e = eval_start(m, p, (int)a->limit);
    eval_decode_by(e, &a->knobs.decode);
    eval_keep(e);
    while (eval_next(e))
        ;
    pool_stop();
    return e;
}

/* what: "of the file", where the examples come from. */
static int show(const struct ask *a, const struct model *m, const struct eval *e,
                const char *what, struct err *err)
{
    struct eval_result r = eval_result(e);
    struct eval_texts t;
    int bad = eval_texts_make(&t, e, a->ref, err);
    if (!bad && a->json)
        show_json(m, a, &r, &t);
    else if (!bad) {
        show_table(m, what, &r, &t);
        eval_metric_show(&t, &a->choice, a->by_length);
    }
    if (!bad)
        show_wrong(e, a->show);
    eval_texts_release(&t);
    return bad;
}

static int evaluate(const struct ask *a, const char *name, const char *file, struct err *err)
{
    char *path = find_model(name, err);
    struct model *m = path ? model_open(path, err) : NULL;
    struct dataset ds = { 0 };
    int bad = -1;
    free(path);
    if (m)
        knobs_apply(&a->knobs, m);
    if (m && load_pairs(a, m, file, &ds, err) == 0) {
        const struct pairs *p = file || ds.valid.n == 0 ? &ds.train : &ds.valid;
        struct eval *e = run(a, m, p);
        bad = show(a, m, e, file ? "of the file" : p == &ds.valid
                   ? "held out from the training" : "of the training", err);
        eval_free(e);
    }
    dataset_release(&ds);
    model_free(m);
    return bad;
}

static int main_of(struct ask *a, int argc, char **argv)
{
    struct opt_table tables[] = { { eval_options, a }, { metric_options, &a->choice },
                                  { NULL, NULL } };
    struct err err;
    char text[700];
    int n = opt_parse(tables, argc, argv, &err), status = 2;
    if (n > 2)
        n = err_set(&err, "eval takes a model and at most one file, not %d words", n);
    if (n >= 0 && metric_choice_ready(&a->choice, a->by_length ? "bleu,chrf" : NULL,
                                      &err) < 0)
        n = -1;
    if (n >= 0) {
        a->knobs.decode.seed = (uint64_t)MAX(a->knobs.seed, 0);
        status = 1;
        if (evaluate(a, n > 0 ? argv[1] : "arithmetic", n > 1 ? argv[2] : NULL, &err) == 0)
            return 0;
    }
    ui_say(stderr, "seqsh: %s", err_text(&err, text, sizeof text));
    return status;
}

int eval_main(int argc, char **argv)
{
    struct ask a = { .knobs = knobs_defaults() };
    metric_choice_init(&a.choice);
    int status = main_of(&a, argc, argv);
    metric_choice_release(&a.choice);
    return status;
}
