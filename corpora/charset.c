#include "corpora/charset.h"

#include "base/utf8.h"
#include "corpora/codepage.h"

#include <errno.h>
#include <iconv.h>
#include <unistr.h>

static const char lost[] = "\xef\xbf\xbd"; /* U+FFFD */

/* ---- UTF-8 ----------------------------------------------------------------------- */

struct census {
    long sequences; /* characters of several bytes */
    long strays;    /* bytes that belong to none */
};

static struct census census_of(const char *p, size_t n)
{
    struct census c = { 0 };
    for (size_t i = 0, k; i < n; i += k ? k : 1) {
        k = utf8_next(p + i, n - i, NULL);
        c.sequences += k > 1;
        c.strays += k == 0;
    }
    return c;
}

static void from_utf8(const char *p, size_t n, struct str *out)
{
    for (size_t i = 0, k; i < n; i += k ? k : 1) {
        k = utf8_next(p + i, n - i, NULL);
        if (k)
            str_addn(out, p + i, k);
        else
            str_add(out, lost);
    }
}

/* ---- UTF-16 ---------------------------------------------------------------------- */

/* 'L' or 'B' by where the zero bytes of ASCII stand; 0: it is not UTF-16. */
static char utf16_order(const char *p, size_t n)
{
    size_t zero[2] = { 0, 0 };
    for (size_t i = 0; i < n; i++)
        zero[i % 2] += p[i] == 0;
    if (n < 4 || n % 2 || zero[0] + zero[1] < n / 8)
        return 0;
    if (zero[1] > 8 * zero[0])
        return 'L';
    return zero[0] > 8 * zero[1] ? 'B' : 0;
}

static void add_char(struct str *out, uint32_t c)
{
    uint8_t u[6];
    int k = u8_uctomb(u, c, sizeof u);
    if (k > 0)
        str_addn(out, u, (size_t)k);
    else
        str_add(out, lost);
}

static long from_utf16(const char *bytes, size_t n, bool big, struct str *out)
{
    const unsigned char *p = (const unsigned char *)bytes;
    long bad = n % 2;
    for (size_t i = 0; i + 1 < n; i += 2) {
        uint32_t c = big ? (uint32_t)p[i] << 8 | p[i + 1] : (uint32_t)p[i + 1] << 8 | p[i];
        if (c >= 0xd800 && c < 0xdc00 && i + 3 < n) {
            uint32_t low = big ? (uint32_t)p[i + 2] << 8 | p[i + 3]
                               : (uint32_t)p[i + 3] << 8 | p[i + 2];
            if (low >= 0xdc00 && low < 0xe000) {
                c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
                i += 2;
            }
        }
        bad += c >= 0xd800 && c < 0xe000;
        add_char(out, c);
    }
    return bad;
}

/* ---- which ----------------------------------------------------------------------- */

static void from_page(const char *p, size_t n, struct str *out, struct charset_found *found)
{
    struct codepage page;
    found->name = codepage_guess(p, n, &page, &found->doubtful);
    for (size_t i = 0; i < n; i++) {
        uint32_t c = (unsigned char)p[i];
        c = c < 0x80 ? c : page.high[c - 0x80];
        found->bad += c == 0 && p[i];
        if (c || !p[i])
            add_char(out, c);
        else
            str_add(out, lost);
    }
}

void charset_decode(const char *p, size_t n, struct str *utf8, struct charset_found *found)
{
    *found = (struct charset_found){ .name = "UTF-8" };
    char order = 0;
    if (n >= 2 && (!memcmp(p, "\xff\xfe", 2) || !memcmp(p, "\xfe\xff", 2)))
        order = p[0] == '\xff' ? 'l' : 'b';
    else
        order = utf16_order(p, n);
    if (order) {
        bool big = order == 'b' || order == 'B';
        found->bom = order == 'l' || order == 'b';
        found->name = big ? "UTF-16BE" : "UTF-16LE";
        found->bad = from_utf16(p + 2 * found->bom, n - 2 * found->bom, big, utf8);
        return;
    }
    if (n >= 3 && !memcmp(p, "\xef\xbb\xbf", 3)) {
        found->bom = true;
        p += 3;
        n -= 3;
    }
    struct census c = census_of(p, n);
    if (found->bom || c.strays * 10 <= c.sequences) {
        found->bad = c.strays;
        from_utf8(p, n, utf8);
        return;
    }
    from_page(p, n, utf8, found);
}

int charset_convert(const char *from, const char *p, size_t n, struct str *utf8,
                    struct err *err)
{
    char room[512], *in = (char *)p;
    iconv_t cd = iconv_open("UTF-8", from);
    int bad = 0;
    if (cd == (iconv_t)-1)
        return err_set(err, "the encoding '%s' is not known here", utf8_quote(from).s);
    while (n && !bad) {
        char *out = room;
        size_t left = sizeof room;
        if (iconv(cd, &in, &n, &out, &left) == (size_t)-1 && errno != E2BIG)
            bad = err_set(err, "bytes that are no %s", utf8_quote(from).s);
        str_addn(utf8, room, sizeof room - left);
    }
    iconv_close(cd);
    return bad;
}
