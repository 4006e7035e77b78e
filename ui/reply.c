#include "ui/reply.h"

#include "base/mem.h"
#include "base/utf8.h"

struct reply *reply_new(const char *question)
{
    struct reply *r = xcalloc(1, sizeof *r);
    r->question = xstrdup(question);
    return r;
}

void reply_free(struct reply *r)
{
    if (!r)
        return;
    for (int i = 0; i < r->n; i++) {
        free(r->step[i].piece);
        free(r->step[i].cand);
        free(r->step[i].alpha);
    }
    free(r->step);
    plan_release(&r->plan);
    names_release(&r->source);
    str_release(&r->text);
    free(r->question);
    free(r->how);
    free(r);
}

static void add_source(struct reply *r, const struct model *m,
                       const struct decode_step *s)
{
    bool known = r->plan.src.n > 0;
    for (int i = 0; s->src && i < s->src_steps; i++) {
        if (!known)
            ids_add(&r->plan.src, s->src[i]);
        names_add(&r->source, s->src[i] < 0 ? "" : codec_piece(&m->src, s->src[i]));
    }
}

static void keep_candidates(struct reply_step *to, const struct decode_step *s)
{
    to->cand = xcalloc((size_t)MAX(s->cands, 1), sizeof *to->cand);
    for (int i = 0; i < s->cands; i++)
        if (i < REPLY_CANDS || s->cand[i].kept)
            to->cand[to->cands++] = s->cand[i];
}

static void add_step(struct reply *r, const struct decode_step *s)
{
    if (r->n == r->cap) {
        r->cap = r->cap ? 2 * r->cap : 16;
        r->step = xrealloc(r->step, (size_t)r->cap * sizeof *r->step);
    }
    struct reply_step *to = &r->step[r->n++];
    str_clear(&r->text);
    str_add(&r->text, s->text);
    *to = (struct reply_step){ .token = s->token, .piece = xstrdup(s->piece),
                               .end = r->text.n, .p = (double)s->p,
                               .entropy = (double)s->entropy };
    keep_candidates(to, s);
    if (s->alpha)
        to->alpha = xmemdup(s->alpha, (size_t)s->src_steps * sizeof *s->alpha);
}

/* Those that show: of several hypotheses the best may not be the longest. */
static void count_tokens(struct reply *r)
{
    size_t length = 0;
    r->sums.first = -1;
    r->sums.tokens = 0;
    for (int t = 0; t < r->n; t++) {
        if (r->step[t].end <= length)
            continue;
        r->sums.first = r->sums.first < 0 ? t : r->sums.first;
        r->sums.tokens = t - r->sums.first + 1;
        length = r->step[t].end;
    }
    r->sums.length = length;
}

void reply_end(struct reply *r, const struct model *m, const struct ask *a,
               const struct knobs *k, bool stopped)
{
    int n = a->vectors || decode_best(a->decode) < 0 ? 0 : decode_length(a->decode);
    struct decode_step s;
    r->sums = *a;
    r->sums.decode = NULL;
    r->sums.text = NULL;
    if (a->vectors)
        str_add(&r->text, a->text);
    for (int t = 0; t < n; t++) {
        decode_again(a->decode, t, &s);
        if (t == 0)
            add_source(r, m, &s);
        add_step(r, &s);
    }
    if (n > 0)
        count_tokens(r);
    r->plan.seed = a->seed;
    if (k->decode.memory && !r->plan.memory) {
        r->plan.memory_n = model_memory(m);
        r->plan.memory = xmemdup(k->decode.memory,
                                 (size_t)r->plan.memory_n * sizeof *r->plan.memory);
    }
    r->strategy = k->decode.strategy;
    r->stopped = stopped;
}

const struct cand *reply_taken(const struct reply *r, int i)
{
    const struct reply_step *s = &r->step[i];
    for (int k = 0; k < s->cands; k++)
        if (s->cand[k].token == s->token)
            return &s->cand[k];
    BUG("step %d has no token", i);
}

struct plan reply_plan(const struct reply *r, int steps)
{
    struct plan p = plan_copy(&r->plan);
    p.attend.n = MIN(p.attend.n, steps);
    p.forced.n = 0;
    for (int k = 0; k < steps; k++)
        ids_add(&p.forced, r->step[k].token);
    return p;
}

int reply_rows(const struct reply *r)
{
    return MIN(r->n, MAX(r->sums.first, 0) + r->sums.tokens + 1);
}

const char *reply_letter(char buf[8], int branch)
{
    char *at = buf + 7;
    *at = '\0';
    for (branch++; branch > 0; branch = (branch - 1) / 26)
        *--at = (char)('A' + (branch - 1) % 26);
    return memmove(buf, at, (size_t)(buf + 8 - at));
}

/* ---- JSON ------------------------------------------------------------------------ */

/* Half a character, which a model may say, is no JSON. */
json_t *reply_json_text(const char *s)
{
    json_t *v = json_string(s);
    struct str valid = STR_INIT;
    if (v)
        return v;
    for (size_t i = 0, n = strlen(s), k; i < n; i += MAX(k, 1)) {
        k = utf8_next(s + i, n - i, NULL);
        if (k)
            str_addn(&valid, s + i, k);
        else
            str_add(&valid, "\xef\xbf\xbd");
    }
    v = json_string(str_cstr(&valid));
    str_release(&valid);
    return v;
}

static json_t *json_step(const struct reply *r, int i)
{
    const struct reply_step *s = &r->step[i];
    const struct cand *taken = reply_taken(r, i);
    json_t *o = json_pack("{s:o, s:f, s:f, s:f}", "token", reply_json_text(s->piece), "p", s->p,
                          "p_final", (double)taken->p, "entropy", s->entropy);
    if (s->alpha) {
        json_t *row = json_array();
        for (int j = 0; j < r->source.n; j++)
            json_array_append_new(row, json_real((double)s->alpha[j]));
        json_object_set_new(o, "attention", row);
    }
    return o;
}

void reply_json(const struct reply *r, struct str *out)
{
    json_t *source = json_array(), *tokens = json_array(), *o;
    for (int i = 0; i < r->source.n; i++)
        json_array_append_new(source, reply_json_text(r->source.s[i]));
    for (int i = 0; i < r->n && !r->sums.vectors; i++)
        json_array_append_new(tokens, json_step(r, i));
    o = json_pack("{s:o, s:o, s:o, s:o, s:f, s:f, s:f, s:s, s:b}", "question",
                  reply_json_text(r->question), "answer", reply_json_text(str_cstr(&r->text)),
                  "source", source, "tokens", tokens, "logp", r->sums.logp, "entropy",
                  r->sums.bits, "seconds", r->sums.seconds, "decoder", r->strategy->name,
                  "stopped", r->stopped);
    if (r->strategy == &strategy_sample)
        json_object_set_new(o, "seed", json_integer((json_int_t)r->plan.seed));
    if (r->how)
        json_object_set_new(o, "steered", reply_json_text(r->how));
    char *line = json_dumps(o, JSON_COMPACT | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(9));
    str_add(out, line);
    free(line);
    json_decref(o);
}
