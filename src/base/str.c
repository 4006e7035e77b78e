#include "base/str.h"

#include "base/mem.h"

#include <ctype.h>
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <strings.h>

void str_init(struct str *t)
{
    *t = (struct str)STR_INIT;
}

void str_release(struct str *t)
{
    free(t->s);
    str_init(t);
}

void str_clear(struct str *t)
{
    t->n = 0;
    if (t->s)
        t->s[0] = '\0';
}

const char *str_cstr(const struct str *t)
{
    return t->s ? t->s : "";
}

static void grow(struct str *t, size_t more)
{
    if (more > SIZE_MAX / 2 - t->n)
        die_no_memory(more);
    size_t need = t->n + more + 1;
    if (need <= t->cap)
        return;
    t->cap = MAX(need, t->cap + t->cap / 2 + 16);
    t->s = xrealloc(t->s, t->cap);
}

char *str_take(struct str *t)
{
    grow(t, 0);
    t->s[t->n] = '\0';
    char *s = t->s;
    str_init(t);
    return s;
}

void str_addn(struct str *t, const void *p, size_t n)
{
    grow(t, n);
    if (n)
        memcpy(t->s + t->n, p, n);
    t->n += n;
    t->s[t->n] = '\0';
}

void str_add(struct str *t, const char *cstr)
{
    str_addn(t, cstr, strlen(cstr));
}

void str_addc(struct str *t, char c)
{
    str_addn(t, &c, 1);
}

void str_addf(struct str *t, const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (n < 0)
        BUG("bad format '%s'", fmt);
    grow(t, (size_t)n);
    vsnprintf(t->s + t->n, (size_t)n + 1, fmt, again);
    va_end(again);
    t->n += (size_t)n;
}

void str_cut(struct str *t, size_t n)
{
    if (n < t->n) {
        t->n = n;
        t->s[n] = '\0';
    }
}

void str_trim(struct str *t)
{
    while (t->n && isspace((unsigned char)t->s[t->n - 1]))
        str_cut(t, t->n - 1);
}

bool parse_long(const char *s, long lo, long hi, long *out)
{
    char *end;
    if (!*s || isspace((unsigned char)*s))
        return false;
    errno = 0;
    long v = strtol(s, &end, 10);
    if (errno || *end || v < lo || v > hi)
        return false;
    *out = v;
    return true;
}

bool parse_double(const char *s, double *out)
{
    static locale_t c_locale; /* the program never sets LC_NUMERIC; users of the library may */
    char *end;
    if (!c_locale)
        c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (!*s || isspace((unsigned char)*s))
        return false;
    errno = 0;
    double v = c_locale ? strtod_l(s, &end, c_locale) : strtod(s, &end);
    if (*end || !isfinite(v) || (errno == ERANGE && fabs(v) > 1))
        return false;
    *out = v;
    return true;
}

bool parse_bool(const char *s, bool *out)
{
    static const char *const yes[] = { "true", "on", "yes", "1" };
    static const char *const no[] = { "false", "off", "no", "0" };
    for (size_t i = 0; i < ARRAY_LEN(yes); i++) {
        if (!strcasecmp(s, yes[i]))
            return *out = true, true;
        if (!strcasecmp(s, no[i]))
            return *out = false, true;
    }
    return false;
}

void str_add_double(struct str *t, double v)
{
    char buf[40];
    if (v == floor(v) && fabs(v) < 1e6) { /* 30, not 3e+01 */
        str_addf(t, "%.0f", v);
        return;
    }
    for (int digits = 1; digits <= 17; digits++) {
        double back;
        snprintf(buf, sizeof buf, "%.*g", digits, v);
        if (parse_double(buf, &back) && back == v)
            break;
    }
    str_add(t, buf);
}
