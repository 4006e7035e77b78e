#include "ui/names.h"

#include "base/mem.h"

void names_release(struct names *v)
{
    for (int i = 0; i < v->n; i++)
        free(v->s[i]);
    free(v->s);
    *v = (struct names){ 0 };
}

void names_addn(struct names *v, const char *s, size_t n)
{
    if (v->n == v->cap) {
        v->cap = v->cap ? 2 * v->cap : 16;
        v->s = xrealloc(v->s, (size_t)v->cap * sizeof *v->s);
    }
    v->s[v->n++] = xstrndup(s, n);
}

void names_add(struct names *v, const char *s)
{
    names_addn(v, s, strlen(s));
}

static int order(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void names_sort(struct names *v)
{
    int kept = 0;
    if (v->n > 0)
        qsort(v->s, (size_t)v->n, sizeof *v->s, order);
    for (int i = 0; i < v->n; i++) {
        if (kept > 0 && !strcmp(v->s[kept - 1], v->s[i]))
            free(v->s[i]);
        else
            v->s[kept++] = v->s[i];
    }
    v->n = kept;
}
