#include "run/eval.h"

#include "base/mem.h"
#include "nn/loss.h"
#include "num/pool.h"
#include "run/decode.h"

enum { CHUNK = 128, CHUNKS = 8 }; /* rows of a batch; batches of one eval_next */

struct eval {
    const struct model *model;
    const struct pairs *pairs;
    struct tape *tape;          /* one per thread */
    int threads;
    int done, all;              /* rows */
    struct loss_sums sums;
    int64_t exact;
    struct {
        struct loss_sums sums;
        int64_t exact;
    } chunk[CHUNKS];            /* added in order, whoever made them */
};

struct eval *eval_start(const struct model *m, const struct pairs *p, int limit)
{
    struct eval *e = xcalloc(1, sizeof *e);
    e->model = m;
    e->pairs = p;
    e->all = limit > 0 ? MIN(limit, p->n) : p->n;
    e->threads = pool_size();
    e->tape = xcalloc(e->threads, sizeof *e->tape);
    for (int i = 0; i < e->threads; i++)
        tape_init(&e->tape[i], &m->params);
    return e;
}

static bool same_answer(const struct pairs *p, int row, const struct ids *got, int eos)
{
    const uint16_t *want = pairs_tgt(p, row);
    int n = 0; /* decoding leaves out </s> and what fills up behind it */
    while (n < p->tgt_n[row] && !(eos >= 0 && want[n] == eos))
        n++;
    if (got->n != n)
        return false;
    for (int i = 0; i < n; i++)
        if (got->id[i] != want[i])
            return false;
    return true;
}

static void work_chunk(struct eval *e, int k, struct tape *tape)
{
    const struct model *m = e->model;
    int row[CHUNK], first = e->done + k * CHUNK, n = MIN(CHUNK, e->all - first);
    int eos = vocab_special(m->tgt.vocab, VOCAB_EOS);
    struct ids answer[CHUNK] = { { 0 } };
    struct forcing f = forcing_to_measure(m->arch);
    struct batch b;
    for (int i = 0; i < n; i++)
        row[i] = first + i;
    tape_start(tape, NULL, NULL);
    batch_make(&b, tape->arena, e->pairs, row, n, vocab_special(m->tgt.vocab, VOCAB_SOS));
    loss_xent(tape, arch_logits(m, tape, &b, &f), b.out, 1, &e->chunk[k].sums);
    decode_rows(m, tape, e->pairs, row, n, answer);
    for (int i = 0; i < n; i++) {
        e->chunk[k].exact += same_answer(e->pairs, row[i], &answer[i], eos);
        ids_release(&answer[i]);
    }
}

static void work(void *own, int id, int n)
{
    struct eval *e = own;
    for (int k = id; k < CHUNKS; k += n)
        if (e->done + k * CHUNK < e->all)
            work_chunk(e, k, &e->tape[id]);
}

int eval_next(struct eval *e)
{
    if (e->done >= e->all)
        return 0;
    memset(e->chunk, 0, sizeof e->chunk);
    pool_run(work, e);
    for (int k = 0; k < CHUNKS; k++) {
        e->sums.loss += e->chunk[k].sums.loss;
        e->sums.correct += e->chunk[k].sums.correct;
        e->sums.tokens += e->chunk[k].sums.tokens;
        e->exact += e->chunk[k].exact;
    }
    e->done = MIN(e->all, e->done + CHUNKS * CHUNK);
    return e->done < e->all;
}

struct eval_result eval_result(const struct eval *e)
{
    double tokens = (double)MAX(e->sums.tokens, 1), rows = MAX(e->done, 1);
    return (struct eval_result){
        .loss = e->sums.loss / tokens,
        .acc = (double)e->sums.correct / tokens,
        .exact = (double)e->exact / rows,
        .count = e->done,
    };
}

void eval_free(struct eval *e)
{
    if (!e)
        return;
    for (int i = 0; i < e->threads; i++)
        tape_release(&e->tape[i]);
    free(e->tape);
    free(e);
}

static char *text_of(const struct codec *c, const int *id, int n)
{
    struct str s = STR_INIT;
    codec_decode(c, id, n, &s);
    return str_take(&s);
}

static char *text_of_row(const struct codec *c, const uint16_t *id, int n)
{
    struct ids row = { 0 };
    for (int i = 0; i < n; i++)
        ids_add(&row, pairs_id(id[i]));
    char *s = text_of(c, row.id, row.n);
    ids_release(&row);
    return s;
}

void samples_make(const struct model *m, const struct pairs *p, const int *row, int n,
                  struct sample *out)
{
    struct ids *answer = xcalloc(n, sizeof *answer);
    struct tape tape;
    tape_init(&tape, &m->params);
    decode_rows(m, &tape, p, row, n, answer);
    for (int i = 0; i < n; i++) {
        out[i].question = text_of_row(&m->src, pairs_src(p, row[i]), p->src_n[row[i]]);
        out[i].truth = text_of_row(&m->tgt, pairs_tgt(p, row[i]), p->tgt_n[row[i]]);
        out[i].guess = text_of(&m->tgt, answer[i].id, answer[i].n);
        out[i].ok = same_answer(p, row[i], &answer[i],
                                vocab_special(m->tgt.vocab, VOCAB_EOS));
        ids_release(&answer[i]);
    }
    tape_release(&tape);
    free(answer);
}

void samples_release(struct sample *s, int n)
{
    for (int i = 0; i < n; i++) {
        free(s[i].question);
        free(s[i].truth);
        free(s[i].guess);
    }
}
