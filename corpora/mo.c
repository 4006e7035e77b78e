#include "base/file.h"
#include "base/mem.h"
#include "corpora/charset.h"
#include "corpora/files.h"
#include "corpora/reader.h"

/*
 * Compiled translations of gettext (.mo), a file or a folder of them: message and
 * translation, without the context, the plural forms after the first, and the marks of
 * keys (_File, &File). The header says the encoding.
 *
 *     0 magic   4 revision   8 strings   12 offset of the messages   16 of the translations
 *     each: length, offset of the bytes
 */

enum { MO_SIZE = 64 << 20, HEADER = 28 };

struct mo {
    int data_seed;
    struct files files;
    int file; /* the next one */
    struct str bytes;
    bool swapped;     /* the other byte order */
    uint32_t n, i, at_src, at_tgt;
    char charset[32];
    struct str src, tgt;
};

static void *mo_open(const struct settings *s, const char *path, struct err *err)
{
    struct mo *m = xcalloc(1, sizeof *m);
    m->data_seed = s->data_seed;
    if (files_find(&m->files, path, ".mo", err) == 0)
        return m;
    free(m);
    return NULL;
}

static void mo_close(void *own)
{
    struct mo *m = own;
    files_release(&m->files);
    str_release(&m->bytes);
    str_release(&m->src);
    str_release(&m->tgt);
    free(m);
}

/* The number at a place; 0 beyond the end. */
static uint32_t number_at(const struct mo *m, uint64_t at)
{
    uint32_t v = 0;
    if (at + 4 > m->bytes.n)
        return 0;
    memcpy(&v, m->bytes.s + at, 4);
    return m->swapped ? __builtin_bswap32(v) : v;
}

/* String i of a table; NULL: it is not within the file. */
static const char *string_at(const struct mo *m, uint32_t table, uint32_t i, size_t *n)
{
    uint64_t row = (uint64_t)table + 8 * (uint64_t)i;
    uint32_t len = number_at(m, row), at = number_at(m, row + 4);
    if (row + 8 > m->bytes.n || (uint64_t)at + len > m->bytes.n)
        return NULL;
    *n = len;
    return m->bytes.s + at;
}

/* "charset=UTF-8" in the header, which is the translation of "". */
static void find_charset(struct mo *m)
{
    size_t n, len;
    const char *src = m->n ? string_at(m, m->at_src, 0, &n) : NULL;
    const char *tgt = src && n == 0 ? string_at(m, m->at_tgt, 0, &len) : NULL;
    snprintf(m->charset, sizeof m->charset, "UTF-8");
    if (!tgt)
        return;
    char *head = xstrndup(tgt, len), *p = strstr(head, "charset=");
    if (p) {
        p += strlen("charset=");
        p[strcspn(p, " \t\r\n;")] = '\0';
        if (*p && strcmp(p, "CHARSET"))
            snprintf(m->charset, sizeof m->charset, "%s", p);
    }
    free(head);
}

/* Why the file is none, or NULL. */
static const char *take_file(struct mo *m)
{
    static const uint32_t magic = 0x950412de;
    m->n = m->i = 0;
    if (m->bytes.n < HEADER)
        return "the file is shorter than a header";
    m->swapped = false;
    m->swapped = number_at(m, 0) != magic;
    if (number_at(m, 0) != magic)
        return "no compiled translations: the first bytes are others";
    m->n = number_at(m, 8);
    m->at_src = number_at(m, 12);
    m->at_tgt = number_at(m, 16);
    if ((uint64_t)m->n * 8 > m->bytes.n) {
        m->n = 0;
        return "the header counts more strings than the file can hold";
    }
    find_charset(m);
    return NULL;
}

/* Without context, plurals and marks of keys, as UTF-8. */
static int plain(const struct mo *m, const char *p, size_t n, struct str *out)
{
    struct str utf8 = STR_INIT;
    const char *context = memchr(p, '\4', n);
    struct err ignored;
    if (context) {
        n -= (size_t)(context + 1 - p);
        p = context + 1;
    }
    const char *plural = memchr(p, '\0', n);
    n = plural ? (size_t)(plural - p) : n;
    str_clear(out);
    int bad = charset_convert(m->charset, p, n, &utf8, &ignored);
    for (size_t i = 0; !bad && i < utf8.n; i++) {
        char c = utf8.s[i], next = i + 1 < utf8.n ? utf8.s[i + 1] : ' ';
        bool letter = (unsigned char)next >= 0x80 || (next >= 'A' && next <= 'Z') ||
                      (next >= 'a' && next <= 'z');
        bool starts = i == 0 || utf8.s[i - 1] == ' ';
        if ((c == '_' || c == '&') && letter && starts)
            continue;
        str_addc(out, c);
    }
    str_release(&utf8);
    return bad;
}

static int other(const struct mo *m, struct example *ex, enum example_kind kind,
                 const char *why, long at)
{
    *ex = (struct example){ .kind = kind, .why = why, .line = at,
                            .file = m->files.path[m->file - 1] };
    return 1;
}

static int mo_next(void *own, struct example *ex, struct err *err)
{
    struct mo *m = own;
    size_t a = 0, b = 0;
    while (m->i == m->n) {
        if (m->file == m->files.n)
            return 0;
        str_clear(&m->bytes);
        if (file_read(m->files.path[m->file++], MO_SIZE, &m->bytes, err) < 0)
            return -1;
        const char *fault = take_file(m);
        if (fault)
            return other(m, ex, EXAMPLE_BROKEN, fault, 0);
    }
    const char *src = string_at(m, m->at_src, m->i, &a);
    const char *tgt = string_at(m, m->at_tgt, m->i, &b);
    long at = ++m->i;
    if (!src || !tgt)
        return other(m, ex, EXAMPLE_BROKEN, "a string beyond the end of the file", at);
    if (a == 0)
        return other(m, ex, EXAMPLE_LEFT_OUT, "the header", at);
    if (plain(m, src, a, &m->src) < 0 || plain(m, tgt, b, &m->tgt) < 0)
        return other(m, ex, EXAMPLE_BROKEN, "bytes that are not in the encoding of the "
                                            "header", at);
    if (!m->src.n || !m->tgt.n)
        return other(m, ex, EXAMPLE_LEFT_OUT, "no translation", at);
    *ex = (struct example){ .src = str_cstr(&m->src), .tgt = str_cstr(&m->tgt), .line = at,
                            .file = m->files.path[m->file - 1],
                            .key = reader_key(m->data_seed, reader_hash(m->src.s)) };
    return 1;
}

const struct reader reader_mo = {
    .name = "mo",
    .summary = "compiled translations of gettext, a file or a folder of them",
    .folders = true,
    .open = mo_open,
    .next = mo_next,
    .close = mo_close,
};
