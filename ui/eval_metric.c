#include "ui/eval_metric.h"

#include "base/mem.h"
#include "ui/score_show.h"
#include "ui/ui_text.h"

#include <math.h>

enum { WIDTH = 2 }; /* decimals */

/* Words of the questions of a row of the table: up to so many. */
static const int length_table[] = { 5, 10, 15, 20, 30, 40, INT32_MAX };
enum { LENGTHS = ARRAY_LEN(length_table) };

static void add(struct segments *to, const char *text)
{
    segments_add(to, text, strlen(text));
}

int eval_texts_make(struct eval_texts *t, const struct eval *e, const char *ref,
                    struct err *err)
{
    int n = (int)eval_result(e).count;
    *t = (struct eval_texts){ 0 };
    if (ref && metric_text_load(&t->truth, ref, err) < 0)
        return -1;
    if (ref && t->truth.n != n)
        return err_set(err, "'%s' has %d lines, but there are %d answers", ref, t->truth.n,
                       n);
    for (int i = 0; i < n; i++) {
        struct sample s;
        eval_sample(e, i, &s);
        add(&t->question, s.question);
        add(&t->guess, s.guess);
        if (!ref)
            add(&t->truth, s.truth);
        samples_release(&s, 1);
    }
    return 0;
}

void eval_texts_release(struct eval_texts *t)
{
    segments_release(&t->question);
    segments_release(&t->truth);
    segments_release(&t->guess);
}

double eval_bits_per_char(const struct eval_texts *t, const struct eval_result *r)
{
    return r->loss * (double)r->tokens / log(2) / (double)MAX(t->truth.used + t->truth.n, 1);
}

static struct score *scores_make(const struct eval_texts *t, const struct metric_choice *c)
{
    struct score *s = xcalloc((size_t)c->n + 1, sizeof *s);
    for (int i = 0; i < c->n; i++) {
        measure_start(&s[i].measure, c->metric[i], &c->o);
        measure_lines(&s[i].measure, &t->guess, &t->truth, 1);
        s[i].score = measure_score(&s[i].measure, s[i].measure.sum);
    }
    return s;
}

static void scores_free(struct score *s, int n)
{
    for (int i = 0; i < n; i++)
        measure_release(&s[i].measure);
    free(s);
}

/* ---- by length -------------------------------------------------------------------- */

static int row_of(const struct eval_texts *t, int i, struct tokens *words)
{
    int row = 0;
    tok_split(&tok_none, segments_at(&t->question, i), words);
    while (words->n > length_table[row])
        row++;
    return row;
}

/* The score of the lines with row[i] == wanted. */
static double score_of_row(const struct measure *m, const int *row, int wanted)
{
    double *sum = xcalloc((size_t)m->size, sizeof *sum);
    for (int i = 0; i < m->n; i++)
        for (int k = 0; k < m->size && row[i] == wanted; k++)
            sum[k] += m->line[(size_t)i * m->size + k];
    double score = measure_score(m, sum);
    free(sum);
    return score;
}

static void add_row(const struct score *s, int scores, const int *row, int wanted, int n,
                    struct str *out)
{
    int from = wanted ? length_table[wanted - 1] + 1 : 0;
    struct str range = STR_INIT;
    if (length_table[wanted] == INT32_MAX)
        str_addf(&range, "%d and more", from);
    else
        str_addf(&range, "%d to %d", from, length_table[wanted]);
    str_addf(out, "%-14s %7d", range.s, n);
    for (int i = 0; i < scores; i++)
        if (s[i].measure.metric->whole)
            str_addf(out, " %11s", "-");
        else
            str_addf(out, " %11.*f", WIDTH, score_of_row(&s[i].measure, row, wanted));
    str_release(&range);
}

static void show_by_length(const struct eval_texts *t, const struct score *s, int scores)
{
    int *row = xcalloc((size_t)t->question.n + 1, sizeof *row), count[LENGTHS] = { 0 };
    struct tokens words = { 0 };
    struct str line = STR_INIT;
    for (int i = 0; i < t->question.n; i++)
        count[row[i] = row_of(t, i, &words)]++;
    str_addf(&line, "%-14s %7s", "question words", "answers");
    for (int i = 0; i < scores; i++) {
        struct str label = STR_INIT;
        measure_label(&s[i].measure, &label);
        str_addf(&line, " %11s", str_cstr(&label));
        str_release(&label);
    }
    ui_say(stdout, "%s", line.s);
    for (int k = 0; k < LENGTHS; k++) {
        if (!count[k])
            continue;
        str_clear(&line);
        add_row(s, scores, row, k, count[k], &line);
        ui_say(stdout, "%s", line.s);
    }
    tokens_release(&words);
    str_release(&line);
    free(row);
}

/* ---- showing ---------------------------------------------------------------------- */

void eval_metric_show(const struct eval_texts *t, const struct metric_choice *c,
                      bool by_length)
{
    struct score *s = scores_make(t, c);
    struct score_set set = { .score = s, .metrics = c->n, .systems = 1,
                             .lines = t->guess.n };
    for (int i = 0; i < c->n; i++) {
        struct str line = STR_INIT;
        score_line(&set, &s[i], WIDTH, &line);
        ui_say(stdout, "%s", line.s);
        str_release(&line);
    }
    if (by_length)
        show_by_length(t, s, c->n);
    scores_free(s, c->n);
}

json_t *eval_metric_json(const struct eval_texts *t, const struct metric_choice *c)
{
    struct score *s = scores_make(t, c);
    struct score_set set = { .score = s, .metrics = c->n, .systems = 1,
                             .lines = t->guess.n };
    json_t *list = score_json(&set, 0);
    scores_free(s, c->n);
    return list;
}
