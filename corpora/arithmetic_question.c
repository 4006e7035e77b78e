#include "corpora/arithmetic.h"

#include "base/utf8.h"

#include <ctype.h>

struct number {
    const char *s; /* digits as typed, without leading zeros */
    size_t n;      /* at least 1 */
};

static const char *skip_blanks(const char *p)
{
    return p + strspn(p, " \t\r\n\v\f");
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* p: at the first digit. Returns where the number ends. */
static const char *take_number(const char *p, struct number *out)
{
    while (*p == '0' && is_digit(p[1]))
        p++;
    out->s = p;
    while (is_digit(*p))
        p++;
    out->n = (size_t)(p - out->s);
    return p;
}

/* ---- why not --------------------------------------------------------------------- */

/* "10+12": something this model can do. */
static struct utf8_quote example(const struct settings *s)
{
    struct operands of = arithmetic_operands(s, s->ops[0]);
    struct utf8_quote q;
    snprintf(q.s, sizeof q.s, "%d%c%d", (int)MIN(of.hi, 10), s->ops[0],
             (int)MIN(of.hi, 12));
    return q;
}

static const char *kind_of(char op)
{
    return op == '+' ? "sum" : op == '-' ? "difference" : "product";
}

static const char *kind(const struct settings *s)
{
    return kind_of(s->ops[0]);
}

void arithmetic_example(const struct settings *s, struct str *out)
{
    str_add(out, example(s).s);
}

void arithmetic_about(const struct settings *s, struct str *out)
{
    int n = 0;
    for (const char *op = arithmetic_ops; *op; op++) {
        long long hi = arithmetic_operands(s, *op).hi;
        if (strchr(s->ops, *op))
            str_addf(out, "%s%ss up to %lld%c%lld", n++ ? ", " : "", kind_of(*op), hi, *op,
                     hi);
    }
}

static int cannot_read(const struct settings *s, const char *typed, struct err *err)
{
    return err_set(err, "cannot read '%s': expected a %s such as %s", utf8_quote(typed).s,
                   kind(s), example(s).s);
}

static int is_missing(const struct settings *s, const char *typed, const char *what,
                      struct err *err)
{
    return err_set(err, "the %s is missing in '%s': expected a %s such as %s", what,
                   utf8_quote(typed).s, kind(s), example(s).s);
}

static int unknown_operator(const struct settings *s, char op, struct err *err)
{
    struct str known = STR_INIT;
    for (const char *o = arithmetic_ops; *o; o++)
        if (strchr(s->ops, *o))
            str_addf(&known, "%s%c", known.n ? ", " : "", *o);
    err_set(err, "this model does not know the operator '%c': it knows %s", op,
            str_cstr(&known));
    str_release(&known);
    return -1;
}

/* An operand that no example had. */
static int check_number(const struct settings *s, char op, const struct number *x,
                        struct err *err)
{
    struct operands of = arithmetic_operands(s, op);
    int64_t v = 0;
    for (size_t i = 0; i < x->n && i <= (size_t)of.digits; i++)
        v = 10 * v + (x->s[i] - '0');
    if (v >= of.lo && v <= of.hi)
        return 0;
    if (of.lo > 0)
        return err_set(err, "'%s' is out of range: this model knows numbers from %lld to "
                            "%lld",
                       utf8_quoten(x->s, x->n).s, (long long)of.lo, (long long)of.hi);
    return err_set(err, "'%s' has %zu digits: this model %s numbers up to %d digit%s",
                   utf8_quoten(x->s, x->n).s, x->n, op == '*' ? "multiplies" : "knows",
                   of.digits, of.digits == 1 ? "" : "s");
}

/* ---- NUMBER op NUMBER ------------------------------------------------------------ */

/* One operand; 0 and *p behind it, or -1. which: "first number". */
static int read_number(const struct settings *s, const char *typed, const char **p,
                       const char *which, struct number *out, struct err *err)
{
    const char *at = skip_blanks(*p), *next = *at ? skip_blanks(at + 1) : at;
    if (*at == '-' && is_digit(*next)) {
        take_number(next, out);
        return err_set(err, "'-%s' is negative: this model knows only numbers without a "
                            "sign",
                       utf8_quoten(out->s, out->n).s);
    }
    if (*at == '\0' || strchr(arithmetic_ops, *at))
        return is_missing(s, typed, which, err);
    if (!is_digit(*at))
        return cannot_read(s, typed, err);
    *p = take_number(at, out);
    return 0;
}

int arithmetic_question(const struct settings *s, const char *typed, struct str *plain,
                        struct err *err)
{
    struct number a, b;
    const char *p = typed;
    if (!*skip_blanks(p))
        return err_set(err, "the line is empty: expected a %s such as %s", kind(s),
                       example(s).s);
    if (read_number(s, typed, &p, "first number", &a, err) < 0)
        return -1;
    p = skip_blanks(p);
    char op = *p++;
    if (op == '\0')
        return is_missing(s, typed, "operator", err);
    if (!strchr(s->ops, op))
        return ispunct((unsigned char)op) && !strchr(".,'_\"", op)
                   ? unknown_operator(s, op, err)
                   : cannot_read(s, typed, err);
    if (read_number(s, typed, &p, "second number", &b, err) < 0)
        return -1;
    p = skip_blanks(p);
    if (*p && strchr(arithmetic_ops, *p))
        return err_set(err, "cannot read '%s': expected two numbers, as in %s",
                       utf8_quote(typed).s, example(s).s);
    if (*p)
        return cannot_read(s, typed, err);
    if (check_number(s, op, &a, err) < 0 || check_number(s, op, &b, err) < 0)
        return -1;
    str_clear(plain);
    str_addn(plain, a.s, a.n);
    str_addc(plain, op);
    str_addn(plain, b.s, b.n);
    return 0;
}
