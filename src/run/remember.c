#include "run/remember.h"

#include "base/mem.h"

void remember(const struct model *m, struct tape *t, const struct pairs *p, real *memory)
{
    struct forcing f = forcing_to_measure(m->arch);
    int *row = xcalloc(p->n, sizeof *row);
    struct batch b;
    if (p->n == 0)
        BUG("nothing to remember");
    for (int i = 0; i < p->n; i++)
        row[i] = i;
    tape_start(t, NULL, NULL);
    batch_make(&b, t->arena, p, row, p->n, vocab_special(m->tgt.vocab, VOCAB_SOS));
    b.memory = memory;
    arch_logits(m, t, &b, &f);
    free(row);
}

void remember_nothing(const struct model *m, const struct pairs *p, const int *row, int rows,
                      real *memory)
{
    size_t cols = model_memory(m);
    for (int r = 0; r < rows; r++)
        if (pairs_opens(p, row[r]))
            memset(memory + r * cols, 0, cols * sizeof *memory);
}

void remember_pair(const struct model *m, struct pairs *to, const int *src, int src_n,
                   const struct ids *said, bool ended)
{
    struct ids all = { 0 };
    for (int i = 0; i < said->n; i++)
        ids_add(&all, said->id[i]);
    if (ended)
        ids_add(&all, vocab_special(m->tgt.vocab, VOCAB_EOS));
    while (m->tgt.fixed && all.n < m->tgt.len)
        ids_add(&all, m->tgt.filler);
    pairs_add(to, src, src_n, all.id, all.n);
    ids_release(&all);
}
