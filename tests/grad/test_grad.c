/*
 * Every gradient against finite differences, in double, over the product of the
 * tables: a new row is checked by existing.
 */
#include "tests/toy.h"

#include "nn/loss.h"

#include <math.h>

enum { ROWS = 3 };

static double loss_of(const struct toy *toy, struct tape *t, real *grad, const struct rng *r)
{
    const struct model *m = toy->model;
    int row[ROWS] = { 0, 1, 2 };
    struct batch b;
    struct loss_sums sums = { 0 };
    tape_start(t, grad, r);
    batch_make(&b, t->arena, &toy->pairs, row, ROWS, vocab_special(m->tgt.vocab, VOCAB_SOS));
    loss_xent(t, m->arch->logits(m, t, &b), b.out, 1.0 / ROWS, &sums);
    if (grad)
        tape_back(t);
    return sums.loss / ROWS;
}

/* The worst relative difference over all weights. */
static double worst_difference(const struct toy *toy, const struct rng *r)
{
    struct params *p = &toy->model->params;
    struct tape t;
    real *grad = xaligned(p->total * sizeof *grad);
    double worst = 0;
    tape_init(&t, p);
    loss_of(toy, &t, grad, r);
    /* forward only would switch dropout's masks off as well: keep the tape training */
    real *unused = xaligned(p->total * sizeof *unused);
    for (int i = 0; i < p->n; i++)
        for (size_t k = 0; k < (size_t)p->tensor[i]->rows * p->tensor[i]->cols; k++) {
            real *w = p->tensor[i]->x + k, was = *w, h = 1e-5;
            *w = was + h;
            params_pack(p, 0, 1);
            double up = loss_of(toy, &t, unused, r);
            *w = was - h;
            params_pack(p, 0, 1);
            double down = loss_of(toy, &t, unused, r);
            *w = was;
            double slope = (up - down) / (2 * h), got = grad[p->tensor[i]->at + k];
            double diff = fabs(slope - got) / fmax(1, fabs(slope) + fabs(got));
            worst = fmax(worst, diff);
        }
    params_pack(p, 0, 1);
    tape_release(&t);
    free(grad);
    free(unused);
    return worst;
}

static void set(struct settings *s, const char *key, const char *value)
{
    struct err err;
    if (settings_set(s, key, value, &err) < 0)
        BUG("%s", err.msg);
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

static const char *const depths[] = { "1", "2", "3,1", "1,3" };
static const char *const widths[] = { "5,4", "4" };
static const char *const lengths[] = { "fixed", "free" };
static const char *const embeds[] = { "0", "3" };

int main(void)
{
    for (int a = 0; arch_table[a]; a++)
        for (int c = 0; cell_table[c]; c++)
            for (size_t d = 0; d < ARRAY_LEN(depths); d++)
                for (int k = 0; k < 16; k++) {
                    struct settings s;
                    char name[400];
                    toy_settings(&s);
                    set(&s, "arch", arch_table[a]->name);
                    set(&s, "cell", cell_table[c]->name);
                    set(&s, "depth", depths[d]);
                    set(&s, "length", lengths[k & 1]);
                    set(&s, "embed", embeds[k >> 1 & 1]);
                    set(&s, "hidden", widths[k >> 2 & 1]);
                    set(&s, "dropout", k >> 3 ? "0.4" : "0");
                    snprintf(name, sizeof name, "gradient: %s %s depth %s length %s embed %s "
                             "hidden %s dropout %g", s.arch, s.cell, depths[d], s.length,
                             embeds[k >> 1 & 1], widths[k >> 2 & 1], s.dropout);
                    check(&s, name);
                }
    for (int c = 0; cell_table[c]; c++) {
        struct settings s;
        char name[400];
        toy_settings(&s);
        set(&s, "arch", "transfer");
        set(&s, "cell", cell_table[c]->name);
        set(&s, "gates", "hard");
        snprintf(name, sizeof name, "gradient: %s with hard gates", s.cell);
        check(&s, name);
    }
    return failed;
}
