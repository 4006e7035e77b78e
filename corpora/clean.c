#include "corpora/corpus.h"

#include "base/utf8.h"

#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

static bool is_space(uint32_t c)
{
    return c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x202f ||
           c == 0x205f || c == 0x3000 || c == 0x2028 || c == 0x2029;
}

/* Soft hyphen, zero-width space and no-break space, marks of direction. The joiners stay:
 * they are spelling. */
static bool is_unseen(uint32_t c)
{
    return c == 0xad || c == 0x200b || c == 0xfeff || c == 0x200e || c == 0x200f ||
           (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f);
}

void corpus_clean(const char *text, struct str *out)
{
    size_t n = 0, start = out->n;
    uint8_t *nfc = u8_normalize(UNINORM_NFC, (const uint8_t *)text, strlen(text), NULL, &n);
    const char *p = nfc ? (const char *)nfc : text;
    bool gap = false;
    uint32_t c;
    n = nfc ? n : strlen(text);
    for (size_t i = 0, k; i < n; i += k ? k : 1) {
        k = utf8_next(p + i, n - i, &c);
        if (!k || is_unseen(c))
            continue;
        if (c == ' ' || utf8_control(c) || is_space(c)) {
            gap = true;
            continue;
        }
        if (gap && out->n > start)
            str_addc(out, ' ');
        gap = false;
        str_addn(out, p + i, k);
    }
    free(nfc);
}

void corpus_key(const char *text, struct str *out)
{
    bool gap = false;
    uint32_t c;
    str_clear(out);
    for (size_t i = 0, k, n = strlen(text); i < n; i += k ? k : 1) {
        uint8_t u[6];
        k = utf8_next(text + i, n - i, &c);
        if (k && c == 0x2019)
            c = '\'';
        if (!k || !(c == '\'' || uc_is_property_alphabetic(c) ||
                    uc_is_general_category(c, UC_NUMBER) ||
                    uc_is_general_category(c, UC_MARK))) {
            gap = true;
            continue;
        }
        if (gap && out->n)
            str_addc(out, ' ');
        gap = false;
        int m = u8_uctomb(u, uc_tolower(c), sizeof u);
        str_addn(out, u, (size_t)MAX(m, 0));
    }
    if (out->n == 0)
        str_add(out, text);
}
