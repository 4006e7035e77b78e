/*
 * Every gradient against finite differences, in double, over the product of the
 * tables: a new row is checked by existing.
 */
#include "tests/toy.h"

#include "nn/attend.h"
#include "nn/loss.h"

#include <math.h>

enum { ROWS = 3, SOME = 6 }; /* pairs; values checked of a weight */

/* What is known before: something, and the same at every call. */
static void remember_something(const struct model *m, struct tape *t, struct batch *b)
{
    size_t n = (size_t)ROWS * model_memory(m);
    struct rng r;
    if (!n)
        return;
    rng_init(&r, 17, RNG_DATA, 0);
    b->memory = arena_alloc(t->arena, n * sizeof *b->memory);
    for (size_t i = 0; i < n; i++)
        b->memory[i] = 2 * rng_unit(&r) - 1;
}

static double loss_of(const struct toy *toy, struct tape *t, real *grad, const struct rng *r)
{
    const struct model *m = toy->model;
    int row[ROWS] = { 0, 1, 2 };
    struct batch b;
    struct loss_sums sums = { 0 };
    struct rng coins;
    struct forcing f = { .ratio = m->set.teacher, .rng = &coins,
                         .by_sentence = !strcmp(m->set.teacher_draw, "sentence") };
    rng_init(&coins, 5, RNG_FORCE, 0);
    tape_start(t, grad, r);
    t->lock = m->set.dropout_locked ? ROWS : 0;
    batch_make(&b, t->arena, &toy->pairs, row, ROWS, vocab_special(m->tgt.vocab, VOCAB_SOS));
    if (!b.out_x)
        batch_drop_padding(&b, t->arena);
    remember_something(m, t, &b);
    struct node *y = arch_logits(m, t, &b, &f);
    if (b.out_x)
        loss_mse(t, y, b.out_x, 1.0 / ROWS, &sums);
    else
        loss_xent(t, y, b.out, 1.0 / ROWS, 0, &sums);
    if (grad)
        tape_back(t);
    return sums.loss / ROWS;
}

/* The loss with one weight moved by h, in a training pass: forward only would switch
 * dropout's masks off as well. */
static double moved(const struct toy *toy, struct tape *t, real *unused, const struct rng *r,
                    real *w, real h)
{
    struct params *p = &toy->model->params;
    real was = *w;
    *w = was + h;
    params_pack(p, 0, 1);
    double loss = loss_of(toy, t, unused, r);
    *w = was;
    params_pack(p, 0, 1);
    return loss;
}

/* The worst relative difference: over all values of small weights, over a part of
 * large ones. Four points, because normalised layers bend too much for two. */
static double worst_difference(const struct toy *toy, const struct rng *r)
{
    struct params *p = &toy->model->params;
    struct tape t;
    struct rng which;
    real *grad = xaligned(p->total * sizeof *grad);
    real *unused = xaligned(p->total * sizeof *unused);
    double worst = 0;
    rng_init(&which, 1, RNG_PROBE, 0);
    tape_init(&t, p);
    loss_of(toy, &t, grad, r);
    for (int i = 0; i < p->n; i++) {
        int all = p->tensor[i]->rows * p->tensor[i]->cols, n = MIN(all, SOME);
        for (int k = 0; k < n; k++) {
            int at = n == all ? k : (int)rng_below(&which, (uint64_t)all);
            real *w = p->tensor[i]->x + at, h = 1e-4;
            double near = moved(toy, &t, unused, r, w, h) - moved(toy, &t, unused, r, w, -h);
            double far = moved(toy, &t, unused, r, w, 2 * h) -
                         moved(toy, &t, unused, r, w, -2 * h);
            double slope = (8 * near - far) / (12 * h), got = grad[p->tensor[i]->at + at];
            worst = fmax(worst, fabs(slope - got) / fmax(1, fabs(slope) + fabs(got)));
        }
    }
    tape_release(&t);
    free(grad);
    free(unused);
    return worst;
}

static int failed;

static void check(const struct settings *s, const char *name)
{
    struct toy toy;
    struct rng r;
    rng_init(&r, 11, RNG_DROPOUT, 0);
    toy_make(&toy, s, ROWS);
    double worst = worst_difference(&toy, s->dropout > 0 ? &r : NULL);
    bool ok = worst <= 1e-7;
    printf("%s %s\n", ok ? "ok" : "not ok", name);
    if (!ok)
        printf("# worst relative difference %.2e\n", worst);
    failed |= !ok;
    toy_release(&toy);
}

static void assign(struct settings *s, const char *words)
{
    char copy[200], *rest = copy, *word;
    struct err err;
    snprintf(copy, sizeof copy, "%s", words);
    while ((word = strsep(&rest, " ")))
        if (*word && settings_assign(s, word, &err) < 0)
            BUG("%s", err.msg);
}

/* What to combine: every architecture with every cell and all of these words. */
static const char *const depths[] = { "depth=1", "depth=2", "depth=3,1", "depth=1,3" };
static const char *const drops[] = { "", "dropout=0.4 dropout_embed=0.3 dropout_out=0.3" };
static const char *const ways[] = {
    "bidirectional=no", "bidirectional=yes merge=sum",
    "bidirectional=yes merge=concat directions=layer", NULL
};
static const char *const looks[] = {
    "attend=before bidirectional=yes", "attend=before deep_output=yes bidirectional=no",
    "attend=after bidirectional=yes merge=concat", "attend=after bidirectional=no",
    "attend=after input_feeding=yes start=zeros",
    "attend=between bidirectional=yes merge=concat bridge=tanh",
    "attend=between bidirectional=no embed=3 tie=yes input_feeding=yes",
    "attend=before start=zeros stateful=yes", NULL
};
static const char *const locations[] = {
    "attend=before location=1 merge=concat", "attend=after location=2 bidirectional=no",
    "attend=after location=7 input_feeding=yes", "attend=between location=1", NULL
};
static const char *const readouts[] = {
    "teacher=0", "teacher=0 peek=yes",
    "teacher=0 broadcast_state=no", "teacher=0 broadcast_state=no peek=yes",
    "teacher=0 inner_broadcast_state=no", "teacher=0 inner_broadcast_state=no peek=yes",
    "teacher=0.5 inner_broadcast_state=no broadcast_state=no",
    "teacher=0.5 broadcast_state=no stateful=yes",
    "teacher=1 inner_broadcast_state=no broadcast_state=no peek=yes readout=3", NULL
};
static const char *const others[] = {
    "length=fixed", "length=fixed embed=3", "embed=3", "hidden=4 residual=yes",
    "layer_norm=yes hidden=7,6 init_range=0.5", "gates=hard init_range=0.3", "bridge=tanh",
    "embed=3 dropout=0.4 dropout_embed=0.3 dropout_out=0.3 dropout_locked=yes",
    "stateful=yes", NULL
};

/* Vectors: how they are fed, and what makes the answer. */
static const char *const teachers[] = { "teacher=1", "teacher=0",
                                        "teacher=0.5 teacher_draw=sentence", NULL };
static const char *const heads[] = { "head=dense", "head=none", NULL };
static const char *const vector_looks[] = {
    "attend=before start=zeros", "attend=before hidden=4,2", "attend=after merge=concat",
    "attend=after input_feeding=yes", "attend=before deep_output=yes", NULL
};
static const char *const vector_readouts[] = {
    "", "peek=yes inner_broadcast_state=no", "broadcast_state=no", NULL
};
static const char *const vector_ways[] = {
    "", "hidden=2 bridge=tanh", "bidirectional=yes", "dropout=0.4", "layer_norm=yes", NULL
};

static void check_words(const char *arch, const char *cell, const char *depth,
                        const char *drop, const char *more)
{
    struct settings s;
    char words[300], name[320];
    snprintf(words, sizeof words, "arch=%s cell=%s %s length=free %s %s", arch, cell, depth,
             drop, more);
    toy_settings(&s);
    assign(&s, words);
    snprintf(name, sizeof name, "gradient: %s", words);
    check(&s, name);
}

/* Such a decoder has nothing in between. */
static bool one_layer(const char *depth)
{
    return !strcmp(depth, "depth=1") || !strcmp(depth, "depth=3,1");
}

/* One architecture and cell: all depths, dropout or not, all of `more`. */
static void check_product(const char *arch, const char *cell, const char *const *more,
                          const char *all)
{
    for (size_t d = 0; d < ARRAY_LEN(depths); d++)
        for (size_t p = 0; p < ARRAY_LEN(drops); p++)
            for (int w = 0; more[w]; w++) {
                char both[160];
                if (strstr(more[w], "between") && one_layer(depths[d]))
                    continue;
                snprintf(both, sizeof both, "%s %s", more[w], all);
                check_words(arch, cell, depths[d], drops[p], both);
            }
}

static void check_vectors(const struct arch *a, const char *cell)
{
    const char *const *more = a == &arch_attention ? vector_looks
                            : a == &arch_readout ? vector_readouts : vector_ways;
    for (int w = 0; more[w]; w++)
        for (int h = 0; heads[h]; h++)
            for (int f = 0; teachers[f]; f++) {
                char words[160];
                if (a->food == FOOD_CONTEXT && f > 0)
                    break; /* is fed nothing */
                if (h == 1 && strstr(more[w], "deep_output"))
                    continue; /* there is no output layer */
                snprintf(words, sizeof words, "length=fixed tokenizer=vector loss=mse %s %s %s",
                         heads[h], teachers[f], more[w]);
                check_words(a->name, cell, w % 2 ? "depth=1,3" : "depth=1", "", words);
                check_words(a->name, cell, "depth=2", "", words);
            }
}

int main(void)
{
    for (int a = 0; arch_table[a]; a++)
        for (int c = 0; cell_table[c]; c++) {
            const char *arch = arch_table[a]->name, *cell = cell_table[c]->name;
            if (arch_table[a] == &arch_attention)
                for (int k = 0; score_table[k]; k++) {
                    char score[40];
                    snprintf(score, sizeof score, "score=%s", score_table[k]->name);
                    check_product(arch, cell, looks, score);
                    for (int w = 0; locations[w]; w++) {
                        char both[120];
                        snprintf(both, sizeof both, "%s %s", score, locations[w]);
                        check_words(arch, cell, "depth=2", "", both);
                    }
                }
            else
                check_product(arch, cell,
                              arch_table[a]->food == FOOD_OUTPUT ? readouts : ways, "");
            check_vectors(arch_table[a], cell);
            for (int w = 0; others[w]; w++)
                if (arch_table[a] != &arch_readout || w != 3) /* residual: refused */
                    check_words(arch, cell, "depth=2", "", others[w]);
        }
    for (int c = 0; cell_table[c]; c++)
        check_words("transfer", cell_table[c]->name, "depth=2", "",
                    "embed=4 tie=yes hidden=4 teacher=0.5 teacher_draw=sentence");
    return failed;
}
