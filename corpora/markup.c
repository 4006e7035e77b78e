#include "corpora/markup.h"

#include "base/utf8.h"
#include "corpora/speech.h"

#include <unistr.h>

enum { TAG_MAX = 300, NOTE_MAX = 300, ENTITY_MAX = 10 };

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* ---- tags ------------------------------------------------------------------------ */

/* Bytes of the tag at p: "<i>", "</font>", "{\an8}", "{a6}", "{y:i}"; 0: it is none. */
static size_t tag_length(const char *p, size_t n)
{
    char close = p[0] == '<' ? '>' : p[0] == '{' ? '}' : 0;
    if (!close || n < 3)
        return 0;
    if (close == '>' && !is_letter(p[1]) && p[1] != '/')
        return 0;
    bool place = p[1] == 'a' && is_digit(p[2]);
    if (close == '}' && p[1] != '\\' && !place && (n < 4 || p[2] != ':'))
        return 0;
    const char *end = memchr(p, close, MIN(n, TAG_MAX));
    return end ? (size_t)(end - p) + 1 : 0;
}

/* The signs of .ass files that stand outside of tags: "\N" is a line end, "\h" a blank.
 * 0: it is none. */
static char ass_sign(const char *p, size_t n)
{
    if (n < 2 || p[0] != '\\')
        return 0;
    return p[1] == 'N' ? '\n' : p[1] == 'h' ? ' ' : 0;
}

/* Bytes of the label at p, "<3-12,NAME>"; 0: it is none. */
static size_t label_length(const char *p, size_t n)
{
    size_t i = 1;
    if (p[0] != '<')
        return 0;
    while (i < n && is_digit(p[i]))
        i++;
    if (i == 1 || i >= n || p[i++] != '-')
        return 0;
    while (i < n && is_digit(p[i]))
        i++;
    if (i >= n || p[i] != ',')
        return 0;
    const char *end = memchr(p, '>', MIN(n, TAG_MAX));
    return end ? (size_t)(end - p) + 1 : 0;
}

static void add_label(const char *p, size_t n, struct str *out)
{
    str_addc(out, MARKUP_LABEL);
    str_addn(out, p + 1, n - 2);
    str_addc(out, MARKUP_LABEL);
}

/* ---- entities -------------------------------------------------------------------- */

static bool numbered(const char *name, uint32_t *c)
{
    bool hex = name[1] == 'x' || name[1] == 'X';
    char *end;
    unsigned long v = strtoul(name + 1 + hex, &end, hex ? 16 : 10);
    *c = (uint32_t)v;
    return end > name + 1 + hex && !*end && v >= 0x20 && v < 0x110000;
}

/* Bytes of the entity at p, and the character; 0: it is none. */
static size_t entity_length(const char *p, size_t n, uint32_t *c)
{
    static const struct {
        const char *name;
        uint32_t c;
    } entities[] = {
        { "amp", '&' },   { "lt", '<' },      { "gt", '>' },      { "quot", '"' },
        { "apos", '\'' }, { "nbsp", 0xa0 },   { "lrm", 0x200e },  { "rlm", 0x200f },
        { "hellip", 0x2026 }, { "mdash", 0x2014 }, { "ndash", 0x2013 },
    };
    char name[ENTITY_MAX + 1];
    const char *end = p[0] == '&' ? memchr(p, ';', MIN(n, ENTITY_MAX + 1)) : NULL;
    if (!end || end == p + 1)
        return 0;
    size_t k = (size_t)(end - p) - 1;
    memcpy(name, p + 1, k);
    name[k] = '\0';
    for (size_t i = 0; i < ARRAY_LEN(entities); i++)
        if (!strcmp(name, entities[i].name)) {
            *c = entities[i].c;
            return k + 2;
        }
    return name[0] == '#' && numbered(name, c) ? k + 2 : 0;
}

/* ---- characters ------------------------------------------------------------------ */

/* Not seen, and not part of a word (U+200C is, in Persian). */
static bool hidden(uint32_t c)
{
    return (utf8_control(c) && c != '\n' && c != '\t') || c == 0xad || c == 0x200b ||
           c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2060 && c <= 0x206f) || c == 0xfeff;
}

static bool blank(uint32_t c)
{
    return c == '\t' || c == 0xa0 || (c >= 0x2000 && c <= 0x200a) || c == 0x202f ||
           c == 0x3000;
}

static unsigned add_char(struct str *out, uint32_t c)
{
    uint8_t u[6];
    if (hidden(c))
        return SPEECH_HIDDEN;
    if (blank(c))
        c = ' ';
    int k = u8_uctomb(u, c, sizeof u);
    if (k > 0)
        str_addn(out, u, (size_t)k);
    return 0;
}

unsigned markup_tags(const char *p, size_t n, struct str *out)
{
    unsigned found = 0;
    for (size_t i = 0, k; i < n; i += k) {
        uint32_t c = 0xfffd;
        if ((k = label_length(p + i, n - i))) {
            add_label(p + i, k, out);
        } else if ((k = tag_length(p + i, n - i))) {
            str_add(out, !strncmp(p + i, "<br", 3) ? "\n" : "");
            found |= SPEECH_TAG;
        } else if (ass_sign(p + i, n - i)) {
            str_addc(out, ass_sign(p + i, n - i));
            found |= SPEECH_TAG;
            k = 2;
        } else if ((k = entity_length(p + i, n - i, &c))) {
            found |= SPEECH_ENTITY | add_char(out, c);
        } else {
            k = utf8_next(p + i, n - i, &c);
            found |= add_char(out, c);
            k = k ? k : 1;
        }
    }
    return found;
}

/* ---- brackets -------------------------------------------------------------------- */

/* Bytes of the note at p, "[DOOR CLOSES]"; 0: it is none. Brackets may be nested. */
static size_t note_length(const char *p, size_t n)
{
    static const struct {
        const char *open, *close;
    } kinds[] = { { "[", "]" }, { "(", ")" }, { "（", "）" }, { "【", "】" } };
    n = MIN(n, NOTE_MAX);
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        size_t a = strlen(kinds[i].open), b = strlen(kinds[i].close);
        int depth = 1;
        if (n < a || memcmp(p, kinds[i].open, a))
            continue;
        for (size_t at = a; at + b <= n; at++) {
            if (p[at] == MARKUP_LABEL)
                return 0;
            depth += at + a <= n && !memcmp(p + at, kinds[i].open, a);
            if (!memcmp(p + at, kinds[i].close, b) && --depth == 0)
                return at + b;
        }
    }
    return 0;
}

unsigned markup_notes(const char *p, size_t n, struct str *out)
{
    unsigned found = 0;
    bool label = false; /* a name may have brackets */
    for (size_t i = 0; i < n;) {
        label ^= p[i] == MARKUP_LABEL;
        size_t k = label ? 0 : note_length(p + i, n - i);
        if (!k) {
            str_addc(out, p[i++]);
            continue;
        }
        found |= SPEECH_NOTE;
        str_addc(out, ' ');
        i += k;
        if (i < n && p[i] == ':') /* "[JEFF]: Go!" */
            i++;
    }
    return found;
}
