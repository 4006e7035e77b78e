/*
 * Before several processes train together, they make sure that they have the same data
 * and the same model, and the leader tells the others where the training stands.
 */
#include "base/mem.h"
#include "run/ranks.h"
#include "run/train_own.h"

/* FNV-1a */
static uint64_t mix(uint64_t h, const void *x, size_t bytes)
{
    const unsigned char *p = x;
    for (size_t i = 0; i < bytes; i++)
        h = (h ^ p[i]) * 0x100000001b3u;
    return h;
}

static uint64_t mix_pairs(uint64_t h, const struct pairs *p)
{
    h = mix(h, &p->n, sizeof p->n);
    h = mix(h, p->src_n, p->n * sizeof *p->src_n);
    h = mix(h, p->tgt_n, p->n * sizeof *p->tgt_n);
    for (int i = 0; i < p->n; i++)
        if (p->id) {
            h = mix(h, pairs_src(p, i), p->src_n[i] * sizeof *p->id);
            h = mix(h, pairs_tgt(p, i), p->tgt_n[i] * sizeof *p->id);
        } else {
            h = mix(h, pairs_src_x(p, i), (size_t)p->src_n[i] * p->src_dim * sizeof *p->x);
            h = mix(h, pairs_tgt_x(p, i), (size_t)p->tgt_n[i] * p->tgt_dim * sizeof *p->x);
        }
    return h;
}

/* Others have other examples, where a file was changed or is another one; and other kernels
 * round in other places, so that the weights would drift apart. */
static int check_same(const struct trainer *t, struct err *err)
{
    const uint64_t basis = 0xcbf29ce484222325u;
    struct seen {
        uint64_t pairs, kernels;
    } *seen = xcalloc((size_t)ranks_count(), sizeof *seen);
    seen[ranks_own()] = (struct seen){
        .pairs = mix_pairs(mix_pairs(basis, t->train), t->valid) ^ t->model->params.total,
        .kernels = mix(basis, gemm_backend(), strlen(gemm_backend())),
    };
    int bad = ranks_share(seen, sizeof *seen, err);
    for (int r = 1; !bad && r < ranks_count(); r++)
        if (seen[r].pairs != seen[0].pairs)
            bad = err_set(err, "process %d has other examples than process 0: the data must "
                          "be the same on all machines", r);
        else if (seen[r].kernels != seen[0].kernels)
            bad = err_set(err, "process %d runs on another kind of CPU than process 0, with "
                          "other kernels: its numbers would drift away", r);
    free(seen);
    return bad;
}

/* What the leader has as text; the caller frees. */
static char *tell_text(const char *text, struct err *err)
{
    size_t n = text ? strlen(text) + 1 : 0;
    if (ranks_tell(&n, sizeof n, err) < 0)
        return NULL;
    char *got = xcalloc(n + 1, 1);
    if (ranks_own() == 0 && n)
        memcpy(got, text, n);
    if (ranks_tell(got, n, err) < 0) {
        free(got);
        return NULL;
    }
    return got;
}

static int tell_counters(struct trainer *t, struct err *err)
{
    char *mine = train_counters(t), *counters = tell_text(mine, err);
    char *history = counters ? tell_text(t->model->history, err) : NULL;
    int bad = history ? 0 : -1;
    if (!bad && ranks_own() > 0) {
        bad = train_set_counters(t, counters, err);
        train_set_history(t, history[0] ? history : NULL);
    }
    free(mine);
    free(counters);
    free(history);
    return bad;
}

int train_share(struct trainer *t, struct err *err)
{
    size_t bytes = t->model->params.total * sizeof(real);
    if (ranks_count() == 1)
        return 0;
    if (check_same(t, err) < 0 || tell_counters(t, err) < 0 ||
        ranks_tell(t->model->params.x, bytes, err) < 0)
        return -1;
    for (int k = 0; k < t->optim->moments; k++)
        if (ranks_tell(t->moment[k], bytes, err) < 0)
            return -1;
    if (t->average && ranks_tell(t->average, bytes, err) < 0)
        return -1;
    return t->memory ? ranks_tell(t->memory, (size_t)t->model->set.batch *
                                  model_memory(t->model) * sizeof *t->memory, err) : 0;
}
