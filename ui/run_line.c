#include "ui/run_line.h"

#include <math.h>

static const char *const field_name[FIELD_COUNT] = {
    [FIELD_T] = "t",           [FIELD_STEP] = "step",       [FIELD_EPOCH] = "epoch",
    [FIELD_LOSS] = "loss",     [FIELD_ACC] = "acc",         [FIELD_EXACT] = "exact",
    [FIELD_SCORE] = "score",   [FIELD_GNORM] = "gnorm",     [FIELD_LR] = "lr",
    [FIELD_RATE] = "rate",     [FIELD_MS] = "ms",           [FIELD_CLIPPED] = "clipped",
    [FIELD_WAIT] = "wait",     [FIELD_DELTA] = "delta",     [FIELD_N] = "n",
    [FIELD_SECONDS] = "seconds", [FIELD_BEST] = "best",     [FIELD_BYTES] = "bytes",
    [FIELD_STEPS] = "steps",
};

/* Names that stand for FIELD_SCORE. */
static const char *const score_name[] = { "bleu", "chrf", "ter" };

/* ---- by hand ---- */

struct scan {
    const char *p, *end;
};

static void blanks(struct scan *s)
{
    while (s->p < s->end && (*s->p == ' ' || *s->p == '\t' || *s->p == '\r'))
        s->p++;
}

static bool eat(struct scan *s, char c)
{
    blanks(s);
    if (s->p == s->end || *s->p != c)
        return false;
    s->p++;
    return true;
}

static bool word(struct scan *s, const char *w, size_t n)
{
    if ((size_t)(s->end - s->p) < n || memcmp(s->p, w, n) != 0)
        return false;
    s->p += n;
    return true;
}

/* A string without escapes; *text points into the line. */
static bool string(struct scan *s, const char **text, size_t *n)
{
    if (!eat(s, '"'))
        return false;
    const char *quote = memchr(s->p, '"', (size_t)(s->end - s->p));
    if (!quote || memchr(s->p, '\\', (size_t)(quote - s->p)))
        return false;
    *text = s->p;
    *n = (size_t)(quote - s->p);
    s->p = quote + 1;
    return true;
}

static bool digit(const struct scan *s)
{
    return s->p < s->end && *s->p >= '0' && *s->p <= '9';
}

static void digits(struct scan *s, uint64_t *mantissa, int *count)
{
    for (; digit(s); s->p++, ++*count)
        *mantissa = *mantissa * 10 + (uint64_t)(*s->p - '0');
}

/* Exact where mantissa and power of ten both are in a double (Clinger 1990):
 * every number that a float or a clock makes. Others are left to jansson. */
static bool number(struct scan *s, double *v)
{
    static const double power[] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7,
                                    1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };
    uint64_t mantissa = 0, exponent = 0;
    int count = 0, exponent_n = 0, scale = 0;
    bool minus = word(s, "-", 1), minus_e = false;
    digits(s, &mantissa, &count);
    if (!count)
        return false;
    if (word(s, ".", 1)) {
        int before = count;
        digits(s, &mantissa, &count);
        scale = before - count;
    }
    if (word(s, "e", 1) || word(s, "E", 1)) {
        minus_e = word(s, "-", 1);
        if (!minus_e)
            word(s, "+", 1);
        digits(s, &exponent, &exponent_n);
        if (exponent_n < 1 || exponent_n > 3)
            return false;
    }
    scale += minus_e ? -(int)exponent : (int)exponent;
    if (count > 18 || mantissa > 1ull << 53 || scale < -22 || scale > 22)
        return false;
    *v = scale < 0 ? (double)mantissa / power[-scale] : (double)mantissa * power[scale];
    if (minus)
        *v = -*v;
    return true;
}

/* Number, null, true, false; not objects and lists. */
static bool scalar(struct scan *s, double *v)
{
    blanks(s);
    if (digit(s) || (s->p < s->end && *s->p == '-'))
        return number(s, v);
    *v = NAN;
    if (word(s, "null", 4))
        return true;
    if (word(s, "true", 4)) {
        *v = 1;
        return true;
    }
    *v = 0;
    return word(s, "false", 5);
}

/* Records name their fields in the same order, so the search goes on where the
 * last one ended. */
static int find_field(const char *name, size_t n, int *next)
{
    for (int i = 0; i < FIELD_COUNT; i++) {
        int f = (*next + i) % FIELD_COUNT;
        if (strlen(field_name[f]) == n && !memcmp(field_name[f], name, n)) {
            *next = f + 1;
            return f;
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(score_name); i++)
        if (strlen(score_name[i]) == n && !memcmp(score_name[i], name, n))
            return FIELD_SCORE;
    return -1;
}

static void set(struct run_line *l, int field, double v)
{
    l->field[field] = v;
    l->has |= 1u << field;
}

static void set_ev(struct run_line *l, const char *text, size_t n)
{
    snprintf(l->ev, sizeof l->ev, "%.*s", (int)MIN(n, sizeof l->ev), text);
}

/* true: the line was a flat object and *l is filled. */
static bool by_hand(struct run_line *l, const char *text, size_t n)
{
    struct scan s = { text, text + n };
    int next = 0;
    if (!eat(&s, '{'))
        return false;
    do {
        const char *key, *value;
        size_t key_n, value_n;
        double v;
        blanks(&s);
        if (!string(&s, &key, &key_n) || !eat(&s, ':'))
            return false;
        if (key_n == 2 && !memcmp(key, "ev", 2)) {
            if (!string(&s, &value, &value_n))
                return false;
            set_ev(l, value, value_n);
            if (strcmp(l->ev, "step") != 0 && strcmp(l->ev, "eval") != 0)
                return false; /* may have text worth keeping */
            continue;
        }
        if (!scalar(&s, &v))
            return false;
        int field = find_field(key, key_n, &next);
        if (field >= 0)
            set(l, field, v);
    } while (eat(&s, ','));
    if (!eat(&s, '}'))
        return false;
    blanks(&s);
    return s.p == s.end && l->ev[0];
}

/* ---- by jansson ---- */

static bool by_library(struct run_line *l, const char *text, size_t n)
{
    l->json = json_loadb(text, n, JSON_ALLOW_NUL, NULL);
    const json_t *ev = json_object_get(l->json, "ev");
    if (!json_is_string(ev))
        return false;
    set_ev(l, json_string_value(ev), json_string_length(ev));
    for (int f = 0; f < FIELD_COUNT; f++) {
        const json_t *v = json_object_get(l->json, field_name[f]);
        for (size_t i = 0; f == FIELD_SCORE && !v && i < ARRAY_LEN(score_name); i++)
            v = json_object_get(l->json, score_name[i]);
        if (json_is_number(v))
            set(l, f, json_number_value(v));
        else if (json_is_boolean(v))
            set(l, f, json_is_true(v));
        else if (v)
            set(l, f, NAN);
    }
    return true;
}

int run_line_parse(struct run_line *l, const char *text, size_t n)
{
    *l = (struct run_line){ 0 };
    if (!by_hand(l, text, n)) {
        *l = (struct run_line){ 0 };
        if (!by_library(l, text, n))
            return -1;
    }
    double step = run_line_number(l, FIELD_STEP);
    return step >= 0 && step <= 1e12 ? 0 : -1;
}

void run_line_release(struct run_line *l)
{
    json_decref(l->json);
    l->json = NULL;
}

double run_line_number(const struct run_line *l, enum run_field f)
{
    return run_line_has(l, f) ? l->field[f] : NAN;
}

const char *run_line_text(const struct run_line *l, const char *name, size_t *n)
{
    const json_t *v = json_object_get(l->json, name);
    *n = json_is_string(v) ? json_string_length(v) : 0;
    return json_is_string(v) ? json_string_value(v) : "";
}
