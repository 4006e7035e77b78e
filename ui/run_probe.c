#include "ui/run_probe.h"

#include "base/mem.h"

#include <math.h>

enum { TEXT_LIMIT = 400 }; /* bytes of a text */

static void shot_free(struct run_shot *s)
{
    for (int i = 0; i < s->rows; i++)
        free(s->row[i]);
    for (int j = 0; j < s->cols; j++)
        free(s->col[j]);
    free(s->question);
    free(s->guess);
    free(s);
}

static char *text(const json_t *v)
{
    if (!json_is_string(v))
        return xstrdup("");
    return xstrndup(json_string_value(v), MIN(json_string_length(v), (size_t)TEXT_LIMIT));
}

static int read_labels(const json_t *list, char **label)
{
    int n = (int)MIN(json_array_size(list), (size_t)RUN_SHOT_SIDE);
    for (int i = 0; i < n; i++)
        label[i] = text(json_array_get(list, (size_t)i));
    return n;
}

static struct run_shot *read_shot(int64_t step, const json_t *o)
{
    struct run_shot *s = xcalloc(1, sizeof *s);
    const json_t *map = json_object_get(o, "a");
    s->step = step;
    s->question = text(json_object_get(o, "q"));
    s->guess = text(json_object_get(o, "g"));
    s->rows = read_labels(json_object_get(o, "out"), s->row);
    s->cols = read_labels(json_object_get(o, "src"), s->col);
    for (int i = 0; i < s->rows; i++) {
        const json_t *row = json_array_get(map, (size_t)i);
        for (int j = 0; j < s->cols; j++) {
            double v = json_number_value(json_array_get(row, (size_t)j)) / 100;
            s->level[i][j] = v > 0 ? (float)fmin(v, 1) : 0;
        }
    }
    return s;
}

/* What is not one of `every` goes. */
static void thin_out(struct run_shot **shot, int *n, uint64_t every)
{
    int kept = 0;
    for (int i = 0; i < *n; i++) {
        if (shot[i]->number % every)
            shot_free(shot[i]);
        else
            shot[kept++] = shot[i];
    }
    *n = kept;
}

void run_probes_add(struct run_probes *p, int64_t step, const json_t *o)
{
    const json_t *number = json_object_get(o, "n");
    json_int_t k = json_is_integer(number) ? json_integer_value(number) : -1;
    if (k < 0 || k >= RUN_PROBES)
        return;
    struct run_shot *s = read_shot(step, o);
    s->number = p->seen[k]++;
    thin_out(p->shot[k], &p->n[k], 1ull << p->halved[k]); /* the newest was kept anyway */
    if (p->n[k] == RUN_SHOTS)
        thin_out(p->shot[k], &p->n[k], 1ull << ++p->halved[k]);
    p->shot[k][p->n[k]++] = s;
    p->probes = MAX(p->probes, (int)k + 1);
}

void run_probes_clear(struct run_probes *p)
{
    for (int k = 0; k < RUN_PROBES; k++)
        for (int i = 0; i < p->n[k]; i++)
            shot_free(p->shot[k][i]);
    *p = (struct run_probes){ .probes = 0 };
}

double run_shot_bits(const struct run_shot *s)
{
    double bits = 0;
    for (int i = 0; i < s->rows; i++)
        for (int j = 0; j < s->cols; j++)
            if (s->level[i][j] > 0)
                bits -= (double)s->level[i][j] * log2((double)s->level[i][j]);
    return s->rows ? bits / s->rows : 0;
}
