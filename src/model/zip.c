#include "model/zip.h"

#include "base/mem.h"

#ifdef HAVE_ZLIB
#include <zlib.h>
#endif

/*
 * Zip ends with a record (PK\5\6, 22 bytes and a comment) that tells where its directory
 * lies: entries (PK\1\2, 46 bytes and three texts) with sizes and the place of a local
 * header (PK\3\4, 30 bytes and two texts), behind which the data begins. Numbers are
 * little-endian.
 */
enum { END = 22, ENTRY = 46, LOCAL = 30, COMMENT_MAX = 65535, STORED = 0, DEFLATED = 8 };

struct entry {
    int method;
    size_t packed, size, local;
};

static uint32_t number(const struct str *z, size_t at, int bytes)
{
    uint32_t v = 0;
    for (int i = bytes - 1; i >= 0; i--)
        v = v << 8 | (unsigned char)z->s[at + (size_t)i];
    return v;
}

static bool signed_as(const struct str *z, size_t at, size_t room, const char *two)
{
    return at <= z->n && z->n - at >= room && !memcmp(z->s + at, "PK", 2) &&
           !memcmp(z->s + at + 2, two, 2);
}

static bool find_end(const struct str *z, size_t *at)
{
    for (size_t back = END; back <= MIN(z->n, END + (size_t)COMMENT_MAX); back++)
        if (signed_as(z, z->n - back, END, "\5\6")) {
            *at = z->n - back;
            return true;
        }
    return false;
}

static int find_entry(const struct str *z, const char *path, const char *member,
                      struct entry *e, struct err *err)
{
    size_t end, at, length = strlen(member);
    if (!find_end(z, &end))
        return err_set(err, "'%.200s' is cut short, or no zip file", path);
    at = number(z, end + 16, 4);
    for (uint32_t n = number(z, end + 10, 2); n > 0; n--) {
        if (!signed_as(z, at, ENTRY, "\1\2"))
            return err_set(err, "the directory of '%.200s' is damaged", path);
        size_t name = number(z, at + 28, 2);
        size_t more = name + number(z, at + 30, 2) + number(z, at + 32, 2);
        if (z->n - at - ENTRY < more)
            return err_set(err, "the directory of '%.200s' is damaged", path);
        if (name == length && !memcmp(z->s + at + ENTRY, member, length)) {
            *e = (struct entry){ .method = (int)number(z, at + 10, 2),
                                 .packed = number(z, at + 20, 4),
                                 .size = number(z, at + 24, 4),
                                 .local = number(z, at + 42, 4) };
            return 1;
        }
        at += ENTRY + more;
    }
    return 0;
}

/* Deflate cannot shrink to less than a thousandth: a larger size is a lie. */
static bool inflate_into(const void *from, size_t packed, struct str *out, size_t size)
{
#ifdef HAVE_ZLIB
    z_stream s = { .next_in = (void *)from, .avail_in = (uInt)packed };
    bool good = false;
    if (size / 1100 > packed || inflateInit2(&s, -MAX_WBITS) != Z_OK)
        return false;
    char *bytes = xmalloc(size + 1);
    s.next_out = (void *)bytes;
    s.avail_out = (uInt)size;
    good = inflate(&s, Z_FINISH) == Z_STREAM_END && s.avail_out == 0;
    inflateEnd(&s);
    if (good)
        str_addn(out, bytes, size);
    free(bytes);
    return good;
#else
    (void)from;
    (void)packed;
    (void)out;
    (void)size;
    return false;
#endif
}

int zip_member(const struct str *z, const char *path, const char *member, struct str *out,
               struct err *err)
{
    struct entry e = { 0 };
    int found = find_entry(z, path, member, &e, err);
    if (found <= 0)
        return found;
    if (!signed_as(z, e.local, LOCAL, "\3\4"))
        return err_set(err, "'%s' of '%.200s' is not where it should be", member, path);
    size_t at = e.local + LOCAL + number(z, e.local + 26, 2) + number(z, e.local + 28, 2);
    if (at > z->n || z->n - at < e.packed || (e.method == STORED && e.size != e.packed))
        return err_set(err, "'%s' of '%.200s' is cut short", member, path);
    if (e.method == STORED) {
        str_addn(out, z->s + at, e.size);
        return 1;
    }
    if (e.method == DEFLATED && inflate_into(z->s + at, e.packed, out, e.size))
        return 1;
    return err_set(err, "'%s' of '%.200s' cannot be unpacked: store it without compression",
                   member, path);
}
