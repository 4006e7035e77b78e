/*
 * bench_step - seqsh's side of the benchmarks: a child process that bench/run talks to.
 *
 *     bench_step steps SHAPE THREADS [KEY=VALUE]...    training steps
 *     bench_step decode SHAPE THREADS [KEY=VALUE]...   answers, one question at a time
 *     bench_step batch SHAPE THREADS [KEY=VALUE]...    answers, 64 at a time on each thread
 *
 * A shape of text may be changed before any setting by symbols=N and steps=N.
 *
 *     bench_step version                               what it is, and what slows it down
 *
 * Prints `ready TAB version TAB what it is`; then each `run N` on stdin is answered by
 * the seconds that N took.
 */
#include "shapes.h"

#include "corpora/reader.h"
#include "num/pool.h"
#include "run/decode.h"
#include "run/train.h"

#include <limits.h>
#include <time.h>
#include <unistd.h>

enum { QUESTIONS = 512, BATCH = 64 };

struct bench {
    struct settings set;
    struct dataset data;
    struct model *model;
    struct pairs none; /* nothing is validated */
    struct trainer *trainer;
    char *question[QUESTIONS];
    int at;
    struct tape *tape; /* [threads] */
    long batches;      /* to be decoded */
};

struct task {
    const char *name;
    void (*start)(struct bench *);
    void (*run)(struct bench *, long n);
};

static void die(const struct err *err)
{
    char text[700];
    printf("cannot\t%s\n", err_text(err, text, sizeof text));
    exit(1);
}

static void ignore(void *own, const struct event *e)
{
    (void)own;
    (void)e;
}

/* To decode, the weights are what a file would hold (store=int8), or are multiplied as
 * the settings say (precision=bf16). */
static void make_ready(struct bench *b, bool train)
{
    b->model->stored = model_store(b->set.store);
    model_ready(b->model, train);
    if (!train && !strcmp(b->set.precision, "bf16"))
        model_multiply(b->model, PRECISION_BF16);
}

static void make_model(struct bench *b, struct shape s, bool train, char **more)
{
    struct err err;
    char text[SETTING_TEXT];
    while (*more && shape_change(&s, *more))
        more++;
    settings_init(&b->set);
    if (shape_apply(&s, &b->set, text, &err) < 0)
        die(&err);
    for (; *more; more++)
        if (settings_assign(&b->set, *more, &err) < 0)
            die(&err);
    /* the shapes' epochs are short: with a record each twentieth of one, every step would
     * measure itself, which the peers do not */
    if (settings_assign(&b->set, "epochs=1000000", &err) < 0 ||
        settings_assign(&b->set, "log_every=100", &err) < 0 ||
        settings_check(&b->set, &err) < 0 || dataset_load(&b->data, &b->set, &err) < 0)
        die(&err);
    if (text[0])
        unlink(text);
    b->model = model_new(&b->set, &b->data.src, &b->data.tgt, &err);
    if (!b->model)
        die(&err);
    if (!strcmp(b->set.precision, "bf16") && !gemm_has(PRECISION_BF16)) {
        err_set(&err, "this CPU does not multiply bf16");
        die(&err);
    }
    model_draw(b->model);
    make_ready(b, train);
}

static void start_steps(struct bench *b)
{
    struct sink sink = { .put = ignore };
    pairs_init(&b->none);
    b->trainer = train_new(b->model, &b->data.train, &b->none, &sink);
}

static void run_steps(struct bench *b, long n)
{
    struct err err;
    for (long i = 0; i < n; i++)
        if (train_next(b->trainer, &err) <= 0)
            die(&err);
}

static void start_decode(struct bench *b)
{
    const struct pairs *p = &b->data.train;
    for (int i = 0; i < QUESTIONS; i++) {
        const uint16_t *src = pairs_src(p, i);
        struct ids row = { 0 };
        struct str text = STR_INIT;
        for (int k = 0; k < p->src_n[i]; k++)
            ids_add(&row, src[k]);
        codec_decode(&b->model->src, row.id, row.n, &text);
        b->question[i] = xstrdup(str_cstr(&text));
        ids_release(&row);
        str_release(&text);
    }
}

/* From the typed text to the last token's text, as the prompt does it. */
static void run_decode(struct bench *b, long n)
{
    struct decode_options o = decode_defaults();
    struct decode_step s;
    struct err err;
    for (long i = 0; i < n; i++) {
        struct decode *d = decode_start(b->model, b->question[b->at], &o, &err);
        if (!d)
            die(&err);
        while (decode_next(d, &s))
            ;
        decode_free(d);
        b->at = (b->at + 1) % QUESTIONS;
    }
}

static void start_batch(struct bench *b)
{
    b->tape = xcalloc((size_t)pool_size(), sizeof *b->tape);
    for (int i = 0; i < pool_size(); i++)
        tape_init(&b->tape[i], &b->model->params);
}

/* As the filter does it, but that nothing is read or written. */
static void decode_share(void *own, int id, int n)
{
    struct bench *b = own;
    struct ids out[BATCH] = { { 0 } };
    int row[BATCH];
    for (long k = id; k < b->batches; k += n) {
        for (int i = 0; i < BATCH; i++)
            row[i] = (int)((k * BATCH + i) % QUESTIONS);
        decode_rows(b->model, &b->tape[id], &b->data.train, row, BATCH, out);
    }
    for (int i = 0; i < BATCH; i++)
        ids_release(&out[i]);
}

static void run_batch(struct bench *b, long n)
{
    b->batches = n;
    pool_run(decode_share, b);
}

static const struct task tasks[] = {
    { "steps", start_steps, run_steps },
    { "decode", start_decode, run_decode },
    { "batch", start_batch, run_batch },
};

static const struct task *task_find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(tasks); i++)
        if (!strcmp(tasks[i].name, name))
            return &tasks[i];
    return NULL;
}

static void release(struct bench *b)
{
    for (int i = 0; b->tape && i < pool_size(); i++)
        tape_release(&b->tape[i]);
    free(b->tape);
    train_free(b->trainer);
    model_free(b->model);
    dataset_release(&b->data);
    for (int i = 0; i < QUESTIONS; i++)
        free(b->question[i]);
}

static double seconds(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec + 1e-9 * (double)ts.tv_nsec;
}

static int print_version(void)
{
    printf("seqsh %s, %s\n", PACKAGE_VERSION, gemm_backend());
    if (gemm_warning())
        puts(gemm_warning());
    return 0;
}

int main(int argc, char **argv)
{
    static struct bench b;
    char line[64];
    long threads, n;
    struct err err;
    const struct shape *shape = argc >= 4 ? shape_find(argv[2]) : NULL;
    const struct task *task = argc >= 4 ? task_find(argv[1]) : NULL;
    if (argc == 2 && !strcmp(argv[1], "version"))
        return print_version();
    if (!shape || !task || !parse_long(argv[3], 1, 1024, &threads)) {
        struct str names = STR_INIT;
        shape_names(&names);
        fprintf(stderr, "usage: bench_step steps|decode|batch %s THREADS [KEY=VALUE]..., "
                "or version\n", str_cstr(&names));
        str_release(&names);
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    make_model(&b, *shape, task->run == run_steps, argv + 4);
    pool_start((int)threads);
    task->start(&b);
    bool bytes = task->run != run_steps && !strcmp(b.set.store, "int8");
    printf("ready\tseqsh %s\t%s, %s, %d shards, %lld weights\n", PACKAGE_VERSION,
           gemm_backend(), bytes ? "int8" : b.set.precision, b.set.shards,
           (long long)params_count(&b.model->params));
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = 0;
        if (strncmp(line, "run ", 4) || !parse_long(line + 4, 1, LONG_MAX, &n)) {
            err_set(&err, "not a command: '%s'", line);
            die(&err);
        }
        double began = seconds();
        task->run(&b, n);
        printf("%.9f\n", seconds() - began);
    }
    release(&b);
    pool_stop();
    return 0;
}
