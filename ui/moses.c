#include "ui/moses.h"

#include "base/mem.h"
#include "ui/out.h"

/* The place of each token among those of the text, as it was written: -1 for <s>, </s>
 * and nothing. */
static int *places(const struct codec *c, const int *id, int n)
{
    int *place = xcalloc((size_t)n + 1, sizeof *place), count = 0;
    for (int i = 0; i < n; i++)
        place[i] = id[i] < 0 || vocab_is_special(c->vocab, id[i]) ? -1 : count++;
    for (int i = 0; i < n && c->reverse; i++)
        place[i] = place[i] < 0 ? -1 : count - 1 - place[i];
    return place;
}

static void add_soft(const struct search *s, const int *path, int n, int src_n,
                     struct str *out)
{
    for (int t = 0; t < n; t++) {
        const real *alpha = search_link(s, path[t])->alpha;
        str_add(out, t ? " " : "");
        for (int i = 0; i < src_n; i++)
            str_addf(out, "%s%.6g", i ? "," : "", (double)alpha[i]);
    }
}

/* In the order of the answer's text. */
static void add_hard(const struct model *m, const struct search *s, const int *path, int n,
                     const struct ids *src, struct str *out)
{
    int *token = xcalloc((size_t)n + 1, sizeof *token), *from = places(&m->src, src->id, src->n);
    for (int t = 0; t < n; t++)
        token[t] = search_link(s, path[t])->token;
    int *to = places(&m->tgt, token, n);
    const char *gap = "";
    for (int k = 0; k < n; k++) {
        int t = m->tgt.reverse ? n - 1 - k : k, best = -1;
        const real *alpha = search_link(s, path[t])->alpha;
        for (int i = 0; i < src->n; i++)
            if (from[i] >= 0 && (best < 0 || alpha[i] > alpha[best]))
                best = i;
        if (to[t] < 0 || best < 0)
            continue;
        str_addf(out, "%s%d-%d", gap, from[best], to[t]);
        gap = " ";
    }
    free(token);
    free(from);
    free(to);
}

static void add_word_scores(const struct search *s, const int *path, int n, struct str *out)
{
    str_add(out, " ||| WordScores=");
    for (int t = 0; t < n; t++)
        str_addf(out, " %.6f", (double)search_link(s, path[t])->own);
}

static int *path_of(const struct search *s, int last, int *n)
{
    *n = search_link(s, last)->len;
    int *path = xcalloc((size_t)*n, sizeof *path);
    search_path(s, last, path);
    return path;
}

void moses_add(const struct moses *o, const struct model *m, const struct search *s,
               int question, int rank, long number, const struct ids *src, struct str *out)
{
    const struct hypothesis *h = search_answer(s, question, rank);
    const struct link *link = search_link(s, h->last);
    struct str text = STR_INIT;
    int n, *path = path_of(s, h->last, &n);
    if (o->numbered)
        str_addf(out, "%ld ||| ", number);
    decode_text(m, s, h->last, &text);
    out_answer(out, str_cstr(&text));
    if (o->alignment != ALIGNMENT_NONE && link->alpha) {
        str_add(out, " ||| ");
        if (o->alignment == ALIGNMENT_SOFT)
            add_soft(s, path, n, src->n, out);
        else
            add_hard(m, s, path, n, src, out);
    }
    if (o->word_scores)
        add_word_scores(s, path, n, out);
    if (o->numbered)
        str_addf(out, " ||| LogP= %.6f ||| %.6f", link->logp, h->score);
    str_release(&text);
    free(path);
}

void moses_add_score(const struct moses *o, const struct search *s, int question,
                     struct str *out)
{
    const struct hypothesis *h = search_answer(s, question, 0);
    int n, *path = path_of(s, h->last, &n);
    str_addf(out, "%.6f", search_link(s, h->last)->logp);
    if (o->word_scores)
        add_word_scores(s, path, n, out);
    free(path);
}
