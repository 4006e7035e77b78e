#include "ui/charset.h"

#include "base/utf8.h"

#include <langinfo.h>
#include <stdlib.h>
#include <unistr.h>
#include <wchar.h>

enum { BYTES = 256, ASCII = 128 };

static uint32_t point[BYTES]; /* of the bytes beyond ASCII; 0: none */
static bool own, shown;

/* The C library's wide characters are code points (glibc, musl, BSD). */
void charset_init(void)
{
    const char *name = nl_langinfo(CODESET);
    bool single = MB_CUR_MAX == 1, ascii = !strcmp(name, "ANSI_X3.4-1968") ||
                                           !strcmp(name, "US-ASCII");
    own = false;
    for (int b = ASCII; b < BYTES; b++) {
        wint_t c = single && !ascii ? btowc(b) : WEOF;
        point[b] = c == WEOF || c < ASCII ? 0 : (uint32_t)c;
        own |= point[b] != 0;
    }
    shown = own;
}

void charset_leave(bool read)
{
    own &= read;
    shown = false;
}

bool charset_own(void)
{
    return own;
}

uint32_t charset_point(unsigned char byte)
{
    return byte < ASCII ? byte : point[byte];
}

/* The byte of a code point beyond ASCII; 0: there is none. */
static int byte_of(uint32_t c)
{
    for (int b = ASCII; b < BYTES; b++)
        if (point[b] == c)
            return b;
    return 0;
}

bool charset_has(uint32_t c)
{
    return shown && c >= ASCII && byte_of(c);
}

void charset_out(struct str *out, const char *utf8, size_t n)
{
    for (size_t i = 0, k; own && i < n; i += k) {
        uint32_t c;
        k = utf8_next(utf8 + i, n - i, &c);
        int b = k && c >= ASCII ? byte_of(c) : 0;
        if (b)
            str_addc(out, (char)b);
        else if (k && c >= ASCII)
            str_addf(out, c > 0xffff ? "\\U%08x" : "\\u%04x", (unsigned)c);
        else
            str_addn(out, utf8 + i, MAX(k, 1));
        k = MAX(k, 1);
    }
    if (!own)
        str_addn(out, utf8, n);
}

void charset_in(struct str *out, const char *bytes, size_t n)
{
    for (size_t i = 0; own && i < n; i++) {
        unsigned char b = (unsigned char)bytes[i];
        uint8_t utf8[6];
        int k = b >= ASCII && point[b] ? u8_uctomb(utf8, point[b], sizeof utf8) : 0;
        if (k > 0)
            str_addn(out, utf8, (size_t)k);
        else
            str_addc(out, bytes[i]);
    }
    if (!own)
        str_addn(out, bytes, n);
}

static char *convert(char *text, void (*to)(struct str *, const char *, size_t))
{
    struct str other = STR_INIT;
    if (!own || !text)
        return text;
    to(&other, text, strlen(text));
    free(text);
    return str_take(&other);
}

char *charset_outside(char *utf8)
{
    return convert(utf8, charset_out);
}

char *charset_inside(char *bytes)
{
    return convert(bytes, charset_in);
}
