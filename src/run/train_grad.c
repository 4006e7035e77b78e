/*
 * The gradient of a step: its batches, the shards that they are cut into, and how the
 * shards' gradients become one.
 *
 * A shard adds up what its part of every batch of the step says; then the shards are added
 * in pairs, the pairs in pairs, and so on: ((0 1) (2 3)) ((4 5) (6 7)). Whoever holds some
 * neighbours can add them first, and the bits are the same: so a process works on 1, 2, 4
 * ... shards that lie together, and the processes' sums are added in the same way.
 */
#include "base/mem.h"
#include "num/pool.h"
#include "num/vec.h"
#include "run/budget.h"
#include "run/ranks.h"
#include "run/remember.h"
#include "run/train_own.h"
#include "text/respell.h"

/* The batch of pairs row[0..rows-1] as it is trained on: words dropped, and no padding. */
static void make_batch(const struct trainer *t, struct arena *a, const int *row, int rows,
                       uint64_t stream, struct batch *b)
{
    const struct model *m = t->model;
    struct rng words;
    batch_make(b, a, t->pairs, row, rows, vocab_special(m->tgt.vocab, VOCAB_SOS));
    if (b->out_x)
        return;
    rng_init(&words, (uint64_t)m->set.seed, RNG_WORDS, stream);
    if (m->set.dropout_word > 0)
        batch_drop_words(b, m->set.dropout_word, m->arch->food == FOOD_TOKEN, &words);
    if (m->set.dropout_source > 0)
        batch_drop_sources(b, m->set.dropout_source, &words);
    batch_drop_padding(b, a);
}

/* Each row twice, side by side: 0 0 1 1 2 2 ... */
static const int *twice(struct arena *a, const int *row, int rows)
{
    int *pairs = arena_alloc(a, 2 * (size_t)rows * sizeof *pairs);
    for (int r = 0; r < 2 * rows; r++)
        pairs[r] = row[r / 2];
    return pairs;
}

static void shard_gradient(struct trainer *t, struct shard *s, const int *row, int rows,
                           uint64_t stream, struct loss_sums *sums)
{
    struct model *m = t->model;
    bool agree = m->set.consistency > 0;
    struct forcing f = { .ratio = t->teacher,
                         .by_sentence = !strcmp(m->set.teacher_draw, "sentence") };
    struct batch b;
    struct rng drop, force;
    rng_init(&drop, (uint64_t)m->set.seed, RNG_DROPOUT, stream);
    /* all parts of a batch toss the same coins, as one batch would */
    rng_init(&force, (uint64_t)m->set.seed, RNG_FORCE, t->batch);
    f.rng = &force;
    tape_start(&s->tape, s->grad, &drop);
    if (!t->first)
        tape_add(&s->tape);
    double began = train_clock();
    if (agree) {
        row = twice(s->tape.arena, row, rows);
        rows *= 2;
    }
    s->tape.lock = m->set.dropout_locked ? rows : 0;
    make_batch(t, s->tape.arena, row, rows, stream, &b);
    s->waited += train_clock() - began;
    if (t->memory)
        b.memory = t->memory + (row - t->row) * model_memory(m);
    struct node *y = arch_logits(m, &s->tape, &b, &f);
    if (b.out_x)
        loss_mse(&s->tape, y, b.out_x, t->scale, sums);
    else if (agree)
        loss_xent_twice(&s->tape, y, b.out, t->scale, m->set.smoothing, m->set.consistency,
                        sums);
    else
        loss_xent(&s->tape, y, b.out, t->scale, m->set.smoothing, sums);
    tape_back(&s->tape);
}

/* The first row of shard k of the batch. */
static int shard_row(const struct trainer *t, int k)
{
    return t->rows * k / t->model->set.shards;
}

/* A pass over no rows: the gradient is zero. */
static void nothing(struct shard *s)
{
    tape_start(&s->tape, s->grad, NULL);
    tape_back(&s->tape);
}

/* Forwards and back: every shard on one thread. */
static void work_gradients(void *own, int id, int n)
{
    struct trainer *t = own;
    for (int i = id; i < t->shards; i += n) {
        struct shard *s = &t->shard[i];
        int k = t->shard_first + i, first = shard_row(t, k), rows = shard_row(t, k + 1) - first;
        if (rows)
            shard_gradient(t, s, t->row + first, rows,
                           t->batch * (uint64_t)t->model->set.shards + (uint64_t)k,
                           &t->sums[k]);
        else if (t->first)
            nothing(s);
    }
}

size_t train_range(const struct trainer *t, size_t c, size_t *n)
{
    *n = MIN((size_t)TRAIN_RANGE, t->model->params.total - c * TRAIN_RANGE);
    return c * TRAIN_RANGE;
}

size_t train_next_chunk(const struct trainer *t, size_t c, int id, int n)
{
    enum { NEIGHBOURS = 8, ROUNDS = 8 }; /* at most; at least, or a thread has more than others */
    size_t run = MIN((size_t)NEIGHBOURS, MAX((size_t)1, t->chunks / (ROUNDS * (size_t)n)));
    size_t round = run * (size_t)n, first = run * (size_t)id;
    if (c % round < first)
        return c - c % round + first;
    return c % round < first + run ? c : c - c % round + round + first;
}

/* Which rows of sparse gradients the shards will have, once they are together, and which
 * chunks of the first one are zero then. Are there any in the other shards? */
static bool gather_touched(struct trainer *t)
{
    const struct params *p = &t->model->params;
    int n, moving = 0;
    for (size_t c = 0; c < t->chunks; c++)
        if (t->chunk[c] == CHUNK_TOUCHED)
            t->chunk[c] = CHUNK_ZERO;
    for (int i = 0; i < p->n; i++) {
        const struct tensor *w = p->tensor[i];
        if (!tape_is_sparse(w))
            continue;
        for (int step = 1; step < t->shards; step *= 2)
            for (int k = 0; k + step < t->shards; k += 2 * step) {
                const int *row = tape_touched(&t->shard[k + step].tape, w, &n);
                tape_touch(&t->shard[k].tape, w, row, n);
                moving += n;
            }
        const int *row = tape_touched(&t->shard[0].tape, w, &n);
        for (int r = 0; r < n; r++) {
            size_t at = w->at + (size_t)row[r] * w->cols, last = at + w->cols - 1;
            for (size_t c = at / TRAIN_RANGE; c <= last / TRAIN_RANGE; c++)
                if (t->chunk[c] == CHUNK_ZERO)
                    t->chunk[c] = CHUNK_TOUCHED;
        }
    }
    return moving > 0;
}

/* Rows of sparse gradients move from shard to shard: what they leave is zero. */
static void work_rows(void *own, int id, int n)
{
    struct trainer *t = own;
    const struct params *p = &t->model->params;
    for (int step = 1; step < t->shards; step *= 2)
        for (int k = 0; k + step < t->shards; k += 2 * step)
            for (int i = 0; i < p->n; i++) {
                const struct tensor *w = p->tensor[i];
                int count;
                const int *row = tape_touched(&t->shard[k + step].tape, w, &count);
                for (int r = 0; r < count; r++) {
                    size_t at = w->at + (size_t)row[r] * w->cols;
                    if (row[r] % n != id)
                        continue; /* another thread's */
                    vec_add(w->cols, t->shard[k + step].grad + at, t->shard[k].grad + at);
                    vec_zero(w->cols, t->shard[k + step].grad + at);
                }
            }
}

real *train_add_shards(struct trainer *t, size_t c, real *sum)
{
    size_t len, at = train_range(t, c, &len);
    real *first = t->grad + at;
    if (t->chunk[c] != CHUNK_DENSE || t->shards == 1)
        return first;
    for (int step = 1; step < t->shards; step *= 2)
        for (int k = 0; k + step < t->shards; k += 2 * step) {
            const real *other = t->shard[k + step].grad + at;
            if (2 * step < t->shards || sum == first)
                vec_add(len, other, t->shard[k].grad + at);
            else /* the last two */
                vec_sum(len, first, other, sum);
        }
    return sum;
}

/* The shards' gradients come together in the first one's buffer. */
static void work_sum(void *own, int id, int n)
{
    struct trainer *t = own;
    for (size_t c = train_next_chunk(t, 0, id, n); c < t->chunks;
         c = train_next_chunk(t, c + 1, id, n)) {
        size_t len, at = train_range(t, c, &len);
        train_add_shards(t, c, t->grad + at);
        if (ranks_count() == 1)
            t->square[c] = t->chunk[c] == CHUNK_ZERO ? 0 : vec_sum_squares(len, t->grad + at);
    }
}

void train_bring_together(struct trainer *t)
{
    pool_run(work_sum, t);
}

/* What the batch's rows are known to have said comes to all processes: the next batch may
 * be cut elsewhere. */
static int share_memory(struct trainer *t, struct err *err)
{
    int count = ranks_count();
    if (!t->memory || count == 1)
        return 0;
    size_t *start = xcalloc((size_t)count + 1, sizeof *start);
    for (int r = 0; r <= count; r++)
        start[r] = (size_t)shard_row(t, r * t->shards) * model_memory(t->model) *
                   sizeof *t->memory;
    int bad = ranks_gather(t->memory, start, err);
    free(start);
    return bad;
}

static void add_sums(struct loss_sums *to, const struct loss_sums *s)
{
    to->loss += s->loss;
    to->correct += s->correct;
    to->tokens += s->tokens;
}

/* Tokens, or numbers. */
static int64_t count_targets(const struct pairs *p, const int *row, int n)
{
    int64_t all = 0;
    for (int i = 0; i < n; i++)
        all += p->tgt_n[row[i]];
    return all * MAX(p->tgt_dim, 1);
}

void train_ready_order(struct trainer *t)
{
    int64_t epoch = t->step / t->epoch_steps;
    if (epoch == t->order_of)
        return;
    order_epoch(&t->order, t->train, (uint64_t)t->model->set.seed, epoch);
    t->order_of = epoch;
}

/* Batch k of the epoch; where the settings ask for it, cut into other subwords. */
static void take_batch(struct trainer *t, int k)
{
    const struct model *m = t->model;
    double strength = MAX(m->set.subword_dropout, m->set.subword_alpha);
    t->row = order_rows(&t->order, k, &t->rows);
    t->pairs = t->train;
    if (!t->respelled_row)
        return;
    respell_pairs(&t->respelled, t->train, t->row, t->rows, &m->src, &m->tgt, strength,
                  (uint64_t)m->set.seed, t->order_of);
    t->pairs = &t->respelled;
    t->row = t->respelled_row;
}

int train_gradient(struct trainer *t, struct err *err)
{
    int most = t->model->set.accumulate, first = (int)(t->step % t->epoch_steps) * most;
    int n = MIN(most, t->order.batches - first);
    int64_t targets = 0;
    for (int i = 0; i < n; i++) {
        take_batch(t, first + i);
        targets += count_targets(t->pairs, t->row, t->rows);
    }
    t->scale = 1.0 / (double)targets;
    memset(t->sums, 0, t->model->set.shards * sizeof *t->sums);
    for (int i = 0; i < n; i++) {
        if (n > 1) /* else it is there already */
            take_batch(t, first + i);
        t->batch = (uint64_t)(t->step * most + i);
        if (t->memory)
            remember_nothing(t->model, t->train, t->row, t->rows, t->memory);
        t->first = i == 0;
        pool_run(work_gradients, t);
        if (share_memory(t, err) < 0)
            return -1;
    }
    if (gather_touched(t))
        pool_run(work_rows, t);
    t->together = t->model->set.clip > 0 || ranks_count() > 1;
    if (t->together)
        train_bring_together(t);
    if (ranks_sum(t->grad, t->model->params.total, t->square, t->sums,
                  t->shards * sizeof *t->sums, err) < 0)
        return -1;
    if (ranks_count() > 1)
        tape_touch_all(&t->shard[0].tape);
    for (int k = 0; k < t->model->set.shards; k++) {
        add_sums(&t->since_log.sums, &t->sums[k]);
        add_sums(&t->since_eval, &t->sums[k]);
    }
    return 0;
}

/* The teacher forcing ratio may fall: then steps are made one by one, which takes more. */
int train_probe(struct trainer *t, int k, int most)
{
    const struct settings *s = &t->model->set;
    real *memory = t->memory;
    take_batch(t, k);
    int rows = t->rows, each = MIN(most, rows / s->shards);
    if (most == 0)
        return rows;
    int *pick = xcalloc(rows, sizeof *pick);
    if (memory) /* what is known from before stays */
        t->memory = xcalloc((size_t)rows * model_memory(t->model), sizeof *t->memory);
    for (int i = 0; i < s->shards && each > 0; i++) {
        int first = rows * i / s->shards, n = rows * (i + 1) / s->shards - first;
        budget_pick(t->pairs, t->row + first, n, each, pick + i * each);
    }
    if (each > 0 && most < rows) {
        t->row = pick;
        t->rows = each * s->shards;
    }
    t->teacher = s->teacher_end < 0 ? s->teacher : MIN(s->teacher, s->teacher_end);
    t->scale = 1;
    t->batch = 0;
    t->first = true;
    pool_run(work_gradients, t);
    if (memory)
        free(t->memory);
    t->memory = memory;
    free(pick);
    return rows;
}
