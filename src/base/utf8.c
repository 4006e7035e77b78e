#include "base/utf8.h"

size_t utf8_next(const char *s, size_t n, uint32_t *cp)
{
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 }; /* by length */
    const unsigned char *u = (const unsigned char *)s;
    size_t k;
    uint32_t c;
    if (n == 0)
        return 0;
    if (u[0] < 0x80) {
        k = 1;
        c = u[0];
    } else if (u[0] >= 0xc0 && u[0] < 0xe0) {
        k = 2;
        c = u[0] & 0x1f;
    } else if (u[0] >= 0xe0 && u[0] < 0xf0) {
        k = 3;
        c = u[0] & 0x0f;
    } else if (u[0] >= 0xf0 && u[0] < 0xf8) {
        k = 4;
        c = u[0] & 0x07;
    } else {
        return 0;
    }
    if (k > n)
        return 0;
    for (size_t i = 1; i < k; i++) {
        if ((u[i] & 0xc0) != 0x80)
            return 0;
        c = c << 6 | (u[i] & 0x3f);
    }
    if (c < least[k] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
        return 0;
    if (cp)
        *cp = c;
    return k;
}

bool utf8_valid(const char *s, size_t n)
{
    for (size_t i = 0; i < n;) {
        size_t k = utf8_next(s + i, n - i, NULL);
        if (k == 0)
            return false;
        i += k;
    }
    return true;
}

bool utf8_control(uint32_t cp)
{
    return cp < 0x20 || (cp >= 0x7f && cp < 0xa0);
}

struct utf8_quote utf8_quoten(const char *s, size_t n)
{
    struct utf8_quote q;
    const size_t room = sizeof q.s - sizeof "…";
    size_t cut = 0;
    while (cut < n) {
        size_t k = utf8_next(s + cut, n - cut, NULL);
        k = k ? k : 1;
        if (cut + k > room)
            break;
        cut += k;
    }
    snprintf(q.s, sizeof q.s, "%.*s%s", (int)cut, s, cut < n ? "…" : "");
    return q;
}

struct utf8_quote utf8_quote(const char *s)
{
    return utf8_quoten(s, strlen(s));
}
