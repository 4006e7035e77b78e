#include "ui/width.h"

#include <unictype.h>
#include <unistr.h>
#include <uniwidth.h>

/* Where terminals (and the C library ncurses counts with) differ from the
 * Unicode version of libunistring 1.0. Sorted. */
static const struct {
    uint32_t first, last;
    int width;
} overrides[] = {
    { 0x0cbf, 0x0cbf, 0 },   /* Kannada vowel signs, nonspacing since Unicode 15 */
    { 0x0cc6, 0x0cc6, 0 },
    { 0x3248, 0x324f, 2 },   /* circled numbers on black squares */
    { 0x4dc0, 0x4dff, 2 },   /* hexagrams, wide since Unicode 16 */
    { 0x11a07, 0x11a08, 0 }, /* Zanabazar Square vowel signs */
    { 0x11c3f, 0x11c3f, 0 }, /* Bhaiksuki virama */
};

/* Line and paragraph separators, formats, controls, surrogates, private, none. */
static bool unshowable(uint32_t c)
{
    return uc_is_general_category_withtable(
        c, UC_CATEGORY_MASK_Cc | UC_CATEGORY_MASK_Cf | UC_CATEGORY_MASK_Cs |
               UC_CATEGORY_MASK_Co | UC_CATEGORY_MASK_Cn | UC_CATEGORY_MASK_Zl |
               UC_CATEGORY_MASK_Zp);
}

int width_char(uint32_t c)
{
    if (c >= 0x20 && c < 0x7f)
        return 1;
    if (c > 0x10ffff || unshowable(c))
        return -1;
    for (size_t i = 0; i < ARRAY_LEN(overrides); i++)
        if (c >= overrides[i].first && c <= overrides[i].last)
            return overrides[i].width;
    return uc_width(c, "UTF-8");
}

static bool regional_indicator(uint32_t c)
{
    return c >= 0x1f1e6 && c <= 0x1f1ff;
}

static bool joiner(uint32_t c)
{
    return c == 0x200c || c == 0x200d;
}

int width_cluster(const uint32_t *c, size_t n)
{
    int width = 0;
    for (size_t i = 0; i < n; i++) {
        int w = joiner(c[i]) && i > 0 ? 0 : width_char(c[i]);
        if (w < 0)
            return -1;
        if (width == 0)
            width = w;
        if (i > 0 && (c[i] == 0xfe0f || (regional_indicator(c[i - 1]) &&
                                         regional_indicator(c[i]))))
            width = 2;
    }
    return width;
}

int width_text(const char *s, size_t n)
{
    int width = 0;
    while (n > 0) {
        ucs4_t c;
        int used = u8_mbtouc(&c, (const uint8_t *)s, n);
        int w = joiner(c) ? 0 : width_char(c);
        width += w < 0 ? 1 : w;
        s += used;
        n -= (size_t)used;
    }
    return width;
}
