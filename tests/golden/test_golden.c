/*
 * The engine against PyTorch and Keras: logits, loss, every gradient, and the losses
 * before and after each of ten updates. The files tests/golden/NAME.safetensors hold
 * what is expected, in double; make_torch.py and make_keras.py made them, and
 * golden_file.py says what is in them.
 *
 * Built twice: with real = double it must agree to 1e-9, with float to 1e-5, and so it
 * must with files that say they are of this precision themselves.
 */
#include "base/file.h"
#include "nn/loss.h"
#include "run/train.h"

#include <dirent.h>
#include <math.h>

static const char *const precision = sizeof(real) == sizeof(double) ? "double" : "float";

enum { UPDATES = 11, MOST_ROWS = 8 };

struct golden {
    const char *name;
    struct ckpt *file;
    struct settings settings;
    struct pairs pairs;
    int src_symbols, tgt_symbols;
    double tolerance;
};

static struct err err;
static bool failed;

/* ---- reading ---------------------------------------------------------------- */

/* The file is there and ours: anything wrong with it ends the test. */
static void must(int rc)
{
    if (rc < 0)
        BUG("%s %s", err.where, err.msg);
}

static const struct ckpt_tensor *must_find(const struct golden *g, const char *name)
{
    const struct ckpt_tensor *t = ckpt_find(g->file, name);
    if (!t || t->dims < 1)
        BUG("%s: no '%s'", g->name, name);
    return t;
}

/* The values of a tensor; the caller frees. */
static real *expected(const struct golden *g, const char *name, int *n)
{
    const struct ckpt_tensor *t = must_find(g, name);
    int rows = t->dims == 2 ? (int)t->shape[0] : 1, cols = (int)t->shape[t->dims - 1];
    real *x = xcalloc((size_t)rows * (size_t)cols, sizeof *x);
    must(ckpt_read(g->file, name, rows, cols, x, &err));
    *n = rows * cols;
    return x;
}

/* Sets every key=value line of a text of the file. */
static void apply(const struct golden *g, const char *key, struct settings *s)
{
    const char *text = ckpt_meta(g->file, key);
    if (!text)
        BUG("%s has no text '%s'", g->name, key);
    while (*text) {
        size_t n = strcspn(text, "\n");
        char *line = xstrndup(text, n);
        must(settings_assign(s, line, &err));
        free(line);
        text += n + (text[n] == '\n');
    }
}

/* Column `row` of a [steps, rows] matrix of ids, to its end or the first -1. */
static void get_row(const int64_t *ids, int steps, int rows, int row, struct ids *out)
{
    out->n = 0;
    for (int t = 0; t < steps && ids[t * rows + row] >= 0; t++)
        ids_add(out, (int)ids[t * rows + row]);
}

static void get_pairs(struct golden *g)
{
    const struct ckpt_tensor *s = must_find(g, "src"), *t = must_find(g, "tgt");
    int src_steps = (int)s->shape[0], tgt_steps = (int)t->shape[0];
    int rows = (int)t->shape[t->dims - 1];
    size_t n_src = (size_t)src_steps * (size_t)rows;
    size_t n_tgt = (size_t)tgt_steps * (size_t)rows;
    int64_t *src = xcalloc(n_src, sizeof *src), *tgt = xcalloc(n_tgt, sizeof *tgt);
    struct ids a = { 0 }, b = { 0 };
    if (rows > MOST_ROWS)
        BUG("%s has %d rows", g->name, rows);
    must(ckpt_read_ints(g->file, "src", n_src, src, &err));
    must(ckpt_read_ints(g->file, "tgt", n_tgt, tgt, &err));
    pairs_init(&g->pairs);
    for (int r = 0; r < rows; r++) {
        get_row(src, src_steps, rows, r, &a);
        get_row(tgt, tgt_steps, rows, r, &b);
        pairs_add(&g->pairs, a.id, a.n, b.id, b.n);
    }
    ids_release(&a);
    ids_release(&b);
    free(src);
    free(tgt);
}

static void golden_open(struct golden *g, const char *path, const char *name)
{
    *g = (struct golden){ .name = name, .file = ckpt_open(path, &err) };
    must(g->file ? 0 : -1);
    settings_init(&g->settings);
    apply(g, "settings", &g->settings);
    bool coarse = sizeof(real) == sizeof(float) || ckpt_meta(g->file, "precision");
    g->tolerance = coarse ? 1e-5 : 1e-9;
    g->src_symbols = (int)ckpt_at(g->file, 0)->shape[0];
    g->tgt_symbols = (int)must_find(g, "out.b")->shape[0];
    get_pairs(g);
    g->settings.batch = g->pairs.n; /* one batch is an epoch, and everything */
    g->settings.epochs = UPDATES;
    g->settings.log_every = 1;
}

static void golden_close(struct golden *g)
{
    pairs_release(&g->pairs);
    ckpt_close(g->file);
}

/* ---- the model --------------------------------------------------------------- */

/* <s> is id 0 of a target of free length. */
static void make_codec(struct codec *c, const struct golden *g, bool target)
{
    *c = (struct codec){ .tokenizer = &tokenizer_char, .vocab = vocab_new() };
    c->fixed = !strcmp(g->settings.length, "fixed");
    if (target && !c->fixed)
        vocab_add_special(c->vocab, VOCAB_SOS);
    int symbols = target ? g->tgt_symbols : g->src_symbols;
    for (char symbol = 'a'; vocab_size(c->vocab) < symbols; symbol++)
        vocab_add(c->vocab, &symbol, 1);
}

static struct model *make_model(const struct golden *g, const struct settings *s)
{
    struct codec src, tgt;
    make_codec(&src, g, false);
    make_codec(&tgt, g, true);
    struct model *m = model_new(s, &src, &tgt, &err);
    must(m ? 0 : -1);
    for (int i = 0; i < m->params.n; i++) {
        struct tensor *t = m->params.tensor[i];
        must(ckpt_read(g->file, t->name, t->rows, t->cols, t->x, &err));
    }
    model_ready(m, true);
    return m;
}

/* ---- comparing ---------------------------------------------------------------- */

struct worst {
    double diff; /* relative to values beyond 1 */
    char where[80];
};

static void compare(struct worst *w, const char *what, int at, double got, double want)
{
    double diff = fabs(got - want) / fmax(1, fabs(want));
    if (diff <= w->diff || isnan(w->diff)) /* a NaN is worst and stays */
        return;
    w->diff = diff;
    snprintf(w->where, sizeof w->where, "%s at %d: %.17g", what, at, got);
}

static void report(const struct golden *g, const char *what, const struct worst *w)
{
    bool ok = w->diff <= g->tolerance;
    printf("%s %s, %s: %s\n", ok ? "ok" : "not ok", g->name, precision, what);
    printf("# off by %.1e at most (%s)\n", w->diff, w->where);
    failed |= !ok;
}

static void compare_logits(const struct golden *g, const struct batch *b,
                           const struct node *logits)
{
    struct worst w = { 0 };
    int n;
    real *want = expected(g, "logits", &n);
    if (n != logits->rows * logits->cols)
        BUG("%s: %d logits, %d expected", g->name, logits->rows * logits->cols, n);
    for (int i = 0; i < n; i++)
        if (b->out[i / logits->cols] >= 0)
            compare(&w, "logits", i, logits->x[i], want[i]);
    report(g, "logits", &w);
    free(want);
}

static void compare_loss(const struct golden *g, const struct loss_sums *sums)
{
    struct worst w = { 0 };
    int n;
    real *want = expected(g, "loss", &n);
    compare(&w, "loss", 0, sums->loss / (double)sums->tokens, want[0]);
    report(g, "loss", &w);
    free(want);
}

static void compare_gradients(const struct golden *g, const struct model *m,
                              const real *grad)
{
    struct worst w = { 0 };
    int in_file = 0;
    for (int i = 0; i < ckpt_count(g->file); i++)
        in_file += !strncmp(ckpt_at(g->file, i)->name, "grad/", 5);
    if (in_file != m->params.n)
        BUG("%s: %d weights, %d expected", g->name, m->params.n, in_file);
    for (int i = 0; i < m->params.n; i++) {
        const struct tensor *t = m->params.tensor[i];
        char name[80];
        int n;
        snprintf(name, sizeof name, "grad/%s", t->name);
        real *want = expected(g, name, &n);
        if (n != t->rows * t->cols)
            BUG("%s: '%s' has %d values", g->name, name, n);
        for (int k = 0; k < n; k++)
            compare(&w, name, k, grad[t->at + (size_t)k], want[k]);
        free(want);
    }
    report(g, "gradients", &w);
}

static void check_pass(const struct golden *g)
{
    struct model *m = make_model(g, &g->settings);
    real *grad = xaligned(m->params.total * sizeof *grad);
    struct forcing forcing = { .ratio = g->settings.teacher };
    struct loss_sums sums = { 0 };
    struct tape t;
    struct batch b;
    int row[MOST_ROWS];
    for (int r = 0; r < g->pairs.n; r++)
        row[r] = r;
    tape_init(&t, &m->params);
    tape_start(&t, grad, NULL);
    batch_make(&b, t.arena, &g->pairs, row, g->pairs.n,
               vocab_special(m->tgt.vocab, VOCAB_SOS));
    struct node *logits = arch_logits(m, &t, &b, &forcing);
    compare_logits(g, &b, logits);
    loss_xent(&t, logits, b.out, 1.0 / b.targets, 0, &sums);
    compare_loss(g, &sums);
    tape_back(&t);
    compare_gradients(g, m, grad);
    tape_release(&t);
    free(grad);
    model_free(m);
}

/* ---- ten updates ---------------------------------------------------------------- */

struct losses {
    double v[UPDATES];
    int n;
};

static void put_loss(void *own, const struct event *e)
{
    struct losses *l = own;
    if (e->kind != EVENT_STEP)
        return;
    if (l->n == UPDATES)
        BUG("more than %d steps", UPDATES);
    l->v[l->n++] = e->loss;
}

static void check_updates(const struct golden *g, const char *run)
{
    struct worst w = { 0 };
    struct losses got = { .n = 0 };
    struct sink sink = { put_loss, &got };
    struct pairs none;
    struct settings s = g->settings;
    char name[80];
    int n, more;
    apply(g, run, &s);
    struct model *m = make_model(g, &s);
    pairs_init(&none);
    struct trainer *t = train_new(m, &g->pairs, &none, &sink);
    while ((more = train_next(t, &err)) > 0)
        ;
    must(more);
    snprintf(name, sizeof name, "losses/%s", run);
    real *want = expected(g, name, &n);
    if (n != UPDATES || got.n != n)
        BUG("%s: %d losses, %d expected", g->name, got.n, n);
    for (int i = 0; i < n; i++)
        compare(&w, name, i, got.v[i], want[i]);
    snprintf(name, sizeof name, "ten updates, %s", run);
    report(g, name, &w);
    free(want);
    train_free(t);
    model_free(m);
}

/* ---- the run --------------------------------------------------------------------- */

static int is_golden(const struct dirent *d)
{
    const char *dot = strrchr(d->d_name, '.');
    return dot && !strcmp(dot, ".safetensors");
}

int main(void)
{
    static const char *const runs[] = { "adam", "rmsprop", "sgd", "clip" };
    const char *top = getenv("SRCDIR");
    char *folder = path_join(top ? top : ".", "tests/golden");
    struct dirent **found;
    int n = scandir(folder, &found, is_golden, alphasort);
    if (n <= 0)
        BUG("no golden vectors in '%s'", folder);
    for (int i = 0; i < n; i++) {
        struct golden g;
        char *path = path_join(folder, found[i]->d_name);
        golden_open(&g, path, found[i]->d_name);
        check_pass(&g);
        for (size_t k = 0; k < ARRAY_LEN(runs); k++)
            check_updates(&g, runs[k]);
        golden_close(&g);
        free(path);
        free(found[i]);
    }
    free(found);
    free(folder);
    return failed;
}
