/*
 * What a model says to some validation questions, and where it looks while it answers a few
 * of them: events after every validation, so that one can see how that came about.
 */
#include "base/mem.h"
#include "run/decode.h"
#include "run/train_own.h"

#include <math.h>

enum {
    PROBES = 4, MOST = 48, /* questions; rows and columns of a map at most */
    MOST_PROBES = 64,      /* samples */
};

static char *text_of(const struct codec *c, const struct ids *ids)
{
    struct str s = STR_INIT;
    codec_decode(c, ids->id, ids->n, &s);
    return str_take(&s);
}

static void add_row(struct probe *p, const struct model *m, const struct decode_step *s)
{
    uint8_t *level = p->level + (size_t)p->rows * MOST;
    for (int j = 0; j < p->cols; j++)
        level[j] = (uint8_t)(100 * s->alpha[j] + (real).5);
    p->row[p->rows++] = xstrdup(codec_piece(&m->tgt, s->token));
}

/* false: the model has no attention. */
static bool look(const struct model *m, const struct ids *src, struct probe *p)
{
    struct decode_options o = decode_defaults();
    struct decode *d = decode_start_ids(m, src->id, src->n, &o);
    struct decode_step s;
    bool looks = false;
    while (decode_next(d, &s)) {
        looks = s.alpha != NULL && s.token >= 0;
        if (!looks)
            break;
        if (s.t == 0) {
            p->cols = MIN(s.src_steps, MOST);
            for (int j = 0; j < p->cols; j++)
                p->col[j] = xstrdup(s.src[j] < 0 ? "" : codec_piece(&m->src, s.src[j]));
        }
        if (p->rows < MOST)
            add_row(p, m, &s);
        if (s.done)
            p->guess = xstrdup(s.text);
    }
    decode_free(d);
    return looks;
}

static void release(struct probe *p)
{
    for (int i = 0; i < p->rows; i++)
        free(p->row[i]);
    for (int j = 0; j < p->cols; j++)
        free(p->col[j]);
    free(p->question);
    free(p->guess);
}

static bool put_one(struct trainer *t, int n, int row)
{
    const struct pairs *pairs = t->valid;
    char *rows[MOST], *cols[MOST];
    uint8_t *level = xcalloc(MOST, MOST);
    struct probe p = { .n = n, .row = rows, .col = cols, .level = level, .stride = MOST };
    struct ids src = { 0 };
    for (int k = 0; k < pairs->src_n[row]; k++)
        ids_add(&src, pairs_id(pairs_src(pairs, row)[k]));
    p.question = text_of(&t->model->src, &src);
    bool looks = look(t->model, &src, &p);
    if (looks)
        train_put(t, &(struct event){ .kind = EVENT_PROBE, .probe = &p });
    release(&p);
    ids_release(&src);
    free(level);
    return looks;
}

void train_put_probes(struct trainer *t)
{
    struct rng r;
    int n = MIN(PROBES, t->valid->n);
    if (t->model->src.dim || t->model->tgt.dim)
        return;
    rng_init(&r, (uint64_t)t->model->set.seed, RNG_PROBE, UINT64_MAX);
    for (int i = 0; i < n; i++)
        if (!put_one(t, i, (int)rng_below(&r, (uint64_t)t->valid->n)))
            return;
}

/* ---- answers ---- */

/* How sure the model is of its answer to a held-out pair; NaN where that is not known. */
static double sureness(const struct trainer *t, int row)
{
    const struct model *m = t->model;
    struct decode_options o = decode_defaults();
    struct decode_step s;
    int n = t->valid->src_n[row], *src = xcalloc((size_t)n + 1, sizeof *src);
    double p = NAN;
    if (!m->src.dim && !m->tgt.dim && !model_memory(m)) {
        for (int i = 0; i < n; i++)
            src[i] = pairs_id(pairs_src(t->valid, row)[i]);
        struct decode *d = decode_start_ids(m, src, n, &o);
        while (decode_next(d, &s))
            p = exp(decode_score(d));
        decode_free(d);
    }
    free(src);
    return p;
}

/* One half are the same every time, and in other runs on the same data; the other half are
 * drawn anew. */
void train_put_samples(struct trainer *t)
{
    const struct settings *s = &t->model->set;
    int row[MOST_PROBES], n = MIN(MIN(s->probes, t->valid->n), MOST_PROBES);
    struct sample sample[MOST_PROBES];
    struct rng same, anew;
    rng_init(&same, (uint64_t)s->data_seed, RNG_PROBE, 0);
    rng_init(&anew, (uint64_t)s->seed, RNG_PROBE, (uint64_t)t->step);
    for (int i = 0; i < n; i++)
        row[i] = (int)rng_below(2 * i < n ? &same : &anew, (uint64_t)t->valid->n);
    samples_make(t->model, t->valid, row, n, sample);
    for (int i = 0; i < n; i++)
        sample[i].p = sureness(t, row[i]);
    train_put(t, &(struct event){ .kind = EVENT_SAMPLES, .sample = sample, .samples = n });
    samples_release(sample, n);
}
