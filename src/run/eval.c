#include "run/eval.h"

#include "base/mem.h"
#include "nn/loss.h"
#include "num/pool.h"
#include "run/budget.h"
#include "run/ranks.h"
#include "run/remember.h"
#include "run/streams.h"

#include <math.h>

enum {
    CHUNK = 32, CHUNKS = 32, /* rows of a batch; batches of one eval_next, of each process */
    LOOK_BACK = 64,          /* lines before a sample that a stateful model hears */
};

struct eval {
    const struct model *model;
    const struct pairs *pairs;
    struct tape *tape;          /* one per thread */
    int threads;
    int done, all;              /* rows */
    int answers;                /* of them to be decoded */
    const struct decode_options *by; /* NULL: greedily */
    struct kept {
        char *text;
        bool ok;
    } *kept;                    /* [all] answers; NULL: nobody asked to keep them */
    struct streams streams;     /* stateful: step by step they are the rows, and ... */
    int step;
    real *truth, *own;          /* ... [streams.rows, model_memory()] is known before one:
                                   with the right answers, and with those it gave; else NULL */
    struct loss_sums sums;
    int64_t exact, decoded;
    struct chunk {
        struct loss_sums sums;
        int64_t exact, decoded;
    } *chunk;                   /* [ranks][CHUNKS] added in the order of the rows */
    int ranks, rank;            /* processes that share the work, and this one's number */
    bool shared;                /* they go on together, even if each does it all */
};

struct eval *eval_start(const struct model *m, const struct pairs *p, int limit)
{
    struct eval *e = xcalloc(1, sizeof *e);
    e->model = m;
    e->pairs = p;
    e->all = limit > 0 ? MIN(limit, p->n) : p->n;
    e->answers = e->all;
    e->threads = pool_size();
    e->ranks = 1;
    e->chunk = xcalloc(CHUNKS, sizeof *e->chunk);
    e->tape = xcalloc(e->threads, sizeof *e->tape);
    for (int i = 0; i < e->threads; i++)
        tape_init(&e->tape[i], &m->params);
    if (model_memory(m)) {
        streams_init(&e->streams, p, e->all, CHUNK * CHUNKS);
        size_t n = (size_t)e->streams.rows * model_memory(m);
        e->truth = xcalloc(n, sizeof *e->truth);
        e->own = xcalloc(n, sizeof *e->own);
    }
    return e;
}

void eval_decode(struct eval *e, int answers)
{
    e->answers = answers > 0 ? MIN(answers, e->all) : e->all;
}

void eval_decode_by(struct eval *e, const struct decode_options *o)
{
    e->by = o;
}

void eval_keep(struct eval *e)
{
    e->kept = xcalloc((size_t)e->all, sizeof *e->kept);
}

/* The answer to a row, in ids or in vectors. */
struct answer {
    struct ids ids;
    struct vectors x;
};

static struct ids ids_of_row(const struct pairs *p, int i, bool target)
{
    const uint16_t *id = target ? pairs_tgt(p, i) : pairs_src(p, i);
    int n = target ? p->tgt_n[i] : p->src_n[i];
    struct ids ids = { 0 };
    for (int k = 0; k < n; k++)
        ids_add(&ids, pairs_id(id[k]));
    return ids;
}

static void answers_make(const struct model *m, struct tape *t, const struct pairs *p,
                         const int *row, int n, const struct decode_options *by,
                         const real *memory, struct answer *out)
{
    struct ids *ids = xcalloc(n, sizeof *ids);
    struct vectors *x = xcalloc(n, sizeof *x);
    struct decode_options o = by ? *by : decode_defaults();
    o.memory = memory;
    if (m->tgt.dim)
        decode_vectors(m, t, p, row, n, memory, x);
    else
        decode_rows_by(m, t, p, row, n, &o, ids);
    for (int i = 0; i < n; i++)
        out[i] = (struct answer){ ids[i], x[i] };
    free(ids);
    free(x);
}

static void answer_release(struct answer *a)
{
    ids_release(&a->ids);
    vectors_release(&a->x);
}

/* What is known after these answers; memory [n, model_memory()]. */
static void answers_remember(const struct model *m, struct tape *t, const struct pairs *p,
                             const int *row, int n, const struct answer *a, real *memory)
{
    struct pairs said;
    pairs_init(&said);
    for (int i = 0; i < n; i++) {
        if (m->tgt.dim) {
            struct vectors src = { .n = p->src_n[row[i]], .dim = p->src_dim,
                                   .x = (real *)pairs_src_x(p, row[i]) };
            pairs_add_vectors(&said, &src, &a[i].x);
            continue;
        }
        struct ids src = ids_of_row(p, row[i], false);
        remember_pair(m, &said, src.id, src.n, &a[i].ids, a[i].ids.n < MAX(m->tgt.len, 1));
        ids_release(&src);
    }
    remember(m, t, &said, memory);
    pairs_release(&said);
}

static bool same_vectors(const struct pairs *p, int row, const struct vectors *got)
{
    const real *want = pairs_tgt_x(p, row);
    size_t all = (size_t)p->tgt_n[row] * p->tgt_dim;
    for (size_t i = 0; i < all; i++)
        if (!(fabs((double)got->x[i] - (double)want[i]) <= LOSS_CLOSE))
            return false;
    return true;
}

static bool same_ids(const struct pairs *p, int row, const struct ids *got, int eos)
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

static bool same_answer(const struct model *m, const struct pairs *p, int row,
                        const struct answer *got)
{
    return m->tgt.dim ? same_vectors(p, row, &got->x)
                      : same_ids(p, row, &got->ids, vocab_special(m->tgt.vocab, VOCAB_EOS));
}

static char *text_of(const struct codec *c, const struct answer *a)
{
    struct str s = STR_INIT;
    if (c->dim)
        codec_decode_vectors(c, a->x.x, a->x.n, &s);
    else
        codec_decode(c, a->ids.id, a->ids.n, &s);
    return str_take(&s);
}

/* Is row i one of those that are decoded? */
static bool is_decoded(const struct eval *e, int i)
{
    return (int64_t)i * e->answers / e->all != (int64_t)(i + 1) * e->answers / e->all;
}

/* Which of a chunk's rows have the right answer. A stateful model gives them all: what it
 * said is what it knows afterwards, own [n, model_memory()]. */
static void decode_chunk(struct eval *e, int k, struct tape *tape, const int *from, int all,
                         real *own)
{
    int row[CHUNK], n = 0;
    struct answer answer[CHUNK];
    for (int i = 0; i < all; i++)
        if (own || is_decoded(e, from[i]))
            row[n++] = from[i];
    if (n == 0)
        return;
    answers_make(e->model, tape, e->pairs, row, n, e->by, own, answer);
    if (own)
        answers_remember(e->model, tape, e->pairs, row, n, answer, own);
    for (int i = 0; i < n; i++) {
        bool ok = same_answer(e->model, e->pairs, row[i], &answer[i]);
        e->chunk[k].exact += ok;
        if (e->kept)
            e->kept[row[i]] = (struct kept){ text_of(&e->model->tgt, &answer[i]), ok };
        answer_release(&answer[i]);
    }
    e->chunk[k].decoded = n;
}

/* Chunk k of this turn has n pairs; truth and own are what is known before them. */
static void work_rows(struct eval *e, int k, struct tape *tape, const int *row, int n,
                      real *truth, real *own)
{
    const struct model *m = e->model;
    struct forcing f = forcing_to_measure(m->arch);
    struct batch b;
    tape_start(tape, NULL, NULL);
    batch_make(&b, tape->arena, e->pairs, row, n, vocab_special(m->tgt.vocab, VOCAB_SOS));
    if (!b.out_x)
        batch_drop_padding(&b, tape->arena);
    b.memory = truth;
    struct node *y = arch_logits(m, tape, &b, &f);
    if (b.out_x)
        loss_mse(tape, y, b.out_x, 1, &e->chunk[k].sums);
    else
        loss_xent(tape, y, b.out, 1, 0, &e->chunk[k].sums);
    decode_chunk(e, k, tape, row, n, own);
}

static void work_chunk(struct eval *e, int k, struct tape *tape, int first)
{
    int row[CHUNK], n = MIN(CHUNK, e->all - first);
    for (int i = 0; i < n; i++)
        row[i] = first + i;
    work_rows(e, k, tape, row, n, NULL, NULL);
}

static void work(void *own, int id, int n)
{
    struct eval *e = own;
    for (int k = id; k < CHUNKS; k += n) {
        int first = e->done + (k * e->ranks + e->rank) * CHUNK;
        if (first < e->all)
            work_chunk(e, e->rank * CHUNKS + k, &e->tape[id], first);
    }
}

/* One step of the streams, their rows in equal parts. */
static void work_streams(void *own, int id, int n)
{
    struct eval *e = own;
    int rows;
    const int *row = streams_rows(&e->streams, e->step, &rows);
    for (int k = id; k < CHUNKS; k += n) {
        int first = rows * k / CHUNKS, part = rows * (k + 1) / CHUNKS - first;
        size_t at = (size_t)first * model_memory(e->model);
        if (part == 0)
            continue;
        remember_nothing(e->model, e->pairs, row + first, part, e->truth + at);
        remember_nothing(e->model, e->pairs, row + first, part, e->own + at);
        work_rows(e, k, &e->tape[id], row + first, part, e->truth + at, e->own + at);
    }
}

static int next(struct eval *e, struct err *err)
{
    int rows = e->ranks * CHUNKS * CHUNK;
    if (e->done >= e->all)
        return 0;
    memset(e->chunk, 0, (size_t)e->ranks * CHUNKS * sizeof *e->chunk);
    pool_run(e->own ? work_streams : work, e);
    if (e->own)
        streams_rows(&e->streams, e->step++, &rows);
    if (e->shared && ranks_share(e->chunk, e->ranks > 1 ? CHUNKS * sizeof *e->chunk : 0, err) < 0)
        return -1;
    for (int i = 0; i < e->ranks * CHUNKS; i++) {
        int k = i % e->ranks * CHUNKS + i / e->ranks;
        e->sums.loss += e->chunk[k].sums.loss;
        e->sums.correct += e->chunk[k].sums.correct;
        e->sums.tokens += e->chunk[k].sums.tokens;
        e->exact += e->chunk[k].exact;
        e->decoded += e->chunk[k].decoded;
    }
    e->done = MIN(e->all, e->done + rows);
    return e->done < e->all;
}

int eval_next(struct eval *e)
{
    return next(e, NULL);
}

int eval_next_shared(struct eval *e, struct err *err)
{
    /* what a stateful model knows of a talk is with who heard it, and so are answers */
    e->shared = ranks_count() > 1;
    if (e->done == 0 && !e->own && !e->kept && e->shared) {
        e->ranks = ranks_count();
        e->rank = ranks_own();
        free(e->chunk);
        e->chunk = xcalloc((size_t)e->ranks * CHUNKS, sizeof *e->chunk);
    }
    return next(e, err);
}

struct eval_result eval_result(const struct eval *e)
{
    double tokens = (double)MAX(e->sums.tokens, 1);
    return (struct eval_result){
        .loss = e->sums.loss / tokens,
        .acc = (double)e->sums.correct / tokens,
        .exact = (double)e->exact / (double)MAX(e->decoded, 1),
        .count = e->decoded,
        .tokens = e->sums.tokens,
        .score = NAN,
    };
}

void eval_free(struct eval *e)
{
    if (!e)
        return;
    for (int i = 0; i < e->threads; i++)
        tape_release(&e->tape[i]);
    for (int i = 0; e->kept && i < e->all; i++)
        free(e->kept[i].text);
    free(e->kept);
    free(e->chunk);
    streams_release(&e->streams);
    free(e->truth);
    free(e->own);
    free(e->tape);
    free(e);
}

/* One side of pair i. */
static char *text_of_row(const struct codec *c, const struct pairs *p, int i, bool target)
{
    int n = target ? p->tgt_n[i] : p->src_n[i];
    struct answer row = { { 0 }, { 0 } };
    if (c->dim) {
        const real *x = target ? pairs_tgt_x(p, i) : pairs_src_x(p, i);
        row.x = (struct vectors){ .n = n, .dim = c->dim,
                                  .x = xmemdup(x, (size_t)n * c->dim * sizeof *x) };
    } else {
        row.ids = ids_of_row(p, i, target);
    }
    char *s = text_of(c, &row);
    answer_release(&row);
    return s;
}

void eval_sample(const struct eval *e, int i, struct sample *out)
{
    if (!e->kept || !e->kept[i].text)
        BUG("answer %d was not kept", i);
    out->question = text_of_row(&e->model->src, e->pairs, i, false);
    out->truth = text_of_row(&e->model->tgt, e->pairs, i, true);
    out->guess = xstrdup(e->kept[i].text);
    out->ok = e->kept[i].ok;
}

double eval_score(const struct eval *e, const struct metric *metric)
{
    struct metric_options o = metric_defaults();
    struct segments guess = { 0 }, truth = { 0 };
    struct measure m;
    for (int i = 0; i < e->all; i++) {
        if (!e->kept[i].text)
            continue;
        char *t = text_of_row(&e->model->tgt, e->pairs, i, true);
        segments_add(&guess, e->kept[i].text, strlen(e->kept[i].text));
        segments_add(&truth, t, strlen(t));
        free(t);
    }
    measure_start(&m, metric, &o);
    measure_lines(&m, &guess, &truth, 1);
    double score = measure_score(&m, m.sum);
    measure_release(&m);
    segments_release(&guess);
    segments_release(&truth);
    return score;
}

/* The answer to one pair, by a stateful model that has heard the lines before. */
static void answer_in_talk(const struct model *m, struct tape *t, const struct pairs *p,
                           int row, struct answer *out)
{
    real *memory = xcalloc(model_memory(m), sizeof *memory);
    int from = row;
    while (!pairs_opens(p, from) && from > row - LOOK_BACK)
        from--;
    for (int i = from; i <= row; i++) {
        answers_make(m, t, p, &i, 1, NULL, memory, out);
        if (i == row)
            break;
        answers_remember(m, t, p, &i, 1, out, memory);
        answer_release(out);
    }
    free(memory);
}

void samples_make(const struct model *m, const struct pairs *p, const int *row, int n,
                  struct sample *out)
{
    struct answer *answer = xcalloc(n, sizeof *answer);
    struct tape tape;
    tape_init(&tape, &m->params);
    if (model_memory(m))
        for (int i = 0; i < n; i++)
            answer_in_talk(m, &tape, p, row[i], &answer[i]);
    else
        answers_make(m, &tape, p, row, n, NULL, NULL, answer);
    for (int i = 0; i < n; i++) {
        out[i].question = text_of_row(&m->src, p, row[i], false);
        out[i].truth = text_of_row(&m->tgt, p, row[i], true);
        out[i].guess = text_of(&m->tgt, &answer[i]);
        out[i].ok = same_answer(m, p, row[i], &answer[i]);
        answer_release(&answer[i]);
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

/* The largest of the chunks that a thread takes: its first pair, and how many. */
static int largest_chunk(const struct pairs *p, int id, int threads, int *rows)
{
    int64_t most = -1;
    int found = 0;
    for (int first = 0; first < p->n; first += CHUNK) {
        int n = MIN(CHUNK, p->n - first), src = 0, tgt = 0;
        if (first / CHUNK % CHUNKS % threads != id)
            continue;
        for (int i = first; i < first + n; i++) {
            src = MAX(src, p->src_n[i]);
            tgt = MAX(tgt, p->tgt_n[i]);
        }
        if ((int64_t)n * (src + tgt) > most) {
            most = (int64_t)n * (src + tgt);
            found = first;
            *rows = n;
        }
    }
    return found;
}

/* What n rows of a chunk take. */
static size_t chunk_memory(struct eval *e, const int *row, int rows, int n)
{
    int pick[CHUNK];
    budget_pick(e->pairs, row, rows, n, pick);
    work_rows(e, 0, e->tape, pick, n, NULL, NULL);
    return arena_used(e->tape->arena);
}

size_t eval_memory(const struct model *m, const struct pairs *p)
{
    struct eval *e = eval_start(m, p, 0);
    size_t all = 0;
    e->answers = 0; /* a step of decoding takes less */
    for (int id = 0; id < e->threads; id++) {
        int row[CHUNK], rows = 0, first = largest_chunk(p, id, e->threads, &rows);
        for (int i = 0; i < rows; i++)
            row[i] = first + i;
        if (rows > 2 * BUDGET_ROWS) {
            size_t little = chunk_memory(e, row, rows, BUDGET_ROWS);
            size_t more = chunk_memory(e, row, rows, 2 * BUDGET_ROWS);
            all += budget_line(BUDGET_ROWS, little, more, rows);
        } else if (rows > 0) {
            all += chunk_memory(e, row, rows, rows);
        }
    }
    eval_free(e);
    return all;
}
