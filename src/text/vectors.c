#include "text/vectors.h"

#include "base/mem.h"
#include "base/utf8.h"

#include <math.h>

enum { NUMBER = 64 }; /* bytes of a number, with the final NUL */

void vectors_release(struct vectors *v)
{
    free(v->x);
    *v = (struct vectors){ 0 };
}

static void add(struct vectors *v, size_t at, real x)
{
    if (at == v->cap) {
        v->cap = v->cap ? 2 * v->cap : 64;
        v->x = xrealloc(v->x, v->cap * sizeof *v->x);
    }
    v->x[at] = x;
}

/* The number at p, which ends at a blank, a semicolon or the end; moves p behind it. */
static int parse_number(const char **p, int vector, int place, real *x, struct err *err)
{
    char word[NUMBER];
    double value = 0;
    size_t n = strcspn(*p, " \t;");
    struct utf8_quote shown = utf8_quoten(*p, n);
    if (n < sizeof word) {
        memcpy(word, *p, n);
        word[n] = '\0';
    }
    /* a float may overflow where a double does not */
    if (n >= sizeof word || !parse_double(word, &value) || !isfinite((float)value))
        return err_set(err, "vector %d, number %d: '%s' is not a number", vector, place,
                       shown.s);
    *x = (real)value;
    *p += n;
    return 0;
}

int vectors_parse(struct vectors *v, const char *text, int dim, struct err *err)
{
    const char *p = text;
    v->n = 0;
    v->dim = dim;
    for (;;) {
        int k = 0;
        for (p += strspn(p, " \t"); *p && *p != ';'; p += strspn(p, " \t")) {
            real x = 0;
            if (k == VECTORS_DIM_MAX)
                return err_set(err, "vector %d has more than %d numbers", v->n + 1,
                               VECTORS_DIM_MAX);
            if (parse_number(&p, v->n + 1, k + 1, &x, err) < 0)
                return -1;
            add(v, (size_t)v->n * (size_t)v->dim + (size_t)k++, x);
        }
        if (k == 0)
            return err_set(err, "vector %d has no numbers: expected numbers between "
                                "blanks, vectors between semicolons",
                           v->n + 1);
        if (v->dim && k != v->dim)
            return err_set(err, "vector %d has %d number%s, not %d", v->n + 1, k,
                           k == 1 ? "" : "s", v->dim);
        v->dim = k;
        if (++v->n > VECTORS_MAX)
            return err_set(err, "more than %d vectors", VECTORS_MAX);
        if (!*p)
            return 0;
        p++;
    }
}

static void between(int t, int k, struct str *text)
{
    str_add(text, k ? " " : t ? "; " : "");
}

void vectors_text(const real *x, int n, int dim, struct str *text)
{
    for (int t = 0; t < n; t++)
        for (int k = 0; k < dim; k++) {
            between(t, k, text);
            str_addf(text, "%.9g", (double)*x++);
        }
}

void vectors_show(const real *x, int n, int dim, struct str *text)
{
    for (int t = 0; t < n; t++)
        for (int k = 0; k < dim; k++) {
            double v = (double)*x++;
            between(t, k, text);
            str_addf(text, "%.4f", fabs(v) < 0.00005 ? 0 : v); /* no -0.0000 */
        }
}
