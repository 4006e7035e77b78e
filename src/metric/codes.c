#include "metric/codes.h"

#include "base/mem.h"
#include "base/utf8.h"

#include <unicase.h>

enum { REPLACEMENT = 0xfffd };

void codes_release(struct codes *c)
{
    free(c->cp);
    *c = (struct codes){ 0 };
}

void codes_clear(struct codes *c)
{
    c->n = 0;
}

static void reserve(struct codes *c, size_t n)
{
    if (n > INT32_MAX / 8)
        BUG("a line of %zu characters", n);
    if (n <= (size_t)c->cap)
        return;
    c->cap = (int)(n + n / 2 + 64);
    c->cp = xrealloc(c->cp, (size_t)c->cap * sizeof *c->cp);
}

void codes_add(struct codes *c, uint32_t cp)
{
    reserve(c, (size_t)c->n + 1);
    c->cp[c->n++] = cp;
}

void codes_addn(struct codes *c, const uint32_t *cp, int n)
{
    if (n == 0)
        return;
    reserve(c, (size_t)c->n + (size_t)n);
    memcpy(c->cp + c->n, cp, (size_t)n * sizeof *cp);
    c->n += n;
}

struct segment codes_segment(const struct codes *c)
{
    return (struct segment){ c->cp, c->n };
}

size_t codes_add_utf8(struct codes *c, const char *s, size_t n)
{
    size_t broken = 0;
    reserve(c, (size_t)c->n + n);
    for (size_t i = 0, k; i < n; i += k) {
        uint32_t cp;
        k = utf8_next(s + i, n - i, &cp);
        if (k == 0) {
            k = 1;
            cp = REPLACEMENT;
            broken++;
        }
        c->cp[c->n++] = cp;
    }
    return broken;
}

static bool is_ascii(struct segment s)
{
    for (int i = 0; i < s.n; i++)
        if (s.cp[i] >= 0x80)
            return false;
    return true;
}

void codes_add_lower(struct codes *c, struct segment s)
{
    reserve(c, (size_t)c->n + (size_t)s.n);
    if (is_ascii(s)) {
        for (int i = 0; i < s.n; i++)
            c->cp[c->n++] = s.cp[i] + (s.cp[i] >= 'A' && s.cp[i] <= 'Z' ? 'a' - 'A' : 0);
        return;
    }
    size_t n = 0;
    uint32_t *low = u32_tolower(s.cp, (size_t)s.n, NULL, NULL, NULL, &n);
    if (!low)
        die_no_memory((size_t)s.n * sizeof *s.cp);
    codes_addn(c, low, (int)n);
    free(low);
}

bool codes_space(uint32_t cp)
{
    if (cp < 0x80)
        return (cp >= 0x09 && cp <= 0x0d) || (cp >= 0x1c && cp <= 0x20);
    switch (cp) {
    case 0x85:
    case 0xa0:
    case 0x1680:
    case 0x2028:
    case 0x2029:
    case 0x202f:
    case 0x205f:
    case 0x3000:
        return true;
    }
    return cp >= 0x2000 && cp <= 0x200a;
}

/* ---- rewriting -------------------------------------------------------------------- */

static void swap(struct codes *a, struct codes *b)
{
    struct codes c = *a;
    *a = *b;
    *b = c;
}

static bool stands_at(const struct codes *c, int i, const char *word)
{
    for (; *word; word++, i++)
        if (i == c->n || c->cp[i] != (unsigned char)*word)
            return false;
    return true;
}

void codes_replace(struct codes *c, struct codes *spare, const char *from, const char *to)
{
    int from_n = (int)strlen(from);
    codes_clear(spare);
    for (int i = 0; i < c->n;) {
        if (!stands_at(c, i, from)) {
            codes_add(spare, c->cp[i++]);
            continue;
        }
        for (const char *p = to; *p; p++)
            codes_add(spare, (unsigned char)*p);
        i += from_n;
    }
    swap(c, spare);
}

void codes_set_apart(struct codes *c, struct codes *spare, const struct codes_rule *r)
{
    uint32_t *out;
    reserve(spare, 3 * (size_t)c->n);
    out = spare->cp;
    for (int i = 0; i < c->n; i++) {
        uint32_t cp = c->cp[i];
        bool one = r->first(cp);
        if (one && !r->second) {
            *out++ = ' ';
            *out++ = cp;
            *out++ = ' ';
        } else if (one && i + 1 < c->n && r->second(c->cp[i + 1])) {
            if (!r->behind)
                *out++ = ' ';
            *out++ = cp;
            *out++ = ' ';
            *out++ = c->cp[++i];
            if (r->behind)
                *out++ = ' ';
        } else {
            *out++ = cp;
        }
    }
    spare->n = (int)(out - spare->cp);
    swap(c, spare);
}

void codes_drop(struct codes *c, bool (*kind)(uint32_t))
{
    int n = 0;
    for (int i = 0; i < c->n; i++)
        if (!kind(c->cp[i]))
            c->cp[n++] = c->cp[i];
    c->n = n;
}
