#include "run/decode.h"

#include "base/mem.h"
#include "num/vec.h"

#include <math.h>

struct decode {
    const struct model *model;
    struct decode_options opt;
    struct rng rng;
    struct tape tape;
    struct dstate state;
    struct ids src;     /* the source; of vectors, empty */
    int *prev;          /* [state.rows] */
    struct ids answer;  /* the tokens of the best hypothesis */
    struct vectors x;   /* of a model of vectors: the answer */
    struct str text;
    struct cand *cand;
    real *logp;         /* [symbols] */
    double score;
    int t, limit;
    bool done;
};

struct decode_options decode_defaults(void)
{
    return (struct decode_options){
        .strategy = &strategy_argmax,
        .choose = { .width = 1, .temperature = 1, .top_p = 1 },
    };
}

static int length_limit(const struct model *m, int wanted)
{
    if (m->tgt.fixed)
        return m->tgt.len;
    return wanted > 0 ? wanted : MAX(m->tgt.len, 1);
}

static struct decode *decode_new(const struct model *m, const struct decode_options *opt)
{
    struct decode *d = xcalloc(1, sizeof *d);
    int symbols = vocab_size(m->tgt.vocab);
    d->model = m;
    d->opt = *opt;
    rng_init(&d->rng, opt->seed, RNG_SAMPLE, 0);
    tape_init(&d->tape, &m->params);
    dstate_init(&d->state);
    d->limit = length_limit(m, opt->max_len);
    d->cand = xcalloc(symbols, sizeof *d->cand);
    d->logp = xcalloc(symbols, sizeof *d->logp);
    d->prev = xcalloc(1, sizeof *d->prev);
    d->prev[0] = vocab_special(m->tgt.vocab, VOCAB_SOS);
    return d;
}

static struct decode *start_vectors(const struct model *m, const struct vectors *x,
                                    const struct decode_options *opt)
{
    struct decode *d = decode_new(m, opt);
    struct batch b;
    tape_start(&d->tape, NULL, NULL);
    batch_of_vectors(&b, d->tape.arena, x);
    arch_start(m, &d->tape, &b, &d->state);
    return d;
}

struct decode *decode_start_ids(const struct model *m, const int *src, int n,
                                const struct decode_options *opt)
{
    struct decode *d = decode_new(m, opt);
    struct batch b;
    for (int i = 0; i < n; i++)
        ids_add(&d->src, src[i]);
    tape_start(&d->tape, NULL, NULL);
    batch_of_source(&b, d->tape.arena, src, n);
    arch_start(m, &d->tape, &b, &d->state);
    return d;
}

struct decode *decode_start(const struct model *m, const char *text,
                            const struct decode_options *opt, struct err *err)
{
    struct decode *d = NULL;
    struct ids ids = { 0 };
    struct vectors x = { 0 };
    if (m->src.dim && codec_encode_vectors(&m->src, text, &x, err) == 0)
        d = start_vectors(m, &x, opt);
    else if (!m->src.dim && codec_encode(&m->src, text, &ids, err) == 0)
        d = decode_start_ids(m, ids.id, ids.n, opt);
    ids_release(&ids);
    vectors_release(&x);
    return d;
}

void decode_free(struct decode *d)
{
    if (!d)
        return;
    tape_release(&d->tape);
    dstate_release(&d->state);
    ids_release(&d->src);
    ids_release(&d->answer);
    vectors_release(&d->x);
    str_release(&d->text);
    free(d->prev);
    free(d->cand);
    free(d->logp);
    free(d);
}

/* The n best tokens, best first; of equals the smaller id. Insertion into a
 * sorted list: n is small, or the vocabulary is. */
static void best_tokens(const real *logp, int symbols, int n, struct cand *c)
{
    int have = 0;
    for (int v = 0; v < symbols; v++) {
        if (have == n && logp[v] <= c[n - 1].logp)
            continue;
        int at = have < n ? have++ : n - 1;
        for (; at > 0 && c[at - 1].logp < logp[v]; at--)
            c[at] = c[at - 1];
        c[at] = (struct cand){ .token = v, .logp = logp[v] };
    }
}

/* Turns logits into log-probabilities; returns the entropy in bits. */
static real log_softmax(int n, const real *x, real *logp)
{
    real norm = vec_softmax(n, x, logp), bits = 0;
    for (int v = 0; v < n; v++) {
        real p = logp[v];
        logp[v] = x[v] - norm;
        if (p > 0)
            bits -= p * logp[v] / (real)0.6931471805599453;
    }
    return bits < 0 ? 0 : bits;
}

static void add_vector(struct vectors *v, const real *x, int dim)
{
    size_t used = (size_t)v->n++ * dim;
    v->dim = dim;
    v->cap = used + dim;
    v->x = xrealloc(v->x, v->cap * sizeof *v->x);
    memcpy(v->x + used, x, dim * sizeof *x);
}

static int next_vector(struct decode *d, struct decode_step *s)
{
    const struct model *m = d->model;
    tape_start(&d->tape, NULL, NULL);
    struct node *y = arch_step(m, &d->tape, &d->state, d->prev, NULL);
    add_vector(&d->x, y->x, m->tgt.dim);
    str_clear(&d->text);
    codec_decode_vectors(&m->tgt, d->x.x, d->x.n, &d->text);
    *s = (struct decode_step){ .t = d->t++, .token = -1, .piece = "", .p = 1,
                               .text = str_cstr(&d->text) };
    d->done = s->done = d->t >= d->limit;
    return 1;
}

/* The candidate to take at all costs, if there is one: added if it is not among the
 * best. Returns the number of candidates. */
static int force(struct decode *d, int cands)
{
    int i = 0, token = d->t < d->opt.forced_n ? d->opt.forced[d->t] : -1;
    if (token < 0)
        return cands;
    while (i < cands && d->cand[i].token != token)
        i++;
    if (i == cands)
        d->cand[cands++] = (struct cand){ .token = token, .logp = d->logp[token],
                                          .score = (real)d->score + d->logp[token] };
    for (int k = 0; k < cands; k++)
        d->cand[k].kept = k == i;
    return cands;
}

int decode_next(struct decode *d, struct decode_step *s)
{
    const struct model *m = d->model;
    const struct strategy *how = d->opt.strategy;
    int symbols = vocab_size(m->tgt.vocab), eos = vocab_special(m->tgt.vocab, VOCAB_EOS);
    if (d->done)
        return 0;
    if (m->tgt.dim)
        return next_vector(d, s);
    tape_start(&d->tape, NULL, NULL);
    *s = (struct decode_step){ .t = d->t, .src = d->src.id, .src_steps = d->src.n };
    d->state.at = d->t < d->opt.attend_n ? &d->opt.attend[d->t] : NULL;
    struct node *y = arch_step(m, &d->tape, &d->state, d->prev, &s->alpha);
    s->entropy = log_softmax(symbols, y->x, d->logp);

    int wants = how->wants(&d->opt.choose, symbols);
    s->cands = MIN(MAX(wants, d->opt.show), symbols);
    best_tokens(d->logp, symbols, s->cands, d->cand);
    for (int i = 0; i < s->cands; i++)
        d->cand[i].score = (real)d->score + d->cand[i].logp;
    how->keep(&d->opt.choose, d->cand, s->cands, &d->rng);
    s->cands = force(d, s->cands);
    s->cand = d->cand;

    int pick = 0;
    while (!d->cand[pick].kept)
        pick++;
    s->token = d->cand[pick].token;
    s->piece = codec_piece(&m->tgt, s->token);
    s->p = (real)exp(d->cand[pick].logp);
    d->score = d->cand[pick].score;
    ids_add(&d->answer, s->token);
    str_clear(&d->text);
    codec_decode(&m->tgt, d->answer.id, d->answer.n, &d->text);
    s->text = str_cstr(&d->text);
    d->prev[0] = s->token;
    d->t++;
    d->done = s->done = s->token == eos || d->t >= d->limit;
    return 1;
}

double decode_score(const struct decode *d)
{
    return d->score;
}

int decode_length(const struct decode *d)
{
    return d->t;
}

void decode_rows(const struct model *m, struct tape *tape, const struct pairs *pairs,
                 const int *row, int rows, struct ids *out)
{
    struct batch b;
    struct dstate state;
    int sos = vocab_special(m->tgt.vocab, VOCAB_SOS);
    int eos = vocab_special(m->tgt.vocab, VOCAB_EOS);
    int *prev = xcalloc(rows, sizeof *prev), live = rows;
    bool *done = xcalloc(rows, sizeof *done);

    dstate_init(&state);
    tape_start(tape, NULL, NULL);
    batch_make(&b, tape->arena, pairs, row, rows, sos);
    arch_start(m, tape, &b, &state);
    for (int r = 0; r < rows; r++) {
        prev[r] = sos;
        out[r].n = 0;
    }
    for (int t = length_limit(m, 0); t > 0 && live > 0; t--) {
        tape_start(tape, NULL, NULL);
        struct node *y = arch_step(m, tape, &state, prev, NULL);
        for (int r = 0; r < rows; r++) {
            prev[r] = vec_argmax(y->cols, y->x + (size_t)r * y->cols);
            if (!done[r] && prev[r] == eos) {
                done[r] = true;
                live--;
            }
            if (!done[r])
                ids_add(&out[r], prev[r]);
        }
    }
    dstate_release(&state);
    free(prev);
    free(done);
}

void decode_vectors(const struct model *m, struct tape *tape, const struct pairs *pairs,
                    const int *row, int rows, struct vectors *out)
{
    struct batch b;
    struct dstate state;

    dstate_init(&state);
    tape_start(tape, NULL, NULL);
    batch_make(&b, tape->arena, pairs, row, rows, -1);
    arch_start(m, tape, &b, &state);
    for (int r = 0; r < rows; r++)
        out[r].n = 0;
    for (int t = 0; t < m->tgt.len; t++) {
        tape_start(tape, NULL, NULL);
        struct node *y = arch_step(m, tape, &state, NULL, NULL);
        for (int r = 0; r < rows; r++)
            add_vector(&out[r], y->x + (size_t)r * y->cols, y->cols);
    }
    dstate_release(&state);
}
