#include "ui/run_filter.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "ui/run_fact.h"

#include <ctype.h>
#include <fnmatch.h>
#include <math.h>
#include <regex.h>

enum kind { ALL, ANY, NOT, TEST };
enum compare { IS_IN, IS_KNOWN, EQUAL, OTHER, LESS, MORE, AT_MOST, AT_LEAST };

struct run_filter {
    enum kind kind;
    struct run_filter *a, *b;  /* of ALL and ANY; NOT has only a */
    enum compare compare;
    char *key, *value;
    double number;             /* value as one; NaN */
    bool is_regex;
    regex_t regex;
};

enum { DEEPEST = 50 }; /* brackets within brackets */

struct scan {
    const char *p;
    int depth;
    struct err *err;
};

static struct run_filter *parse_all(struct scan *);

void run_filter_free(struct run_filter *f)
{
    if (!f)
        return;
    run_filter_free(f->a);
    run_filter_free(f->b);
    if (f->is_regex)
        regfree(&f->regex);
    free(f->key);
    free(f->value);
    free(f);
}

static struct run_filter *node(enum kind kind, struct run_filter *a, struct run_filter *b)
{
    struct run_filter *f = xcalloc(1, sizeof *f);
    f->kind = kind;
    f->a = a;
    f->b = b;
    return f;
}

static void skip_blanks(struct scan *s)
{
    s->p += strspn(s->p, " \t");
}

/* ---- a test ---- */

/* 10k  95%  1h30m  2.5: NaN for what is none of these. */
static double number_of(const char *s)
{
    static const struct {
        char unit;
        double times;
    } units[] = { { 'k', 1e3 }, { 'M', 1e6 }, { 'G', 1e9 }, { '%', .01 },
                  { 's', 1 },   { 'm', 60 },  { 'h', 3600 }, { 'd', 86400 } };
    double sum = 0, v;
    if (!*s)
        return NAN;
    if (parse_double(s, &v))
        return v;
    while (*s) {
        size_t n = strspn(s, "+-.0123456789"), u = 0;
        char *digits = xstrndup(s, n);
        bool good = parse_double(digits, &v);
        free(digits);
        while (u < ARRAY_LEN(units) && units[u].unit != s[n])
            u++;
        if (!good || u == ARRAY_LEN(units))
            return NAN;
        sum += v * units[u].times;
        s += n + 1;
    }
    return sum;
}

/* Up to a blank, a bracket or `|`; quotes and /.../ hold these together. */
static char *take_word(struct scan *s, const char *ends)
{
    struct str word = STR_INIT;
    char inside = 0;
    for (bool first = true; *s->p; s->p++, first = false) {
        char c = *s->p;
        if (c == '"' && inside != '/') {
            inside = inside ? 0 : '"';
            continue;
        }
        if (c == '/' && inside != '"' && (first || inside))
            inside = inside ? 0 : '/';
        else if (!inside && strchr(ends, c))
            break;
        str_addc(&word, c);
    }
    if (inside)
        err_set(s->err, "the filter lacks a %s", inside == '/' ? "'/'" : "'\"'");
    return inside ? str_release(&word), NULL : word.s ? str_take(&word) : xstrdup("");
}

static enum compare take_compare(struct scan *s)
{
    static const struct {
        const char *sign;
        enum compare compare;
    } signs[] = { { "!=", OTHER }, { "<=", AT_MOST }, { ">=", AT_LEAST }, { "<", LESS },
                  { ">", MORE },   { "=", EQUAL },    { ":", IS_IN } };
    for (size_t i = 0; i < ARRAY_LEN(signs); i++) {
        size_t n = strlen(signs[i].sign);
        if (!strncmp(s->p, signs[i].sign, n)) {
            s->p += n;
            return signs[i].compare;
        }
    }
    return IS_KNOWN; /* no sign: only a word */
}

static int prepare(struct run_filter *f, struct err *err)
{
    size_t n = strlen(f->value);
    f->number = number_of(f->value);
    if (f->compare > OTHER && isnan(f->number))
        return err_set(err, "'%s' is no number to compare %s with", utf8_quote(f->value).s,
                       utf8_quote(f->key).s);
    if (f->compare == IS_KNOWN)
        return run_fact_known(f->value, err) ? 0 : -1;
    if (!run_fact_known(f->key, err))
        return -1;
    if (f->compare != IS_IN || n < 2 || f->value[0] != '/' || f->value[n - 1] != '/')
        return 0;
    char *pattern = xstrndup(f->value + 1, n - 2);
    int bad = regcomp(&f->regex, pattern, REG_EXTENDED | REG_ICASE | REG_NOSUB);
    if (bad) {
        char why[120];
        regerror(bad, &f->regex, why, sizeof why);
        err_set(err, "'%s' is no regular expression: %s", utf8_quote(pattern).s, why);
    }
    free(pattern);
    f->is_regex = !bad;
    return bad ? -1 : 0;
}

static struct run_filter *parse_test(struct scan *s)
{
    struct run_filter *f = node(TEST, NULL, NULL);
    const char *from = s->p;
    bool bare = *s->p == '/' || *s->p == '"';
    f->key = take_word(s, bare ? " \t()|" : " \t()|:=<>!");
    f->compare = f->key && !bare ? take_compare(s) : IS_KNOWN;
    if (f->key && f->compare == IS_KNOWN) { /* a word alone: of the name */
        f->value = f->key;
        f->key = xstrdup("run");
        f->compare = IS_IN;
    } else if (f->key) {
        f->value = take_word(s, " \t()|");
        if (f->compare == IS_IN && !strcmp(f->key, "has"))
            f->compare = IS_KNOWN;
    }
    bool good = f->key && f->value;
    if (good && !*f->value) {
        err_set(s->err, "the filter lacks something after '%s'",
                utf8_quoten(from, (size_t)(s->p - from)).s);
        good = false;
    }
    if (good && prepare(f, s->err) == 0)
        return f;
    run_filter_free(f);
    return NULL;
}

/* ---- brackets, or, and ---- */

static struct run_filter *parse_one(struct scan *s)
{
    struct run_filter *f;
    if (*s->p == '!') {
        s->p++;
        skip_blanks(s);
        if (++s->depth > DEEPEST) {
            err_set(s->err, "the filter is too deep");
            return NULL;
        }
        f = parse_one(s);
        s->depth--;
        return f ? node(NOT, f, NULL) : NULL;
    }
    if (*s->p != '(')
        return parse_test(s);
    s->p++;
    if (++s->depth > DEEPEST) {
        err_set(s->err, "the filter is too deep");
        return NULL;
    }
    f = parse_all(s);
    s->depth--;
    if (f && *s->p != ')') {
        err_set(s->err, "the filter lacks a ')'");
        run_filter_free(f);
        return NULL;
    }
    s->p += f != NULL;
    return f;
}

static struct run_filter *parse_any(struct scan *s)
{
    struct run_filter *f = parse_one(s);
    skip_blanks(s);
    while (f && *s->p == '|') {
        s->p++;
        skip_blanks(s);
        struct run_filter *b = parse_one(s);
        if (!b) {
            run_filter_free(f);
            return NULL;
        }
        f = node(ANY, f, b);
        skip_blanks(s);
    }
    return f;
}

static struct run_filter *parse_all(struct scan *s)
{
    skip_blanks(s);
    struct run_filter *f = parse_any(s);
    while (f && *s->p && *s->p != ')') {
        struct run_filter *b = parse_any(s);
        if (!b) {
            run_filter_free(f);
            return NULL;
        }
        f = node(ALL, f, b);
    }
    return f;
}

struct run_filter *run_filter_new(const char *text, struct err *err)
{
    struct scan s = { .p = text, .err = err };
    skip_blanks(&s);
    if (!*s.p)
        return node(ALL, NULL, NULL);
    struct run_filter *f = parse_all(&s);
    if (f && *s.p) {
        err_set(err, "the filter has a ')' too many");
        run_filter_free(f);
        return NULL;
    }
    return f;
}

/* ---- asking ---- */

static bool text_fits(const struct run_filter *f, const char *text)
{
    if (f->is_regex)
        return regexec(&f->regex, text, 0, NULL, 0) == 0;
    if (strpbrk(f->value, "*?"))
        return fnmatch(f->value, text, FNM_CASEFOLD) == 0;
    return strcasestr(text, f->value) != NULL;
}

static bool test(const struct run_filter *f, const struct run_entry *e, double now)
{
    struct fact_value is;
    run_fact_get(e, f->compare == IS_KNOWN ? f->value : f->key, now, &is);
    double v = is.v, than = f->number;
    bool numbers = !isnan(v) && !isnan(than);
    bool same = numbers ? fabs(v - than) <= 1e-9 * fabs(than) : !strcasecmp(is.text, f->value);
    switch (f->compare) {
    case IS_IN: return text_fits(f, is.text);
    case IS_KNOWN: return is.text[0] != '\0';
    case EQUAL: return same;
    case OTHER: return is.text[0] && !same;
    case LESS: return v < than;
    case MORE: return v > than;
    case AT_MOST: return v <= than;
    default: return v >= than;
    }
}

bool run_filter_match(const struct run_filter *f, const struct run_entry *e, double now)
{
    if (!f)
        return true;
    switch (f->kind) {
    case ALL: return run_filter_match(f->a, e, now) && run_filter_match(f->b, e, now);
    case ANY: return run_filter_match(f->a, e, now) || run_filter_match(f->b, e, now);
    case NOT: return !run_filter_match(f->a, e, now);
    default: return test(f, e, now);
    }
}
