#include "run/search.h"

#include "base/mem.h"
#include "run/asked.h"
#include "run/offer.h"
#include "run/prior.h"
#include "run/stop.h"

#include <math.h>

/* A live hypothesis: a row of the decoder's state. */
struct hyp {
    int question, group;
    int last;        /* link; -1: nothing is said yet */
    double score;
};

struct group {
    int ended;       /* answers it has */
    struct rng rng;
};

struct question {
    struct hypothesis *answer; /* best first */
    int n, cap;
    struct ids prefix;     /* to begin with */
    struct ids source;     /* what was asked, in tokens of the answer */
    struct codes heard;    /* the same in words */
};

/* What the links behind one row share, made when the first of them is. */
struct row {
    const struct cand *cand;
    int cands;
    const real *alpha;
    real bits;
    bool made;
};

/* What a step of the decoder gave for all rows. */
struct outcome {
    const real *logits; /* [rows, symbols] */
    const real *alpha;  /* [rows, src_steps], or NULL */
    const real *prior;  /* [rows, symbols], or NULL */
};

struct search {
    const struct model *model;
    struct tape *tape;
    struct decode_options opt;
    struct dstate state;
    struct question *question;
    int questions;
    struct group *group;      /* [questions * groups] */
    int groups, width;        /* of a question; of a group */
    struct hyp *live, *next;  /* in the order of questions, groups, and best first */
    int lives, nexts, room;
    int *prev, *from;         /* [room] the token before; the row that a next one continues */
    struct row *row;          /* [room] */
    struct link *link;
    int links, link_cap;
    int *at;                  /* [room] where to look */
    int *last;                /* [room] for search_live */
    struct arena *kept;       /* what links point at */
    struct prior *prior;      /* of the same rows; NULL: none */
    struct wording *wording;  /* NULL: anything may be said */
    struct offers offers;     /* of a group; of all groups of a single question */
    struct ids said;          /* by the hypothesis at hand */
    int limit;
};

struct decode_options decode_defaults(void)
{
    return (struct decode_options){
        .strategy = &strategy_argmax,
        .choose = { .width = 5, .groups = 1, .draws = 1, .temperature = 1, .top_p = 1 },
        .rank = { .length = 0.6 },
        .penalty = { .repetition = 1 },
        .mmi_steps = 5,
        .nbest = 1,
    };
}

int decode_limit(const struct model *m, const struct decode_options *o)
{
    if (m->tgt.fixed)
        return m->tgt.len;
    return o->max_len > 0 ? o->max_len : MAX(m->tgt.len, 1);
}

/* ---- starting -------------------------------------------------------------------- */

static void make_room(struct search *s, int rows)
{
    if (rows <= s->room)
        return;
    s->room = MAX(rows, s->room + s->room / 2);
    s->live = xrealloc(s->live, (size_t)s->room * sizeof *s->live);
    s->next = xrealloc(s->next, (size_t)s->room * sizeof *s->next);
    s->prev = xrealloc(s->prev, (size_t)s->room * sizeof *s->prev);
    s->from = xrealloc(s->from, (size_t)s->room * sizeof *s->from);
    s->at = xrealloc(s->at, (size_t)s->room * sizeof *s->at);
    s->last = xrealloc(s->last, (size_t)s->room * sizeof *s->last);
    s->row = xrealloc(s->row, (size_t)s->room * sizeof *s->row);
}

static void start_question(struct search *s, const struct batch *b, int q,
                           const struct request *wish)
{
    struct question *to = &s->question[q];
    const int *prefix = wish ? wish->prefix.id : s->opt.forced;
    int n = wish ? wish->prefix.n : s->opt.forced_n;
    uint64_t seed = wish ? wish->seed : s->opt.seed, draws = asked_number(b, q);
    for (int i = 0; i < n; i++)
        ids_add(&to->prefix, prefix[i]);
    if (s->opt.penalty.block_source > 0)
        asked_translated(s->model, b, q, &to->source);
    if (s->wording)
        asked_heard(s->model, s->wording, b, q, &to->heard);
    for (int g = 0; g < s->groups; g++) {
        rng_init(&s->group[q * s->groups + g].rng, seed, RNG_SAMPLE, draws + (uint64_t)g);
        s->from[s->lives] = q;
        s->live[s->lives++] = (struct hyp){ .question = q, .group = g, .last = -1 };
    }
}

struct search *search_start(const struct model *m, struct tape *tape,
                            const struct batch *b, const struct decode_options *opt,
                            const struct request *request)
{
    struct search *s = xcalloc(1, sizeof *s);
    s->model = m;
    s->tape = tape;
    s->opt = *opt;
    s->questions = b->rows;
    s->opt.choose.draws = MAX(opt->choose.draws, opt->nbest);
    s->groups = opt->strategy->groups(&s->opt.choose);
    s->width = opt->strategy->width(&opt->choose);
    s->limit = decode_limit(m, opt);
    s->question = xcalloc(s->questions, sizeof *s->question);
    s->group = xcalloc((size_t)s->questions * s->groups, sizeof *s->group);
    offers_init(&s->offers, &m->tgt);
    s->wording = wording_new(&opt->wording, &m->tgt);
    s->kept = arena_new();
    make_room(s, s->questions * s->groups);
    dstate_init(&s->state);
    arch_start(m, tape, b, &s->state);
    for (int q = 0; q < s->questions; q++)
        start_question(s, b, q, request ? &request[q] : NULL);
    for (int r = 0; r < s->lives; r++)
        s->prev[r] = vocab_special(m->tgt.vocab, VOCAB_SOS);
    if (s->groups > 1)
        dstate_gather(&s->state, s->from, s->lives);
    if (opt->mmi > 0 || opt->rank.mmi > 0)
        s->prior = prior_start(m, s->lives);
    return s;
}

void search_free(struct search *s)
{
    if (!s)
        return;
    for (int q = 0; q < s->questions; q++) {
        free(s->question[q].answer);
        ids_release(&s->question[q].prefix);
        ids_release(&s->question[q].source);
        codes_release(&s->question[q].heard);
    }
    dstate_release(&s->state);
    prior_free(s->prior);
    wording_free(s->wording);
    arena_free(s->kept);
    offers_release(&s->offers);
    ids_release(&s->said);
    free(s->question);
    free(s->group);
    free(s->live);
    free(s->next);
    free(s->prev);
    free(s->from);
    free(s->at);
    free(s->last);
    free(s->row);
    free(s->link);
    free(s);
}

/* ---- links ----------------------------------------------------------------------- */

static int length_of(const struct search *s, int last)
{
    return last < 0 ? 0 : s->link[last].len;
}

static int add_link(struct search *s, const struct hyp *h, const struct row *row,
                    const struct cand *c, real prior)
{
    const struct link *before = h->last < 0 ? NULL : &s->link[h->last];
    struct link link = {
        .before = h->last,
        .token = c->token,
        .len = length_of(s, h->last) + 1,
        .own = c->logp,
        .p = c->p,
        .entropy = row->bits,
        .bits = (before ? before->bits : 0) + (double)row->bits,
        .logp = (before ? before->logp : 0) + (double)c->logp,
        .score = c->score,
        .prior = (before ? before->prior : 0) + (double)prior,
        .cand = row->cand,
        .cands = row->cands,
        .alpha = row->alpha,
    };
    if (s->links == s->link_cap) {
        s->link_cap = MAX(64, 2 * s->link_cap);
        s->link = xrealloc(s->link, (size_t)s->link_cap * sizeof *s->link);
    }
    s->link[s->links] = link;
    return s->links++;
}

/* The tokens that lead to `last`. */
static void recall(struct search *s, int last)
{
    int n = length_of(s, last);
    s->said.n = 0;
    for (int i = 0; i < n; i++)
        ids_add(&s->said, 0);
    for (; last >= 0; last = s->link[last].before)
        s->said.id[--n] = s->link[last].token;
}

/* ---- what could come next -------------------------------------------------------- */

static int forced_at(const struct question *q, int at)
{
    return at < q->prefix.n ? q->prefix.id[at] : -1;
}

/* Does what is probable whatever the question count in token number `at`? */
static bool counts_prior(const struct search *s, int at)
{
    return s->opt.mmi > 0 && (s->opt.mmi_steps == 0 || at < s->opt.mmi_steps);
}

/* The candidates of live row r, the question's number `parent`, whose logits are x. */
static void offer(struct search *s, int r, int parent, const struct outcome *y,
                  const real *owed)
{
    const struct hyp *h = &s->live[r];
    const struct question *q = &s->question[h->question];
    const struct strategy *way = s->opt.strategy;
    size_t row = (size_t)r * s->offers.symbols;
    int at = length_of(s, h->last);
    struct follow f = {
        .parent = parent,
        .score = h->score,
        .last = at + 1 >= MAX(s->limit, q->prefix.n),
        .forced = forced_at(q, at),
        .penalty = &s->opt.penalty,
        .source = &q->source,
        .prior = y->prior && counts_prior(s, at) ? y->prior + row : NULL,
        .weight = s->opt.mmi,
        .owed = owed,
        .wanted = MAX(way->wants(&s->opt.choose, s->offers.symbols), s->opt.show),
        .reach = way->reach ? way->reach(&s->opt.choose) : INFINITY,
        .shown = s->opt.show,
    };
    if (penalty_any(f.penalty)) {
        recall(s, h->last);
        f.said = &s->said;
    }
    s->row[r] = (struct row){ 0 };
    offers_add(&s->offers, &f, y->logits + row, s->opt.entropy ? &s->row[r].bits : NULL);
}

/* ---- answers --------------------------------------------------------------------- */

/* Has this token, which was not forced, brought the text that ends answers? */
static bool is_stop(struct search *s, const struct question *q, int last)
{
    if (!s->opt.stop[0] || length_of(s, last) <= q->prefix.n)
        return false;
    recall(s, last);
    return stop_comes(&s->model->tgt, s->opt.stop, &s->said);
}

static double norm_of(const struct ranking *r, int len)
{
    return pow(r->gnmt ? (5.0 + len) / 6 : len, r->length);
}

/* What the tokens up to here are worth as an answer, but for the coverage. */
static double worth(const struct ranking *r, const struct link *at)
{
    return (at->score - r->mmi * at->prior + r->bonus * at->len) / norm_of(r, at->len);
}

/* coverage * sum_i log(min(1, sum_t alpha_ti)) */
static double coverage(const struct search *s, int question, int last)
{
    int n = s->state.src_len[question];
    double sum = 0;
    for (int i = 0; i < n; i++) {
        double seen = 0;
        for (int k = last; k >= 0 && s->link[k].alpha; k = s->link[k].before)
            seen += (double)s->link[k].alpha[i];
        sum += log(MAX(MIN(seen, 1), 1e-6));
    }
    return s->opt.rank.coverage * sum;
}

/* Was an answer drawn that ends where it begins? */
static bool is_empty(const struct search *s, int last)
{
    return s->opt.strategy->drawn && !s->model->tgt.fixed && s->link[last].len == 1 &&
           s->link[last].token == vocab_special(s->model->tgt.vocab, VOCAB_EOS);
}

/* Of answers that were drawn, one that says nothing is the last choice. */
static bool is_better(const struct search *s, const struct hypothesis *a,
                      const struct hypothesis *b)
{
    bool empty = is_empty(s, a->last);
    return empty == is_empty(s, b->last) ? a->score > b->score : !empty;
}

static void add_answer(struct search *s, const struct hyp *h, int last)
{
    struct question *q = &s->question[h->question];
    const struct ranking *rank = &s->opt.rank;
    int at = q->n++;
    double score = worth(rank, &s->link[last]);
    if (rank->coverage > 0 && s->link[last].alpha)
        score += coverage(s, h->question, last);
    if (q->n > q->cap) {
        q->cap = MAX(4, 2 * q->cap);
        q->answer = xrealloc(q->answer, (size_t)q->cap * sizeof *q->answer);
    }
    struct hypothesis new = { last, h->group, score };
    for (; at > 0 && is_better(s, &new, &q->answer[at - 1]); at--)
        q->answer[at] = q->answer[at - 1];
    q->answer[at] = new;
    s->group[h->question * s->groups + h->group].ended++;
}

/* Answers of a group that are at least so good. */
static int as_good(const struct question *q, int group, double score)
{
    int n = 0;
    for (int i = 0; i < q->n; i++)
        n += q->answer[i].group == group && q->answer[i].score >= score;
    return n;
}

/* Is the search of a group over? next[n] are its hypotheses that go on. Certainly, if
 * none of them can become better than the answers wanted: where there is no bonus and no
 * prior, a gain is at most 0, and the best that may happen is the longest answer with
 * gains of 0. And if there are as many answers as the beam is wide, and none of these is
 * better as it stands. */
static bool is_over(const struct search *s, int question, int group,
                    const struct hyp *next, int n)
{
    const struct question *q = &s->question[question];
    const struct ranking *rank = &s->opt.rank;
    int wanted = MIN(s->opt.nbest, s->width);
    double best = -INFINITY, now = -INFINITY;
    for (int i = 0; i < n; i++) {
        best = MAX(best, next[i].score);
        now = MAX(now, worth(rank, &s->link[next[i].last]));
    }
    if (n == 0)
        return true;
    if (rank->bonus == 0 && s->opt.mmi == 0 && rank->mmi == 0 &&
        as_good(q, group, best / norm_of(rank, MAX(s->limit, q->prefix.n))) >= wanted)
        return true;
    return s->group[question * s->groups + group].ended >= s->width &&
           as_good(q, group, now) >= wanted;
}

/* ---- a step ---------------------------------------------------------------------- */

/* What row r leaves behind for its links: the candidates c[n] that are its own, and
 * where it looked. */
static void keep_row(struct search *s, int r, int parent, const struct cand *c, int n,
                     const real *alpha)
{
    struct row *row = &s->row[r];
    int len = s->state.src_len[s->live[r].question];
    if (row->made)
        return;
    row->made = true;
    if (alpha && (s->opt.attention || s->opt.rank.coverage > 0)) {
        real *copy = arena_alloc(s->kept, (size_t)len * sizeof *copy);
        memcpy(copy, alpha + (size_t)r * s->state.src_steps, (size_t)len * sizeof *copy);
        row->alpha = copy;
    }
    if (s->opt.show > 0) {
        struct cand *own = arena_alloc(s->kept, (size_t)n * sizeof *own);
        for (int i = 0; i < n; i++)
            if (c[i].parent == parent && (row->cands < s->opt.show || c[i].kept))
                own[row->cands++] = c[i];
        row->cand = own;
    }
}

/* Which of the candidates cand[from] and on, those of a group, are kept; `forced` is, or
 * -1. */
static void choose(struct search *s, int from, int forced, struct rng *rng)
{
    struct cand *c = s->offers.cand + from;
    int allowed = offers_sort(&s->offers, from);
    if (allowed > 0)
        s->opt.strategy->keep(&s->opt.choose, c, allowed, rng);
    for (int i = 0; forced >= 0 && i < s->offers.n - from; i++)
        c[i].kept = c[i].token == forced;
}

/* Of the candidates cand[from] and on, whose question's rows begin at `base`: those that
 * were kept but would say what may not be said are refused; false: none were that had not
 * been already. */
static bool refuse(struct search *s, int base, int from)
{
    bool any = false;
    for (int i = from; i < s->offers.n && s->wording; i++) {
        const struct cand *c = &s->offers.cand[i];
        if (!c->kept)
            continue;
        recall(s, s->live[base + c->parent].last);
        ids_add(&s->said, c->token);
        const struct question *q = &s->question[s->live[base + c->parent].question];
        if (!wording_allows(s->wording, &s->said, &q->heard))
            any |= offers_refuse(&s->offers, c);
    }
    return any;
}

/* The group whose live rows are first .. first + n - 1, of the question whose rows
 * begin at `base`. */
static void step_group(struct search *s, int base, int first, int n,
                       const struct outcome *y, const real *owed)
{
    const struct hyp *h = &s->live[first];
    struct group *g = &s->group[h->question * s->groups + h->group];
    int from = s->questions > 1 ? 0 : s->offers.n, began = s->nexts;
    int forced = forced_at(&s->question[h->question], length_of(s, h->last));
    offers_forgive(&s->offers);
    do {
        s->offers.n = from;
        for (int r = first; r < first + n; r++)
            offer(s, r, r - base, y, owed);
        choose(s, from, forced, &g->rng);
    } while (forced < 0 && refuse(s, base, from));
    struct cand *c = s->offers.cand + from;
    int cands = s->offers.n - from;
    for (int i = 0; i < cands; i++) {
        int r = base + c[i].parent;
        if (!c[i].kept)
            continue;
        keep_row(s, r, c[i].parent, c, cands, y->alpha);
        const real *prior = y->prior ? y->prior + (size_t)r * s->offers.symbols : NULL;
        int link = add_link(s, &s->live[r], &s->row[r], &c[i],
                            prior ? prior[c[i].token] : 0);
        if (c[i].ends || is_stop(s, &s->question[s->live[r].question], link)) {
            add_answer(s, &s->live[r], link);
            continue;
        }
        make_room(s, s->nexts + 1);
        h = &s->live[first];
        s->from[s->nexts] = r;
        s->next[s->nexts++] = (struct hyp){ h->question, h->group, link, c[i].score };
    }
    if (is_over(s, h->question, h->group, s->next + began, s->nexts - began))
        s->nexts = began;
}

/* All groups of a question, whose live rows begin at `base`; returns the first row
 * behind them. A token costs `diversity` for each earlier group that took it
 * (Vijayakumar et al. 2016). */
static int step_question(struct search *s, int base, const struct outcome *y)
{
    int q = s->live[base].question, row = base;
    double diversity = s->opt.choose.diversity;
    real *owed = NULL;
    if (s->groups > 1 && !s->opt.strategy->drawn && diversity > 0)
        owed = xcalloc((size_t)s->offers.symbols, sizeof *owed);
    while (row < s->lives && s->live[row].question == q) {
        int first = row, group = s->live[row].group, links = s->links;
        while (row < s->lives && s->live[row].question == q &&
               s->live[row].group == group)
            row++;
        step_group(s, base, first, row - first, y, owed);
        for (int i = links; owed && i < s->links; i++)
            owed[s->link[i].token] += (real)diversity;
    }
    free(owed);
    return row;
}

/* The next hypotheses become the live ones. */
static void move_on(struct search *s)
{
    bool same = s->nexts == s->lives;
    struct hyp *old = s->live;
    for (int r = 0; r < s->nexts && same; r++)
        same = s->from[r] == r;
    s->live = s->next;
    s->next = old;
    s->lives = s->nexts;
    for (int r = 0; r < s->lives; r++)
        s->prev[r] = s->link[s->live[r].last].token;
    if (same || s->lives == 0)
        return;
    dstate_gather(&s->state, s->from, s->lives);
    if (s->prior)
        prior_gather(s->prior, s->from, s->lives);
}

/* Where the rows, all of which have one length, must look at this step. */
static void hold_attention(struct search *s)
{
    int at = length_of(s, s->live[0].last);
    for (int r = 0; r < s->lives; r++)
        s->at[r] = at < s->opt.attend_n ? s->opt.attend[at] : -1;
    s->state.at = at < s->opt.attend_n ? s->at : NULL;
}

/* What is probable whatever the question, while that counts. */
static const real *prior(struct search *s)
{
    if (s->opt.rank.mmi <= 0 && !counts_prior(s, length_of(s, s->live[0].last))) {
        prior_free(s->prior);
        s->prior = NULL;
    }
    return s->prior ? prior_step(s->prior, s->prev) : NULL;
}

int search_next(struct search *s)
{
    struct outcome y = { .logits = NULL };
    if (s->lives == 0)
        return 0;
    hold_attention(s);
    y.prior = prior(s);
    tape_start(s->tape, NULL, NULL);
    y.logits = arch_step(s->model, s->tape, &s->state, s->prev, &y.alpha)->x;
    s->nexts = s->offers.n = 0;
    for (int row = 0; row < s->lives;)
        row = step_question(s, row, &y);
    move_on(s);
    return 1;
}

/* ---- looking --------------------------------------------------------------------- */

int search_answers(const struct search *s, int question)
{
    return MIN(s->question[question].n, MAX(s->opt.nbest, 1));
}

const struct hypothesis *search_answer(const struct search *s, int question, int rank)
{
    return &s->question[question].answer[rank];
}

const struct link *search_link(const struct search *s, int number)
{
    return &s->link[number];
}

int search_links(const struct search *s)
{
    return s->links;
}

void search_path(const struct search *s, int last, int *path)
{
    for (int n = length_of(s, last); last >= 0; last = s->link[last].before)
        path[--n] = last;
}

int search_live(const struct search *s, int question, const int **last)
{
    int n = 0;
    for (int r = 0; r < s->lives; r++)
        if (s->live[r].question == question)
            s->last[n++] = s->live[r].last;
    *last = s->last;
    return n;
}

const struct cand *search_cands(const struct search *s, int *n)
{
    *n = s->offers.n;
    return s->offers.cand;
}
